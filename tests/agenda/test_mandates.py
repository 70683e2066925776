"""Booking on mandate: the agent's proof, the person's own answer, what each hears, and that nobody is matched."""

from datetime import timedelta

import pytest

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, changing, confirming, erasing, expiring, exporting, mandates
from allomediateur.agenda.changing import TooLate
from allomediateur.agenda.models import Appointment, Participant, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.mandates import LAWYER, agent_of, agreed, ask, code_in, kinds, letter, part, prove
from tests.agenda.steps import MINUTE, TEN, code_of, describe, hold, passages, token_of
from tests.factories import NOW, make_mediator, make_service, make_user

pytestmark = pytest.mark.django_db

TO_PROVE, FOR_YOU = "appointment_to_prove", "appointment_for_you"
By = Transition.By


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def test_the_agent_proves_their_address_first_and_the_person_hears_nothing_before(bob: Mediator) -> None:
    asked = ask(bob)
    assert (asked.state, asked.expires_at) == (State.UNCONFIRMED, NOW + timedelta(hours=2))
    assert kinds() == [(TO_PROVE, "roux@example.org")]
    assert passages(asked) == [("", "held", By.VISITOR), ("held", "unconfirmed", By.AGENT)]


def test_then_the_slot_waits_for_the_person_concerned(bob: Mediator) -> None:
    asked = ask(bob)
    proven = confirming.confirm_with_code(asked, code_of(letter(TO_PROVE)), NOW + MINUTE)
    asked.refresh_from_db()
    assert (asked.state, proven.appointment.state) == (State.UNCONFIRMED, State.UNCONFIRMED)
    # A day and an hour ahead, with two hours' notice: before the notice, not two days.
    assert asked.expires_at == TEN - timedelta(hours=2)
    assert kinds()[1:] == [(FOR_YOU, "alice@example.org"), ("appointment_agent_waiting", "roux@example.org")]
    assert passages(asked)[-1] == ("unconfirmed", "unconfirmed", By.AGENT)
    assert (proven.created, proven.user) == (True, User.objects.get(email="roux@example.org"))
    assert not User.objects.filter(email="alice@example.org").exists()
    assert availability.differences(NOW + MINUTE) == []


def test_the_persons_letter_says_who_in_what_capacity_and_that_refusing_is_free(bob: Mediator) -> None:
    prove(ask(bob))
    written = letter(FOR_YOU)
    for text in (written.text, written.html):
        plain = text.replace("\u00a0", " ")
        assert "Maître Roux, avocat, Cabinet Roux, a pris pour vous" in plain
        assert "Refuser est libre" in plain
        assert "Ce que nous savons de vous" in plain
        assert "roux@example.org" not in plain
        assert "+33612000001" not in plain
    assert code_in(written.text) is None


def test_no_code_answers_for_the_person(bob: Mediator) -> None:
    """The browser of the agent has the code's page: it never confirms for somebody else."""
    asked = ask(bob)
    code = code_of(letter(TO_PROVE))
    confirming.confirm_with_code(asked, code, NOW)
    for tried in (code, "000000", ""):
        again = confirming.confirm_with_code(asked, tried, NOW)
        assert again.already
        assert again.appointment.state == State.UNCONFIRMED
    confirming.confirm_with_link(token_of(letter(TO_PROVE)), NOW)
    asked.refresh_from_db()
    assert asked.state == State.UNCONFIRMED
    assert part(asked, "client").answer == ""


def test_the_person_confirms_by_their_own_link(bob: Mediator) -> None:
    asked = agreed(bob)
    assert asked.state == State.CONFIRMED
    assert (part(asked, "client").answer, part(asked, "client").answered_at) == ("accepted", NOW)
    assert passages(asked)[-1][1] == "confirmed"
    assert kinds()[3:] == [
        ("appointment_confirmed", "alice@example.org"),
        ("mediator_confirmed", bob.user.email),
        ("appointment_agent_confirmed", "roux@example.org"),
    ]
    assert "Rendez-vous pris par Maître Roux, avocat, Cabinet Roux" in letter("mediator_confirmed").text


def test_each_calendar_names_its_own_reader_only(bob: Mediator) -> None:
    agreed(bob)
    addresses = {"alice@example.org", "roux@example.org", bob.user.email}
    for written in Letter.objects.exclude(ics=""):
        flat = written.ics.replace("\r\n ", "")
        assert [one for one in addresses if one in flat] == [written.to]


def test_the_agent_reads_neither_the_address_nor_the_number_of_the_person(bob: Mediator) -> None:
    agreed(bob)
    for written in Letter.objects.filter(to="roux@example.org"):
        body = written.text + written.html + written.subject + written.ics.replace("\r\n ", "")
        assert "alice@example.org" not in body
        assert "12 34 56 78" not in body.replace("\u202f", " ")


def test_refusing_is_free_and_the_agent_alone_is_told(bob: Mediator) -> None:
    asked = prove(ask(bob))
    mandates.refuse(token_of(letter(FOR_YOU)), NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.cancel_reason) == (State.CANCELLED, "")
    assert part(asked, "client").answer == "declined"
    assert kinds()[3:] == [("appointment_agent_refused", "roux@example.org")]
    assert mandates.refuse(token_of(letter(FOR_YOU)), NOW).state == State.CANCELLED
    assert len(kinds()) == 4
    assert availability.differences(NOW) == []
    with pytest.raises(booking.HoldExpired):
        confirming.confirm_with_link(token_of(letter(FOR_YOU)), NOW)


def test_only_the_person_concerned_refuses(bob: Mediator) -> None:
    asked = ask(bob)
    with pytest.raises(mandates.LinkInvalid):
        mandates.refuse(token_of(letter(TO_PROVE)), NOW)
    prove(asked)
    with pytest.raises(mandates.LinkInvalid):
        mandates.refuse(token_of(letter(TO_PROVE)), NOW)
    asked.refresh_from_db()
    assert asked.state == State.UNCONFIRMED


def test_unanswered_it_is_released_and_both_are_told(bob: Mediator) -> None:
    asked = prove(ask(bob))
    late = TEN - timedelta(hours=2)
    with pytest.raises(confirming.LinkInvalid):
        confirming.confirm_with_link(token_of(letter(FOR_YOU)), late)
    assert expiring.release_due(late) == 1
    asked.refresh_from_db()
    assert asked.state == State.EXPIRED
    assert kinds()[3:] == [
        ("appointment_released", "alice@example.org"), ("appointment_agent_released", "roux@example.org"),
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["released", "cancelled", "moved"])
def test_before_the_agent_is_proven_the_person_never_hears_of_it(bob: Mediator, end: str) -> None:
    asked = ask(bob)
    if end == "released":
        expiring.release_due(NOW + timedelta(hours=2))
    elif end == "cancelled":
        changing.cancel(asked, by=By.AGENT, now=NOW)
    else:
        changing.move(asked, start=TEN + 30 * MINUTE, by=By.AGENT, now=NOW)
    assert {to for _kind, to in kinds()} == {"roux@example.org"}


def test_the_agent_cancels_while_it_waits_and_the_person_is_told_by_whom(bob: Mediator) -> None:
    asked = prove(ask(bob))
    changing.cancel(asked, by=By.AGENT, now=NOW)
    assert passages(asked)[-1] == ("unconfirmed", "cancelled", By.AGENT)
    assert "Maître Roux, avocat, Cabinet Roux, a annulé" in letter("appointment_cancelled", "alice@example.org").text
    assert not Letter.objects.filter(to=bob.user.email).exists()


def test_the_agent_moves_it_while_it_waits_and_the_person_is_asked_again(bob: Mediator) -> None:
    asked = prove(ask(bob))
    changing.move(asked, start=TEN + 30 * MINUTE, by=By.AGENT, now=NOW)
    assert kinds()[3:] == [(FOR_YOU, "alice@example.org"), ("appointment_agent_moved", "roux@example.org")]
    confirming.confirm_with_link(token_of(letter(FOR_YOU)), NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.starts_at) == (State.CONFIRMED, TEN + 30 * MINUTE)


def test_once_confirmed_the_agents_changes_are_told_to_the_person(bob: Mediator) -> None:
    asked = agreed(bob)
    changing.move(asked, start=TEN + 60 * MINUTE, by=By.AGENT, now=NOW)
    assert "Maître Roux, avocat, Cabinet Roux, a déplacé" in letter("appointment_moved", "alice@example.org").text
    assert letter("appointment_agent_moved").ics_method == "REQUEST"
    changing.cancel(asked, by=By.CLIENT, reason="Je renonce à tout", now=NOW)
    told = letter("appointment_agent_cancelled")
    assert told.ics_method == "CANCEL"
    assert "Je renonce" not in told.text + told.html


def test_the_agent_is_held_to_the_limit_of_the_service(bob: Mediator) -> None:
    asked = agreed(bob)
    asked.service.change_until_hours = 24
    asked.service.save()
    with pytest.raises(TooLate):
        changing.cancel(asked, by=By.AGENT, now=NOW + timedelta(hours=2))


def test_a_signed_in_agent_is_proven_at_once(bob: Mediator) -> None:
    roux = make_user("roux@example.org", name="Roux")
    asked = ask(bob, user=roux)
    assert kinds() == [(FOR_YOU, "alice@example.org"), ("appointment_agent_waiting", "roux@example.org")]
    assert (agent_of(asked).user, part(asked, "client").user) == (roux, None)
    assert Appointment.objects.visible_to(roux).get() == asked


def test_nobody_is_matched_to_an_account_by_an_address_that_was_typed(bob: Mediator) -> None:
    alice, roux = make_user(), make_user("roux@example.org", name="Roux")
    asked = ask(bob)
    confirming.confirm_with_code(asked, code_of(letter(TO_PROVE)), NOW)
    for user in (alice, roux):
        assert not Appointment.objects.visible_to(user).exists()
    confirming.confirm_with_link(token_of(letter(FOR_YOU)), NOW)
    assert Appointment.objects.visible_to(alice).get() == asked
    assert not Appointment.objects.visible_to(roux).exists()
    confirming.confirm_with_link(token_of(letter(TO_PROVE)), NOW)
    assert Appointment.objects.visible_to(roux).get() == asked


def test_the_agent_may_turn_out_to_book_for_themselves(bob: Mediator) -> None:
    held = hold(bob)
    describe(held, agent=LAWYER)
    describe(held, name="Paul Roux", email="roux@example.org")
    booked = booking.book(held, user=None, key="", now=NOW)
    assert not booked.participants.filter(role="agent").exists()
    assert kinds() == [("appointment_to_confirm", "roux@example.org")]


def test_a_lost_slot_keeps_who_acts_for_whom(bob: Mediator) -> None:
    held = hold(bob)
    describe(held, agent=LAWYER)
    later = hold(bob, TEN + 30 * MINUTE)
    assert (agent_of(later).presented, part(later, "client").name) == (
        "Maître Roux, avocat, Cabinet Roux", "Alice Martin",
    )  # fmt: skip


def test_a_corrected_address_of_the_agent_stays_the_agents(bob: Mediator) -> None:
    asked = ask(bob)
    confirming.correct_email(asked, "maitre@example.org", NOW)
    assert kinds()[-1] == (TO_PROVE, "maitre@example.org")
    assert part(asked, "client").email == "alice@example.org"
    confirming.confirm_with_link(token_of(letter(TO_PROVE)), NOW)
    with pytest.raises(booking.HoldExpired):
        confirming.correct_email(asked, "other@example.org", NOW)


def test_the_delay_is_two_days_where_it_is_far_ahead(bob: Mediator) -> None:
    make_service(bob, horizon_days=90)
    asked = prove(ask(bob, TEN + timedelta(days=14)))
    assert asked.expires_at == NOW + timedelta(hours=48)


def test_each_exports_their_own_part(bob: Mediator) -> None:
    asked = agreed(bob)
    alice, roux = User.objects.get(email="alice@example.org"), User.objects.get(email="roux@example.org")
    changing.cancel(asked, by=By.CLIENT, reason="Je renonce à tout", now=NOW)
    theirs, hers = exporting.portrait(roux), exporting.portrait(alice)
    assert [one["role"] for one in theirs["appointments"]] == ["agent"]
    assert "Je renonce" not in str(theirs)
    assert "alice@example.org" not in str(theirs)
    assert hers["appointments"][0]["booked_by"]["name"] == "Maître Roux"
    assert "roux@example.org" not in str(hers)


def test_an_agent_who_is_erased_leaves_no_name_and_the_appointment_stands(bob: Mediator) -> None:
    asked = agreed(bob)
    Letter.objects.update(sent_at=NOW)
    erasing.erase(User.objects.get(email="roux@example.org"), NOW, also=lambda user: None)
    asked.refresh_from_db()
    assert asked.state == State.CONFIRMED
    kept = str(list(Participant.objects.values())) + str(list(Letter.objects.exclude(kind="account_erased").values()))
    for word in ("Roux", "roux@example.org", "12000001"):
        assert word not in kept.replace("letter_to", ""), word
