"""The month beside the slots: a day is a link when it has a slot, on the clock shown, over clock changes too."""

import re
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import catalogue, openings
from allomediateur.agenda.models import Opening
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.display import display_zones
from allomediateur.web.public import months, timetable
from allomediateur.web.public.timetable import Asked, Week
from tests.agenda.random_agendas import CHANGES, add_busy, book_some, make_agenda
from tests.factories import NOW, make_commune, make_mediator, refresh

pytestmark = pytest.mark.django_db

READERS = ("Europe/Paris", "America/Martinique", "Pacific/Noumea", "America/Miquelon")


def shown(mediator: Mediator, zone: str, now: datetime, **sent: str) -> tuple[Asked, Week]:
    asked = timetable.read(sent, catalogue.services(mediator, now), openings.places(mediator, now))
    assert asked
    return asked, timetable.week(mediator, asked, zone, now)


def every_month(asked: Asked, week: Week) -> list[tuple[date, bool]]:
    """Each day of all months that can be turned to, and whether it is a link."""
    found: list[tuple[date, bool]] = []
    at: Asked | None = asked
    while at is not None:
        month = months.month(at, week)
        assert month
        found += [(day.date, bool(day.url)) for seven in month.weeks for day in seven if day]
        turn = re.search(r"mois=(\d{4}-\d\d)", month.following_url)
        at = Asked(asked.service, asked.place, "", "", turn[1], "") if turn else None
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_day_is_a_link_when_it_has_a_slot_and_only_then(seed: int) -> None:
    chance = Random(seed)
    now = CHANGES[seed % len(CHANGES)] + timedelta(minutes=chance.randrange(600))
    mediator = make_agenda(chance, now)
    for _ in range(3):
        book_some(chance, mediator, now)
        add_busy(chance, mediator, now)
    for service in catalogue.services(mediator, now):
        zone = chance.choice(READERS)
        asked, week = shown(mediator, zone, now, prestation=str(service.pk))
        if asked.place is None:  # its ways to meet have no hours
            assert week.is_empty
            continue
        main, _other = display_zones(asked.place.modality, asked.place.zone, zone, now)
        horizon = now + timedelta(days=service.horizon_days + 2)
        free = openings.slots(mediator, service, at=asked.place.pair, since=now, until=horizon, now=now)
        days = {one.start.astimezone(main).date() for one in free}
        assert set(week.free) == days
        assert sum(week.free.values()) == len(free)
        if days:
            assert {day for day, is_link in every_month(asked, week) if is_link} == days
        else:
            assert months.month(asked, week) is None


def test_in_three_queries_the_month_and_a_named_slot_included() -> None:
    bob = make_mediator()
    services, offered = catalogue.services(bob, NOW), openings.places(bob, NOW)
    asked = timetable.read({"creneau": "2026-11-24T09:00Z", "mois": "2026-12"}, services, offered)
    assert asked
    with CaptureQueriesContext(connection) as captured:
        week = timetable.week(bob, asked, "Europe/Paris", NOW)
        assert months.month(asked, week)
    assert len(captured) == 3
    assert week.wanted
    assert week.wanted["is_free"] is True


def test_months_turn_between_those_that_have_something() -> None:
    asked, week = shown(make_mediator(), "Europe/Paris", NOW)
    first = months.month(asked, week)
    assert first
    assert (first.title, first.previous_url) == ("novembre 2026", "")
    assert "mois=2026-12" in first.following_url
    asked, week = shown(Mediator.objects.get(), "Europe/Paris", NOW, mois="2031-07")
    last = months.month(asked, week)
    assert last
    assert (last.title, last.following_url) == ("janvier 2027", "")


def test_a_month_without_anything_says_so() -> None:
    bob = make_mediator(modalities=("phone",))
    Opening.objects.filter(mediator=bob).update(valid_until=date(2026, 11, 27))
    january = [
        Opening(
            mediator=bob, modality="phone", weekday=0, start_minute=600, end_minute=660, valid_from=date(2027, 1, 1)
        )
    ]
    Opening.objects.bulk_create(january)
    refresh(bob)
    asked, week = shown(bob, "Europe/Paris", NOW, mois="2026-12")
    month = months.month(asked, week)
    assert month
    assert month.is_empty
    assert "mois=2027-01" in month.following_url
    assert "mois=2026-11" in month.previous_url


@pytest.mark.parametrize(
    ("hour", "part"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")]
)
def test_slots_stand_under_their_part_of_the_day(hour: int, part: str) -> None:
    bob = make_mediator(modalities=("phone",))
    Opening.objects.filter(mediator=bob).update(weekday=2, start_minute=hour * 60, end_minute=hour * 60 + 30)
    refresh(bob)
    _asked, week = shown(bob, "Europe/Paris", NOW)
    row: dict[str, Any] = week.rows[0]
    assert [name for name in ("morning", "afternoon", "evening") if row[name]] == [part]


def test_the_day_is_that_of_the_clock_shown() -> None:
    """A Monday evening in Martinique is a Tuesday in Nouméa, by phone; on the spot it stays Monday."""
    fort = make_commune("97209", "Fort-de-France", "972", ["97200"], 75_000, 14.6158, -61.0597, "America/Martinique")
    bob = make_mediator(commune=fort)
    _asked, week = shown(bob, "Pacific/Noumea", NOW, modalite="telephone")
    assert min(week.free) == date(2026, 11, 24)
    assert week.other_zone == "America/Martinique"
    _asked, week = shown(bob, "Pacific/Noumea", NOW, modalite="presentiel")
    assert min(week.free) == date(2026, 11, 23)
    assert week.other_zone == "Pacific/Noumea"


def test_an_address_as_old_as_the_site_opens_where_it_did() -> None:
    bob = make_mediator()
    office = bob.offices.get().pk
    asked, week = shown(
        bob, "Europe/Paris", NOW, prestation=str(asked_service(bob)), modalite="presentiel",
        **{"lieu-exercice": str(office)}, du="2026-12-01",
    )  # fmt: skip
    assert asked.place
    assert (asked.place.modality, asked.place.office and asked.place.office.pk) == ("in_person", office)
    assert week.start == date(2026, 12, 1)


def asked_service(bob: Mediator) -> int:
    return int(catalogue.services(bob, NOW)[0].pk)


def test_a_clock_that_differs_later_only_is_told_when_it_does() -> None:
    """Paris and Johannesburg are one hour apart in winter, at one in summer."""
    now = datetime(2026, 9, 1, 8, tzinfo=UTC)
    bob = make_mediator(modalities=("phone",), now=now)
    _asked, week = shown(bob, "Africa/Johannesburg", now)
    assert week.other_zone == ""
    _asked, week = shown(bob, "Africa/Johannesburg", now, du="2026-10-27")
    assert week.other_zone == "Europe/Paris"
