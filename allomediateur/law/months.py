"""Months as the law counts them: to the same day of the last month, or to its last day (CPC 641)."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

_ANY = date(2023, 1, 1)


def months_after(start: date, months: int) -> date:
    """31 August and six months: 28 February, 29 in a leap year. Raises ValueError past the year 9999."""
    years, index = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, index + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


@cache
def lengths(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many months may have: 89 and 92 for three."""
    starts = (_ANY + timedelta(days=number) for number in range(4 * 366))
    spans = [(months_after(start, months) - start).days for start in starts]
    return min(spans), max(spans)
