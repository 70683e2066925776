"""Pages read the clock: their tests stand on the true one. Tuesday at ten, in Paris, at least two days from now."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def _tuesday(now: datetime) -> datetime:
    day = (now.astimezone(PARIS) + 2 * DAY).date()
    day += (1 - day.weekday()) % 7 * DAY
    return datetime(day.year, day.month, day.day, 10, tzinfo=PARIS).astimezone(UTC)


NOW = datetime.now(UTC)
TEN = _tuesday(NOW)
HALF_PAST = TEN + 30 * MINUTE
