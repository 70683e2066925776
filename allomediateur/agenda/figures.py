"""The figures of a day that is over: how full agendas were, how far ahead the first free time was.

Opening hours are changed in place and free time is only known at present, so neither can be told of the past: both are
noted each night, for all, by department and by specialty, of nobody in particular. A night without a worker leaves a
gap, which the page tells; it is not filled afterwards from hours that may have changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from allomediateur.agenda import truth
from allomediateur.agenda.models import Appointment, Availability, Busy, DailyFigure, Modality, State
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.periods import Period, merge, subtract
from allomediateur.scheduling.wall import day_start, local_day

ZONE = "Europe/Paris"
"""Days and months of the statistics are those of this clock, everywhere."""
LONGEST = 60
"""Days ahead that are told apart."""
TAKEN = (State.CONFIRMED, State.ATTENDED, State.NO_SHOW)
CHUNK = 300
_DAY = timedelta(days=1)
Of = DailyFigure.Of
Line = tuple[str, str]
"""Of what, and which one of it."""


@dataclass
class _Tally:
    mediators: int = 0
    open_minutes: int = 0
    taken_minutes: int = 0
    waits: Counter[int] = field(default_factory=Counter)

    def add(self, opened: list[Period], taken: list[Period], wait: int | None) -> None:
        self.mediators += 1
        self.open_minutes += _minutes(opened)
        self.taken_minutes += _minutes(taken)
        if wait is not None:
            self.waits[wait] += 1


def yesterday(now: datetime) -> date:
    """The last day that is over."""
    return local_day(now, ZONE) - _DAY


def write(day: date, now: datetime) -> int:
    """Note that day, as agendas stand at `now`, in place of what was noted of it. Returns of how many mediators."""
    tallies: dict[Line, _Tally] = defaultdict(_Tally)
    window = Period(day_start(day, ZONE), day_start(day + _DAY, ZONE))
    ids = list(Mediator.objects.bookable(now).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), CHUNK):
        _add(tallies, ids[first : first + CHUNK], window, now)
    with transaction.atomic():
        DailyFigure.objects.filter(day=day).delete()
        DailyFigure.objects.bulk_create(_row(day, line, tally) for line, tally in tallies.items())
    return tallies[Of.ALL, ""].mediators


def forget(now: datetime, kept: timedelta) -> int:
    return DailyFigure.objects.filter(day__lt=(now - kept).date()).delete()[0]


def _row(day: date, line: Line, tally: _Tally) -> DailyFigure:
    waits = [tally.waits[days] for days in range(max(tally.waits, default=-1) + 1)]
    return DailyFigure(
        day=day, of=line[0], key=line[1], mediators=tally.mediators, open_minutes=tally.open_minutes,
        taken_minutes=tally.taken_minutes, waits=waits,
    )  # fmt: skip


def _add(tallies: dict[Line, _Tally], ids: Sequence[int], window: Period, now: datetime) -> None:
    hours = truth.read_hours(ids, window, now)
    taken, busy, waits = _taken(ids, window), _busy(ids, window), _waits(ids, now)
    lines = _lines(ids)
    for pk, own in hours.items():
        meetings = merge(taken[pk])
        opened = merge([*subtract(_opened(own, window), busy[pk]), *meetings])
        for line in lines[pk]:
            tallies[line].add(opened, meetings, waits.get(pk))


def _opened(hours: truth.Hours, window: Period) -> list[Period]:
    """In whatever way, each instant once."""
    found: list[Period] = []
    for pair in hours.pairs(list(Modality)):
        expanded = hours.expand(pair, window)
        found += subtract(expanded.open, expanded.closed)
    return list(_within(window, merge(found)))


def _within(window: Period, periods: Iterable[Period]) -> Iterator[Period]:
    for one in periods:
        if one.overlaps(window):
            yield Period(max(one.start, window.start), min(one.end, window.end))


def _minutes(periods: Iterable[Period]) -> int:
    return sum(int(one.length / timedelta(minutes=1)) for one in periods)


def _taken(ids: Sequence[int], window: Period) -> dict[int, list[Period]]:
    rows = Appointment.objects.filter(mediator__in=ids, state__in=TAKEN)
    return _periods(rows.filter(starts_at__lt=window.end, ends_at__gt=window.start), window)


def _busy(ids: Sequence[int], window: Period) -> dict[int, list[Period]]:
    rows = Busy.objects.filter(mediator__in=ids, starts_at__lt=window.end, ends_at__gt=window.start)
    return _periods(rows, window)


def _periods(rows: "Appointment.objects.QuerySet", window: Period) -> dict[int, list[Period]]:  # type: ignore[name-defined]
    found: dict[int, list[Period]] = defaultdict(list)
    for pk, start, end in rows.order_by().values_list("mediator_id", "starts_at", "ends_at"):
        found[pk] += _within(window, [Period(start, end)])
    return found


def _waits(ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Days until the first free time, of those who have one near enough."""
    today = local_day(now, ZONE)
    found: dict[int, int] = {}
    rows = Availability.objects.filter(mediator__in=ids).order_by().values_list("mediator_id", "next_starts")
    for pk, starts in rows:
        days = (local_day(starts[0], ZONE) - today).days if starts else LONGEST + 1
        if days <= LONGEST:
            found[pk] = min(max(days, 0), found.get(pk, LONGEST))
    return found


def _lines(ids: Sequence[int]) -> dict[int, list[Line]]:
    """The lines that each counts in."""
    found: dict[int, list[Line]] = {pk: [(Of.ALL, "")] for pk in ids}
    main = Office.objects.filter(mediator__in=ids, is_main=True).order_by()
    for pk, department in main.values_list("mediator_id", "commune__department"):
        found[pk].append((Of.DEPARTMENT, department or ""))
    chosen = Mediator.specialties.through.objects.filter(mediator__in=ids)
    for pk, specialty in chosen.values_list("mediator_id", "specialty_id"):
        found[pk].append((Of.SPECIALTY, str(specialty)))
    return found
