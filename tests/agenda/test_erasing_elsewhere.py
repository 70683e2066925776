"""Who booked for another or was invited: erased, nothing that names them stays; exported, what was texted to them is
there, whatever it was about. And what is of others stays theirs."""

from datetime import timedelta

import pytest

from allomediateur.accounts.models import User
from allomediateur.agenda import changing, erasing, exporting, guests, letters, waiting_letters
from allomediateur.agenda.models import Appointment, Transition
from allomediateur.configuration import texting
from allomediateur.directory.models import Mediator
from allomediateur.notify import texts
from allomediateur.notify.models import Letter, Text
from tests.agenda import waits
from tests.agenda.mandates import agreed, invite, part
from tests.agenda.steps import MINUTE, TEN
from tests.factories import NOW, book, make_mediator, make_user

pytestmark = pytest.mark.django_db
By = Transition.By
GIVEN, OWN, OTHER = "+33612000099", "+33612000088", "+33612345678"
"""For the appointment, of the account, of somebody else."""


@pytest.fixture
def bob() -> Mediator:
    texting.decide(100, texting.KINDS, NOW)
    return make_mediator()


def text(topic: str, to: str, body: str) -> None:
    assert texts.post(kind="change", topic=topic, to=to, language="fr", body=body, now=NOW)


def erase(user: User) -> None:
    Letter.objects.update(sent_at=NOW)
    erasing.erase(user, NOW, also=lambda user: None)


def bodies() -> list[str]:
    return list(Text.objects.order_by("pk").values_list("body", flat=True))


def guest_of(booked: Appointment) -> User:
    paul = make_user("paul@example.org", name="Paul Adverse", phone=OWN)
    guests.answer(invite(booked, phone=GIVEN), comes=True, user=paul, now=NOW)
    return paul


def test_texts_to_a_guest_go_with_them_and_those_to_others_stay(bob: Mediator) -> None:
    booked = book(bob, TEN, client=make_user())
    paul, topic = guest_of(booked), letters.topic_of(booked)
    text(topic, GIVEN, "given")
    text(topic, OWN, "own")
    text(topic, OTHER, "client")
    text("appointment:another", GIVEN, "another")
    Text.objects.update(sent_at=NOW)
    text(topic, GIVEN, "still to leave")
    erase(paul)
    assert bodies() == ["client", "another", "still to leave"]
    assert [one.body for one in Text.objects.filter(forgotten_once_sent=True)] == ["still to leave"]


def test_texts_to_an_agent_go_with_them(bob: Mediator) -> None:
    asked = agreed(bob)
    text(letters.topic_of(asked), str(part(asked, "agent").phone), "agent")
    text(letters.topic_of(asked), OTHER, "client")
    Text.objects.update(sent_at=NOW)
    erase(User.objects.get(email="roux@example.org"))
    assert bodies() == ["client"]


def test_what_told_the_person_of_an_agents_doing_goes_with_the_agent(bob: Mediator) -> None:
    asked = agreed(bob)
    changing.move(asked, start=TEN + 30 * MINUTE, by=By.AGENT, now=NOW)
    asked.refresh_from_db()
    changing.move(asked, start=TEN + 60 * MINUTE, by=By.CLIENT, now=NOW)
    asked.refresh_from_db()
    changing.cancel(asked, by=By.AGENT, now=NOW)
    told = Letter.objects.filter(to="alice@example.org", kind__in=("appointment_moved", "appointment_cancelled"))
    assert ["Maître Roux" in one.text for one in told.order_by("pk")] == [True, False, True]
    erase(User.objects.get(email="roux@example.org"))
    assert [one.kind for one in told.all()] == ["appointment_moved"]
    assert not Letter.objects.filter(html__contains="Roux").exclude(kind="account_erased").exists()


def test_the_export_has_the_texts_of_guests_of_lists_and_to_the_number_of_the_account(bob: Mediator) -> None:
    booked = book(bob, TEN, client=make_user())
    paul = guest_of(booked)
    wait = waits.write(bob, NOW, user=paul, email=paul.email, phone="+33612000077")
    topic, listed = letters.topic_of(booked), waiting_letters.topic_of(wait)
    own = book(bob, TEN + timedelta(days=7), client=paul)
    text(topic, GIVEN, "marker: invited")
    text(listed, "+33612000077", "marker: list")
    text(letters.topic_of(own), OWN, "marker: account")
    text(topic, OTHER, "of the client")
    text("appointment:another", OWN, "of who had this number before")
    told = exporting.portrait(paul)["texts"]
    assert [(one["to"], one["text"]) for one in told] == [
        (GIVEN, "marker: invited"), ("+33612000077", "marker: list"), (OWN, "marker: account"),
    ]  # fmt: skip
    assert set(told[0]) == {"written", "sent", "to", "text"}
