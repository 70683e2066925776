"""Changing what a mediator offers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from allomediateur.agenda import availability, editing, openings
from allomediateur.agenda.models import Agenda, Availability, Opening
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.openings import InvalidOpening
from allomediateur.scheduling.periods import Period
from tests.agenda.steps import TEN, book
from tests.factories import NOW, make_mediator, make_user, office_of, service_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MORNING = editing.OpeningDraft("phone", None, 1, 9 * 60, 12 * 60)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def starts(bob: Mediator) -> list[str]:
    found = openings.slots(bob, service_of(bob), since=TEN.replace(hour=0), until=TEN.replace(hour=0) + DAY, now=NOW)
    return [f"{slot.start:%H:%M} {slot.modality}" for slot in found]


def test_new_weekly_openings_stand_instead_of_the_old(bob: Mediator) -> None:
    late = editing.OpeningDraft("in_person", office_of(bob).pk, 1, 22 * 60, 30, ends_next_day=True)
    editing.replace_openings(bob, [MORNING, late, MORNING], NOW)
    assert Opening.objects.filter(mediator=bob).count() == 2
    assert starts(bob)[0] == "08:00 phone"
    assert starts(bob)[-1] == "23:00 in_person"
    assert set(Availability.objects.values_list("modality", flat=True)) == {"phone", "in_person"}
    assert availability.differences(NOW) == []


def test_dated_and_alternate_openings_are_written_as_told(bob: Mediator) -> None:
    told = [replace(MORNING, weeks=2), replace(MORNING, start_minute=600, valid_until=date(2026, 11, 30))]
    editing.replace_openings(bob, told, NOW)
    rows = Opening.objects.filter(mediator=bob).order_by("start_minute")
    assert [(one.weeks, one.valid_until) for one in rows] == [(2, None), (0, date(2026, 11, 30))]
    # The week of the 23rd is a B; in the next one both have an end.
    assert starts(bob)[0] == "08:00 phone"
    next_week = openings.slots(
        bob, service_of(bob), since=TEN + timedelta(days=6), until=TEN + timedelta(days=8), now=NOW
    )
    assert next_week == []


def test_openings_changed_meanwhile_are_not_replaced(bob: Mediator) -> None:
    shown = editing.openings_seen(bob)
    editing.replace_openings(bob, [MORNING], NOW, shown)
    before = starts(bob)
    with pytest.raises(editing.Changed):
        editing.replace_openings(bob, [], NOW, shown)
    assert starts(bob) == before
    editing.replace_openings(bob, [], NOW, editing.openings_seen(bob))
    assert starts(bob) == []


def test_no_openings_at_all_closes_the_agenda_and_appointments_stand(bob: Mediator) -> None:
    booked = book(bob, user=make_user())
    editing.replace_openings(bob, [], NOW)
    booked.refresh_from_db()
    assert (starts(bob), booked.state) == ([], "confirmed")


@pytest.mark.parametrize(
    "draft",
    [
        editing.OpeningDraft("phone", None, 7, 0, 60),
        editing.OpeningDraft("phone", None, 0, 600, 600),
        editing.OpeningDraft("phone", None, 0, 0, 1441),
        editing.OpeningDraft("phone", None, 0, -1, 60),
        editing.OpeningDraft("phone", None, 0, 0, 60, weeks=3),
        editing.OpeningDraft("phone", None, 0, 0, 60, valid_from=date(2027, 1, 2), valid_until=date(2027, 1, 1)),
    ],
)
def test_an_impossible_opening_is_refused_and_nothing_is_lost(bob: Mediator, draft: editing.OpeningDraft) -> None:
    before = starts(bob)
    with pytest.raises(InvalidOpening):
        editing.replace_openings(bob, [MORNING, draft], NOW)
    assert starts(bob) == before


def test_a_place_is_ones_own_and_for_in_person_only(bob: Mediator) -> None:
    foreign = office_of(make_mediator("Berthe Petit")).pk
    for modality, office_id in (
        ("in_person", foreign), ("phone", office_of(bob).pk), ("fax", None),
    ):  # fmt: skip
        with pytest.raises(editing.InvalidPlace):
            editing.replace_openings(bob, [editing.OpeningDraft(modality, office_id, 1, 540, 720)], NOW)
    with pytest.raises(editing.InvalidPlace):
        editing.add_exceptions(bob, [editing.ExceptionDraft("closed", TEN.date(), office_id=foreign)], NOW)


def test_exceptions_and_busy_time_come_and_go(bob: Mediator) -> None:
    before = starts(bob)
    closed = editing.add_exceptions(bob, [editing.ExceptionDraft("closed", TEN.date())], NOW)
    assert starts(bob) == []
    assert editing.add_exceptions(bob, [editing.ExceptionDraft("closed", TEN.date())], NOW) == []
    stranger = make_mediator("Berthe Petit")
    assert editing.remove_exceptions(stranger, [one.pk for one in closed], NOW) == 0
    assert editing.remove_exceptions(bob, [one.pk for one in closed], NOW) == 1
    busy = editing.add_busy(bob, Period(TEN, TEN + timedelta(hours=1)), NOW)
    assert [one for one in before if one not in starts(bob)] == [
        f"{hour} {modality}" for hour in ("09:00", "09:30") for modality in ("phone", "video", "in_person")
    ]
    editing.remove_busy(busy, NOW)
    assert starts(bob) == before
    assert availability.differences(NOW) == []


def test_each_change_counts_and_a_new_mediator_gets_an_agenda(bob: Mediator) -> None:
    Agenda.objects.filter(mediator=bob).delete()
    editing.replace_openings(bob, [MORNING], NOW)
    editing.replace_openings(bob, [], NOW)
    assert Agenda.objects.get(mediator=bob).version == 2
