"""Doors in letters: a random token in an address leads to one thread. Looking through it (GET) consumes nothing.

Only the token's hash is kept, made for this purpose alone. A door stays open ninety days after the last word said.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from allomediateur.support.models import Door, Thread

OPEN = timedelta(days=90)
_PURPOSE = "support.thread"


class DoorShut(Exception):
    """Unknown, or `ended`: its thread has been silent for too long."""

    def __init__(self, *, ended: bool = False) -> None:
        super().__init__("ended" if ended else "unknown")
        self.ended = ended


def make(thread: Thread, now: datetime) -> str:
    """A new token for that thread, to be written in one letter."""
    token = secrets.token_urlsafe(32)
    Door.objects.create(thread=thread, token_hash=_hash(token), made_at=now)
    return token


def find(token: str, now: datetime) -> Thread:
    """The thread behind it. Raises DoorShut."""
    door = Door.objects.select_related("thread__mediator", "thread__user").filter(token_hash=_hash(token)).first()
    if door is None:
        raise DoorShut
    if door.thread.last_at + OPEN <= now:
        raise DoorShut(ended=True)
    return door.thread


def _hash(token: str) -> str:
    return hashlib.sha256(f"{_PURPOSE}:{token}".encode()).hexdigest()
