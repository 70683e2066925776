"""Weekly rules and exceptions, wall-clock time in a zone, made into openings: periods of UTC instants.

An endless opening (a mediator who never closes) has no start the grid could stand on, whatever window is
asked. So an opening that lasts more than `LONGEST` is cut at each Monday 00:00 of its zone, where the grid
starts anew. Whether it does, and where, is known from `REACH_DAYS` around: no answer depends on the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import starmap
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from allomediateur.scheduling.periods import Period, merge
from allomediateur.scheduling.wall import DAY_MINUTES, day_start, local_day, steady_offset, to_utc, zone_of

LONGEST = timedelta(days=7)
REACH_DAYS = 10  # rules and exceptions this many local days around a window can matter to it
CALENDAR = Period(datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

ExceptionKind = Literal["closed", "open", "other_hours"]
EXCEPTION_KINDS: tuple[str, ...] = get_args(ExceptionKind)


class Fault(StrEnum):
    WEEKDAY = "weekday"
    MINUTE_OUT_OF_RANGE = "minute_out_of_range"
    ENDS_BEFORE_START = "ends_before_start"
    VALIDITY_REVERSED = "validity_reversed"
    WEEKS = "weeks"
    MINUTES_MISSING = "minutes_missing"
    KIND = "kind"


class InvalidOpening(ValueError):
    """What a rule or an exception may not say (R11); `reason` tells which."""

    def __init__(self, reason: Fault) -> None:
        super().__init__(reason.value)
        self.reason = reason


def _check_hours(start_minute: int, end_minute: int, *, ends_next_day: bool) -> None:
    if not (0 <= start_minute < DAY_MINUTES and 0 <= end_minute <= DAY_MINUTES):
        raise InvalidOpening(Fault.MINUTE_OUT_OF_RANGE)
    if end_minute <= start_minute and not ends_next_day:
        raise InvalidOpening(Fault.ENDS_BEFORE_START)


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Open every `weekday` (0 is Monday) from minute to minute of the wall clock; 1440 is 24:00.

    `valid_from` and `valid_until` (inclusive), and the `weeks` (0 all, 1 and 2 every other one, see `week_of`), are
    about the day it starts. Raises InvalidOpening.
    """

    weekday: int
    start_minute: int
    end_minute: int
    ends_next_day: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    weeks: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise InvalidOpening(Fault.WEEKDAY)
        if not 0 <= self.weeks <= 2:
            raise InvalidOpening(Fault.WEEKS)
        _check_hours(self.start_minute, self.end_minute, ends_next_day=self.ends_next_day)
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise InvalidOpening(Fault.VALIDITY_REVERSED)

    def applies(self, day: date) -> bool:
        if day.weekday() != self.weekday or (self.valid_from and day < self.valid_from):
            return False
        if self.weeks and self.weeks != week_of(day):
            return False
        return self.valid_until is None or day <= self.valid_until

    @property
    def is_dated(self) -> bool:
        """Whether some of its days are left out."""
        return self.weeks != 0 or self.valid_from is not None or self.valid_until is not None


def week_of(day: date) -> int:
    """1 or 2: weeks (from Monday) take turns, without a break at any year's end as ISO week numbers have.

    2026-11-23 begins a week 2.
    """
    return 1 + (day.toordinal() + 6) // 7 % 2


@dataclass(frozen=True, slots=True)
class DayException:
    """What differs on one local day: `closed` removes time (without minutes, from midnight to midnight),
    `open` adds an opening, `other_hours` stand in place of all rules of that day. Raises InvalidOpening."""

    kind: ExceptionKind
    day: date
    start_minute: int | None = None
    end_minute: int | None = None
    ends_next_day: bool = False

    def __post_init__(self) -> None:
        if self.kind not in EXCEPTION_KINDS:
            raise InvalidOpening(Fault.KIND)
        if self.start_minute is not None and self.end_minute is not None:
            _check_hours(self.start_minute, self.end_minute, ends_next_day=self.ends_next_day)
        elif self.kind != "closed" or self.start_minute is not None or self.end_minute is not None:
            raise InvalidOpening(Fault.MINUTES_MISSING)


@dataclass(frozen=True, slots=True)
class Openings:
    """`open`: sorted, apart from each other (or cut, see above), each with its true start and end.
    `closed`: time taken out of them, merged; the grid does not start anew after it."""

    open: tuple[Period, ...] = ()
    closed: tuple[Period, ...] = ()


def expand(
    rules: Iterable[WeeklyRule], exceptions: Iterable[DayException], zone: str | ZoneInfo, window: Period
) -> Openings:
    """The openings that share an instant with `window`, whole, and what is closed in them.

    Give every rule, and the exceptions from `REACH_DAYS` before to `REACH_DAYS` after the window.
    Nobody is open outside `CALENDAR`. Raises UnknownZone.
    """
    week = _Week(rules, exceptions, zone_of(zone))
    if not (CALENDAR.start <= window.start and window.end <= CALENDAR.end):
        return Openings()
    open_ = tuple(starmap(Period, week.reaching(window)))
    if not open_:
        return Openings()
    return Openings(open_, tuple(week.closed_in(Period(open_[0].start, open_[-1].end))))


Span = tuple[datetime, datetime]  # in UTC, as a Period without its checks: they are many


class _Week:
    """Rules by weekday and exceptions by day, in one zone."""

    def __init__(self, rules: Iterable[WeeklyRule], exceptions: Iterable[DayException], zone: ZoneInfo) -> None:
        self.zone = zone
        self.rules: list[list[WeeklyRule]] = [[] for _ in range(7)]
        self.hours: list[list[tuple[timedelta, timedelta]]] = [[] for _ in range(7)]
        self.dated = [False] * 7
        for rule in rules:
            self.rules[rule.weekday].append(rule)
            self.hours[rule.weekday].append(_from_midnight(rule))
            self.dated[rule.weekday] |= rule.is_dated
        self.closings: list[DayException] = []
        self.changes: dict[int, list[DayException]] = {}
        for exception in exceptions:
            if exception.kind == "closed":
                self.closings.append(exception)
            else:
                self.changes.setdefault(exception.day.toordinal(), []).append(exception)

    def reaching(self, window: Period) -> list[Span]:
        """Openings that overlap the window, merged, and cut where they are longer than `LONGEST`."""
        first, last = local_day(window.start, self.zone) - _DAY, local_day(window.end, self.zone)
        found = self._overlapping(window, first, last)
        if found and not self._whole(found, first, last):
            reach = timedelta(days=REACH_DAYS)
            found = self._overlapping(window, first - reach, last + reach)
        if all(end - start <= LONGEST for start, end in found):
            return found
        parts = (part for opening in found for part in self._cut(opening))
        return [part for part in parts if part[0] < window.end and window.start < part[1]]

    def _overlapping(self, window: Period, first: date, last: date) -> list[Span]:
        merged: list[Span] = []
        for span in sorted(self._between(first, last)):
            if not merged or merged[-1][1] < span[0]:
                merged.append(span)
            elif merged[-1][1] < span[1]:
                merged[-1] = merged[-1][0], span[1]
        return [span for span in merged if span[0] < window.end and window.start < span[1]]

    def _whole(self, found: Sequence[Span], first: date, last: date) -> bool:
        """Whether no opening of an unread day can touch these."""
        read_from = to_utc(first, DAY_MINUTES, self.zone, end=True)
        return read_from < found[0][0] and found[-1][1] < day_start(last + _DAY, self.zone)

    def _between(self, first: date, last: date) -> list[Span]:
        """The openings that start on the local days `first` to `last`, unmerged."""
        spans: list[Span] = []
        midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            weekday = (ordinal + 6) % 7
            offset = steady_offset(self.zone, ordinal)
            if offset is None or self.dated[weekday] or ordinal in self.changes:
                spans.extend(self._on(date.fromordinal(ordinal)))
            else:
                origin = midnight - offset
                for start, end in self.hours[weekday]:
                    spans.append((origin + start, origin + end))
            midnight += _DAY
        return spans

    def _on(self, day: date) -> Iterator[Span]:
        changes = self.changes.get(day.toordinal(), ())
        for change in changes:
            yield from self._exact(day, change)
        if any(change.kind == "other_hours" for change in changes):
            return
        for rule in self.rules[day.weekday()]:
            if rule.applies(day):
                yield from self._exact(day, rule)

    def _exact(self, day: date, hours: WeeklyRule | DayException) -> Iterator[Span]:
        """Nothing when the clock skips it all."""
        if hours.start_minute is None or hours.end_minute is None:
            start, end = day_start(day, self.zone), day_start(day + _DAY, self.zone)
        else:
            start = to_utc(day, hours.start_minute, self.zone)
            end = to_utc(day + _DAY * hours.ends_next_day, hours.end_minute, self.zone, end=True)
        if start < end:
            yield start, end

    def _cut(self, opening: Span) -> Iterator[Span]:
        """The opening, at Mondays 00:00 when it is longer than `LONGEST`."""
        start, end = opening
        if end - start > LONGEST:
            day = local_day(start, self.zone)
            monday = day + timedelta(days=7 - day.weekday())
            while (edge := day_start(monday, self.zone)) < end:
                yield start, edge
                start, monday = edge, monday + timedelta(days=7)
        yield start, end

    def closed_in(self, span: Period) -> list[Period]:
        if not self.closings:
            return []
        first, last = local_day(span.start, self.zone) - _DAY, local_day(span.end, self.zone)
        near = (closing for closing in self.closings if first <= closing.day <= last)
        closed = (Period(*one) for closing in near for one in self._exact(closing.day, closing))
        return merge(period for period in closed if period.overlaps(span))


def _from_midnight(rule: WeeklyRule) -> tuple[timedelta, timedelta]:
    """Where the rule's hours are on a day when the zone's offset stands still."""
    end = rule.end_minute + DAY_MINUTES * rule.ends_next_day
    return _MINUTE * rule.start_minute, _MINUTE * end
