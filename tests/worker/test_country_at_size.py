"""A country at size obeys every rule that bookings obey, and is the same for the same seed."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, openings, truth
from allomediateur.agenda.finding import Query, find
from allomediateur.agenda.models import LIVE, Appointment, Availability, Service, State
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.periods import Period
from allomediateur.worker.country import bookings as drawing
from allomediateur.worker.country import people
from allomediateur.worker.country.bulk import bookings, copying, making
from allomediateur.worker.country.bulk import people as bulk_people
from tests.factories import NOW as MONDAY
from tests.factories import make_mediator

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
NOW = MONDAY + timedelta(hours=2, minutes=25)


@pytest.fixture
def country() -> None:
    generate(40, 3600)


@pytest.fixture(autouse=True)
def towns() -> Iterator[None]:
    bulk_people.communes.cache_clear()
    call_command("load_communes", verbosity=0)
    yield
    bulk_people.communes.cache_clear()


def generate(mediators: int, appointments: int, seed: int = 7) -> None:
    """In the middle of a morning: weeks counted from then on begin inside openings."""
    making.generate(mediators, appointments, seed, NOW, 1, lambda _done: None)
    availability.rebuild_many(Mediator.objects.values_list("pk", flat=True), NOW)


def test_there_are_exactly_as_many_as_asked(country: None) -> None:
    assert (Mediator.objects.bookable(NOW).count(), Appointment.objects.count()) == (40, 3600)


def test_appointments_are_where_they_could_be_booked(country: None) -> None:
    """Each stands on the grid of its service, in an opening, apart from every other one of its mediator."""
    for mediator in Mediator.objects.all()[:8]:
        rows = list(Appointment.objects.filter(mediator=mediator).order_by("starts_at").select_related("service"))
        window = Period(rows[0].starts_at - WEEK, rows[-1].starts_at + WEEK)
        hours = truth.read_hours([mediator.pk], window, NOW)[mediator.pk]
        places = drawing.starts(list(Service.objects.filter(mediator=mediator)), hours, window)
        grid = {(one.service.pk, one.modality, one.office_id, one.start) for one in places}
        assert [one for one in rows if (one.service_id, one.modality, one.office_id, one.starts_at) not in grid] == []
        for place, one in (
            (drawing.Place(row.service, row.modality, row.office_id, row.starts_at), row) for row in rows
        ):
            assert (one.blocked.lower, one.blocked.upper) == drawing.blocked_by(place)
        assert all(before.blocked.upper <= after.blocked.lower for before, after in pairwise(rows))


def test_the_time_to_come_is_thinner_the_further_it_is(country: None) -> None:
    ahead = Appointment.objects.filter(starts_at__gte=NOW)
    by_week = [ahead.filter(starts_at__range=(NOW + n * WEEK, NOW + (n + 1) * WEEK)).count() for n in (0, 2, 6)]
    assert by_week == sorted(by_week, reverse=True)
    assert by_week[-1] > 0
    assert set(ahead.values_list("state", flat=True)) == {State.CONFIRMED, State.CANCELLED}
    past = Appointment.objects.filter(starts_at__lt=NOW).values_list("state", flat=True)
    assert set(past) == {State.ATTENDED, State.NO_SHOW, State.CANCELLED}


def test_some_have_nothing_free_for_weeks(country: None) -> None:
    soonest = Availability.objects.values("mediator").annotate(day=models.Min("first_free_day"))
    full = [one["mediator"] for one in soonest if one["day"] is None or one["day"] > (NOW + 2 * WEEK).date()]
    assert 4 <= len(full) <= 14
    mediator = Mediator.objects.get(pk=full[0])
    for service in Service.objects.filter(mediator=mediator):
        assert openings.slots(mediator, service, since=NOW, until=NOW + 2 * WEEK, now=NOW) == []


def test_every_zone_is_there_and_the_first_specialties_are_the_commonest(country: None) -> None:
    assert set(Office.objects.values_list("zone", flat=True)) == {"Europe/Paris", *people.OVERSEAS}
    counts = [len(row.specialties.all()) for row in Mediator.objects.prefetch_related("specialties")]
    assert set(counts) == {1, 2, 3, 4}
    ranks = Mediator.objects.values_list("specialties__rank", flat=True)
    middle = sorted(ranks)[len(ranks) // 2]
    assert middle < max(ranks) / 2
    assert {row.modality for row in Availability.objects.all()} == {"phone", "video", "in_person"}


def test_derived_rows_are_right_and_search_finds(country: None) -> None:
    assert availability.differences(NOW) == []
    assert find(Query(lat=48.85, lon=2.35, modality="video"), NOW).total > 10


def test_the_same_seed_gives_the_same_country_and_another_one_another() -> None:
    def drawn(seed: int) -> set[Any]:
        parts = making._parts(30, 600, seed, NOW)
        return {text for part in parts for (table, _), text in making.make(part).items() if table != "accounts_user"}

    _first_keys()
    first = drawn(1)
    _first_keys()
    assert drawn(1) == first
    _first_keys()
    other = drawn(2)
    assert {text for text in first if b"confirmed" in text}.isdisjoint(other)


def _first_keys() -> None:
    """Keys are not given twice, so two countries do not have the same ones."""
    for table in ("accounts_user", "directory_mediator", "directory_office", "agenda_service"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", [table])


def test_what_is_made_after_has_keys_of_its_own(country: None) -> None:
    bob = make_mediator()
    assert bob.pk > max(Mediator.objects.exclude(pk=bob.pk).values_list("pk", flat=True))
    assert User.objects.get(pk=bob.user_id).name == "Bob Durand"


def test_tables_are_left_with_all_their_constraints() -> None:
    before = [(one.name, one.drop) for one in copying._made(making.BARE)]
    generate(12, 100)
    assert [(one.name, one.drop) for one in copying._made(making.BARE)] == before
    assert "appointment_no_overlap" in dict(before)
    one = Appointment.objects.filter(state__in=LIVE)[0]
    one.pk, one.reference, one.uid = None, "x" * 22, uuid4()
    with pytest.raises(IntegrityError, match="appointment_no_overlap"), transaction.atomic():
        one.save(force_insert=True)


def test_a_failure_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = copying._made(making.BARE)
    monkeypatch.setattr(bookings, "PAST_WEEKS", 0)
    with pytest.raises(making.CannotMake):
        generate(20, 20 * making.MOST)
    assert not Mediator.objects.exists()
    assert copying._made(making.BARE) == before


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"mediators": -1}, "au moins 1"),
        ({"mediators": 10, "appointments": -5}, "zéro rendez-vous"),
        ({"mediators": 10, "appointments": 3001}, "3000 rendez-vous au plus"),
        ({"mediators": 10, "appointments": 10, "processes": 0}, "au moins 1"),
    ],
)
def test_what_cannot_be_made_is_said(asked: dict[str, int], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("generate_country", **asked)
    assert not Mediator.objects.exists()


def test_a_base_that_has_mediators_is_left_alone() -> None:
    make_mediator()
    with pytest.raises(CommandError, match="base neuve"):
        call_command("generate_country", mediators=10, appointments=10, processes=1)
    assert Mediator.objects.count() == 1
