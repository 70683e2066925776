"""What an Availability row says, from the truth and nothing else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from allomediateur.scheduling.openings import Openings
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules, free_starts
from allomediateur.scheduling.wall import day_start, local_day, zone_of

_DAY = timedelta(days=1)
_INSTANT = timedelta.resolution


@dataclass(frozen=True, slots=True)
class Summary:
    """The next starts, at most `count`; the first local day with a free start; the bitmap of `is_free`, which
    begins at `base_day`; and the first instant when one of these, or the place of the edge, may be wrong."""

    next_starts: tuple[datetime, ...]
    first_free_day: date | None
    free_days: bytes
    base_day: date
    stale_at: datetime

    def is_free(self, day: date) -> bool:
        """Whether something is free that local day; False outside the horizon."""
        return is_free(self.free_days, self.base_day, day)


def reading_window(rules: SlotRules, now: datetime) -> Period:
    """What `summarise` wants openings and blocked periods for: the horizon, and the day that enters it before
    the next midnight."""
    return Period(now, now + rules.horizon + 3 * _DAY)


def summarise(
    openings: Openings,
    blocked: Sequence[Period],
    rules: SlotRules,
    now: datetime,
    zone: str | ZoneInfo,
    hold_expiries: Iterable[datetime],
    count: int = 12,
    full: Sequence[Period] = (),
) -> Summary:
    """The summary at `now`, days being those of `zone`. `openings` and `blocked` are given for `reading_window`,
    buffers included, and `full` as `free_starts` wants it; `hold_expiries` are those of live held and unconfirmed
    appointments.

    It holds until `stale_at`: the next expiry, the instant after the first start falls under notice, the
    instant when a start enters the horizon, or the next local midnight, whichever comes first.
    """
    zone = zone_of(zone)
    starts = free_starts(openings, blocked, rules, now, reading_window(rules, now), full)
    base = local_day(now, zone)
    midnight = day_start(base + _DAY, zone)
    edges = [expiry for expiry in hold_expiries if expiry > now]
    edges += [start - rules.notice + _INSTANT for start in starts[:1]]
    edges += _entering(openings, blocked, rules, now, midnight, full)
    return Summary(
        next_starts=tuple(starts[:count]),
        first_free_day=local_day(starts[0], zone) if starts else None,
        free_days=_bitmap(starts, base, local_day(now + rules.horizon, zone), zone),
        base_day=base,
        stale_at=min([*edges, midnight]),
    )


def is_free(free_days: bytes, base_day: date, day: date) -> bool:
    """Bit `n % 8` (from the lowest) of byte `n // 8`, n being days after `base_day`."""
    index = (day - base_day).days
    return 0 <= index < 8 * len(free_days) and bool(free_days[index // 8] >> index % 8 & 1)


def _entering(
    openings: Openings,
    blocked: Sequence[Period],
    rules: SlotRules,
    now: datetime,
    until: datetime,
    full: Sequence[Period],
) -> list[datetime]:
    """When the first start beyond the horizon comes within it, if before `until`."""
    edge = Period(now + rules.horizon + _INSTANT, until + rules.horizon + _INSTANT)
    beyond = free_starts(openings, blocked, rules, until, edge, full)
    return [start - rules.horizon for start in beyond[:1]]


def _bitmap(starts: Sequence[datetime], base: date, last: date, zone: ZoneInfo) -> bytes:
    midnights = _midnights(base, (last - base).days + 2, zone)
    days = bytearray((last - base).days // 8 + 1)
    position = 0
    while position < len(starts):
        index = bisect_right(midnights, starts[position]) - 1
        days[index // 8] |= 1 << index % 8
        position = bisect_left(starts, midnights[index + 1], position + 1)
    return bytes(days)


@lru_cache(maxsize=4096)
def _midnights(base: date, count: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The first instants of `count` local days."""
    return tuple(day_start(base + _DAY * number, zone) for number in range(count))
