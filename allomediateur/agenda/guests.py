"""Who else comes to an appointment: the other party, a lawyer, an interpreter, a companion. Invited, they answer.

They see when, where, how and who invited them; never the address or the number of another. They change nothing of it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.agenda import letters_to_others, locks, planning, states
from allomediateur.agenda.changing import NotChangeable
from allomediateur.agenda.links import LinkInvalid
from allomediateur.agenda.models import GUESTS, Appointment, Participant, State

__all__ = [
    "MOST", "AlreadyInvited", "Guest", "LinkInvalid", "NotChangeable", "NotTheirs", "TooManyGuests",
    "answer", "invite", "invited_by", "may_invite", "take_back",
]  # fmt: skip

MOST = 6
Answer, Role = Participant.Answer, Participant.Role
INVITERS = (Role.CLIENT, Role.MEDIATOR)


class TooManyGuests(Exception):
    """As many as an appointment holds are invited already."""


class AlreadyInvited(Exception):
    """By the same person, at that address; or it is the inviter's own. Of others' guests nothing is told."""


class NotTheirs(Exception):
    """Who asks is not of those that may do it."""


@dataclass(frozen=True)
class Guest:
    """As told by whom invites."""

    name: str
    role: str
    email: str
    phone: str = ""
    language: str = "fr"


def may_invite(appointment: Appointment, now: datetime) -> bool:
    """Confirmed, and to come."""
    return appointment.state == State.CONFIRMED and now < appointment.starts_at


def invite(inviter: Participant, guest: Guest, now: datetime) -> Participant:
    """One more guest, who is written to; read the inviter's appointment.

    Raises NotTheirs, NotChangeable, TooManyGuests, AlreadyInvited.
    """
    if inviter.role not in INVITERS or guest.role not in GUESTS:
        raise NotTheirs
    email = guest.email.strip().lower()
    with transaction.atomic():
        found = _to_come(inviter.appointment, now)
        known = states.guests_of(found)
        if email == inviter.email.lower() or any(one.email == email for one in known if one.invited_by == inviter):
            raise AlreadyInvited
        if len(known) >= MOST:
            raise TooManyGuests
        made = Participant.objects.create(
            appointment=found, role=guest.role, invited_by=inviter, name=" ".join(guest.name.split()), email=email,
            phone=guest.phone, language=guest.language, zone=inviter.zone,
        )  # fmt: skip
        _stamp(found, now)
        _plan(found, now)
        letters_to_others.invited(made, now)
    return made


def invited_by(appointment: Appointment, inviter: Participant) -> list[Participant]:
    """All of them for the mediator, who conducts the meeting; their own for others."""
    known = states.guests_of(appointment)
    return known if inviter.role == Role.MEDIATOR else [one for one in known if one.invited_by_id == inviter.pk]


def answer(
    guest: Participant, *, comes: bool, phone: str = "", zone: str = "", user: User | None = None, now: datetime
) -> bool:
    """What a guest says, as often as they wish until it begins; who invited them hears of a « no ». False when it was
    said already. `user`: who is signed in; it becomes theirs where its proven address is the one invited.

    Raises NotTheirs, NotChangeable.
    """
    if guest.role not in GUESTS:
        raise NotTheirs
    said = Answer.ACCEPTED if comes else Answer.DECLINED
    with transaction.atomic():
        found = _to_come(guest.appointment, now)
        mine = found.participants.filter(pk=guest.pk, role__in=GUESTS).select_related("invited_by").first()
        if mine is None:
            raise NotTheirs
        was, mine.answer, mine.answered_at = mine.answer, said, now
        mine.phone, mine.zone = phone or mine.phone, zone or mine.zone
        if _is_theirs(mine, user):
            mine.user = user
        mine.appointment = found
        mine.save()
        _plan(found, now)
        if was != said and said == Answer.DECLINED:
            letters_to_others.declined(mine, now)
    return was != said


def _plan(appointment: Appointment, now: datetime) -> None:
    """Whoever comes is reminded; sending leaves out who has declined."""
    if appointment.state == State.CONFIRMED:
        planning.plan(appointment, now)


def take_back(inviter: Participant, pk: int, now: datetime) -> bool:
    """The invitation is no more: the guest is told, their calendar forgets, their link opens nothing. False when there
    is none of theirs by that number. Raises NotTheirs, NotChangeable."""
    if inviter.role not in INVITERS:
        raise NotTheirs
    with transaction.atomic():
        found = _to_come(inviter.appointment, now)
        guest = next((one for one in invited_by(found, inviter) if one.pk == pk), None)
        if guest is None:
            return False
        guest.appointment = found
        _stamp(found, now)
        letters_to_others.removed(guest, now)
        guest.delete()
    return True


def _is_theirs(guest: Participant, user: User | None) -> bool:
    """The link and the session are of one address, and it is proven: only then is it somebody's account."""
    if guest.user_id or user is None or user.role != User.Role.CLIENT:
        return False
    return people.owns(user, guest.email)


def _to_come(appointment: Appointment, now: datetime) -> Appointment:
    found = locks.appointment(appointment)
    if not may_invite(found, now):
        raise NotChangeable(found)
    return found


def _stamp(appointment: Appointment, now: datetime) -> None:
    """A later version: calendars take the last one they were told."""
    appointment.sequence, appointment.changed_at = appointment.sequence + 1, now
    appointment.save(update_fields=["sequence", "changed_at"])
