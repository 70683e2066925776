"""When somebody is reminded of an appointment, on their own clock (R12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allomediateur.scheduling.periods import utc
from allomediateur.scheduling.wall import local_day, local_minute, to_utc, zone_of

DAYS_BEFORE = (7, 1)
QUIET_FROM, QUIET_TO = 21 * 60, 8 * 60
"""Minutes of the reader's day: nobody is written to from 21:00 until 08:00."""
_DAY = timedelta(days=1)


def remind_at(start: datetime, days: int, zone: str | ZoneInfo, booked_at: datetime) -> datetime | None:
    """The instant (UTC) of the reminder so many days (1 or more) before `start`, None when there is none.

    It is the same wall time on that day, so a clock change between the two shifts nothing for the reader; in quiet
    hours it waits for the next 08:00. There is none for what was booked at that wall time or later (the letter of
    the booking does), nor when the wait would end at the start or after. Raises UnknownZone, ValueError when an
    instant is naive or `days` is not positive.
    """
    if days < 1:
        raise ValueError(f"a reminder is at least one day before: {days}")
    zone = zone_of(zone)
    asked = to_utc(local_day(start, zone) - days * _DAY, local_minute(start, zone), zone)
    if asked <= utc(booked_at):
        return None
    due = after_quiet_hours(asked, zone)
    return due if due < utc(start) else None


def after_quiet_hours(instant: datetime, zone: str | ZoneInfo) -> datetime:
    """The instant itself, or the next 08:00 when it falls in quiet hours. Raises UnknownZone, ValueError when naive."""
    zone = zone_of(zone)
    day, minute = local_day(instant, zone), local_minute(instant, zone)
    if minute >= QUIET_FROM:
        return to_utc(day + _DAY, QUIET_TO, zone)
    return to_utc(day, QUIET_TO, zone) if minute < QUIET_TO else instant
