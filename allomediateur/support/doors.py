"""Doors in letters: a random token in an address leads to one thread. Looking through it (GET) consumes nothing.

Only the token's hash is kept, made for this purpose alone. Each has its own end, ninety days on; a word said puts off
the end of those still open, and opens none again. Who has an account gets none: they sign in.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from allomediateur.support.models import Door, Thread

OPEN = timedelta(days=90)
_PURPOSE = "support.thread"


class DoorShut(Exception):
    """Unknown, or `ended`: its time has passed."""

    def __init__(self, *, ended: bool = False) -> None:
        super().__init__("ended" if ended else "unknown")
        self.ended = ended


def make(thread: Thread, now: datetime) -> str:
    """A new token for that thread, to be written in one letter."""
    token = secrets.token_urlsafe(32)
    Door.objects.create(thread=thread, token_hash=_hash(token), expires_at=now + OPEN)
    return token


def find(token: str, now: datetime) -> Thread:
    """The thread behind it. Raises DoorShut."""
    door = Door.objects.select_related("thread__mediator", "thread__user").filter(token_hash=_hash(token)).first()
    if door is None:
        raise DoorShut
    if door.expires_at <= now:
        raise DoorShut(ended=True)
    return door.thread


def prolong(thread: Thread, now: datetime) -> None:
    """Somebody spoke: the doors still open stay so for as long again."""
    Door.objects.filter(thread=thread, expires_at__gt=now).update(expires_at=now + OPEN)


def _hash(token: str) -> str:
    return hashlib.sha256(f"{_PURPOSE}:{token}".encode()).hexdigest()
