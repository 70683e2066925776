"""Wall-clock time in an IANA zone, and the way to UTC (R2, R6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from allomediateur.scheduling.periods import utc

DAY_MINUTES = 24 * 60
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class UnknownZone(ValueError):
    """The name is no IANA zone."""


@cache
def zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone (ZoneInfo itself raises IsADirectoryError on `Europe`)."""
    return name in zone_names()


def zone_of(zone: str | ZoneInfo) -> ZoneInfo:
    """Raises UnknownZone."""
    if isinstance(zone, ZoneInfo):
        return zone
    if not is_zone(zone):
        raise UnknownZone(zone)
    return ZoneInfo(zone)


def to_utc(day: date, minute: int, zone: str | ZoneInfo, *, end: bool = False) -> datetime:
    """The instant of a wall time, `minute` being 0..1440 after midnight (1440 is 24:00).

    R6: a time the clock skips is the first instant after it; a time shown twice is the first
    occurrence where an opening starts, the second where it ends (`end`).
    Raises ValueError out of range, UnknownZone.
    """
    if not 0 <= minute <= DAY_MINUTES:
        raise ValueError(f"a minute of the day is 0..1440: {minute}")
    zone = zone_of(zone)
    plain = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    if (steady := steady_offset(zone, day.toordinal())) is not None:
        return plain - steady
    wall = plain.replace(tzinfo=zone)
    before = wall.replace(fold=0).utcoffset() or timedelta()
    after = wall.replace(fold=1).utcoffset() or timedelta()
    if before < after:
        return _jump(plain - after, plain - before, zone)
    return plain - (after if end else before)


def _jump(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first second of `(low, high]` that has the offset of `high`: when the clock jumped."""
    target = high.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == target:
            high = middle
        else:
            low = middle
    return high


def local_day(instant: datetime, zone: str | ZoneInfo) -> date:
    """The day on the calendar of somebody in `zone`. Raises UnknownZone, ValueError when naive."""
    return utc(instant).astimezone(zone_of(zone)).date()


def local_minute(instant: datetime, zone: str | ZoneInfo) -> int:
    """Minutes after midnight, 0..1439, on the clock in `zone`. Raises UnknownZone, ValueError when naive."""
    there = utc(instant).astimezone(zone_of(zone))
    return there.hour * 60 + there.minute


@lru_cache(maxsize=65536)
def day_start(day: date, zone: str | ZoneInfo) -> datetime:
    """The first instant of a local day; one day ends where the next one starts."""
    return to_utc(day, 0, zone)


def same_wall_time(a_zone: str | ZoneInfo, b_zone: str | ZoneInfo, instant: datetime) -> bool:
    """Whether clocks in both zones show the same at that instant (R14). Raises UnknownZone."""
    instant = utc(instant)
    return instant.astimezone(zone_of(a_zone)).utcoffset() == instant.astimezone(zone_of(b_zone)).utcoffset()


@lru_cache(maxsize=65536)
def steady_offset(zone: ZoneInfo, ordinal: int) -> timedelta | None:
    """The zone's offset around that day (`date.toordinal`), None when it changes from the day before to two
    days after: only then does a wall time need `to_utc`."""
    midnight = datetime.fromordinal(ordinal - 1).replace(tzinfo=zone)
    offset = midnight.utcoffset()
    for days in range(1, 5):
        if (midnight + days * _DAY).utcoffset() != offset:
            return None
    return offset
