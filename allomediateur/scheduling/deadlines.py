"""How long a slot is kept for whom has not finished booking it (R10, R15)."""

from __future__ import annotations

from datetime import datetime, timedelta

HOLD_LENGTH = timedelta(minutes=10)
HOLD_EXTENSIONS = 1  # WCAG 2.2.1
CONFIRM_AT_LEAST = timedelta(minutes=15)
CONFIRM_AT_MOST = timedelta(hours=2)

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


def blocks(state: str, expires_at: datetime | None, now: datetime) -> bool:
    """Whether an appointment takes its time at `now`: from the expiry instant on it does not, worker or not."""
    if state in EXPIRING_STATES:
        return expires_at is None or now < expires_at
    return state in BLOCKING_STATES
