"""What the administration is told of bookings: by month, by department, by specialty, under the rule of `discretion`.

Appointments count in the month in which they take place, and in the department of their mediator's main office today.
The past of hours and free time comes from the figures noted each night (agenda.figures). Six statements in all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import dropwhile
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Case, CharField, Count, F, FilteredRelation, Min, Q, Sum, When
from django.db.models.functions import Cast, TruncMonth

from allomediateur.agenda import discretion
from allomediateur.agenda.discretion import FEWEST, Rate, Told
from allomediateur.agenda.figures import LONGEST, ZONE, Of
from allomediateur.agenda.models import Appointment, AppointmentQuerySet, DailyFigure, State
from allomediateur.scheduling.wall import day_start

BOOKED = (State.CONFIRMED, State.ATTENDED, State.NO_SHOW, State.CANCELLED)
"""What was booked and is not on its way: called off ones too, released ones never were."""
WAITS = """
SELECT "of", CASE WHEN "of" = 'all' THEN to_char(day, 'YYYY-MM') ELSE key END, wait.days - 1, sum(wait.number)::bigint
FROM agenda_dailyfigure, unnest(waits) WITH ORDINALITY AS wait (number, days)
WHERE day >= %s AND day < %s AND wait.number > 0 GROUP BY 1, 2, 3
"""


@dataclass
class Counts:
    """The truth of one line. `watched`: the fewest mediators of a night; `seen`: all of them, night after night."""

    mediators: int = 0
    booked: int = 0
    attended: int = 0
    no_shows: int = 0
    nights: int = 0
    watched: int = 0
    seen: int = 0
    open_minutes: int = 0
    taken_minutes: int = 0
    waits: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Row:
    """What is told of one line; None where too few mediators stand behind it. `key` None: those in `of`, together.

    `fill` in whole percent, `wait` in days, `LONGEST` + 1 for « longer than that, or nothing free ».
    """

    key: str | None
    booked: Told | None
    no_shows: Rate | None
    fill: int | None
    wait: int | None
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """`nights`: how many days of the period were noted."""

    total: Row
    months: list[Row]
    departments: list[Row]
    specialties: list[Row]
    nights: int

    @property
    def is_empty(self) -> bool:
        return not self.nights and self.total.booked is not None and not self.total.booked.high

    @property
    def is_of_a_few(self) -> bool:
        """Nothing may be told: so few mediators, whatever they did."""
        return self.total.booked is None and self.total.fill is None and self.total.wait is None


Table = dict[str, Counts]


def read(first: date, until: date) -> Report:
    """Of the months from `first` on and before `until`, both the first of a month."""
    tables: dict[str, Table] = {one: defaultdict(Counts) for one in Of.values}
    tables[Of.ALL] |= {key: Counts() for key in _months(first, until)}
    _read_appointments(tables, first, until)
    _read_figures(tables, first, until)
    return _report(tables[Of.ALL], tables[Of.DEPARTMENT], tables[Of.SPECIALTY])


def _months(first: date, until: date) -> Iterable[str]:
    while first < until:
        yield f"{first:%Y-%m}"
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _read_appointments(tables: Mapping[str, Table], first: date, until: date) -> None:
    rows: AppointmentQuerySet = Appointment.objects.filter(
        starts_at__gte=day_start(first, ZONE), starts_at__lt=day_start(until, ZONE), state__in=BOOKED
    ).order_by()
    main = FilteredRelation("mediator__offices", condition=Q(mediator__offices__is_main=True))
    lines = {
        Of.ALL: rows.values(key=TruncMonth("starts_at", tzinfo=ZoneInfo(ZONE))),
        Of.DEPARTMENT: rows.alias(main=main).values(key=F("main__commune__department")),
        Of.SPECIALTY: rows.filter(mediator__specialties__isnull=False).values(key=F("mediator__specialties")),
    }
    for of, grouped in lines.items():
        counted = grouped.annotate(
            mediators=Count("mediator", distinct=True),
            booked=Count("pk"),
            attended=Count("pk", filter=Q(state=State.ATTENDED)),
            no_shows=Count("pk", filter=Q(state=State.NO_SHOW)),
        )
        for key, numbers in _split(counted, "key"):
            _set(tables[of][f"{key[0]:%Y-%m}" if of == Of.ALL else str(key[0] or "")], numbers)


def _read_figures(tables: Mapping[str, Table], first: date, until: date) -> None:
    month = Cast(TruncMonth("day"), CharField())
    rows = DailyFigure.objects.filter(day__gte=first, day__lt=until).values(
        "of", line=Case(When(of=Of.ALL, then=month), default=F("key"), output_field=CharField())
    )
    noted = rows.annotate(
        nights=Count("pk"),
        watched=Min("mediators"),
        seen=Sum("mediators"),
        open_minutes=Sum("open_minutes"),
        taken_minutes=Sum("taken_minutes"),
    )
    for (of, key), numbers in _split(noted.order_by(), "of", "line"):
        _set(tables[of][key[:7] if of == Of.ALL else key], numbers)
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [first, until])
        for of, key, days, number in cursor:
            tables[of][key].waits[days] += number


def _split(rows: Iterable[Mapping[str, Any]], *names: str) -> Iterator[tuple[tuple[Any, ...], dict[str, int]]]:
    """Each row: what it is of, and its numbers."""
    for row in rows:
        yield tuple(row[name] for name in names), {name: number for name, number in row.items() if name not in names}


def _set(line: Counts, numbers: Mapping[str, int]) -> None:
    for name, number in numbers.items():
        setattr(line, name, number)


def _report(months: Table, departments: Table, specialties: Table) -> Report:
    by_month = _gather(months, overlap=True)
    by_department = _gather(departments, overlap=False)
    steps = _Steps(
        booked=discretion.step([_column(by_month, "booked"), _column(by_department, "booked")]),
        no_shows=discretion.step([_column(by_month, "no_shows"), _column(by_department, "no_shows")]),
    )
    booked, noted = _sum(departments.values(), overlap=False), _sum(months.values(), overlap=True)
    total = Counts(
        booked.mediators, booked.booked, booked.attended, booked.no_shows,
        noted.nights, noted.watched, noted.seen, noted.open_minutes, noted.taken_minutes, noted.waits,
    )  # fmt: skip
    return Report(
        total=steps.row("", total),
        months=list(dropwhile(_is_blank, (steps.row(key, line, of) for key, line, of in by_month))),
        departments=_largest_first(steps.row(key, line, of) for key, line, of in by_department),
        # Those of several specialties are in several lines: what is gathered has no sum.
        specialties=_largest_first(
            steps.row(key, line, of) if key is not None else Row(None, None, None, None, None, of)
            for key, line, of in _gather(specialties, overlap=True)
        ),
        nights=noted.nights,
    )


def _is_blank(row: Row) -> bool:
    """A month before there was anything."""
    return row.key is not None and row.fill is None and row.booked is not None and not row.booked.high


Lines = list[tuple[str | None, Counts, tuple[str, ...]]]


def _gather(table: Table, *, overlap: bool) -> Lines:
    """Each line, or its place in the last one, without a key."""
    idle = (key for key, line in table.items() if not line.mediators and 0 < line.watched < FEWEST)
    small = discretion.gathered({key: line.mediators for key, line in table.items()}, idle, overlap=overlap)
    lines: Lines = [(key, line, ()) for key, line in sorted(table.items()) if key not in small]
    if small:
        lines.append((None, _sum((table[key] for key in sorted(small)), overlap=overlap), tuple(sorted(small))))
    return lines


def _column(lines: Lines, name: str) -> list[int]:
    return [getattr(line, name) for _key, line, _of in lines]


def _sum(lines: Iterable[Counts], *, overlap: bool) -> Counts:
    """`mediators` and `watched` are how many there are for certain; `overlap`: the lines are of other days."""
    listed, total = list(lines), Counts()
    for one in listed:
        for name in ("booked", "attended", "no_shows", "seen", "open_minutes", "taken_minutes", "nights"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.waits += one.waits
    noted = [one.watched for one in listed if one.nights]
    total.mediators = (max if overlap else sum)([0, *(one.mediators for one in listed)])
    total.watched = (min(noted) if overlap else sum(noted)) if noted else 0
    return total


def _largest_first(rows: Iterable[Row]) -> list[Row]:
    """By what is told, not by the truth; what is gathered last."""
    return sorted(rows, key=lambda row: (row.key is None, -row.booked.low if row.booked else 0, row.key or ""))


@dataclass(frozen=True)
class _Steps:
    booked: int
    no_shows: int

    def row(self, key: str | None, line: Counts, of: tuple[str, ...] = ()) -> Row:
        is_enough = (line.mediators or line.watched) == 0 or (line.mediators or line.watched) >= FEWEST
        held = discretion.told(line.attended + line.no_shows, self.booked)
        missed = discretion.told(line.no_shows, self.no_shows)
        return Row(
            key=key,
            booked=discretion.told(line.booked, self.booked) if is_enough else None,
            no_shows=discretion.rate(missed, held) if is_enough else None,
            fill=_fill(line) if line.watched >= FEWEST else None,
            wait=_median(line) if line.watched >= FEWEST else None,
            of=of,
        )


def _fill(line: Counts) -> int | None:
    return round(100 * line.taken_minutes / line.open_minutes) if line.open_minutes else None


def _median(line: Counts) -> int:
    """The wait that half of them have, or less; those without anything near are among the longest."""
    before = 0
    for days in sorted(line.waits):
        before += line.waits[days]
        if 2 * before >= line.seen:
            return days
    return LONGEST + 1
