"""Openings and slots minute by minute, written from the rules alone: slow, and shares no code with the core.

It asks every UTC minute what clocks show, and never computes an offset.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from allomediateur.scheduling.openings import DayException, WeeklyRule
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules

MINUTE = timedelta(minutes=1)


class Oracle:
    """Minutes are numbered from `begin`; `clock[n]` is what a wall clock shows then."""

    def __init__(self, zone: str, begin: date, days: int) -> None:
        self.begin = datetime(begin.year, begin.month, begin.day, tzinfo=UTC)
        tz = ZoneInfo(zone)
        instants = (self.begin + n * MINUTE for n in range(days * 1440))
        self.clock = [instant.astimezone(tz).replace(tzinfo=None) for instant in instants]

    def number(self, instant: datetime) -> int:
        return int((instant - self.begin).total_seconds()) // 60

    def instant(self, number: int) -> datetime:
        return self.begin + number * MINUTE

    def starts_at(self, wall: datetime) -> int:
        """The first minute when the clock shows `wall`; skipped, the first one after it."""
        return next(n for n, shown in enumerate(self.clock) if shown >= wall)

    def ends_at(self, wall: datetime) -> int:
        """The last minute when the clock shows `wall`; skipped, the first one after it."""
        shown_at = [n for n, shown in enumerate(self.clock) if shown == wall]
        return shown_at[-1] if shown_at else self.starts_at(wall)

    def minutes(self, day: date, hours: WeeklyRule | DayException) -> range:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock has no zone
        if hours.start_minute is None or hours.end_minute is None:
            return range(self.starts_at(midnight), self.starts_at(midnight + timedelta(days=1)))
        end = hours.end_minute + (1440 if hours.ends_next_day else 0)
        return range(self.starts_at(midnight + hours.start_minute * MINUTE), self.ends_at(midnight + end * MINUTE))

    def opened(self, rules: Iterable[WeeklyRule], exceptions: Iterable[DayException], days: Iterable[date]) -> set[int]:
        found: set[int] = set()
        for day in days:
            today = [one for one in exceptions if one.day == day and one.kind != "closed"]
            hours: list[WeeklyRule | DayException] = list(today)
            if all(one.kind == "open" for one in today):
                hours += [rule for rule in rules if rule.applies(day)]
            for one in hours:
                found.update(self.minutes(day, one))
        return found

    def closed(self, exceptions: Iterable[DayException]) -> set[int]:
        return {n for one in exceptions if one.kind == "closed" for n in self.minutes(one.day, one)}

    def taken(self, blocked: Iterable[Period]) -> set[int]:
        return {n for period in blocked for n in range(self.number(period.start), self.number(period.end))}

    def free(
        self, opened: set[int], closed: set[int], taken: set[int], rules: SlotRules, now: datetime
    ) -> Iterator[datetime]:
        """Every free start, in order; all is whole minutes."""
        duration, step, before, after = (
            int(length.total_seconds()) // 60 for length in (rules.duration, rules.step, rules.before, rules.after)
        )
        for first, last in runs(opened):
            for start in range(first, last, step):
                meeting = range(start, start + duration)
                blocking = range(start - before, start + duration + after)
                fits = start + duration <= last and closed.isdisjoint(meeting) and taken.isdisjoint(blocking)
                if fits and now + rules.notice <= self.instant(start) <= now + rules.horizon:
                    yield self.instant(start)


def runs(minutes: set[int]) -> list[tuple[int, int]]:
    """Stretches of minutes without a break, as `[first, last)`."""
    firsts = sorted(n for n in minutes if n - 1 not in minutes)
    lasts = sorted(n + 1 for n in minutes if n + 1 not in minutes)
    return list(zip(firsts, lasts, strict=True))
