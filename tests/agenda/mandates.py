"""A lawyer books Bob for Alice; somebody is invited: the steps, as short as a test wants them."""

import re
from datetime import datetime
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.agenda import booking, confirming, guests, states
from allomediateur.agenda.booking import Agent
from allomediateur.agenda.guests import Guest
from allomediateur.agenda.models import AccessLink, Appointment, Participant
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.steps import TEN, describe, hold, token_of
from tests.factories import NOW

LAWYER = Agent("Maître Roux", "roux@example.org", "lawyer", "Cabinet Roux", "+33612000001")


def ask(
    bob: Mediator,
    start: datetime = TEN,
    *,
    now: datetime = NOW,
    user: User | None = None,
    agent: Agent = LAWYER,
    told: dict[str, Any] | None = None,
    **asked: Any,
) -> Appointment:
    """Booked by the lawyer, whose address is to be proven unless they are signed in with it."""
    held = hold(bob, start, now=now, **asked)
    describe(held, now, user=user, agent=agent, **(told or {}))
    return booking.book(held, user=user, key="", now=now)


def prove(appointment: Appointment, now: datetime = NOW) -> Appointment:
    """The agent opens the link of their letter."""
    confirming.confirm_with_link(token_of(letter("appointment_to_prove")), now)
    appointment.refresh_from_db()
    return appointment


def agreed(bob: Mediator, **asked: Any) -> Appointment:
    """Proven by the agent, confirmed by the person concerned."""
    appointment = prove(ask(bob, **asked))
    confirming.confirm_with_link(token_of(letter("appointment_for_you")), NOW)
    appointment.refresh_from_db()
    return appointment


def letter(kind: str, to: str = "") -> Letter:
    found = Letter.objects.filter(kind=kind).order_by("-pk")
    return (found.filter(to=to) if to else found)[0]


def kinds() -> list[tuple[str, str]]:
    """Every letter, in order: its kind and to whom."""
    return list(Letter.objects.order_by("pk").values_list("kind", "to"))


def part(appointment: Appointment, role: str) -> Participant:
    found = appointment.participants.get(role=role)
    found.appointment = appointment
    return found


def invite(appointment: Appointment, by: str = "client", now: datetime = NOW, **told: Any) -> Participant:
    values = {"name": "Paul Adverse", "role": "party", "email": "paul@example.org"} | told
    made = guests.invite(part(appointment, by), Guest(**values), now)
    made.refresh_from_db()
    return made


def doors(one: Participant) -> int:
    return AccessLink.objects.filter(participant=one).count()


def code_in(text: str) -> str | None:
    found = re.search(r"^\d{6}$", text, re.MULTILINE)
    return found[0] if found else None


def agent_of(appointment: Appointment) -> Participant:
    found = states.agent_of(appointment)
    assert found
    return found
