"""Doors in letters: a random token in an address, and beside the confirming one a code of six digits.

Only their hashes are kept. A door has one purpose and an end; looking through it (GET) consumes nothing.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from allomediateur.agenda.models import AccessLink, Appointment, Participant

Purpose = AccessLink.Purpose
CODE_TRIES = 5
LETTERS = 6  # the first one and five more
KEPT = timedelta(days=30)
"""How long a door stays open after the appointment's end, to tell what became of it."""


class LinkInvalid(Exception):
    """Unknown, for another purpose, or past its end; then `appointment` is the one it led to."""

    def __init__(self, appointment: Appointment | None = None) -> None:
        super().__init__("expired" if appointment else "unknown")
        self.appointment = appointment


class WrongCode(Exception):
    """`left`: how many tries this code still has."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class TooManyTries(Exception):
    """This code has no try left: another must be sent."""


class TooManyLetters(Exception):
    """No other code is sent for this appointment."""


def open_manage(participant: Participant, *, by_letter: bool = True) -> str:
    """A new token for the appointment's page, to be moved or cancelled there; not `by_letter`, it is handed to who
    booked, and proves nothing of the address."""
    return _open(participant, Purpose.MANAGE, participant.appointment.ends_at + KEPT, by_letter=by_letter)


def open_confirm(participant: Participant, expires_at: datetime) -> tuple[str, str]:
    """A new token and its code. Raises TooManyLetters."""
    if not may_write(participant):
        raise TooManyLetters
    code = f"{secrets.randbelow(10**6):06}"
    return _open(participant, Purpose.CONFIRM, expires_at, _hash_code(participant, code)), code


def may_write(participant: Participant) -> bool:
    """Whether one more letter may ask for a confirmation."""
    return participant.links.filter(purpose=Purpose.CONFIRM).count() < LETTERS


def find(token: str, purpose: Purpose, now: datetime) -> AccessLink:
    """The door with its participant and appointment. Raises LinkInvalid."""
    links = AccessLink.objects.select_related("participant__appointment__mediator", "participant__user")
    link = links.filter(token_hash=hash_token(token), purpose=purpose).first()
    if link is None:
        raise LinkInvalid
    if link.expires_at <= now:
        raise LinkInvalid(link.participant.appointment)
    return link


def try_code(participant: Participant, code: str, now: datetime) -> Exception | None:
    """What is wrong with that code, None when it is the latest letter's. A wrong one costs a try: to be committed."""
    confirming = participant.links.filter(purpose=Purpose.CONFIRM, expires_at__gt=now)
    link = confirming.order_by("-pk").select_for_update().first()
    if link is None or link.attempts >= CODE_TRIES:
        return TooManyTries()
    if constant_time_compare(link.code_hash, _hash_code(participant, _digits(code))):
        return None
    link.attempts += 1
    link.save(update_fields=["attempts"])
    return WrongCode(CODE_TRIES - link.attempts)


def used(participant: Participant, now: datetime) -> None:
    """Confirmed: the confirming doors stay open to say so, or to bring the appointment to its account."""
    confirming = participant.links.filter(purpose=Purpose.CONFIRM, expires_at__gt=now)
    confirming.update(used_at=now, code_hash="", expires_at=participant.appointment.ends_at + KEPT)


def moved(participant: Participant, now: datetime) -> None:
    """The open doors follow the appointment to its new time."""
    appointment = participant.appointment
    doors = participant.links.filter(expires_at__gt=now)
    doors.filter(purpose=Purpose.MANAGE).update(expires_at=appointment.ends_at + KEPT)
    pending = appointment.expires_at
    doors.filter(purpose=Purpose.CONFIRM).update(expires_at=pending or appointment.ends_at + KEPT)


def shut(participant: Participant, now: datetime) -> None:
    """Every door of letters sent so far: they went to a wrong address."""
    participant.links.filter(expires_at__gt=now).update(expires_at=now)


def _open(
    participant: Participant, purpose: Purpose, expires_at: datetime, code_hash: str = "", *, by_letter: bool = True
) -> str:
    token = secrets.token_urlsafe(32)
    AccessLink.objects.create(
        participant=participant,
        purpose=purpose,
        token_hash=hash_token(token),
        code_hash=code_hash,
        by_letter=by_letter,
        expires_at=expires_at,
    )
    return token


def hash_token(token: str) -> str:
    """What is kept of a door's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _hash_code(participant: Participant, code: str) -> str:
    """Keyed: six digits alone would be found from their hash at once."""
    return salted_hmac("agenda.links.code", f"{participant.pk}:{code}", algorithm="sha256").hexdigest()


def _digits(code: str) -> str:
    """As people type or paste it: « 123 456 »."""
    return "".join(code.split())
