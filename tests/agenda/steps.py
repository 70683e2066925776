"""The steps of a booking, as short as a test wants them: Alice books Bob, Tuesday at ten in Paris."""

import re
from datetime import datetime, timedelta
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.agenda import booking
from allomediateur.agenda.models import Appointment, Modality, Participant
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.factories import NOW, service_of

TEN = NOW + timedelta(days=1, hours=1)
"""Tuesday 24 November 2026, 10 o’clock in Paris."""
MINUTE = timedelta(minutes=1)


def hold(
    bob: Mediator, start: datetime = TEN, *, browser: str = "alice", now: datetime = NOW, **asked: Any
) -> Appointment:
    values: dict[str, Any] = {"service": service_of(bob), "modality": Modality.PHONE, "office": None}
    return booking.hold(mediator=bob, start=start, browser=browser, now=now, **(values | asked))


def describe(held: Appointment, now: datetime = NOW, **told: Any) -> Participant:
    values = {
        "name": "Alice Martin", "email": "alice@example.org", "phone": "+33612345678",
        "language": "fr", "zone": "Europe/Paris",
    }  # fmt: skip
    return booking.describe(held, now=now, **(values | told))


def book(
    bob: Mediator,
    start: datetime = TEN,
    *,
    now: datetime = NOW,
    user: User | None = None,
    told: dict[str, Any] | None = None,
    **asked: Any,
) -> Appointment:
    held = hold(bob, start, now=now, **asked)
    describe(held, now, user=user, **(told or {}))
    return booking.book(held, user=user, key="", now=now)


def last_letter(kind: str) -> Letter:
    return Letter.objects.filter(kind=kind).order_by("-pk")[0]


def code_of(letter: Letter) -> str:
    found = re.search(r"^\d{6}$", letter.text, re.MULTILINE)
    assert found
    return found[0]


def token_of(letter: Letter) -> str:
    found = re.search(r"/rendez-vous/([\w-]{43})/", letter.text)
    assert found
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def passages(appointment: Appointment) -> list[tuple[str, str, str]]:
    return list(appointment.transitions.values_list("from_state", "to_state", "by"))
