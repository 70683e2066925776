"""How long a slot is kept for whom has not finished booking it (R10, R15), and when an answer is promised by."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count, islice

from allomediateur.scheduling.territories import holidays_of
from allomediateur.scheduling.wall import day_start, local_day

HOLD_LENGTH = timedelta(minutes=10)
HOLD_EXTENSIONS = 1  # WCAG 2.2.1
CONFIRM_AT_LEAST = timedelta(minutes=15)
CONFIRM_AT_MOST = timedelta(hours=2)
CONSENT_AT_MOST = timedelta(hours=48)
ANSWER_DAYS = 2
PARIS = "Europe/Paris"

EXPIRING_STATES = frozenset({"held", "unconfirmed"})
BLOCKING_STATES = EXPIRING_STATES | {"confirmed", "attended", "no_show"}


def hold_until(now: datetime) -> datetime:
    return now + HOLD_LENGTH


def extend_hold(expires_at: datetime, extensions: int) -> datetime | None:
    """The later expiry of a hold already extended that many times, None when it may not be again."""
    return expires_at + HOLD_LENGTH if extensions < HOLD_EXTENSIONS else None


def confirm_by(start: datetime, now: datetime, notice: timedelta) -> datetime:
    """When an unconfirmed appointment is released: within two hours and before the notice, but never under a
    quarter of an hour, and never after the start."""
    return min(start, max(now + CONFIRM_AT_LEAST, min(now + CONFIRM_AT_MOST, start - notice)))


def consent_by(start: datetime, now: datetime, notice: timedelta) -> datetime:
    """When what was booked on mandate is released, the person concerned not having answered: two days and before the
    notice, but never under a quarter of an hour, and never after the start."""
    return min(start, max(now + CONFIRM_AT_LEAST, min(now + CONSENT_AT_MOST, start - notice)))


def blocks(state: str, expires_at: datetime | None, now: datetime) -> bool:
    """Whether an appointment takes its time at `now`: from the expiry instant on it does not, worker or not."""
    if state in EXPIRING_STATES:
        return expires_at is None or now < expires_at
    return state in BLOCKING_STATES


def answer_by(now: datetime) -> datetime:
    """The end of the second working day after today: Monday to Friday, French public holidays left out, in Paris."""
    today = local_day(now, PARIS)
    off = holidays_of("FR", (today.year, today.year + 1))
    days = (today + timedelta(days=ahead) for ahead in count(1))
    second = next(islice((day for day in days if day.weekday() < 5 and day not in off), ANSWER_DAYS - 1, None))
    return day_start(second + timedelta(days=1), PARIS)


def answer_day(due: datetime) -> date:
    """The last whole day before it."""
    return local_day(due, PARIS) - timedelta(days=1)
