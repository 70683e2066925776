"""B7: a booking in step / the bare INSERT of an appointment: one connection, a PostgreSQL that writes to disk.

In step: what a signed-in client causes from the hold to the booked appointment: the slot held, who it is for, booked
and confirmed at once; in three transactions, with what is recorded, the derived rows, the reminders, both letters
written in words and their jobs. Bare: the statement that holds a slot, alone in its transaction. A line tells where the
time goes: in PostgreSQL (statements and commits) or in Python.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from benchmarks import crowd, database
from benchmarks.report import Row

ROUNDS, FIRST = 40, 5
"""Bookings measured, and made beforehand for nothing."""
GOAL, THEN = 4.0, 2.5
NOW = crowd.NOW


@dataclass
class Found:
    """Seconds of each measured deed; of one, its statements and their seconds in PostgreSQL."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statements: int = 0
    answering: float = 0.0

    def of(self, *names: str) -> float:
        return sum(statistics.median(self.seconds[name]) for name in names)


STEPS = ("hold", "describe", "book")


def run() -> list[Row]:
    with database.apart(durable=True):
        crowd.fill(2, openings=True)
        found = _measure()
    return list(_rows(found))


def _measure() -> Found:
    found, deeds, bare = Found(), _deeds(), _bare()
    for number in range(FIRST + ROUNDS):
        for name, deed in (*next(deeds), ("bare", next(bare))):
            began = time.perf_counter()
            deed()
            if number >= FIRST:
                found.seconds.setdefault(name, []).append(time.perf_counter() - began)
    counted = [_counted(next(deeds)) for _ in range(5)]
    found.statements, found.answering = counted[0][0], statistics.median(seconds for _count, seconds in counted)
    return found


def _deeds() -> Iterator[list[tuple[str, Callable[[], object]]]]:
    """The three steps of one booking after another."""
    from allomediateur.agenda import booking, openings  # models want settings
    from allomediateur.agenda.models import Service

    bob, alice = crowd.mediators(1)[0], _client()
    service = Service.objects.get(mediator=bob)
    free = openings.slots(bob, service, modality="phone", since=NOW, until=NOW + timedelta(days=60), now=NOW)
    for number, slot in enumerate(free):
        held: list[Any] = []

        def hold(number: int = number, start: datetime = slot.start, held: list[Any] = held) -> None:
            held.append(booking.hold(
                mediator=bob, service=service, modality="phone", office=None, start=start, browser=f"b{number}",
                now=NOW, key=f"hold {number}",
            ))  # fmt: skip

        def describe(held: list[Any] = held) -> None:
            booking.describe(
                held[0], name="Alice Martin", email=alice.email, phone="+33612345678", language="fr",
                zone="Europe/Paris", user=alice, now=NOW,
            )  # fmt: skip

        def book(held: list[Any] = held, number: int = number) -> None:
            booking.book(held[0], user=alice, key=f"book {number}", now=NOW)

        yield [("hold", hold), ("describe", describe), ("book", book)]


def _client() -> Any:
    """Signed in, with an address that is proven."""
    from allauth.account.models import EmailAddress  # wants settings

    from allomediateur.accounts.models import User

    user = User.objects.create_user("alice@example.org", None, name="Alice Martin")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _bare() -> Iterator[Callable[[], object]]:
    from allomediateur.agenda import booking  # models want settings
    from allomediateur.agenda.models import Service
    from allomediateur.agenda.refusals import Wish

    carl = crowd.mediators(2)[1]
    service = Service.objects.get(mediator=carl)
    for number in count():
        wish = Wish(carl, service, "phone", None, NOW + number * timedelta(minutes=30))
        yield partial(booking.insert, wish, "", NOW)


def _counted(steps: list[tuple[str, Callable[[], object]]]) -> tuple[int, float]:
    from django.db import connection  # wants settings
    from django.test.utils import CaptureQueriesContext

    asked = answering = 0.0
    for _name, deed in steps:
        with database.answering() as seconds, CaptureQueriesContext(connection) as queries:
            deed()
        asked, answering = asked + len(queries), answering + seconds[0]
    return int(asked), answering


def _rows(found: Found) -> Iterator[Row]:
    bare, whole = found.of("bare"), found.of(*STEPS)
    ratio = whole / bare
    yield Row("B7", "bare INSERT of an appointment, committed", f"{bare * 1000:.1f} ms")
    for name in STEPS:
        yield Row("B7", f"booking in step: {name}", f"{found.of(name) * 1000:.1f} ms")
    figure, goal = f"{ratio:.1f}x", f"<= {GOAL:.0f}x, then {THEN}x"
    share = found.answering / whole
    note = (
        f"{ratio / GOAL:.0f} times too much: {found.statements} statements against 1; waiting for PostgreSQL (commits "
        f"included) is {share:.0%} of the time, that is {found.answering / bare:.1f}x by itself, the rest is Python"
    )
    yield Row("B7", "booking in step / bare INSERT", figure, goal, ratio <= GOAL, "" if ratio <= GOAL else note)
