"""The cells of the grid of openings: their names, their states, and how they come back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.scheduling import clockweek, wording
from allomediateur.scheduling.clockweek import Cell, Week
from allomediateur.scheduling.wall import DAY_MINUTES, to_utc

FIRST, LAST = 7 * 60, 21 * 60
STEPS = (15, 30)


@dataclass(frozen=True)
class ShownCell:
    """A half-hour of a day. `note`: what its name adds, for who does not see it."""

    value: str
    name: str
    is_open: bool
    is_partly: bool
    is_locked: bool
    is_other: bool
    note: str


@dataclass(frozen=True)
class Row:
    """`is_hour`: on the hour, where the label is seen."""

    label: str
    is_hour: bool
    cells: list[ShownCell]


@dataclass(frozen=True)
class Head:
    """A day: its name in the grid, its full name, and what closes it."""

    short: str
    name: str
    note: str
    number: int


@dataclass(frozen=True)
class Table:
    heads: list[Head]
    rows: list[Row]
    first: int
    last: int
    step: int


@dataclass(frozen=True)
class Sent:
    """A grid that came back: which cells it had, which were ticked, and what it had been drawn from."""

    ticked: frozenset[Cell]
    cells: frozenset[Cell]
    step: int
    seen: str


def read(sent: QueryDict) -> Sent | None:
    """None when it is no grid of ours."""
    step, first, last = (number(sent.get(name, ""), DAY_MINUTES) for name in ("pas", "de", "a"))
    if step not in STEPS or first >= last or first % step or last % step:
        return None
    cells = frozenset((day, minute) for day in range(7) for minute in range(first, last, step))
    ticked = {_cell(value) for value in sent.getlist("c")}
    return Sent(frozenset(one for one in ticked if one in cells), cells, step, sent.get("vu", ""))


def number(text: str, most: int) -> int:
    """0 when it is none, or too large."""
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return value if value <= most else 0


def _cell(value: str) -> Cell:
    day, _dash, minute = value.partition("-")
    return (number(day, 6), number(minute, DAY_MINUTES)) if day.isdigit() and minute.isdigit() else (-1, -1)


def table(
    hours: Week,
    *,
    monday: date | None,
    locked: frozenset[int],
    holidays: Mapping[int, str],
    alone: Mapping[Cell, str],
    zone: ZoneInfo,
    whole_day: bool,
    typed: Sent | None,
) -> Table:
    """From 7 to 21, and wider where something is open; `typed` is shown instead of `hours` where it has the cell."""
    step = typed.step if typed else clockweek.steps(hours)
    first, last = (0, DAY_MINUTES) if whole_day else _bounds(hours, typed)
    days = [monday + timedelta(days=number) if monday else None for number in range(7)]
    heads = [_head(number, day, number in locked, holidays.get(number, "")) for number, day in enumerate(days)]
    rows = []
    for minute in range(first, last, step):
        span = _span(minute, minute + step)
        cells = []
        for number, day in enumerate(days):
            saved = clockweek.is_open(hours[number], minute, step)
            has = typed is not None and (number, minute) in typed.cells and number not in locked
            ticked = (number, minute) in typed.ticked if typed and has else saved
            missing = day is not None and not _exists(day, minute, step, zone)
            cells.append(
                ShownCell(
                    value=f"{number}-{minute}",
                    name=f"{heads[number].name}, {span}",
                    is_open=ticked,
                    is_partly=not ticked and clockweek.is_partly_open(hours[number], minute, step),
                    is_locked=number in locked,
                    is_other=ticked != saved,
                    note=_note(alone.get((number, minute), ""), ticked=ticked, saved=saved, missing=missing),
                )
            )
        rows.append(Row(wording.minute_clock(minute, _language()), minute % 60 == 0, cells))
    return Table(heads, rows, first, last, step)


def _bounds(hours: Week, typed: Sent | None) -> tuple[int, int]:
    edges = list(_edges(hours, typed))
    first, last = min([FIRST, *edges]), max([LAST, *edges])
    return first // 60 * 60, -(-last // 60) * 60


def _edges(hours: Week, typed: Sent | None) -> Iterator[int]:
    for day in hours:
        for start, end in day:
            yield start
            yield end
    if typed:
        yield from (minute for _day, minute in typed.cells)


def _head(number: int, day: date | None, is_locked: bool, holiday: str) -> Head:
    language = _language()
    name = wording.day(day, language) if day else wording.weekday(number, language)
    short = wording.day(day, language, short=True) if day else name[:3] + "."
    note = _("exception pour plusieurs lieux") if is_locked else holiday
    return Head(short, name, note, number)


def _note(alone: str, *, ticked: bool, saved: bool, missing: bool) -> str:
    if missing:
        return _("cette heure n’existe pas ce jour-là")
    if ticked != saved:
        return _("différent de ce qui est enregistré")
    return _("%(week)s seulement") % {"week": alone} if alone and not ticked else ""


def _exists(day: date, minute: int, step: int, zone: ZoneInfo) -> bool:
    """Whether the clock shows some of it that day (R6)."""
    return to_utc(day, minute, zone) < to_utc(day, minute + step, zone, end=True)


def _span(start: int, end: int) -> str:
    """« 9 h 00 à 9 h 30 »: with its zeros, as said aloud."""
    language = _language()
    joint = _("%(start)s à %(end)s")
    return joint % {"start": wording.full_clock(start, language), "end": wording.full_clock(end, language)}


def _language() -> str:
    return get_language() or "fr"
