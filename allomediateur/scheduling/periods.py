"""Half-open periods of UTC instants (R1) and their algebra."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError when it carries no zone or is past the calendar's ends."""
    if instant.tzinfo is UTC:
        return instant
    try:
        offset = instant.utcoffset()
        if offset is None:
            raise ValueError(f"an instant needs a zone: {instant!r}")
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"an instant past the ends of the calendar: {instant!r}") from error


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """`[start, end)`, both kept in UTC. Raises ValueError when naive, empty or reversed."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        start, end = self.start, self.end
        if start.tzinfo is not UTC or end.tzinfo is not UTC:
            start, end = utc(start), utc(end)
            object.__setattr__(self, "start", start)
            object.__setattr__(self, "end", end)
        if start >= end:
            raise ValueError(f"a period ends after its start: {start} .. {end}")

    @property
    def length(self) -> timedelta:
        """Elapsed time (R3)."""
        return self.end - self.start

    def overlaps(self, other: Period) -> bool:
        """Whether they share an instant; periods that only touch do not (R1)."""
        return self.start < other.end and other.start < self.end

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def widen(self, before: timedelta, after: timedelta) -> Period:
        """The period with its buffers (R7). Negative buffers shrink it, ValueError when nothing is left."""
        return Period(self.start - before, self.end + after)


def merge(periods: Iterable[Period]) -> list[Period]:
    """The same instants as the fewest periods, sorted: overlapping or touching ones become one (R5)."""
    merged: list[Period] = []
    for period in sorted(periods):
        if not merged or merged[-1].end < period.start:
            merged.append(period)
        elif merged[-1].end < period.end:
            merged[-1] = Period(merged[-1].start, period.end)
    return merged


def subtract(periods: Iterable[Period], removed: Iterable[Period]) -> list[Period]:
    """The instants of `periods` that are in none of `removed`, merged and sorted."""
    kept: list[Period] = []
    holes = merge(removed)
    first = 0
    for period in merge(periods):
        while first < len(holes) and holes[first].end <= period.start:
            first += 1
        kept.extend(_outside(period, holes, first))
    return kept


def _outside(period: Period, holes: list[Period], first: int) -> list[Period]:
    parts: list[Period] = []
    start = period.start
    for index in range(first, len(holes)):
        hole = holes[index]
        if hole.start >= period.end:
            break
        if start < hole.start:
            parts.append(Period(start, hole.start))
        start = hole.end
    if start < period.end:
        parts.append(Period(start, period.end))
    return parts
