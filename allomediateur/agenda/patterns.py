"""The hours of one way to meet as a grid shows them: the typical week, or one week of the calendar.

A grid says what it was drawn from (`seen`): where that has changed since, nothing is written and `Changed` is raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from allomediateur.accounts.idempotency import fingerprint
from allomediateur.agenda import editing, truth
from allomediateur.agenda.editing import Changed
from allomediateur.agenda.models import Opening, OpeningException
from allomediateur.agenda.truth import AGREED, Pair
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling import clockweek
from allomediateur.scheduling.clockweek import Day, Week
from allomediateur.scheduling.openings import DayException, WeeklyRule
from allomediateur.scheduling.territories import holidays_of

__all__ = [
    "Changed", "DatedWeek", "Pattern", "copy_pattern", "copy_week", "dated_week", "pattern", "save_pattern",
    "save_week", "seen",
]  # fmt: skip

_DAY = timedelta(days=1)
_CLOCK = ("start_minute", "end_minute", "ends_next_day")
_UNDATED = Q(valid_from=None, valid_until=None)
Weeks = Opening.Weeks


@dataclass(frozen=True)
class Pattern:
    """What is open in weeks A and in weeks B, by the rules without dates."""

    a: Week
    b: Week

    @property
    def alternates(self) -> bool:
        return self.a != self.b

    def shown(self, weeks: int) -> Week:
        """Of every week: what both have."""
        if weeks == Weeks.EVERY:
            return [clockweek.common(one, other) for one, other in zip(self.a, self.b, strict=True)]
        return self.a if weeks == Weeks.A else self.b

    def replaced(self, weeks: int, wanted: Week) -> "Pattern":
        """With other hours in those weeks. In every week: what only one of them has beside stays."""
        if weeks == Weeks.EVERY:
            return Pattern(self._beside(self.a, wanted), self._beside(self.b, wanted))
        return Pattern(wanted, self.b) if weeks == Weeks.A else Pattern(self.a, wanted)

    def _beside(self, own: Week, wanted: Week) -> Week:
        both = self.shown(Weeks.EVERY)
        return [
            clockweek.merged([*clockweek.minus(one, shared), *new])
            for one, shared, new in zip(own, both, wanted, strict=True)
        ]


@dataclass(frozen=True)
class DatedWeek:
    """The hours of seven days. `locked`: days ruled by an exception for several ways to meet, that no grid changes;
    `holidays`: names of those that are closed for it, opened by an exception or not."""

    monday: date
    hours: Week
    locked: frozenset[int]
    holidays: dict[int, str]


def pattern(mediator: Mediator, pair: Pair) -> Pattern:
    rows = list(_openings(mediator, pair).filter(_UNDATED))
    return Pattern(*(
        clockweek.week_of_rules(_rule(one) for one in rows if one.weeks in (Weeks.EVERY, weeks))
        for weeks in (Weeks.A, Weeks.B)
    ))  # fmt: skip


def save_pattern(mediator: Mediator, pair: Pair, wanted: Pattern, now: datetime, seen_as: str) -> None:
    """These hours instead of the rules without dates. Raises Changed, InvalidPlace."""
    with editing.editing(mediator, now):
        editing.check_place(*pair, mediator)
        _check_seen(mediator, pair, None, seen_as)
        _openings(mediator, pair).filter(_UNDATED).delete()
        both = wanted.shown(Weeks.EVERY)
        alone = [
            (weeks, [clockweek.minus(one, shared) for one, shared in zip(own, both, strict=True)])
            for weeks, own in ((Weeks.A, wanted.a), (Weeks.B, wanted.b))
        ]
        Opening.objects.bulk_create(
            Opening(
                mediator=mediator, modality=pair[0], office_id=pair[1], weekday=weekday, weeks=weeks,
                start_minute=start, end_minute=end,
            )
            for weeks, week in ((Weeks.EVERY, both), *alone)
            for weekday, day in enumerate(week)
            for start, end in day
        )  # fmt: skip


def dated_week(mediator: Mediator, pair: Pair, monday: date) -> DatedWeek:
    """That week as it stands, exceptions and holidays counted."""
    read = _Reading.of(mediator, pair, monday)
    days = _days(monday)
    return DatedWeek(
        monday=monday,
        hours=[read.hours(day) for day in days],
        locked=frozenset(number for number, day in enumerate(days) if read.is_locked(day)),
        holidays={number: read.holidays[day] for number, day in enumerate(days) if day in read.holidays},
    )


def save_week(mediator: Mediator, pair: Pair, monday: date, wanted: Week, now: datetime, seen_as: str) -> None:
    """These hours on the days of that week, as exceptions for this way to meet; locked days stay. Raises Changed."""
    with editing.editing(mediator, now):
        _check_seen(mediator, pair, monday, seen_as)
        read = _Reading.of(mediator, pair, monday)
        for day, hours in zip(_days(monday), wanted, strict=True):
            if not read.is_locked(day) and read.hours(day) != hours:
                _write_day(mediator, pair, day, hours, read)
                # What passed midnight may be gone from the day after.
                read = _Reading.of(mediator, pair, monday)


def copy_pattern(mediator: Mediator, pair: Pair, others: Sequence[Pair], now: datetime) -> None:
    """The typical week of one way to meet, given to others; all or none."""
    with editing.editing(mediator, now):
        told = pattern(mediator, pair)
        for other in others:
            save_pattern(mediator, other, told, now, seen(mediator, other))


def copy_week(mediator: Mediator, pair: Pair, monday: date, count: int, now: datetime) -> None:
    """The hours of that week, given to the `count` weeks after it; all or none. Public holidays keep theirs."""
    with editing.editing(mediator, now):
        told = dated_week(mediator, pair, monday)
        for number in range(1, count + 1):
            later = dated_week(mediator, pair, monday + 7 * number * _DAY)
            kept = told.holidays.keys() | later.holidays.keys()
            hours = [(later if day in kept else told).hours[day] for day in range(7)]
            save_week(mediator, pair, later.monday, hours, now, seen(mediator, pair, later.monday))


def seen(mediator: Mediator, pair: Pair, monday: date | None = None) -> str:
    """A name for the hours as they are: the rules, and with a week its exceptions and the switch of holidays."""
    rows = _openings(mediator, pair).values_list(*_CLOCK, "weekday", "weeks", "valid_from", "valid_until")
    told = sorted(map(str, rows))
    if monday:
        near = _exceptions(mediator, pair, monday).values_list(*_CLOCK, "kind", "day", "modality", "office")
        told += [*sorted(map(str, near)), str(mediator.closed_on_holidays)]
    return fingerprint(*told)


def _check_seen(mediator: Mediator, pair: Pair, monday: date | None, seen_as: str) -> None:
    if seen(mediator, pair, monday) != seen_as:
        raise Changed


def _write_day(mediator: Mediator, pair: Pair, day: date, wanted: Day, read: "_Reading") -> None:
    """Exceptions of the day, told apart from what the rules give: what is more, what is less."""
    own = [one for one in read.rows if one.day == day and _names(one, pair)]
    OpeningException.objects.filter(pk__in=[one.pk for one in own]).delete()
    base = read.without(own).hours(day)
    more, less = clockweek.minus(wanted, base), clockweek.minus(base, wanted)
    kinds = OpeningException.Kind
    drafts: list[tuple[str, int | None, int | None]] = [(kinds.OPEN, *span) for span in more]
    drafts += [(kinds.CLOSED, None, None)] if base and not wanted else [(kinds.CLOSED, *span) for span in less]
    made = [_exception(mediator, pair, day, *draft) for draft in drafts]
    if day.weekday() == 6:
        # What went on after Sunday's midnight is the next week's: it stays.
        made += [
            _exception(mediator, pair, day + _DAY, kinds.OPEN, 0, one.end_minute)
            for one in own
            if one.ends_next_day and one.kind != kinds.CLOSED and one.end_minute
        ]
    OpeningException.objects.bulk_create(made)


def _exception(
    mediator: Mediator, pair: Pair, day: date, kind: str, start: int | None, end: int | None
) -> OpeningException:
    return OpeningException(
        mediator=mediator, kind=kind, day=day, modality=pair[0], office_id=pair[1], start_minute=start, end_minute=end
    )


@dataclass(frozen=True)
class _Reading:
    """What a week is made of: rules, exceptions (a day before and after too) and closed holidays by day."""

    pair: Pair
    rules: Sequence[WeeklyRule]
    rows: Sequence[OpeningException]
    holidays: dict[date, str]

    @classmethod
    def of(cls, mediator: Mediator, pair: Pair, monday: date) -> "_Reading":
        rules = [_rule(one) for one in _openings(mediator, pair)]
        return cls(pair, rules, list(_exceptions(mediator, pair, monday)), _holidays(mediator, pair, monday))

    def without(self, rows: Sequence[OpeningException]) -> "_Reading":
        gone = {one.pk for one in rows}
        return _Reading(self.pair, self.rules, [one for one in self.rows if one.pk not in gone], self.holidays)

    def hours(self, day: date) -> Day:
        exceptions = [
            DayException(one.kind, one.day, one.start_minute, one.end_minute, one.ends_next_day)  # type: ignore[arg-type]
            for one in self.rows
        ]
        kept = truth.with_holidays(exceptions, set(self.holidays))
        return clockweek.day_hours(self.rules, kept, day)

    def is_locked(self, day: date) -> bool:
        return any(one.day == day and not _names(one, self.pair) for one in self.rows)


def _days(monday: date) -> list[date]:
    return [monday + number * _DAY for number in range(7)]


def _openings(mediator: Mediator, pair: Pair) -> QuerySet[Opening]:
    return Opening.objects.filter(mediator=mediator, modality=pair[0], office=pair[1])


def _exceptions(mediator: Mediator, pair: Pair, monday: date) -> QuerySet[OpeningException]:
    """Those that bear on the way to meet, from the eve of the week to the day after."""
    near = OpeningException.objects.filter(mediator=mediator, day__range=(monday - _DAY, monday + 7 * _DAY))
    office = Q(office=None) | Q(office=pair[1]) if pair[1] else Q(office=None)
    return near.filter(office, modality__in=("", pair[0]))


def _names(one: OpeningException, pair: Pair) -> bool:
    """Whether it is for this way to meet alone."""
    return (one.modality, one.office_id) == pair != AGREED


def _holidays(mediator: Mediator, pair: Pair, monday: date) -> dict[date, str]:
    if not mediator.closed_on_holidays:
        return {}
    offices = Office.objects.select_related("commune").filter(mediator=mediator)
    place = offices.filter(pk=pair[1]).first() if pair[1] else offices.filter(is_main=True).first()
    if place is None:
        return {}
    days = [monday - _DAY, *_days(monday)]
    known = holidays_of(place.holidays_of, {days[0].year, days[-1].year}, get_language() or "fr")
    return {day: known[day] for day in days if day in known}


def _rule(one: Opening) -> WeeklyRule:
    return WeeklyRule(
        one.weekday, one.start_minute, one.end_minute, one.ends_next_day, one.valid_from, one.valid_until, one.weeks
    )
