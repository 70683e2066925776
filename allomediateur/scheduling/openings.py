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
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from allomediateur.scheduling.periods import Period, merge
from allomediateur.scheduling.wall import DAY_MINUTES, day_start, local_day, steady_offset, to_utc, zone_of

LONGEST = timedelta(days=7)
REACH_DAYS = 10  # rules and exceptions this many local days around a window can matter to it
_DAY = timedelta(days=1)

ExceptionKind = Literal["closed", "open", "other_hours"]
EXCEPTION_KINDS: tuple[str, ...] = get_args(ExceptionKind)


class Fault(StrEnum):
    WEEKDAY = "weekday"
    MINUTE_OUT_OF_RANGE = "minute_out_of_range"
    ENDS_BEFORE_START = "ends_before_start"
    VALIDITY_REVERSED = "validity_reversed"
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

    `valid_from` and `valid_until` (inclusive) are about the day it starts. Raises InvalidOpening.
    """

    weekday: int
    start_minute: int
    end_minute: int
    ends_next_day: bool = False
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise InvalidOpening(Fault.WEEKDAY)
        _check_hours(self.start_minute, self.end_minute, ends_next_day=self.ends_next_day)
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise InvalidOpening(Fault.VALIDITY_REVERSED)

    def applies(self, day: date) -> bool:
        if day.weekday() != self.weekday or (self.valid_from and day < self.valid_from):
            return False
        return self.valid_until is None or day <= self.valid_until


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
    Raises UnknownZone.
    """
    week = _Week(rules, exceptions, zone_of(zone))
    open_ = [part for opening in week.reaching(window) for part in week.cut(opening) if part.overlaps(window)]
    if not open_:
        return Openings()
    return Openings(tuple(open_), tuple(week.closed_in(Period(open_[0].start, open_[-1].end))))


@dataclass(frozen=True, slots=True)
class _Hours:
    """A rule's hours as distances from its midnight, for days when the zone's offset stands still."""

    rule: WeeklyRule
    always: bool
    start: timedelta
    end: timedelta

    @classmethod
    def of(cls, rule: WeeklyRule) -> _Hours:
        end = rule.end_minute + DAY_MINUTES * rule.ends_next_day
        always = rule.valid_from is None and rule.valid_until is None
        return cls(rule, always, timedelta(minutes=rule.start_minute), timedelta(minutes=end))


class _Week:
    """Rules by weekday and exceptions by day, in one zone."""

    def __init__(self, rules: Iterable[WeeklyRule], exceptions: Iterable[DayException], zone: ZoneInfo) -> None:
        self.zone = zone
        self.by_weekday: list[list[_Hours]] = [[] for _ in range(7)]
        for rule in rules:
            self.by_weekday[rule.weekday].append(_Hours.of(rule))
        self.closings: list[DayException] = []
        self.changes: dict[date, list[DayException]] = {}
        for exception in exceptions:
            if exception.kind == "closed":
                self.closings.append(exception)
            else:
                self.changes.setdefault(exception.day, []).append(exception)

    def reaching(self, window: Period) -> list[Period]:
        """Merged openings that overlap the window; cut short only where they are longer than `LONGEST`."""
        first, last = local_day(window.start, self.zone) - _DAY, local_day(window.end, self.zone)
        found = self._overlapping(window, first, last)
        if found and not self._whole(found, first, last):
            reach = timedelta(days=REACH_DAYS)
            found = self._overlapping(window, first - reach, last + reach)
        return found

    def _overlapping(self, window: Period, first: date, last: date) -> list[Period]:
        return [opening for opening in merge(self._between(first, last)) if opening.overlaps(window)]

    def _whole(self, found: Sequence[Period], first: date, last: date) -> bool:
        """Whether no opening of an unread day can touch these."""
        return (
            to_utc(first, DAY_MINUTES, self.zone, end=True) < found[0].start
            and found[-1].end < day_start(last + _DAY, self.zone)
        )

    def _between(self, first: date, last: date) -> Iterator[Period]:
        """The openings that start on the local days `first` to `last`, unmerged."""
        midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
        weekday = first.weekday()
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            hours = self.by_weekday[weekday]
            if hours or self.changes:
                yield from self._on(midnight, ordinal, hours)
            midnight += _DAY
            weekday = (weekday + 1) % 7

    def _on(self, midnight: datetime, ordinal: int, hours: Sequence[_Hours]) -> Iterator[Period]:
        day = midnight.date()
        changes = self.changes.get(day, ())
        for change in changes:
            yield from self._exact(day, change)
        if any(change.kind == "other_hours" for change in changes):
            return
        offset = steady_offset(self.zone, ordinal)
        for hour in hours:
            if not (hour.always or hour.rule.applies(day)):
                continue
            if offset is None:
                yield from self._exact(day, hour.rule)
            else:
                origin = midnight - offset
                yield Period(origin + hour.start, origin + hour.end)

    def _exact(self, day: date, hours: WeeklyRule | DayException) -> Iterator[Period]:
        """None when the clock skips it all."""
        if hours.start_minute is None or hours.end_minute is None:
            yield Period(day_start(day, self.zone), day_start(day + _DAY, self.zone))
            return
        start = to_utc(day, hours.start_minute, self.zone)
        end = to_utc(day + _DAY * hours.ends_next_day, hours.end_minute, self.zone, end=True)
        if start < end:
            yield Period(start, end)

    def cut(self, opening: Period) -> Iterator[Period]:
        """The opening, at Mondays 00:00 when it is longer than `LONGEST`."""
        start = opening.start
        if opening.length > LONGEST:
            day = local_day(start, self.zone)
            monday = day + timedelta(days=7 - day.weekday())
            while (edge := day_start(monday, self.zone)) < opening.end:
                yield Period(start, edge)
                start, monday = edge, monday + timedelta(days=7)
        yield Period(start, opening.end)

    def closed_in(self, span: Period) -> list[Period]:
        first, last = local_day(span.start, self.zone) - _DAY, local_day(span.end, self.zone)
        near = (closing for closing in self.closings if first <= closing.day <= last)
        closed = (period for closing in near for period in self._exact(closing.day, closing))
        return merge(period for period in closed if period.overlaps(span))
