"""Holding, describing and booking a slot."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, editing
from allomediateur.agenda.models import Appointment, Modality, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import Refusal
from tests.agenda.steps import MINUTE, TEN, book, describe, hold, passages
from tests.factories import NOW, make_mediator, make_service, make_user, office_of
from tests.factories import book as make_appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def test_a_hold_keeps_the_slot_ten_minutes(bob: Mediator) -> None:
    held = hold(bob)
    assert (held.state, held.expires_at, held.starts_at, held.ends_at) == (
        State.HELD, NOW + 10 * MINUTE, TEN, TEN + 30 * MINUTE,
    )  # fmt: skip
    assert passages(held) == [("", "held", Transition.By.VISITOR)]
    with pytest.raises(booking.SlotTaken) as lost:
        hold(bob, browser="charlie")
    assert [slot.start for slot in lost.value.nearest[:3]] == [TEN - 60 * MINUTE, TEN - 30 * MINUTE, TEN + 30 * MINUTE]
    assert availability.differences(NOW) == []


def test_a_hold_blocks_its_buffers(bob: Mediator) -> None:
    service = make_service(bob, before_minutes=10, after_minutes=20)
    held = hold(bob, service=service)
    assert (held.blocked.lower, held.blocked.upper) == (TEN - 10 * MINUTE, TEN + 50 * MINUTE)
    with pytest.raises(booking.SlotTaken):
        hold(bob, TEN + 30 * MINUTE, browser="charlie")


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (TEN + 7 * MINUTE, Refusal.OFF_GRID),
        (TEN + timedelta(hours=3), Refusal.OUTSIDE_OPENINGS),
        (NOW - timedelta(days=3), Refusal.NOTICE),
        (NOW + timedelta(hours=1), Refusal.NOTICE),
        (TEN + timedelta(days=70), Refusal.HORIZON),
    ],
)
def test_what_is_not_listed_is_refused_with_the_nearest(bob: Mediator, start: datetime, reason: Refusal) -> None:
    with pytest.raises(booking.SlotRefused) as refused:
        hold(bob, start)
    assert refused.value.reason == reason
    assert refused.value.nearest


def test_a_start_long_past_or_beyond_the_calendar_is_refused(bob: Mediator) -> None:
    for year in (1, 1969, 9999):
        with pytest.raises(booking.SlotRefused):
            hold(bob, TEN.replace(year=year))


def test_who_is_not_bookable_cannot_be_held() -> None:
    bob = make_mediator(cpmn_member=False)
    with pytest.raises(booking.SlotRefused) as refused:
        hold(bob)
    assert refused.value.nearest == []


def test_another_slot_of_the_same_browser_ends_the_first_and_keeps_what_was_typed(bob: Mediator) -> None:
    first = hold(bob)
    describe(first)
    second = hold(bob, TEN + 30 * MINUTE)
    first.refresh_from_db()
    assert (first.state, second.state) == (State.EXPIRED, State.HELD)
    assert [(one.name, one.email) for one in second.participants.all()] == [("Alice Martin", "alice@example.org")]
    assert hold(bob, browser="charlie").state == State.HELD
    assert availability.differences(NOW) == []


def test_a_slot_that_overlaps_the_browsers_own_hold_can_be_chosen(bob: Mediator) -> None:
    service = make_service(bob, minutes=60, step_minutes=30)
    hold(bob, service=service)
    assert hold(bob, TEN + 30 * MINUTE, service=service).state == State.HELD


def test_when_the_other_slot_is_taken_the_first_stands(bob: Mediator) -> None:
    first = hold(bob)
    hold(bob, TEN + 30 * MINUTE, browser="charlie")
    with pytest.raises(booking.SlotTaken):
        hold(bob, TEN + 30 * MINUTE)
    first.refresh_from_db()
    assert first.state == State.HELD


def test_a_hold_with_another_mediator_gives_the_first_ones_time_back(bob: Mediator) -> None:
    hold(bob)
    hold(make_mediator("Berthe Petit"))
    assert Appointment.objects.filter(state=State.HELD).count() == 1
    assert availability.differences(NOW) == []


def test_the_same_slot_asked_twice_is_one_hold(bob: Mediator) -> None:
    assert hold(bob) == hold(bob, now=NOW + MINUTE)
    assert Appointment.objects.count() == 1


def test_a_double_click_with_a_key_is_one_hold_and_the_key_serves_no_other_slot(bob: Mediator) -> None:
    first = hold(bob, key="k1")
    assert hold(bob, key="k1") == first
    with pytest.raises(KeyReused):
        hold(bob, TEN + 30 * MINUTE, key="k1")
    assert hold(bob, TEN + 30 * MINUTE, browser="charlie", key="k1") != first


def test_a_form_from_the_history_asks_anew_once_its_hold_is_over(bob: Mediator) -> None:
    first = hold(bob, key="k1")
    booking.release(first, NOW)
    again = hold(bob, key="k1")
    assert (again.state, again == first) == (State.HELD, False)
    assert hold(bob, key="k1") == again


def test_what_was_typed_for_an_expired_hold_comes_along_for_its_browser_only(bob: Mediator) -> None:
    first = hold(bob)
    describe(first)
    later = NOW + 11 * MINUTE
    second = hold(bob, now=later, former=first)
    assert [one.email for one in second.participants.all()] == ["alice@example.org"]
    stranger = hold(bob, TEN + 30 * MINUTE, browser="charlie", now=later, former=first)
    assert not stranger.participants.exists()


def test_an_expired_hold_blocks_nothing_worker_or_not(bob: Mediator) -> None:
    first = hold(bob)
    at_expiry = NOW + 10 * MINUTE
    with pytest.raises(booking.SlotTaken):
        hold(bob, browser="charlie", now=at_expiry - timedelta.resolution)
    assert hold(bob, browser="charlie", now=at_expiry).state == State.HELD
    first.refresh_from_db()
    assert (first.state, passages(first)[-1]) == (State.EXPIRED, ("held", "expired", "system"))
    with pytest.raises(booking.HoldExpired):
        describe(first, at_expiry)
    assert availability.differences(NOW) == []


def test_an_extension_is_ten_minutes_once(bob: Mediator) -> None:
    held = hold(bob)
    assert booking.extend(held, NOW + 5 * MINUTE).expires_at == NOW + 20 * MINUTE
    assert booking.extend(held, NOW + 15 * MINUTE).expires_at == NOW + 20 * MINUTE
    with pytest.raises(booking.HoldExpired):
        booking.extend(held, NOW + 20 * MINUTE)
    assert availability.differences(NOW) == []


def test_a_release_frees_the_slot_at_once(bob: Mediator) -> None:
    held = hold(bob)
    booking.release(held, NOW)
    booking.release(held, NOW)
    assert hold(bob, browser="charlie").state == State.HELD
    assert availability.differences(NOW) == []


def test_the_price_is_the_services_whatever_comes_later(bob: Mediator) -> None:
    service = make_service(bob, price_cents=6000)
    held = hold(bob, service=service)
    assert held.price_cents == 6000


def test_a_phone_appointment_wants_a_number(bob: Mediator) -> None:
    with pytest.raises(booking.PhoneMissing):
        describe(hold(bob), phone="")
    assert describe(hold(bob, modality=Modality.VIDEO), phone="").phone == ""


def test_in_person_keeps_its_office(bob: Mediator) -> None:
    held = hold(bob, modality=Modality.IN_PERSON, office=office_of(bob))
    assert held.office == office_of(bob)
    with pytest.raises(booking.SlotRefused):
        hold(bob, browser="charlie", modality=Modality.IN_PERSON, office=office_of(make_mediator("Berthe Petit")))


def test_a_visitors_booking_waits_for_its_confirmation(bob: Mediator) -> None:
    booked = book(bob)
    assert (booked.state, booked.expires_at) == (State.UNCONFIRMED, NOW + timedelta(hours=2))
    assert [letter.kind for letter in Letter.objects.all()] == ["appointment_to_confirm"]
    assert passages(booked) == [("", "held", "visitor"), ("held", "unconfirmed", "visitor")]
    assert set(booked.participants.values_list("role", "name")) == {("client", "Alice Martin"), ("mediator", bob.name)}
    assert not User.objects.filter(email="alice@example.org").exists()
    assert availability.differences(NOW) == []


@pytest.mark.parametrize(
    ("ahead", "notice", "given"),
    [
        (timedelta(hours=3), 120, timedelta(hours=1)),
        (timedelta(hours=2), 120, timedelta(minutes=15)),
        (timedelta(minutes=10), 0, timedelta(minutes=10)),
        (timedelta(days=1), 120, timedelta(hours=2)),
    ],
)
def test_the_confirmation_is_due_before_the_notice_and_never_after_the_start(
    bob: Mediator, ahead: timedelta, notice: int, given: timedelta
) -> None:
    service = make_service(bob, notice_minutes=notice)
    now = TEN - ahead
    assert book(bob, now=now, service=service).expires_at == now + given


def test_booking_twice_is_booking_once(bob: Mediator) -> None:
    held = hold(bob)
    describe(held)
    first = booking.book(held, user=None, key="k", now=NOW)
    assert booking.book(held, user=None, key="k", now=NOW) == first
    assert booking.book(held, user=None, key="other", now=NOW) == first
    assert Letter.objects.count() == 1


def test_booking_wants_a_live_and_described_hold(bob: Mediator) -> None:
    held = hold(bob)
    with pytest.raises(booking.HoldExpired):
        booking.book(held, user=None, key="", now=NOW)
    describe(held)
    with pytest.raises(booking.HoldExpired):
        booking.book(held, user=None, key="", now=NOW + 10 * MINUTE)


def test_a_signed_in_client_with_a_proven_address_is_confirmed_at_once(bob: Mediator) -> None:
    alice = make_user()
    booked = book(bob, user=alice)
    assert (booked.state, booked.expires_at) == (State.CONFIRMED, None)
    assert Appointment.objects.visible_to(alice).get() == booked
    assert {(one.kind, one.to) for one in Letter.objects.all()} == {
        ("appointment_confirmed", "alice@example.org"),
        ("mediator_confirmed", bob.user.email),
    }
    assert availability.differences(NOW) == []


@pytest.mark.parametrize("user", [{"verified": False}, {"email": "other@example.org"}])
def test_an_unproven_address_waits_even_when_signed_in(bob: Mediator, user: dict[str, Any]) -> None:
    assert book(bob, user=make_user(**user)).state == State.UNCONFIRMED


def test_a_mediators_account_is_no_clients_space(bob: Mediator) -> None:
    booked = book(bob, user=bob.user)
    assert booked.participants.get(role="client").user is None


@pytest.mark.parametrize("change", ["closed", "busy", "moved", "suspended"])
def test_hours_that_changed_meanwhile_refuse_the_booking(bob: Mediator, change: str) -> None:
    held = hold(bob)
    describe(held)
    if change == "closed":
        editing.add_exceptions(bob, [editing.ExceptionDraft("closed", TEN.date())], NOW)
    elif change == "busy":
        editing.add_busy(bob, Period(TEN, TEN + MINUTE), NOW)
    elif change == "moved":
        editing.replace_openings(bob, [editing.OpeningDraft("phone", None, 1, 14 * 60, 18 * 60)], NOW)
    else:
        Mediator.objects.filter(pk=bob.pk).update(suspended_at=NOW)
    with pytest.raises(booking.SlotLost):
        booking.book(held, user=None, key="", now=NOW)
    held.refresh_from_db()
    assert held.state == State.HELD


def test_a_notice_judged_at_the_hold_is_not_judged_again(bob: Mediator) -> None:
    now = TEN - timedelta(hours=2)
    held = hold(bob, now=now)
    describe(held, now + 9 * MINUTE)
    assert booking.book(held, user=None, key="", now=now + 9 * MINUTE).state == State.UNCONFIRMED


def test_nothing_is_booked_once_begun(bob: Mediator) -> None:
    service = make_service(bob, notice_minutes=0)
    held = hold(bob, service=service, now=TEN - 5 * MINUTE)
    describe(held, TEN - 5 * MINUTE)
    with pytest.raises(booking.SlotRefused):
        booking.book(held, user=None, key="", now=TEN)


def test_an_appointment_that_was_there_before_is_respected(bob: Mediator) -> None:
    make_appointment(bob, TEN)
    with pytest.raises(booking.SlotTaken):
        hold(bob)
