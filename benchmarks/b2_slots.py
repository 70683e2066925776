"""B2: the free slots of one mediator through the database, against django-appointment on the same PostgreSQL.

Both have the same agenda: Monday to Friday 9-12 and 13-18 in Paris, meetings of half an hour without buffers, eight
taken each of these days, no holidays; both must find the same slots. `openings.slots` answers for the whole window.
django-appointment answers for one day (`get_available_slots_for_staff`), so it is asked for each, as its pages do: its
working hours are read three times, its settings from a cache, and the request of each appointment by itself.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import crowd, database, peers
from benchmarks.report import Row, median_seconds

PARIS = ZoneInfo("Europe/Paris")
HALF_HOUR = timedelta(minutes=30)
STARTS = [time(hour, minute) for hour in (9, 10, 11, 13, 14, 15, 16, 17) for minute in (0, 30)]
TAKEN, ROUNDS = 8, 5
LENGTHS = (30, 90)
GOAL_QUERIES, GOAL = 3, 500


def run() -> list[Row]:
    database.ready()
    crowd.fill(2, openings=True)
    # The peer looks at the clock: the agenda begins on a Monday to come.
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=7 - today.weekday())
    busy = _busy(monday, max(LENGTHS))
    asked = _agenda(busy)
    return [row for days in LENGTHS for row in _rows(*asked, monday, days, busy)]


def _working(monday: date, days: int) -> list[date]:
    return [day for n in range(days) if (day := monday + timedelta(days=n)).weekday() < 5]


def _busy(monday: date, days: int) -> list[datetime]:
    """Wall times, the same each run for the same Monday."""
    chance = random.Random(days)
    return [datetime.combine(day, start) for day in _working(monday, days) for start in chance.sample(STARTS, TAKEN)]


def _agenda(busy: list[datetime]) -> tuple[Any, Any]:
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange  # wants settings

    from allomediateur.agenda.models import Appointment, Service

    bob = crowd.mediators(1)[0]
    bob.closed_on_holidays = False
    bob.save(update_fields=["closed_on_holidays"])
    service = Service.objects.get(mediator=bob)
    starts = [wall.replace(tzinfo=PARIS).astimezone(UTC) for wall in busy]
    Appointment.objects.bulk_create(
        Appointment(
            mediator=bob, service=service, modality="phone", starts_at=start, ends_at=start + HALF_HOUR,
            blocked=DateTimeTZRange(start, start + HALF_HOUR), state="confirmed", created_at=start, changed_at=start,
        )
        for start in starts
    )  # fmt: skip
    return bob, service


def _rows(bob: Any, service: Any, monday: date, days: int, busy: list[datetime]) -> Iterator[Row]:
    from django.db import connection  # wants settings
    from django.test.utils import CaptureQueriesContext

    from allomediateur.agenda import openings

    since = datetime.combine(monday, time(), PARIS)
    until, now = since + timedelta(days=days), since - timedelta(days=1)
    read = partial(openings.slots, bob, service, at=("phone", None), since=since, until=until, now=now)
    with CaptureQueriesContext(connection) as queries:
        found = [slot.start.astimezone(PARIS).replace(tzinfo=None).isoformat() for slot in read()]
    seconds = median_seconds(read, times=10, rounds=ROUNDS)
    with database.answering() as waited:
        read()
    workload = f"slots of one mediator through the database, {days} days"
    yield Row("B2", f"{workload} ({len(found)} found)", f"{seconds * 1000:.1f} ms")
    yield Row(
        "B2", f"{workload}: queries", f"{len(queries)}", f"<= {GOAL_QUERIES}", len(queries) <= GOAL_QUERIES
    )  # fmt: skip
    row, working = f"{workload}: django-appointment / ours", _working(monday, days)
    yield _compared(row, found, seconds, waited[0], working, [one for one in busy if one.date() <= working[-1]])


def _compared(
    workload: str, found: list[str], ours: float, waited: float, days: list[date], busy: list[datetime]
) -> Row:
    goal = f">= {GOAL}x"
    question = {
        "days": [day.isoformat() for day in days],
        "busy": [[one.isoformat(), (one + HALF_HOUR).isoformat()] for one in busy],
        "rounds": ROUNDS,
    }
    try:
        with database.beside() as reached:
            answer = peers.ask("slots", question | {"database": reached})
    except peers.Unavailable as why:
        return Row("B2", workload, "not measured", goal, None, f"django-appointment was not measured here: {why}")
    assert answer["slots"] == found, "the two must find the same slots"
    theirs = statistics.median(answer["seconds"])
    ratio = theirs / ours
    note = (
        f"django-appointment {answer['version']} takes {theirs * 1000:.0f} ms and {answer['queries']} queries for the "
        f"{len(days)} working days"
    )
    if ratio < GOAL:
        note += (
            f"; {GOAL / ratio:.1f} times short of the goal: ours would have to take {theirs / GOAL * 1000:.2f} ms, "
            f"and of its {ours * 1000:.1f} ms it waits {waited * 1000:.1f} ms for PostgreSQL"
        )
    return Row("B2", workload, f"{ratio:.0f}x", goal, ratio >= GOAL, note)
