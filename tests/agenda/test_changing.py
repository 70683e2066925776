"""Moving and cancelling."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from allomediateur.agenda import availability, changing, confirming, editing
from allomediateur.agenda.models import AccessLink, Appointment, Modality, Service, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling.periods import Period
from tests.agenda.steps import MINUTE, TEN, book, code_of, hold, last_letter, passages, token_of
from tests.factories import NOW, make_mediator, make_office, make_openings, make_service, make_user, office_of
from tests.factories import book as make_appointment

pytestmark = pytest.mark.django_db

ELEVEN = TEN + 60 * MINUTE
By = Transition.By


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def confirmed(bob: Mediator) -> Appointment:
    return book(bob, user=make_user())


def move(appointment: Appointment, start: datetime = ELEVEN, now: datetime = NOW) -> Appointment:
    return changing.move(appointment, start=start, by=By.CLIENT, now=now)


def test_a_move_keeps_the_row_and_raises_its_sequence(bob: Mediator, confirmed: Appointment) -> None:
    moved = move(confirmed)
    assert (moved.pk, moved.reference, moved.uid) == (confirmed.pk, confirmed.reference, confirmed.uid)
    assert (moved.starts_at, moved.ends_at, moved.sequence) == (ELEVEN, ELEVEN + 30 * MINUTE, 1)
    last = moved.transitions.last()
    assert last is not None
    assert (last.from_state, last.to_state, last.from_start, last.by) == ("confirmed", "confirmed", TEN, "client")
    assert {one.kind for one in Letter.objects.all()} >= {"appointment_moved", "mediator_moved"}
    assert hold(bob, browser="charlie").state == State.HELD
    assert availability.differences(NOW) == []


def test_a_move_by_a_quarter_over_ones_own_time(bob: Mediator) -> None:
    service = make_service(bob, minutes=60, step_minutes=15, before_minutes=15, after_minutes=15)
    booked = book(bob, user=make_user(), service=service)
    moved = move(booked, TEN + 15 * MINUTE)
    assert moved.starts_at == TEN + 15 * MINUTE
    assert (moved.blocked.lower, moved.blocked.upper) == (TEN, TEN + 90 * MINUTE)


def test_a_move_to_where_it_is_already_changes_nothing(confirmed: Appointment) -> None:
    letters = Letter.objects.count()
    assert move(confirmed, TEN).sequence == 0
    assert Letter.objects.count() == letters


def test_when_the_new_slot_is_taken_the_old_one_stands(bob: Mediator, confirmed: Appointment) -> None:
    make_appointment(bob, ELEVEN)
    with pytest.raises(changing.SlotTaken) as lost:
        move(confirmed)
    confirmed.refresh_from_db()
    assert (confirmed.starts_at, confirmed.sequence) == (TEN, 0)
    assert ELEVEN not in [slot.start for slot in lost.value.nearest]
    assert availability.differences(NOW) == []


def test_a_move_takes_the_time_of_a_stale_hold(bob: Mediator, confirmed: Appointment) -> None:
    stale = hold(bob, ELEVEN, browser="charlie")
    assert move(confirmed, now=NOW + 10 * MINUTE).starts_at == ELEVEN
    stale.refresh_from_db()
    assert stale.state == State.EXPIRED


def test_a_start_that_is_not_listed_is_refused(confirmed: Appointment) -> None:
    for start in (TEN + 7 * MINUTE, NOW + 60 * MINUTE, TEN + timedelta(days=90)):
        with pytest.raises(changing.SlotRefused):
            move(confirmed, start)


def test_a_move_to_another_modality_and_office(bob: Mediator, confirmed: Appointment) -> None:
    second = make_office(bob, name="Annexe")
    make_openings(bob, Modality.IN_PERSON, second)
    moved = changing.move(confirmed, start=TEN, modality="in_person", office=second, by=By.CLIENT, now=NOW)
    assert (moved.modality, moved.office, moved.sequence) == (Modality.IN_PERSON, second, 1)
    kept = changing.move(moved, start=ELEVEN, by=By.CLIENT, now=NOW)
    assert (kept.modality, kept.office) == (Modality.IN_PERSON, second)
    back = changing.move(kept, start=ELEVEN, modality="phone", by=By.CLIENT, now=NOW)
    assert (back.modality, back.office) == (Modality.PHONE, None)


def test_another_mediators_office_is_refused(confirmed: Appointment) -> None:
    other = office_of(make_mediator("Berthe Petit"))
    with pytest.raises(changing.SlotRefused):
        changing.move(confirmed, start=ELEVEN, modality="in_person", office=other, by=By.CLIENT, now=NOW)


def test_an_unconfirmed_one_moves_and_its_confirmation_stays_due(bob: Mediator) -> None:
    booked = book(bob)
    moved = changing.move(booked, start=ELEVEN, by=By.VISITOR, now=NOW + MINUTE)
    assert (moved.state, moved.expires_at) == (State.UNCONFIRMED, NOW + timedelta(hours=2))
    assert {one.kind for one in Letter.objects.all()} == {"appointment_to_confirm"}
    assert confirming.confirm_with_code(moved, code_of(last_letter("appointment_to_confirm")), NOW + MINUTE).created


def test_the_confirmation_of_a_moved_one_is_due_before_its_new_start(bob: Mediator) -> None:
    service = make_service(bob, notice_minutes=0)
    booked = book(bob, service=service)
    letter = last_letter("appointment_to_confirm")
    sooner = NOW + 30 * MINUTE
    moved = changing.move(booked, start=sooner, by=By.VISITOR, now=NOW + MINUTE)
    assert moved.expires_at == sooner
    with pytest.raises(confirming.LinkInvalid):
        confirming.peek_link(token_of(letter), AccessLink.Purpose.CONFIRM, sooner)


def test_moving_an_unconfirmed_one_writes_no_more_letters_than_asked_for(bob: Mediator) -> None:
    booked = book(bob)
    for number in range(8):
        changing.move(booked, start=(ELEVEN, TEN)[number % 2], by=By.VISITOR, now=NOW)
    assert Letter.objects.count() == 6


def test_the_doors_of_letters_follow_the_appointment(bob: Mediator) -> None:
    book(bob)
    confirming.confirm_with_link(token_of(last_letter("appointment_to_confirm")), NOW)
    token = token_of(last_letter("appointment_confirmed"))
    link = confirming.peek_link(token, AccessLink.Purpose.MANAGE, NOW)
    moved = move(link.participant.appointment, TEN + timedelta(days=50))
    assert confirming.peek_link(token, AccessLink.Purpose.MANAGE, moved.ends_at).participant.appointment == moved
    with pytest.raises(confirming.LinkInvalid):
        confirming.peek_link(token, AccessLink.Purpose.MANAGE, moved.ends_at + timedelta(days=30))


def test_until_the_start_or_what_the_service_sets(bob: Mediator, confirmed: Appointment) -> None:
    assert changing.may_change(confirmed, TEN - timedelta.resolution)
    assert not changing.may_change(confirmed, TEN)
    Service.objects.update(change_until_hours=24)
    confirmed = Appointment.objects.get(pk=confirmed.pk)
    limit = TEN - timedelta(hours=24)
    assert changing.may_change(confirmed, limit - timedelta.resolution)
    assert not changing.may_change(confirmed, limit)
    acts: list[Callable[[], Appointment]] = [
        lambda: move(confirmed, now=limit),
        lambda: changing.cancel(confirmed, by=By.CLIENT, now=limit),
    ]
    for act in acts:
        with pytest.raises(changing.TooLate) as refused:
            act()
        assert refused.value.limit == limit
    assert changing.cancel(confirmed, by=By.MEDIATOR, reason="Souffrant", now=limit).state == State.CANCELLED


def test_nothing_changes_once_begun(confirmed: Appointment) -> None:
    for by in (By.CLIENT, By.MEDIATOR):
        with pytest.raises(changing.TooLate):
            changing.cancel(confirmed, by=by, now=TEN)


def test_a_cancelled_one_frees_its_time_and_both_sides_are_told(bob: Mediator, confirmed: Appointment) -> None:
    cancelled = changing.cancel(confirmed, by=By.CLIENT, reason="Un empêchement", now=NOW + MINUTE)
    assert (cancelled.state, cancelled.sequence, cancelled.cancel_reason) == (State.CANCELLED, 1, "Un empêchement")
    last = cancelled.transitions.last()
    assert last is not None
    assert (last.from_state, last.to_state, last.by, last.at, last.reason) == (
        "confirmed", "cancelled", "client", NOW + MINUTE, "Un empêchement",
    )  # fmt: skip
    told = {(one.kind, one.ics_method) for one in Letter.objects.filter(kind__endswith="cancelled")}
    assert told == {("appointment_cancelled", "CANCEL"), ("mediator_cancelled", "CANCEL")}
    assert hold(bob, browser="charlie").state == State.HELD
    assert availability.differences(NOW) == []


def test_cancelling_twice_is_cancelling_once(confirmed: Appointment) -> None:
    first = changing.cancel(confirmed, by=By.CLIENT, reason="", now=NOW)
    again = changing.cancel(confirmed, by=By.CLIENT, reason="encore", now=NOW)
    assert (again, again.cancel_reason, again.sequence) == (first, "", 1)
    assert Letter.objects.filter(kind="appointment_cancelled").count() == 1


def test_the_mediator_is_not_told_of_what_was_never_confirmed(bob: Mediator) -> None:
    changing.cancel(book(bob), by=By.VISITOR, reason="", now=NOW)
    assert [(one.kind, one.ics) for one in Letter.objects.order_by("pk")][1:] == [("appointment_cancelled", "")]


def test_what_is_no_appointment_to_come_does_not_change(bob: Mediator) -> None:
    held = hold(bob)
    expired = book(bob, ELEVEN, browser="charlie")
    for appointment, now in ((held, NOW), (expired, NOW + timedelta(hours=2))):
        with pytest.raises(changing.NotChangeable):
            move(appointment, TEN + timedelta(days=1), now)
        with pytest.raises(changing.NotChangeable):
            changing.cancel(appointment, by=By.CLIENT, reason="", now=now)
        assert not changing.may_change(appointment, now)


def test_hours_closed_since_do_not_hold_an_appointment_to_them(bob: Mediator, confirmed: Appointment) -> None:
    editing.add_busy(bob, Period(TEN, TEN + MINUTE), NOW)
    assert move(confirmed).starts_at == ELEVEN
    assert passages(confirmed)[-1] == ("confirmed", "confirmed", "client")
