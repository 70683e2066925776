"""B1: the free half-hours of one mediator by the pure core, against `portion` and against naive datetimes.

Monday to Friday 9-12 and 13-18 in Paris, 15-minute buffers, 8 busy half-hours each of these days, 30-minute
meetings, answered as ISO strings, from the weekly rules on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import portion  # type: ignore[import-untyped]

from allomediateur.scheduling.openings import WeeklyRule, expand
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules, free_starts
from benchmarks.report import Row, median_seconds

PARIS = ZoneInfo("Europe/Paris")
HOURS = ((9, 12), (13, 18))
RULES = [WeeklyRule(day, start * 60, end * 60) for day in range(5) for start, end in HOURS]
MONDAY = date(2027, 1, 4)
DAY, HOUR, HALF_HOUR, BUFFER = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30), timedelta(minutes=15)
SERVICE = SlotRules(HALF_HOUR, HALF_HOUR, BUFFER, BUFFER, timedelta(), timedelta(days=400))
LENGTHS = (30, 90, 365)
GOAL_30_DAYS, GOAL_PORTION, GOAL_LINEAR = 0.15e-3, 20, 1.2


def window(days: int) -> Period:
    return Period(midnight(MONDAY), midnight(MONDAY + days * DAY))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def busy_periods(days: int) -> list[Period]:
    """The same agenda at each run."""
    chance = random.Random(days)
    half_hours = [n for start, end in HOURS for n in range(2 * start, 2 * end)]
    return [
        Period(begin, begin + HALF_HOUR)
        for day in working_days(days)
        for begin in sorted(midnight(day) + n * HALF_HOUR for n in chance.sample(half_hours, 8))
    ]


WINDOWS = {days: window(days) for days in LENGTHS}


def working_days(days: int) -> list[date]:
    every = (MONDAY + n * DAY for n in range(days))
    return [day for day in every if day.weekday() < 5]


def opened(days: int) -> Iterator[tuple[datetime, datetime]]:
    for day in working_days(days):
        for start, end in HOURS:
            yield (midnight(day) + start * HOUR).astimezone(UTC), (midnight(day) + end * HOUR).astimezone(UTC)


def by_core(days: int, busy: list[Period]) -> list[str]:
    asked = WINDOWS[days]
    openings = expand(RULES, [], PARIS, asked)
    return list(map(datetime.isoformat, free_starts(openings, busy, SERVICE, asked.start, asked)))


def by_naive(days: int, busy: list[Period]) -> list[str]:
    """Every start of the grid against every busy period."""
    found = []
    for start, end in opened(days):
        while start + HALF_HOUR <= end:
            first, last = start - BUFFER, start + HALF_HOUR + BUFFER
            if not any(one.start < last and first < one.end for one in busy):
                found.append(start.isoformat())
            start += HALF_HOUR
    return found


def by_portion(days: int, busy: list[Period]) -> list[str]:
    """Starts that no busy period forbids, by interval algebra."""
    forbidden = portion.Interval(
        *(portion.open(one.start - HALF_HOUR - BUFFER, one.end + BUFFER) for one in busy),
    )
    found = []
    for start, end in opened(days):
        free = portion.closed(start, end - HALF_HOUR) - forbidden
        while start + HALF_HOUR <= end:
            if start in free:
                found.append(start.isoformat())
            start += HALF_HOUR
    return found


def seconds(way: Callable[[int, list[Period]], list[str]], days: int, busy: list[Period], times: int) -> float:
    return median_seconds(partial(way, days, busy), times=times)


def run() -> list[Row]:
    rows, by_day = [], []
    for days in LENGTHS:
        busy = busy_periods(days)
        assert by_core(days, busy) == by_naive(days, busy) == by_portion(days, busy)
        core = seconds(by_core, days, busy, 3000 // days)
        by_day.append(core / days)
        rows += _rows(days, core, len(by_core(days, busy)), busy)
    growth = by_day[-1] / by_day[0]
    rows.append(
        Row("B1", "growth: a day of 365 / a day of 30", f"{growth:.2f}x", f"<= {GOAL_LINEAR}x", growth <= GOAL_LINEAR)
    )
    return rows


def _rows(days: int, core: float, count: int, busy: list[Period]) -> list[Row]:
    workload = f"free slots, {days} days"
    goal, met = ("<= 150 µs", core <= GOAL_30_DAYS) if days == LENGTHS[0] else ("", None)
    note = (
        ""
        if met in (None, True)
        else (
            f"{core / GOAL_30_DAYS:.2f} times the goal, which is for a quiet core: the load of this run is said above"
        )
    )
    naive = seconds(by_naive, days, busy, 1) / core
    algebra = seconds(by_portion, days, busy, 1) / core
    return [
        Row("B1", f"{workload} ({count} found)", f"{core * 1e6:.0f} µs", goal, met, note),
        Row("B1", f"{workload}: naive datetimes / core", f"{naive:.0f}x"),
        Row("B1", f"{workload}: portion / core", f"{algebra:.0f}x", f">= {GOAL_PORTION}x", algebra >= GOAL_PORTION),
    ]
