"""What decides a mediator's free time, read for one or many mediators at once.

Hours (standing, offices, openings, exceptions) change under the agenda's lock only; blocked time (appointments,
busy time) changes with every booking. Three queries in all, whatever the number of mediators.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Literal

from django.db import connection

from allomediateur.agenda.models import LIVE, PENDING, Appointment, Modality, Opening, OpeningException, Service
from allomediateur.directory.models import Mediator, Office, whose_holidays
from allomediateur.scheduling.openings import REACH_DAYS, DayException, Openings, WeeklyRule, expand
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules
from allomediateur.scheduling.territories import holidays_of
from allomediateur.scheduling.wall import day_start, local_day

_DAY = timedelta(days=1)
_REACH = timedelta(days=REACH_DAYS + 2)
_COUNTED = timedelta(days=8)
MEDIATORS_HORIZON = timedelta(days=366)
_OF_OFFICES = (
    "mediator", "mediator__video_room", "mediator__closed_on_holidays", "is_main", "id", "territory",
    "commune__department", "lon", "lat", "zone", "step_free",
)  # fmt: skip
# Written out, since every booking asks them several times: writing such a union takes the ORM longer than answering it
# takes PostgreSQL.
_RULES_AND_EXCEPTIONS = """
    SELECT mediator_id, '', modality, office_id, weekday, NULL::date, start_minute, end_minute, ends_next_day,
        valid_from, valid_until, weeks
    FROM agenda_opening WHERE mediator_id = ANY(%(mediators)s::bigint[])
    UNION ALL
    SELECT mediator_id, kind, modality, office_id, NULL, day, start_minute, end_minute, ends_next_day, NULL, NULL, NULL
    FROM agenda_openingexception
    WHERE mediator_id = ANY(%(mediators)s::bigint[]) AND day BETWEEN %(since)s::date AND %(until)s::date
"""
_BLOCKED = """
    SELECT mediator_id, lower(blocked), upper(blocked), expires_at, service_id, starts_at
    FROM agenda_appointment
    WHERE mediator_id = ANY(%(mediators)s::bigint[])
        AND blocked && tstzrange(%(since)s::timestamptz, %(until)s::timestamptz)
        AND state = ANY(%(live)s::text[])
        AND NOT (state = ANY(%(pending)s::text[]) AND expires_at <= %(now)s::timestamptz)
        AND id IS DISTINCT FROM %(ignored)s::bigint
    UNION ALL
    SELECT mediator_id, starts_at, ends_at, NULL, NULL, NULL
    FROM agenda_busy
    WHERE mediator_id = ANY(%(mediators)s::bigint[])
        AND starts_at < %(until)s::timestamptz AND ends_at > %(since)s::timestamptz
"""
Asker = Literal["visitor", "client", "mediator"]
"""Who wants a slot: anybody; somebody who has an appointment to move; the mediator, who books without notice."""
Pair = tuple[str, int | None]
"""A modality and, in person, an office."""
AGREED: Pair = (Modality.IN_PERSON.value, None)
"""Where the client wishes, around the main office."""


@dataclass(frozen=True)
class Point:
    lon: float
    lat: float
    zone: str
    territory: str
    step_free: bool = False


@dataclass(frozen=True)
class Blocked:
    """Time taken. Of an appointment: its service, its start, and its expiry while held or unconfirmed."""

    period: Period
    expires_at: datetime | None = None
    service_id: int | None = None
    starts_at: datetime | None = None


@dataclass
class Hours:
    """A bookable mediator's offices, rules and exceptions."""

    has_room: bool = False
    closed_on_holidays: bool = True
    main: Point | None = None
    offices: dict[int, Point] = field(default_factory=dict)
    rules: dict[Pair, list[WeeklyRule]] = field(default_factory=lambda: defaultdict(list))
    exceptions: list[tuple[str, int | None, DayException]] = field(default_factory=list)

    def pairs(self, modalities: Collection[str]) -> list[Pair]:
        """What may be offered among `modalities`: open by a weekly rule, or by an exception that names it."""
        named = (
            (modality, office)
            for modality, office, one in self.exceptions
            if one.kind != "closed" and (modality, office) != AGREED
        )
        offered = {pair for pair in chain(self.rules, named) if pair[0] in modalities and self.offers(pair)}
        return sorted(offered, key=lambda pair: (list(Modality).index(Modality(pair[0])), pair[1] or 0))

    def offers(self, pair: Pair) -> bool:
        modality, office = pair
        if modality == Modality.IN_PERSON:
            return office in self.offices or (office is None and self.main is not None)
        return (
            modality in Modality
            and office is None
            and self.main is not None
            and (modality != Modality.VIDEO or self.has_room)
        )

    def point(self, pair: Pair) -> Point | None:
        """Where it takes place and in which zone; phone and video are at the main office (R14)."""
        return self.main if pair[1] is None else self.offices.get(pair[1])

    def expand(self, pair: Pair, window: Period) -> Openings:
        point = self.point(pair)
        if point is None or not self.offers(pair):
            return Openings()
        exceptions = list(self._exceptions(pair))
        if self.closed_on_holidays:
            known = holidays_of(point.territory, _years(window))
            exceptions = with_holidays(exceptions, {day for day in known if _is_near(day, window)})
        return expand(self.rules.get(pair, ()), exceptions, point.zone, window)

    def _exceptions(self, pair: Pair) -> Iterable[DayException]:
        """Those that name the pair; those for every modality or office, where a weekly rule opens the pair.

        One in person without an office is for all of them: it names none.
        """
        for modality, office, exception in self.exceptions:
            exact = (modality, office) == pair != AGREED
            wide = modality in ("", pair[0]) and office in (None, pair[1])
            if exact or (wide and (exception.kind == "closed" or pair in self.rules)):
                yield exception


def with_holidays(exceptions: Sequence[DayException], days: set[date]) -> list[DayException]:
    """Public holidays are closed; one on which the mediator opens has the hours of that exception only (R13)."""
    opened = {one.day for one in exceptions if one.kind != "closed"}
    own = [replace(one, kind="other_hours") if one.kind == "open" and one.day in days else one for one in exceptions]
    return own + [DayException("closed", day) for day in sorted(days - opened)]


def _years(window: Period) -> range:
    return range((window.start - _REACH).year, (window.end + _REACH).year + 1)


def _is_near(day: date, window: Period) -> bool:
    return (window.start - _REACH).date() <= day <= (window.end + _REACH).date()


def read_hours(mediator_ids: Sequence[int], window: Period, now: datetime) -> dict[int, Hours]:
    """Hours of those that may be booked at `now` by their standing, with the exceptions that matter to `window`."""
    read: dict[int, Hours] = {}
    bookable = Mediator.objects.bookable(now).filter(pk__in=mediator_ids)
    offices = Office.objects.filter(mediator__in=bookable).order_by("id").values_list(*_OF_OFFICES)
    for mediator_id, room, closes, is_main, office_id, territory, department, lon, lat, zone, step_free in offices:
        hours = read.setdefault(mediator_id, Hours(bool(room), closes))
        place = Point(lon, lat, zone, whose_holidays(territory, department), step_free)
        hours.offices[office_id] = place
        if is_main:
            hours.main = place
    for row in _rules_and_exceptions(list(read), window):
        _add(read[row[0]], row[1:])
    return read


def _rules_and_exceptions(mediator_ids: list[int], window: Period) -> list[tuple[Any, ...]]:
    """(mediator, kind or "", modality, office, weekday, day, start, end, next day, valid from, until, weeks)."""
    since, until = (window.start - _REACH).date(), (window.end + _REACH).date()
    return _rows(_RULES_AND_EXCEPTIONS, mediators=mediator_ids, since=since, until=until)


def _add(hours: Hours, row: tuple[Any, ...]) -> None:
    kind, modality, office, weekday, day, start, end, next_day, *validity = row
    if kind:
        hours.exceptions.append((modality, office, DayException(kind, day, start, end, next_day)))
    else:
        hours.rules[modality, office].append(WeeklyRule(weekday, start, end, next_day, *validity))


def gives(service: Service, pair: Pair) -> bool:
    """Whether the service is held in that way."""
    return pair[0] in service.modalities and (pair != AGREED or service.travel_km is not None)


def pairs_of(hours: Hours, service: Service) -> list[Pair]:
    """The ways that are open for the service."""
    return [pair for pair in hours.pairs(service.modalities) if gives(service, pair)]


def slot_rules(service: Service, pair: Pair | None = None, *, asker: Asker = "visitor") -> SlotRules:
    """Held in that way; travelling adds to the buffers. Mediators book without notice, a year ahead."""

    def minutes(count: int) -> timedelta:
        return timedelta(minutes=count)

    travel = minutes(service.travel_minutes) if pair == AGREED else timedelta()
    return SlotRules(
        duration=minutes(service.minutes),
        step=minutes(service.step_minutes or service.minutes),
        before=minutes(service.before_minutes) + travel,
        after=minutes(service.after_minutes) + travel,
        notice=timedelta() if asker == "mediator" else minutes(service.notice_minutes),
        horizon=MEDIATORS_HORIZON if asker == "mediator" else timedelta(days=service.horizon_days),
    )


def reach(starts: Period, services: Iterable[Service]) -> Period:
    """The time that what is booked of these services may bear on a meeting that starts within `starts`: its buffers,
    and the week around it where a limit counts."""
    listed = list(services)
    before = max((one.before_minutes + one.travel_minutes for one in listed), default=0)
    after = max((one.minutes + one.after_minutes + one.travel_minutes for one in listed), default=0)
    counted = _COUNTED if any(one.is_limited for one in listed) else timedelta()
    return starts.widen(max(timedelta(minutes=before), counted), max(timedelta(minutes=after), counted))


def full_periods(service: Service, blocked: Iterable[Blocked], zone: str) -> list[Period]:
    """The local days and weeks in which no more of the service is booked."""
    if not service.is_limited:
        return []
    days = [local_day(one.starts_at, zone) for one in blocked if one.starts_at and one.service_id == service.pk]
    weeks = [day - _DAY * day.weekday() for day in days]
    reached = [(day, _DAY) for day, count in Counter(days).items() if service.per_day and count >= service.per_day]
    reached += [
        (week, 7 * _DAY) for week, count in Counter(weeks).items() if service.per_week and count >= service.per_week
    ]
    return [Period(day_start(first, zone), day_start(first + length, zone)) for first, length in reached]


def read_blocked(
    mediator_ids: Sequence[int], window: Period, now: datetime, ignoring: Appointment | None = None
) -> dict[int, list[Blocked]]:
    """What overlaps `window` and blocks at `now` (R7, R10, R15), in one query; `ignoring` is one being moved."""
    rows = _rows(
        _BLOCKED, mediators=list(mediator_ids), since=window.start, until=window.end, now=now, live=list(LIVE),
        pending=list(PENDING), ignored=ignoring and ignoring.pk,
    )  # fmt: skip
    found: dict[int, list[Blocked]] = defaultdict(list)
    for mediator_id, start, end, *of_appointment in rows:
        found[mediator_id].append(Blocked(Period(start, end), *of_appointment))
    return found


def _rows(statement: str, **asked: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def offered_pairs(mediator: Mediator) -> set[Pair]:
    """The modalities and offices that a weekly rule opens, or an exception that names them, in one query."""
    weekly = Opening.objects.filter(mediator=mediator).order_by().values_list("modality", "office_id")
    named = OpeningException.objects.filter(mediator=mediator).exclude(kind="closed").exclude(modality="")
    named = named.exclude(modality=Modality.IN_PERSON, office=None)
    return set(weekly.union(named.order_by().values_list("modality", "office_id")))
