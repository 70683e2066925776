"""Free starts, and why a start is refused: one arithmetic for both (R4, R7, R8, R9).

A start is free when it stands on its opening's grid, the meeting ends inside the opening, and it is outside
every forbidden span. A meeting that blocks `[start - before, start + duration + after)` overlaps a blocked
`[a, b)` exactly when `a - duration - after < start < b + before`: that open span is what is forbidden.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from allomediateur.scheduling.openings import CALENDAR, Openings
from allomediateur.scheduling.periods import Period, utc

_ZERO = timedelta()
_MINUTE = timedelta(minutes=1)
_INSTANT = timedelta.resolution

Span = tuple[datetime, datetime]
_NEVER: Span = (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class SlotRules:
    """What a service asks of time, all elapsed. Raises ValueError: duration and step are positive, whole
    minutes (R4), the rest is not negative."""

    duration: timedelta
    step: timedelta
    before: timedelta
    after: timedelta
    notice: timedelta
    horizon: timedelta

    def __post_init__(self) -> None:
        for length in (self.duration, self.step):
            if length <= _ZERO or length % _MINUTE:
                raise ValueError(f"durations and steps are whole minutes: {length}")
        if min(self.before, self.after, self.notice, self.horizon) < _ZERO:
            raise ValueError("buffers, notice and horizon are not negative")


class Refusal(StrEnum):
    OUTSIDE_OPENINGS = "outside_openings"
    CLOSED = "closed"
    OFF_GRID = "off_grid"
    TAKEN = "taken"
    LIMIT = "limit"
    NOTICE = "notice"
    HORIZON = "horizon"


def free_starts(
    openings: Openings,
    blocked: Sequence[Period],
    rules: SlotRules,
    now: datetime,
    window: Period,
    full: Sequence[Period] = (),
) -> list[datetime]:
    """Every start in `window` that can be booked at `now`, in order.

    `openings` are those of `expand` for a window that holds this one. `blocked`, in any order: blocked
    periods of live appointments with their own buffers, and busy periods; those that reach, buffers
    included, the meetings starting in the window. `full`: days and weeks whose limit is reached.
    """
    earliest = max(window.start, now + rules.notice)
    latest = min(window.end - _INSTANT, now + rules.horizon)
    forbidden = _forbidden(openings.closed, blocked, rules, full)
    return _starts(openings.open, forbidden, rules, earliest, latest)


def refusal(
    start: datetime,
    openings: Openings,
    blocked: Sequence[Period],
    rules: SlotRules,
    now: datetime,
    full: Sequence[Period] = (),
) -> Refusal | None:
    """The first of `refusals`, None when `start` can be booked."""
    return next(iter(refusals(start, openings, blocked, rules, now, full)), None)


def refusals(
    start: datetime,
    openings: Openings,
    blocked: Sequence[Period],
    rules: SlotRules,
    now: datetime,
    full: Sequence[Period] = (),
) -> list[Refusal]:
    """All that prevents booking `start`, the heaviest first; nothing exactly when `free_starts` lists it (R9).

    `openings` are those of `expand` for any window that holds `start`. Raises ValueError when naive.
    """
    start = utc(start)
    if not CALENDAR.contains(start):
        return [Refusal.OUTSIDE_OPENINGS]
    if free_starts(openings, blocked, rules, now, Period(start, start + _INSTANT), full):
        return []
    opening = next((one for one in openings.open if one.contains(start)), None)
    prevents = {
        Refusal.OUTSIDE_OPENINGS: opening is None or opening.end < start + rules.duration,
        Refusal.CLOSED: _hit(start, _forbidden(openings.closed, (), rules)),
        Refusal.OFF_GRID: opening is not None and _on_grid(start, opening, rules.step) != start,
        Refusal.TAKEN: _hit(start, _forbidden((), blocked, rules)),
        Refusal.LIMIT: any(one.contains(start) for one in full),
        Refusal.NOTICE: start < now + rules.notice,
        Refusal.HORIZON: now + rules.horizon < start,
    }
    return [reason for reason, does in prevents.items() if does]


def grid_around(start: datetime, openings: Openings, rules: SlotRules) -> list[datetime]:
    """The starts of the grid just before and just after `start`, in the opening that holds it, where a meeting fits."""
    opening = next((one for one in openings.open if one.contains(start)), None)
    if opening is None:
        return []
    after = _on_grid(start, opening, rules.step)
    near = (after - rules.step, after)
    return [one for one in near if opening.start <= one and one + rules.duration <= opening.end]


def nearest(starts: Sequence[datetime], wanted: datetime, count: int) -> list[datetime]:
    """At most `count` of the sorted `starts`, those nearest to `wanted`, in order; of two at the same
    distance, the earlier."""
    right = bisect_left(starts, wanted)
    left = right
    while right - left < min(count, len(starts)):
        later_is_nearer = left == 0 or (right < len(starts) and starts[right] - wanted < wanted - starts[left - 1])
        left, right = (left, right + 1) if later_is_nearer else (left - 1, right)
    return list(starts[left:right])


def _forbidden(
    closed: Iterable[Period], blocked: Iterable[Period], rules: SlotRules, full: Iterable[Period] = ()
) -> list[Span]:
    """Open spans where no meeting may start, by their lower bound; two that touch leave the instant between
    them free (R1)."""
    length, before = rules.duration + rules.after, rules.before
    spans = [(period.start - length, period.end + before) for period in blocked]
    spans += [(period.start - rules.duration, period.end) for period in closed]
    spans += [(period.start - _INSTANT, period.end) for period in full]
    spans.sort()
    return spans


def _hit(start: datetime, forbidden: Iterable[Span]) -> bool:
    return any(low < start < high for low, high in forbidden)


def _on_grid(instant: datetime, opening: Period, step: timedelta) -> datetime:
    """The first start of the opening's grid at or after `instant`."""
    origin = opening.start
    return origin if instant <= origin else origin - (origin - instant) // step * step


def _starts(
    open_: Iterable[Period], forbidden: Iterable[Span], rules: SlotRules, earliest: datetime, latest: datetime
) -> list[datetime]:
    """One pass over openings and forbidden spans, both sorted; `latest` is inclusive.

    Spans may overlap: one is left when it ends, and those after it begin no sooner."""
    found: list[datetime] = []
    duration, step = rules.duration, rules.step
    spans = iter(forbidden)
    low, high = next(spans, _NEVER)
    for opening in open_:
        start, last = opening.start, opening.end - duration
        if last < earliest:
            continue
        if latest < start:
            break
        if start < earliest:
            start = _on_grid(earliest, opening, step)
        if latest < last:
            last = latest
        while start <= last:
            if high <= start:
                low, high = next(spans, _NEVER)
            else:
                if start <= low:
                    found.append(start)
                start += step  # dividing to jump over a busy span costs more than the few steps it saves
    return found
