"""Guests of an appointment: invited, answering, told of changes; never the address of another, no right to change."""

import pytest

from allomediateur.accounts.models import User
from allomediateur.agenda import attending, changing, erasing, exporting, guests, reminding, searching
from allomediateur.agenda.models import AccessLink, Appointment, Participant, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.mandates import doors, invite, kinds, letter, part
from tests.agenda.steps import MINUTE, TEN, token_of
from tests.factories import NOW, book, make_mediator, make_user

pytestmark = pytest.mark.django_db

By = Transition.By


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def booked(bob: Mediator) -> Appointment:
    return book(bob, TEN, client=make_user())


def test_an_invitation_says_who_when_where_how_and_nothing_typed(booked: Appointment) -> None:
    made = invite(booked)
    assert kinds() == [("appointment_guest_invited", "paul@example.org")]
    written = letter("appointment_guest_invited")
    plain = written.text.replace("\u00a0", " ")
    assert "Alice vous invite à un rendez-vous de médiation avec Bob Durand" in plain
    assert "mardi 24 novembre 2026 à 10 h" in plain.replace("\u202f", " ")
    assert "Premier contact" not in plain
    assert token_of(written)
    assert (doors(made), made.user, made.answer) == (1, None, "")
    assert written.ics_method == "REQUEST"


def test_no_letter_calendar_or_export_of_one_holds_the_address_of_another(bob: Mediator, booked: Appointment) -> None:
    """A marker for each: it is found in its own letters and in no other's."""
    marks = {"alice@example.org", "paul@example.org", "ines@example.org", "bruno@example.org", bob.user.email}
    invite(booked, phone="+33612000099")
    invite(booked, name="Inès Li", role="interpreter", email="ines@example.org", language="en")
    invite(booked, "mediator", name="Bruno Lys", role="lawyer", email="bruno@example.org")
    changing.move(booked, start=TEN + 30 * MINUTE, by=By.CLIENT, now=NOW)
    for one in Participant.objects.filter(email="paul@example.org"):
        guests.answer(one, comes=False, now=NOW)
    changing.cancel(booked, by=By.CLIENT, reason="Paul me fait peur", now=NOW)
    own_page = {bob.user.email: {"alice@example.org"}}  # the mediator knows the client from the confirmation on
    for written in Letter.objects.all():
        body = f"{written.subject} {written.text} {written.html} {written.ics}".replace("\r\n ", "")
        others = marks - {written.to} - own_page.get(written.to, set())
        assert [one for one in others if one in body] == [], written.kind
        assert written.to == "paul@example.org" or "12 00 00 99" not in body.replace("\u202f", " ")
        if written.kind.startswith("appointment_guest"):
            assert "Paul me fait peur" not in body
    alice, paul = User.objects.get(email="alice@example.org"), make_user("paul@example.org", name="Paul")
    assert "paul@example.org" not in str(exporting.portrait(alice)["appointments"])
    told = exporting.portrait(paul)
    assert told["appointments"][0]["role"] == "party"
    assert "Paul me fait peur" not in str(told)
    assert "alice@example.org" not in str(told)


def test_a_calendar_names_its_reader_as_the_only_attendee(booked: Appointment) -> None:
    invite(booked)
    invite(booked, name="Inès Li", role="interpreter", email="ines@example.org")
    for written in Letter.objects.exclude(ics=""):
        lines = [line for line in written.ics.replace("\r\n ", "").splitlines() if line.startswith("ATTENDEE")]
        assert len(lines) == 1
        assert lines[0].endswith(f"mailto:{written.to}")


def test_a_guest_comes_and_who_invited_is_not_written_to(booked: Appointment) -> None:
    made = invite(booked)
    assert guests.answer(made, comes=True, phone="+33612000099", now=NOW)
    made.refresh_from_db()
    assert (made.answer, made.answered_at, made.phone.as_e164) == ("accepted", NOW, "+33612000099")
    assert len(kinds()) == 1


def test_a_guest_declines_and_who_invited_is_told_once_without_a_reason(bob: Mediator, booked: Appointment) -> None:
    made = invite(booked)
    guests.answer(made, comes=False, now=NOW)
    assert guests.answer(made, comes=False, now=NOW) is False
    assert kinds()[1:] == [("appointment_guest_declined", "alice@example.org")]
    booked.refresh_from_db()
    assert booked.state == State.CONFIRMED
    guests.answer(invite(booked, "mediator", email="bruno@example.org"), comes=False, now=NOW)
    assert kinds()[-1] == ("appointment_guest_declined", bob.user.email)


def test_a_move_asks_again(booked: Appointment) -> None:
    made = invite(booked)
    guests.answer(made, comes=True, now=NOW)
    changing.move(booked, start=TEN + 30 * MINUTE, by=By.CLIENT, now=NOW)
    made.refresh_from_db()
    assert (made.answer, made.answered_at) == ("", None)
    assert letter("appointment_guest_moved").to == "paul@example.org"
    assert letter("appointment_guest_moved").ics_method == "REQUEST"


def test_a_cancellation_is_told_and_forgotten_by_calendars(booked: Appointment) -> None:
    made = invite(booked)
    changing.cancel(booked, by=By.MEDIATOR, reason="Motif du médiateur", now=NOW)
    assert (letter("appointment_guest_cancelled").ics_method, "STATUS:CANCELLED") == ("CANCEL", "STATUS:CANCELLED")
    with pytest.raises(guests.NotChangeable):
        guests.answer(made, comes=True, now=NOW)


def test_an_invitation_taken_back_opens_nothing_any_more(booked: Appointment) -> None:
    made = invite(booked)
    before = Appointment.objects.get().sequence
    assert guests.take_back(part(booked, "client"), made.pk, NOW)
    assert letter("appointment_guest_removed").ics_method == "CANCEL"
    assert f"SEQUENCE:{before + 1}" in letter("appointment_guest_removed").ics
    assert not Participant.objects.filter(pk=made.pk).exists()
    assert not AccessLink.objects.exists()
    assert guests.take_back(part(booked, "client"), made.pk, NOW) is False


def test_one_takes_back_ones_own_guests_only_the_mediator_all(bob: Mediator, booked: Appointment) -> None:
    his, hers = invite(booked, "mediator", email="bruno@example.org"), invite(booked)
    assert guests.take_back(part(booked, "client"), his.pk, NOW) is False
    assert guests.take_back(part(booked, "client"), part(booked, "mediator").pk, NOW) is False
    assert guests.take_back(part(booked, "mediator"), hers.pk, NOW)
    other = book(make_mediator("Carole Petit"), TEN)
    assert guests.take_back(part(other, "mediator"), his.pk, NOW) is False
    assert [one.pk for one in guests.invited_by(booked, part(booked, "mediator"))] == [his.pk]
    assert guests.invited_by(booked, part(booked, "client")) == []


@pytest.mark.parametrize("role", ["party", "lawyer", "agent"])
def test_a_guest_or_an_agent_invites_nobody(booked: Appointment, role: str) -> None:
    one = Participant.objects.create(appointment=booked, role=role, name="X", email="x@example.org")
    with pytest.raises(guests.NotTheirs):
        guests.invite(one, guests.Guest("Y", "party", "y@example.org"), NOW)
    with pytest.raises(guests.NotTheirs):
        guests.take_back(one, one.pk, NOW)


@pytest.mark.parametrize("role", ["client", "mediator", "agent", "", "staff"])
def test_nobody_is_invited_as_more_than_a_guest(booked: Appointment, role: str) -> None:
    with pytest.raises(guests.NotTheirs):
        invite(booked, role=role)


def test_only_a_guest_answers(booked: Appointment) -> None:
    for role in ("client", "mediator"):
        with pytest.raises(guests.NotTheirs):
            guests.answer(part(booked, role), comes=True, now=NOW)


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.CANCELLED, State.ATTENDED])
def test_one_invites_to_what_is_confirmed_and_to_come_only(bob: Mediator, state: str) -> None:
    other = book(bob, TEN, state=state)
    with pytest.raises(guests.NotChangeable):
        invite(other)
    with pytest.raises(guests.NotChangeable):
        invite(book(bob, TEN + 60 * MINUTE), now=TEN + 60 * MINUTE)


def test_six_are_the_most(booked: Appointment) -> None:
    for number in range(guests.MOST):
        invite(booked, email=f"guest{number}@example.org")
    with pytest.raises(guests.TooManyGuests):
        invite(booked)
    assert len(kinds()) == guests.MOST


def test_the_same_address_is_invited_once_and_nothing_is_told_of_others_guests(booked: Appointment) -> None:
    invite(booked)
    for email in (" Paul@Example.org ", "alice@example.org"):
        with pytest.raises(guests.AlreadyInvited):
            invite(booked, email=email)
    assert invite(booked, "mediator").email == "paul@example.org"


def test_no_account_is_made_and_none_is_matched_before_the_link_is_opened_signed_in(booked: Appointment) -> None:
    paul, other = make_user("paul@example.org", name="Paul"), make_user("charlie@example.org", name="Charlie")
    made = invite(booked)
    guests.answer(made, comes=True, now=NOW)
    guests.answer(made, comes=False, user=other, now=NOW)
    assert not any(Appointment.objects.visible_to(one).exists() for one in (paul, other))
    guests.answer(made, comes=True, user=paul, now=NOW)
    assert Appointment.objects.visible_to(paul).get() == booked
    assert User.objects.filter(role=User.Role.CLIENT).count() == 3


def test_an_unproven_account_of_that_address_is_nobodys(booked: Appointment) -> None:
    made = invite(booked)
    guests.answer(made, comes=True, user=make_user("paul@example.org", verified=False), now=NOW)
    made.refresh_from_db()
    assert made.user is None


def test_guests_count_as_parties_and_an_agent_does_not(booked: Appointment) -> None:
    made, client = invite(booked), part(booked, "client")
    agent = Participant.objects.create(appointment=booked, role="agent", capacity="lawyer", name="X", email="x@e.org")
    assert attending.parties_of(booked) == [client, made]
    attending.attend(booked, {made.pk: "no_show"}, By.MEDIATOR, TEN)
    booked.refresh_from_db()
    assert booked.state == State.CONFIRMED
    attending.attend(booked, {made.pk: "attended", client.pk: "no_show", agent.pk: "attended"}, By.MEDIATOR, TEN)
    booked.refresh_from_db()
    agent.refresh_from_db()
    assert (booked.state, agent.outcome) == (State.ATTENDED, "")


def test_a_delay_is_told_to_those_who_come(booked: Appointment) -> None:
    invite(booked)
    guests.answer(invite(booked, email="bruno@example.org"), comes=False, now=NOW)
    attending.late(booked, 10, TEN - MINUTE)
    assert [to for kind, to in kinds() if kind == "appointment_guest_late"] == ["paul@example.org"]
    assert attending.words_of(booked) == 1


def test_staff_find_a_guest_by_name_and_address(booked: Appointment) -> None:
    made = invite(booked)
    for words in ("adverse", "paul@example.org"):
        sought = searching.read(words, "")
        assert sought
        assert list(searching.guests(sought)) == [made]


def test_a_guest_who_is_erased_leaves_no_name_and_who_invited_knows(booked: Appointment) -> None:
    paul = make_user("paul@example.org", name="Paul Adverse")
    guests.answer(invite(booked, phone="+33612000099"), comes=True, user=paul, now=NOW)
    invite(booked, email="bruno@example.org", name="Bruno Lys")
    Letter.objects.update(sent_at=NOW)
    erasing.erase(paul, NOW, also=lambda user: None)
    booked.refresh_from_db()
    assert booked.state == State.CONFIRMED
    assert booked.participants.filter(name="Personne effacée", answer="declined").count() == 1
    waiting = Letter.objects.filter(kind="appointment_guest_declined")
    assert [(one.to, one.forgotten_once_sent) for one in waiting] == [("alice@example.org", True)]
    kept = str(list(Participant.objects.values())) + str(list(Letter.objects.filter(sent_at=NOW).values()))
    for word in ("Adverse", "paul@example.org", "12000099"):
        assert word not in kept
    assert booked.participants.filter(name="Bruno Lys").exists()


@pytest.mark.parametrize(("comes", "reminded"), [(None, True), (True, True), (False, False)])
def test_whoever_is_invited_after_the_booking_is_reminded_unless_they_decline(
    booked: Appointment, comes: bool | None, reminded: bool
) -> None:
    guest = invite(booked)
    if comes is not None:
        guests.answer(guest, comes=comes, now=NOW)
    reminding.send_due(NOW + 61 * MINUTE)
    assert (("appointment_reminder", "paul@example.org") in kinds()) is reminded


def test_who_declined_and_then_comes_is_reminded(booked: Appointment) -> None:
    guest = invite(booked)
    guests.answer(guest, comes=False, now=NOW)
    guests.answer(Participant.objects.get(pk=guest.pk), comes=True, now=NOW + MINUTE)
    reminding.send_due(NOW + 61 * MINUTE)
    assert ("appointment_reminder", "paul@example.org") in kinds()
