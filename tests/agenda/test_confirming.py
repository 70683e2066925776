"""Proving the address by link or code, and the account made on the way."""

from datetime import timedelta

import pytest

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, changing, confirming, editing
from allomediateur.agenda.models import AccessLink, Appointment, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.steps import MINUTE, TEN, book, code_of, hold, last_letter, passages, token_of, wrong
from tests.factories import NOW, make_mediator, make_user

pytestmark = pytest.mark.django_db

TO_CONFIRM = "appointment_to_confirm"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def booked(bob: Mediator) -> Appointment:
    return book(bob)


def test_the_code_confirms_and_makes_the_account(booked: Appointment) -> None:
    confirmed = confirming.confirm_with_code(booked, code_of(last_letter(TO_CONFIRM)), NOW + MINUTE)
    alice = User.objects.get(email="alice@example.org")
    assert confirmed == confirming.Confirmed(booked, alice, created=True)
    assert confirmed.attached
    assert (confirmed.appointment.state, confirmed.appointment.expires_at) == (State.CONFIRMED, None)
    assert (alice.name, alice.role, people.is_verified(alice)) == ("Alice Martin", User.Role.CLIENT, True)
    assert not alice.has_usable_password()
    assert passages(booked)[-1] == ("unconfirmed", "confirmed", Transition.By.VISITOR)
    assert {one.kind for one in Letter.objects.all()} == {TO_CONFIRM, "appointment_confirmed", "mediator_confirmed"}
    assert availability.differences(NOW) == []


def test_the_code_may_be_typed_with_spaces(booked: Appointment) -> None:
    code = code_of(last_letter(TO_CONFIRM))
    assert confirming.confirm_with_code(booked, f" {code[:3]}\u202f{code[3:]} ", NOW).created


def test_the_link_confirms_and_makes_the_account(booked: Appointment) -> None:
    token = token_of(last_letter(TO_CONFIRM))
    assert confirming.peek_link(token, AccessLink.Purpose.CONFIRM, NOW).participant.appointment == booked
    confirmed = confirming.confirm_with_link(token, NOW)
    assert (confirmed.created, confirmed.already, confirmed.attached) == (True, False, True)


def test_confirming_again_is_kind_and_changes_nothing(booked: Appointment) -> None:
    letter = last_letter(TO_CONFIRM)
    confirming.confirm_with_link(token_of(letter), NOW)
    letters = Letter.objects.count()
    much_later = TEN + timedelta(days=20)
    by_link = confirming.confirm_with_link(token_of(letter), much_later)
    by_code = confirming.confirm_with_code(booked, "000000", NOW)
    assert [(one.created, one.already) for one in (by_link, by_code)] == [(False, True)] * 2
    assert confirming.peek_link(token_of(letter), AccessLink.Purpose.CONFIRM, much_later).used_at == NOW
    assert Letter.objects.count() == letters


def test_five_wrong_codes_and_another_must_be_sent(booked: Appointment) -> None:
    code = code_of(last_letter(TO_CONFIRM))
    left = []
    for _ in range(5):
        with pytest.raises(confirming.WrongCode) as refused:
            confirming.confirm_with_code(booked, wrong(code), NOW)
        left.append(refused.value.left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(confirming.TooManyTries):
        confirming.confirm_with_code(booked, code, NOW)
    confirming.resend(booked, NOW)
    fresh = code_of(last_letter(TO_CONFIRM))
    assert confirming.confirm_with_code(booked, fresh, NOW).created


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "१२३४५६", "0" * 5000])
def test_what_is_no_code_is_a_wrong_one(booked: Appointment, code: str) -> None:
    with pytest.raises(confirming.WrongCode):
        confirming.confirm_with_code(booked, code, NOW)


def test_only_the_latest_code_is_good_but_every_link_is(booked: Appointment) -> None:
    first = last_letter(TO_CONFIRM)
    confirming.resend(booked, NOW)
    second = last_letter(TO_CONFIRM)
    if code_of(first) != code_of(second):
        with pytest.raises(confirming.WrongCode):
            confirming.confirm_with_code(booked, code_of(first), NOW)
    assert confirming.confirm_with_link(token_of(first), NOW).created
    assert confirming.confirm_with_link(token_of(second), NOW).already


def test_letters_are_counted(booked: Appointment) -> None:
    for _ in range(5):
        confirming.resend(booked, NOW)
    with pytest.raises(confirming.TooManyLetters):
        confirming.resend(booked, NOW)
    with pytest.raises(confirming.TooManyLetters):
        confirming.correct_email(booked, "alice2@example.org", NOW)
    assert Letter.objects.filter(kind=TO_CONFIRM).count() == 6


def test_a_mistyped_address_is_corrected_without_losing_the_slot(booked: Appointment) -> None:
    former = last_letter(TO_CONFIRM)
    confirming.correct_email(booked, " Alicia@Example.org ", NOW)
    letter = last_letter(TO_CONFIRM)
    assert letter.to == "alicia@example.org"
    with pytest.raises(confirming.LinkInvalid):
        confirming.confirm_with_link(token_of(former), NOW)
    confirmed = confirming.confirm_with_code(booked, code_of(letter), NOW)
    assert confirmed.user == User.objects.get(email="alicia@example.org")
    with pytest.raises(confirming.LinkInvalid):
        confirming.confirm_with_link(token_of(former), NOW)


def test_an_existing_account_gets_it_by_the_link_only(booked: Appointment) -> None:
    alice = make_user()
    letter = last_letter(TO_CONFIRM)
    by_code = confirming.confirm_with_code(booked, code_of(letter), NOW)
    assert (by_code.appointment.state, by_code.user, by_code.created) == (State.CONFIRMED, None, False)
    assert not Appointment.objects.visible_to(alice).exists()
    by_link = confirming.confirm_with_link(token_of(letter), NOW + timedelta(days=3))
    assert (by_link.user, by_link.created, by_link.already) == (alice, False, True)
    assert Appointment.objects.visible_to(alice).get() == booked


def test_the_answer_does_not_tell_that_an_account_exists(bob: Mediator) -> None:
    make_user()
    known, unknown = book(bob), book(bob, TEN + 30 * MINUTE, told={"email": "new@example.org"}, browser="b")
    same = "state", "expires_at", "sequence"
    assert [getattr(known, name) for name in same] == [getattr(unknown, name) for name in same]


def test_a_mediators_address_confirms_but_hangs_on_no_account(bob: Mediator) -> None:
    berthe = make_mediator("Berthe Petit")
    book(bob, told={"email": berthe.user.email})
    confirmed = confirming.confirm_with_link(token_of(last_letter(TO_CONFIRM)), NOW)
    assert (confirmed.appointment.state, confirmed.user) == (State.CONFIRMED, None)


def test_a_signed_in_client_keeps_it_whatever_address_was_given(bob: Mediator) -> None:
    alice = make_user()
    booked = book(bob, user=alice, told={"email": "work@example.org"})
    confirmed = confirming.confirm_with_code(booked, code_of(last_letter(TO_CONFIRM)), NOW)
    assert (confirmed.user, confirmed.created) == (alice, False)
    assert not User.objects.filter(email="work@example.org").exists()
    assert passages(booked)[-1] == ("unconfirmed", "confirmed", Transition.By.CLIENT)


def test_from_the_expiry_on_nothing_confirms_worker_or_not(booked: Appointment) -> None:
    letter, at_expiry = last_letter(TO_CONFIRM), NOW + timedelta(hours=2)
    with pytest.raises(booking.HoldExpired):
        confirming.confirm_with_code(booked, code_of(letter), at_expiry)
    with pytest.raises(confirming.LinkInvalid) as refused:
        confirming.confirm_with_link(token_of(letter), at_expiry)
    assert refused.value.appointment == booked
    with pytest.raises(booking.HoldExpired):
        confirming.resend(booked, at_expiry)
    assert confirming.confirm_with_code(booked, code_of(letter), at_expiry - timedelta.resolution).created


def test_a_cancelled_one_is_not_confirmed(booked: Appointment) -> None:
    letter = last_letter(TO_CONFIRM)
    changing.cancel(booked, by=Transition.By.VISITOR, now=NOW)
    with pytest.raises(booking.HoldExpired) as refused:
        confirming.confirm_with_link(token_of(letter), NOW)
    assert refused.value.appointment.state == State.CANCELLED


def test_a_day_closed_meanwhile_is_told_with_other_slots(bob: Mediator, booked: Appointment) -> None:
    editing.add_exceptions(bob, [editing.ExceptionDraft("closed", TEN.date())], NOW)
    with pytest.raises(booking.SlotRefused) as refused:
        confirming.confirm_with_code(booked, code_of(last_letter(TO_CONFIRM)), NOW)
    assert refused.value.nearest[0].start.date() != TEN.date()
    assert not User.objects.filter(email="alice@example.org").exists()


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "a" * 5000])
def test_an_unknown_link_opens_nothing(booked: Appointment, token: str) -> None:
    for purpose in AccessLink.Purpose:
        with pytest.raises(confirming.LinkInvalid):
            confirming.peek_link(token, purpose, NOW)


def test_a_link_serves_its_own_purpose_only(booked: Appointment) -> None:
    letter = last_letter(TO_CONFIRM)
    with pytest.raises(confirming.LinkInvalid):
        confirming.peek_link(token_of(letter), AccessLink.Purpose.MANAGE, NOW)
    confirming.confirm_with_link(token_of(letter), NOW)
    manage = token_of(last_letter("appointment_confirmed"))
    assert confirming.peek_link(manage, AccessLink.Purpose.MANAGE, NOW).participant.email == "alice@example.org"
    with pytest.raises(confirming.LinkInvalid):
        confirming.confirm_with_link(manage, NOW)


def test_neither_token_nor_code_is_kept(booked: Appointment) -> None:
    letter = last_letter(TO_CONFIRM)
    kept = str(list(AccessLink.objects.values_list("token_hash", "code_hash")))
    assert token_of(letter) not in kept
    assert code_of(letter) not in kept


def test_a_hold_is_not_confirmed(bob: Mediator) -> None:
    held = hold(bob)
    for act in (lambda: confirming.confirm_with_code(held, "123456", NOW), lambda: confirming.resend(held, NOW)):
        with pytest.raises(booking.HoldExpired):
            act()
