"""Proving the address: by the letter's link or its six-digit code. The account is made here, never before.

Where the address has an account already, only the link brings the appointment to it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, letters, letters_to_others, links, locks, mandates, states
from allomediateur.agenda.links import LinkInvalid, TooManyLetters, TooManyTries, WrongCode
from allomediateur.agenda.models import AccessLink, Appointment, Participant, State
from allomediateur.agenda.refusals import HoldExpired, explained, wish_of

__all__ = [
    "Confirmed", "LinkInvalid", "TooManyLetters", "TooManyTries", "WrongCode",
    "attach", "confirm_with_code", "confirm_with_link", "correct_email", "peek_link", "resend",
]  # fmt: skip


@dataclass(frozen=True)
class Confirmed:
    """A confirmed appointment. `user`: the account it hangs on, if any (`attached`); `created`: just made, so that
    the browser that booked (and no other) may be signed in; `already`: it was confirmed before."""

    appointment: Appointment
    user: User | None
    created: bool
    already: bool = False

    @property
    def attached(self) -> bool:
        return self.user is not None


def confirm_with_code(appointment: Appointment, code: str, now: datetime) -> Confirmed:
    """Raises WrongCode (a try is lost), TooManyTries, HoldExpired, SlotTaken, SlotRefused."""
    with explained(wish_of(appointment), now), transaction.atomic():
        pending = locks.appointment(appointment)
        with states.gathering(pending):
            booker = _booker(pending)
            if states.is_settled(pending) or states.awaits_person(pending):
                return Confirmed(pending, booker.user, created=False, already=True)
            _check_pending(pending, now)
            wrong = links.try_code(booker, code, now)
            if wrong is None:
                return _proven(pending, booker, by_link=False, now=now)
    # Outside: the lost try stays written.
    raise wrong


def confirm_with_link(token: str, now: datetime) -> Confirmed:
    """Consumes the link; opened again, it answers `already`, and still brings an appointment to its account.

    Raises LinkInvalid, HoldExpired, SlotTaken, SlotRefused.
    """
    asked = links.find(token, AccessLink.Purpose.CONFIRM, now).participant.appointment
    with explained(wish_of(asked), now), transaction.atomic():
        appointment = locks.appointment(asked)
        door = links.find(token, AccessLink.Purpose.CONFIRM, now)
        with states.gathering(appointment) as everybody:
            reader = next(one for one in everybody if one.pk == door.participant_id)
            if states.is_settled(appointment) or (_is_agent(reader) and states.awaits_person(appointment)):
                created = attach(reader, by_link=True, now=now)
                return Confirmed(appointment, reader.user, created=created, already=True)
            _check_pending(appointment, now)
            return _proven(appointment, reader, by_link=True, now=now)


def peek_link(token: str, purpose: AccessLink.Purpose, now: datetime) -> AccessLink:
    """The door with `participant` and `participant.appointment`; nothing is consumed. Raises LinkInvalid."""
    return links.find(token, purpose, now)


def resend(appointment: Appointment, now: datetime) -> None:
    """Another letter with another code; the former code is dead, the former link is not.

    Raises HoldExpired, TooManyLetters.
    """
    with transaction.atomic():
        letters.to_confirm(_unproven(appointment, now), now)


def correct_email(appointment: Appointment, email: str, now: datetime) -> None:
    """Write to another address, within the same time; what was sent to the former opens nothing any more.

    Raises HoldExpired, TooManyLetters.
    """
    with transaction.atomic():
        unconfirmed = _unproven(appointment, now)
        booker = _booker(unconfirmed)
        booker.email = email.strip().lower()
        booker.save(update_fields=["email"])
        links.shut(booker, now)
        letters.to_confirm(unconfirmed, now)


def _proven(appointment: Appointment, reader: Participant, *, by_link: bool, now: datetime) -> Confirmed:
    """Whoever it is to confirm has: an agent's own proof asks the person concerned, and confirms nothing for them."""
    if not _is_agent(reader):
        return _confirm(appointment, reader, by_link=by_link, now=now)
    booking.still_offered(appointment, now)
    created = attach(reader, by_link=by_link, now=now)
    links.used(reader, now)
    mandates.propose(appointment, reader, now)
    availability.rebuild(appointment.mediator_id, now)
    return Confirmed(appointment, reader.user, created=created)


def _confirm(appointment: Appointment, client: Participant, *, by_link: bool, now: datetime) -> Confirmed:
    booking.still_offered(appointment, now)
    states.passes(appointment, State.CONFIRMED, by=states.hand_of(client), now=now, sequence=appointment.sequence + 1)
    mandates.agree(client, now)
    created = attach(client, by_link=by_link, now=now)
    links.used(client, now)
    letters.confirmed(appointment, now)
    letters_to_others.confirmed(appointment, now)
    availability.rebuild(appointment.mediator_id, now)
    return Confirmed(appointment, client.user, created=created)


def attach(client: Participant, *, by_link: bool, now: datetime) -> bool:
    """Bring a proven address's appointment to its account; whether the account was made for it."""
    if client.user_id or (not by_link and people.has_account(client.email)):
        return False
    user, created = people.sign_up_or_find(
        client.email,
        name=client.name,
        phone=str(client.phone or ""),
        language=client.language,
        zone=client.zone,
        now=now,
    )
    if (created or by_link) and user.role == User.Role.CLIENT and user.is_active:
        client.user = user
        client.save(update_fields=["user"])
    return created


def _unproven(appointment: Appointment, now: datetime) -> Appointment:
    """Whose booker has still to prove their address."""
    found = locks.appointment(appointment)
    _check_pending(found, now)
    if states.awaits_person(found):
        raise HoldExpired(found)
    return found


def _check_pending(appointment: Appointment, now: datetime) -> None:
    if appointment.state != State.UNCONFIRMED or not states.is_pending(appointment, now):
        raise HoldExpired(appointment)


def _booker(appointment: Appointment) -> Participant:
    booker = states.booker_of(appointment)
    if booker is None:
        raise HoldExpired(appointment)
    booker.appointment = appointment
    return booker


def _is_agent(reader: Participant) -> bool:
    return reader.role == Participant.Role.AGENT
