"""The derived rows say what the truth says, whatever happened."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import availability, openings
from allomediateur.agenda.models import (
    Agenda,
    Appointment,
    Availability,
    Busy,
    Opening,
    OpeningException,
    Service,
    State,
)
from allomediateur.directory.models import Mediator, Office
from tests.agenda.random_agendas import (
    CHANGES,
    add_busy,
    add_exception,
    add_opening,
    add_service,
    book_some,
    make_agenda,
)
from tests.factories import NOW, book, make_mediator, make_specialty, refresh, service_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone",))


def row_of(mediator: Mediator) -> Availability:
    return Availability.objects.get(mediator=mediator)


def test_a_row_for_each_service_modality_and_office() -> None:
    bob = make_mediator()
    keys = Availability.objects.filter(mediator=bob).values_list("modality", "office__is_main")
    assert sorted(keys, key=str) == [("in_person", True), ("phone", None), ("video", None)]


def test_a_row_says_the_next_starts_and_the_facets(bob: Mediator) -> None:
    row = row_of(bob)
    first = openings.slots(bob, service_of(bob), since=NOW, until=NOW + timedelta(days=9), now=NOW)[:12]
    assert row.next_starts == [slot.start for slot in first]
    assert (row.zone, row.lat, row.languages) == ("Europe/Paris", 48.85661, ["fr"])
    assert row.specialties == [make_specialty("famille").pk]
    assert row.first_free_day == NOW.date()


def test_a_booking_leaves_the_rows_right(bob: Mediator) -> None:
    start = row_of(bob).next_starts[0]
    book(bob, start)
    assert start not in row_of(bob).next_starts
    assert availability.differences(NOW) == []


def test_rows_follow_the_rights(bob: Mediator) -> None:
    Mediator.objects.filter(pk=bob.pk).update(suspended_at=NOW)
    refresh(bob)
    assert not Availability.objects.exists()
    Mediator.objects.filter(pk=bob.pk).update(suspended_at=None)
    refresh(bob)
    assert row_of(bob).next_starts


def test_without_an_agenda_there_is_no_row(bob: Mediator) -> None:
    Agenda.objects.all().delete()
    refresh(bob)
    assert not Availability.objects.exists()
    assert availability.differences(NOW) == []


def test_rows_of_what_is_no_longer_offered_go(bob: Mediator) -> None:
    Service.objects.update(is_active=False)
    refresh(bob)
    assert not Availability.objects.exists()


def test_the_worker_refreshes_what_time_made_wrong(bob: Mediator) -> None:
    held = book(bob, row_of(bob).next_starts[0], state=State.HELD)
    assert held.expires_at is not None
    assert availability.refresh_stale(NOW) == 0
    assert row_of(bob).stale_at <= held.expires_at
    assert availability.refresh_stale(held.expires_at) == 1
    assert availability.refresh_stale(held.expires_at) == 0


def test_a_mediator_whom_another_worker_has_in_hand_is_passed_over(bob: Mediator) -> None:
    other, later = make_mediator("Other", modalities=("phone",)), NOW + timedelta(days=1)
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('agenda.refreshed:' || %s, 0))", [bob.pk])
            assert availability.refresh_stale(later) == 1
            assert (row_of(bob).computed_at, row_of(other).computed_at) == (NOW, later)
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        elsewhere.close()
    assert availability.refresh_stale(later) == 1


def test_a_refresh_goes_on_where_it_was_stopped(bob: Mediator) -> None:
    make_mediator("Other", modalities=("phone",))
    later = NOW + timedelta(days=1)
    assert [availability.refresh_stale(later, limit=1) for _ in range(3)] == [1, 1, 0]


def test_the_check_tells_each_difference(bob: Mediator) -> None:
    call_command("check_availability", verbosity=0)
    Availability.objects.update(next_starts=[], zone="Indian/Reunion")
    found = availability.differences(NOW)
    assert [sentence.split(": ")[1].split()[0] for sentence in found] == ["next_starts", "zone"]
    with pytest.raises(CommandError, match="2 différences"):
        call_command("check_availability", verbosity=0)


def test_the_check_sees_missing_rows_and_rows_too_many(bob: Mediator) -> None:
    Availability.objects.all().delete()
    assert [sentence[-7:] for sentence in availability.differences(NOW)] == ["missing"]
    refresh(bob)
    Opening.objects.all().delete()
    assert [sentence[-8:] for sentence in availability.differences(NOW)] == ["too many"]


def test_many_are_rebuilt_with_the_queries_of_one(bob: Mediator) -> None:
    others = [make_mediator(f"Mediator {number}").pk for number in range(5)]
    with CaptureQueriesContext(connection) as one:
        availability.rebuild(bob.pk, NOW)
    with CaptureQueriesContext(connection) as many:
        availability.rebuild_many([bob.pk, *others], NOW)
    assert len(many) == len(one)


@pytest.mark.parametrize("seed", range(6))
def test_listed_is_bookable_and_nothing_else_is(seed: int) -> None:
    """R9 over random agendas around clock changes."""
    chance = Random(seed)
    now = chance.choice(CHANGES) + timedelta(minutes=chance.randrange(600))
    mediator = make_agenda(chance, now)
    for _ in range(6):
        book_some(chance, mediator, now)
    add_busy(chance, mediator, now)
    offices = {office.pk: office for office in Office.objects.filter(mediator=mediator)}
    places = [("phone", None), ("video", None), *(("in_person", pk) for pk in offices)]
    for service in Service.objects.filter(mediator=mediator):
        listed = openings.slots(mediator, service, since=now, until=now + timedelta(days=40), now=now)
        keys = {(slot.modality, slot.office_id, slot.start) for slot in listed}
        tried = set(chance.sample(sorted(keys, key=str), min(25, len(keys))))
        tried |= {(*chance.choice(places), _some_instant(chance, now)) for _ in range(60)}
        for modality, office_id, start in tried:
            refused = openings.refusal(mediator, service, modality, offices.get(office_id or 0), start, now)
            assert (refused is None) == ((modality, office_id, start) in keys), (modality, office_id, start, refused)


def _some_instant(chance: Random, now: datetime) -> datetime:
    return now.replace(minute=0) + timedelta(minutes=5 * chance.randrange(-50, 1200))


@pytest.mark.parametrize("seed", range(6))
def test_rows_equal_their_recomputation_after_random_operations(seed: int) -> None:
    chance = Random(seed)
    now = chance.choice(CHANGES)
    mediator = make_agenda(chance, now)
    for _ in range(25):
        now += timedelta(minutes=chance.choice((0, 3, 45, 600)))
        _operate(chance, mediator, now)
        availability.rebuild(mediator.pk, now)
        assert availability.differences(NOW) == []
        _assert_rows_list_slots(mediator, now)
    assert availability.refresh_stale(now + timedelta(days=1)) == min(1, Availability.objects.count())
    assert availability.differences(NOW) == []


def _operate(chance: Random, mediator: Mediator, now: datetime) -> None:
    kind = chance.randrange(8)
    if kind == 0:
        add_opening(chance, mediator)
    elif kind == 1:
        add_exception(chance, mediator, now.date())
    elif kind == 2:
        add_busy(chance, mediator, now)
    elif kind == 3:
        add_service(chance, mediator, 5)
    elif kind == 4:
        first = chance.choice((Opening, OpeningException, Busy))._default_manager.filter(mediator=mediator).first()
        if first is not None:
            first.delete()
    elif kind == 5:
        Appointment.objects.filter(mediator=mediator, state=State.CONFIRMED).update(state=State.CANCELLED)
    else:
        book_some(chance, mediator, now)


def _assert_rows_list_slots(mediator: Mediator, now: datetime) -> None:
    """The row's first starts are what the page lists."""
    services = {service.pk: service for service in Service.objects.filter(mediator=mediator)}
    for row in Availability.objects.filter(mediator=mediator).select_related("office"):
        listed = openings.slots(
            mediator, services[row.service_id], modality=row.modality, office=row.office, since=now,
            until=now + timedelta(days=40), now=now,
        )  # fmt: skip
        assert row.next_starts == [slot.start for slot in listed[:12]]
