"""Booking on mandate: a lawyer, a relative or an association books, the person concerned confirms or refuses.

Two proofs, one after the other: the agent's address, then the person's own answer, by the link of their own letter.
Nothing the agent holds answers for the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, letters, letters_to_others, links, locks, states
from allomediateur.agenda.links import LinkInvalid
from allomediateur.agenda.models import AccessLink, Appointment, Participant, State
from allomediateur.agenda.refusals import HoldExpired
from allomediateur.scheduling import deadlines

__all__ = ["Agent", "HoldExpired", "LinkInvalid", "agree", "propose", "refuse", "represent"]

Answer, Role = Participant.Answer, Participant.Role


@dataclass(frozen=True)
class Agent:
    """Who books for somebody else, as told while the slot is held; their letters are in `language`."""

    name: str
    email: str
    capacity: str
    organisation: str = ""
    phone: str = ""
    language: str = "fr"


def represent(held: Appointment, known: Participant | None, agent: Agent | None, zone: str, user: User | None) -> None:
    """Write who books for the client of a held slot, or that nobody does; `known` did until now. `user`: their account,
    signed in."""
    if agent is None:
        if known:
            known.delete()
        return
    told = {
        "name": " ".join(agent.name.split()), "email": agent.email.strip().lower(), "phone": agent.phone,
        "capacity": agent.capacity, "organisation": " ".join(agent.organisation.split()), "language": agent.language,
        "zone": zone, "user": user,
    }  # fmt: skip
    tell(known or Participant(appointment=held, role=Role.AGENT), told)


def tell(one: Participant, told: Mapping[str, object]) -> Participant:
    """Write what is told of somebody, under the appointment's lock: two at once do not both find nobody."""
    for name, value in told.items():
        setattr(one, name, value)
    one.save()
    return one


def propose(appointment: Appointment, agent: Participant, now: datetime) -> None:
    """The agent's address is proven: the slot waits for the person concerned, who is written to. Of a locked row; the
    derived rows are the caller's to rebuild."""
    _answered(agent, Answer.ACCEPTED, now)
    notice = timedelta(minutes=appointment.service.notice_minutes)
    until = deadlines.consent_by(appointment.starts_at, now, notice)
    states.passes(appointment, State.UNCONFIRMED, by=states.hand_of(agent), now=now, expires_at=until)
    letters.to_confirm(appointment, now)
    letters_to_others.waiting(appointment, now)


def agree(person: Participant, now: datetime) -> None:
    """The client has confirmed."""
    _answered(person, Answer.ACCEPTED, now)


def refuse(token: str, now: datetime) -> Appointment:
    """The person concerned does not want it, and need not say why: it is cancelled, and the agent told. Refused
    already, it is given again. Raises LinkInvalid (of an agent too, or where nobody booked for another), HoldExpired.
    """
    asked = links.find(token, AccessLink.Purpose.CONFIRM, now).participant.appointment
    with transaction.atomic():
        appointment = locks.appointment(asked)
        person = links.find(token, AccessLink.Purpose.CONFIRM, now).participant
        if person.role != Role.CLIENT or states.agent_of(appointment) is None:
            raise LinkInvalid
        if appointment.state == State.CANCELLED:
            return appointment
        if not states.awaits_person(appointment) or not states.is_pending(appointment, now):
            raise HoldExpired(appointment)
        _answered(person, Answer.DECLINED, now)
        hand, later = states.hand_of(person), appointment.sequence + 1
        states.passes(appointment, State.CANCELLED, by=hand, now=now, sequence=later)
        letters_to_others.refused(appointment, now)
        availability.rebuild(appointment.mediator_id, now)
    return appointment


def _answered(one: Participant, answer: Participant.Answer, now: datetime) -> None:
    one.answer, one.answered_at = answer, now
    one.save(update_fields=["answer", "answered_at"])
