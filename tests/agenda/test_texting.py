"""An SMS beside the letter when a mediator changes what is near, to who chose it: neutral, one part, never twice."""

from datetime import timedelta

import pytest

from allomediateur.agenda import attending, changing
from allomediateur.agenda.models import Appointment, Channel, Participant, Transition
from allomediateur.configuration import texting as decided
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter, Text
from tests.factories import NOW, book, make_mediator

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = NOW + DAY + HOUR
By = Transition.By


@pytest.fixture(autouse=True)
def on() -> None:
    decided.decide(100, decided.KINDS, NOW)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def booked(bob: Mediator, by: Channel = Channel.BOTH, start: object = None, phone: str = "+33639980123") -> Appointment:
    one = book(bob, TEN if start is None else start, now=NOW)  # type: ignore[arg-type]
    Participant.objects.filter(appointment=one, role="client").update(remind_by=by, phone=phone)
    return one


def bodies() -> list[str]:
    return [one.body.replace("\u00a0", " ") for one in Text.objects.order_by("pk")]


def test_a_cancellation_is_neutral_and_one_part(bob: Mediator) -> None:
    changing.cancel(booked(bob), by=By.MEDIATOR, reason="Empêchement", now=NOW)
    (text,) = Text.objects.all()
    assert bodies() == [
        "Votre rendez-vous du mar. 24 nov. à 10 h est annulé. Voyez la lettre envoyée par e-mail."
    ]  # fmt: skip
    assert (str(text.to), text.parts, text.kind) == ("+33639980123", 1, "change")
    for secret in ("médiat", bob.name, "Empêchement", "Alice"):
        assert secret.lower() not in text.body.lower()
    assert Letter.objects.filter(kind="appointment_cancelled").count() == 1


def test_a_move_and_a_delay_are_told_too(bob: Mediator) -> None:
    one = booked(bob)
    moved = changing.move(one, start=TEN + HOUR, by=By.MEDIATOR, now=NOW)
    attending.late(moved, 15, TEN)
    assert bodies() == [
        "Votre rendez-vous est déplacé au mar. 24 nov. à 11 h. Voyez la lettre envoyée par e-mail.",
        "Votre rendez-vous aura du retard : 15 min environ. Voyez la lettre envoyée par e-mail.",
    ]


def test_in_the_readers_language(bob: Mediator) -> None:
    one = booked(bob)
    Participant.objects.filter(appointment=one, role="client").update(language="en")
    changing.cancel(one, by=By.MEDIATOR, now=NOW)
    (said,) = bodies()
    assert said.startswith("Your appointment on Tue 24 Nov at 10 am is cancelled.")


def test_not_to_who_did_not_choose_it_nor_without_a_mobile(bob: Mediator) -> None:
    changing.cancel(booked(bob, Channel.EMAIL), by=By.MEDIATOR, now=NOW)
    changing.cancel(booked(bob, start=TEN + 2 * HOUR, phone="+33145000000"), by=By.MEDIATOR, now=NOW)
    changing.cancel(booked(bob, start=TEN + 4 * HOUR, phone=""), by=By.MEDIATOR, now=NOW)
    assert bodies() == []


def test_not_of_ones_own_changes_nor_of_what_is_far(bob: Mediator) -> None:
    changing.cancel(booked(bob), by=By.CLIENT, now=NOW)
    changing.cancel(booked(bob, start=NOW + 48 * HOUR), by=By.MEDIATOR, now=NOW)
    assert bodies() == []


def test_not_when_staff_switched_it_off(bob: Mediator) -> None:
    decided.decide(100, ["reminder"], NOW)
    changing.cancel(booked(bob), by=By.MEDIATOR, now=NOW)
    assert bodies() == []


def test_a_budget_that_is_spent_costs_no_letter(bob: Mediator) -> None:
    decided.decide(1, decided.KINDS, NOW)
    changing.cancel(booked(bob), by=By.MEDIATOR, now=NOW)
    changing.cancel(booked(bob, start=TEN + 2 * HOUR), by=By.MEDIATOR, now=NOW)
    assert len(bodies()) == 1
    assert Letter.objects.filter(kind="appointment_cancelled").count() == 2


def test_nobody_is_woken_for_what_the_morning_tells_in_time(bob: Mediator) -> None:
    night = NOW + 14 * HOUR + HOUR / 2  # 23:30 in Paris; the appointment is at 10 the next day
    changing.cancel(booked(bob), by=By.MEDIATOR, reason="Empêchement", now=night)
    (text,) = Text.objects.all()
    assert text.next_attempt_at == NOW + 23 * HOUR  # 8:00


def test_what_cannot_wait_for_the_morning_goes_at_once(bob: Mediator) -> None:
    early = NOW + 23 * HOUR  # Tuesday, 8:00 in Paris
    dawn = booked(bob, start=early - HOUR / 2)
    changing.cancel(dawn, by=By.MEDIATOR, reason="Empêchement", now=early - 4 * HOUR)
    (text,) = Text.objects.all()
    assert text.next_attempt_at == early - 4 * HOUR
