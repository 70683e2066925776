"""Whom the map shows within a frame: one by one where they are few, as numbers where they are many.

The work is bounded by the squares of the frame, whatever the number of mediators: a square with many has its number
from `tallying`, the others are read from Listing, `FEW` rows of a sheet at most, and each row is judged at `now`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from math import hypot
from typing import Any

from allomediateur.agenda import grid, sheets
from allomediateur.agenda.candidates import fetch
from allomediateur.agenda.grid import LEVELS, Frame, Square
from allomediateur.agenda.question import REMOTE, Query, filters
from allomediateur.agenda.sheets import Box
from allomediateur.agenda.tallying import DELAYS, FEW
from allomediateur.directory import rights
from allomediateur.scheduling.periods import utc

SCREEN = 60
"""Squares of a part of the country counted by them."""
APART = 8
"""In a square, as many are shown one by one."""


@dataclass(frozen=True)
class Spot:
    """A mediator at an office; `x`, `y` on the plane of `sheets`."""

    mediator_id: int
    office_id: int
    x: float
    y: float


@dataclass(frozen=True)
class Cluster:
    """`people` around a point. `is_about`: as they were counted some minutes ago; `more`: there are at least so many.

    `box` is where they are. `spots` is everybody where they are known, empty where they were counted.
    """

    people: int
    x: float
    y: float
    box: Box
    spots: tuple[Spot, ...] = ()
    is_about: bool = False
    more: bool = False


# Of a square: rows of each sheet, of those who have time and of the full, so many at most; then who is one to show.
_ROWS = (
    "(SELECT l.mediator_id, l.place, l.x, l.y, {number} AS source FROM agenda_listing l"
    " WHERE int4range(l.sheet, l.sheet, '[]') = int4range(%({sheet})s::int4, %({sheet})s::int4, '[]')"
    " AND point(l.x, l.y) <@ box(point(c.west, c.south), point(c.east, c.north))"
    " AND l.x < c.east AND l.y < c.north AND l.soonest {null}{rest} LIMIT {limit})"
)
_JUDGED = """
SELECT DISTINCT r.mediator_id, r.place, r.x, r.y FROM rows r
JOIN directory_mediator m ON m.id = r.mediator_id
JOIN accounts_user u ON u.id = m.user_id AND u.is_active
JOIN directory_office o ON o.id = r.place
WHERE m.capm_verified AND m.cpmn_member AND m.suspended_at IS NULL
    AND (m.trained_until IS NULL OR m.trained_until >= %(today)s::date)
    AND (m.member_until IS NULL OR m.member_until >= %(today)s::date)
    AND (m.insured_until IS NULL OR m.insured_until >= %(today)s::date)
    AND EXISTS (
        SELECT FROM agenda_availability a
        WHERE a.mediator_id = r.mediator_id AND (a.office_id = r.place OR (a.office_id IS NULL AND o.is_main))
            AND (a.entitled_until IS NULL OR a.entitled_until >= %(today)s::date) {filters}
    )
"""


def within(query: Query, frame: Frame, level: int, now: datetime) -> list[Cluster]:
    """Whom the search finds at the places seen, its own place and radius left aside: the squares that the frame
    touches are counted whole, so that a number stays what it is while the map moves. Two statements.

    Raises WrongFrame.
    """
    squares = grid.squares(frame, level)
    counted = _counted(query, squares, utc(now))
    rest = [square for square in squares if square not in counted]
    found = [cluster for cluster in counted.values() if cluster.people]
    for spots, more in _read(query, [square.box for square in rest], utc(now)):
        found += _shown(spots, more=more)
    return _apart(found, level)


def numbers(query: Query, frames: Sequence[Frame], now: datetime) -> list[Cluster | None]:
    """Of each frame, all who are there as one; None for nobody. In one statement, two more where there are many."""
    every = [grid.boxes(frame)[0] for frame in frames]
    read = zip(frames, every, _read(query, every, utc(now)), strict=True)
    return [_many(query, frame, box, now) if more else _one(spots) for frame, box, (spots, more) in read]


def _one(spots: list[Spot]) -> Cluster | None:
    return _cluster(spots, more=False) if spots else None


def _many(query: Query, frame: Frame, box: Box, now: datetime) -> Cluster | None:
    """By the smallest squares of which a screen is full at most; those whose middle is elsewhere are elsewhere."""
    level = max((one for one in LEVELS if grid.count(frame, one) <= SCREEN), default=LEVELS[0])
    found = [one for one in within(query, frame, level, now) if grid.is_in(box, one.x, one.y)]
    return reduce(_joined, found) if found else None


def _sheets(query: Query) -> dict[str, int]:
    """In which to look: those who come to the client too."""
    if query.modality in REMOTE:
        ways: tuple[int, ...] = (sheets.WAYS[str(query.modality)],)
    else:
        ways = (sheets.WAYS["in_person"], sheets.AGREED) if query.modality else (sheets.ANY, sheets.COMES)
    return {f"sheet{n}": sheets.number(way, query.specialty_id, query.language) for n, way in enumerate(ways)}


def _counted(query: Query, squares: list[Square], now: datetime) -> dict[Square, Cluster]:
    """Those that have a number. Squares in two parts of the world are asked for as two."""
    column = "level" if query.step_free else "people"
    if query.until:
        column = f"{'level_soon' if query.step_free else 'soon'}[{_delay(query.until, rights.day_of(now))}]"
    text = (
        f"SELECT t.col, t.row, t.{column}, t.x, t.y FROM agenda_tally t"  # noqa: S608 - constants of this file
        " JOIN unnest(%(cols)s::int4[], %(rows)s::int4[]) AS asked (col, row)"
        " ON (t.col, t.row) = (asked.col, asked.row)"
        " WHERE t.sheet = %(sheet)s::int4 AND t.zoom = %(zoom)s::int4"
    )
    values = {
        "sheet": _sheets(query)["sheet0"], "zoom": squares[0].level,
        "cols": [one.col for one in squares], "rows": [one.row for one in squares],
    }  # fmt: skip
    found = ((Square(squares[0].level, col, row), people, x, y) for col, row, people, x, y in fetch(text, values))
    return {square: Cluster(people, x, y, square.box, is_about=True) for square, people, x, y in found}


def _delay(until: date, today: date) -> int:
    """The place, from 1, of the longest delay within; the shortest where there is none."""
    return max(1, sum((until - today).days >= days for days in DELAYS))


def _read(query: Query, boxes: Sequence[Box], now: datetime) -> Iterator[tuple[list[Spot], bool]]:
    """Box by box, who is there, and whether there are more."""
    values: dict[str, Any] = {
        "now": now, "today": rights.day_of(now), "specialty": query.specialty_id, "language": query.language,
        "modality": query.modality, "until": query.until, **_sheets(query),
        "wests": [box.left for box in boxes], "souths": [box.bottom for box in boxes],
        "easts": [box.right for box in boxes], "norths": [box.top for box in boxes],
    }  # fmt: skip
    for spots, more in fetch(_statement(query), values) if boxes else ():
        yield [Spot(*spot) for spot in spots], more


def _statement(query: Query) -> str:
    nulls = ("IS NOT NULL",) if query.until else ("IS NOT NULL", "IS NULL")
    sources = [(sheet, null) for sheet in _sheets(query) for null in nulls]
    rows = " UNION ALL ".join(
        _ROWS.format(number=number, sheet=sheet, null=null, rest=_rest(query), limit=FEW + 1)
        for number, (sheet, null) in enumerate(sources)
    )
    return (
        "SELECT g.spots, g.more FROM unnest(%(wests)s::float8[], %(souths)s::float8[], %(easts)s::float8[],"  # noqa: S608
        " %(norths)s::float8[]) WITH ORDINALITY AS c (west, south, east, north, number) CROSS JOIN LATERAL ("
        f"WITH rows AS MATERIALIZED ({rows}) SELECT"
        f" coalesce((SELECT json_agg(json_build_array(mediator_id, place, x, y)) FROM ({_judged(query)}) j), '[]')"
        f" AS spots, EXISTS (SELECT FROM rows GROUP BY source HAVING count(*) > {FEW}) AS more"
        ") g ORDER BY c.number"
    )


def _rest(query: Query) -> str:
    """What rows of Listing know of it: those that would be judged in vain take no place among the few."""
    level = " AND l.step_free" if query.step_free else ""
    return level + (" AND daterange(l.first_free_day, NULL) @> %(until)s::date" if query.until else "")


def _judged(query: Query) -> str:
    """What a row of Availability must be, as in `walking`."""
    text = filters(query)
    if query.until:
        text += (
            " AND a.first_free_day <= %(until)s::date AND (SELECT min(start) FROM unnest(a.next_starts) AS start"
            " WHERE start >= %(now)s::timestamptz + make_interval(mins => a.notice_minutes)"
            ") < (%(until)s::date + 1)::timestamp AT TIME ZONE a.zone"
        )
    return _JUDGED.format(filters=text)


def _shown(spots: list[Spot], *, more: bool) -> list[Cluster]:
    """Of one square: one by one, or all as one."""
    if not spots:
        return []
    return [_cluster(spots, more=True)] if more else _few(spots)


def _few(spots: list[Spot]) -> list[Cluster]:
    return [_cluster([one], more=False) for one in spots] if len(spots) <= APART else [_cluster(spots, more=False)]


def _cluster(spots: Sequence[Spot], *, more: bool) -> Cluster:
    xs, ys = [one.x for one in spots], [one.y for one in spots]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    people = len({one.mediator_id for one in spots})
    return Cluster(people, sum(xs) / len(xs), sum(ys) / len(ys), box, tuple(spots), more=more)


def _apart(found: Iterable[Cluster], level: int) -> list[Cluster]:
    """Those too near to be told apart on the screen are one, the largest drawing the others in."""
    kept: dict[Square, list[Cluster]] = {}
    near = grid.pixels(grid.NEAREST, level)
    for cluster in sorted(found, key=lambda one: (-one.people, one.x, one.y)):
        here = grid.square_at(cluster.x, cluster.y, level)
        others = (other for square in grid.around(here) for other in kept.get(square, ()))
        other = next((one for one in others if hypot(one.x - cluster.x, one.y - cluster.y) < near), None)
        if other is None:
            kept.setdefault(here, []).append(cluster)
        else:
            inside = kept[grid.square_at(other.x, other.y, level)]
            inside[inside.index(other)] = _joined(other, cluster)
    return [cluster for clusters in kept.values() for cluster in clusters]


def _joined(one: Cluster, other: Cluster) -> Cluster:
    """At the place of the first."""
    spots = one.spots + other.spots if one.spots and other.spots else ()
    box = Box(
        min(one.box.left, other.box.left), min(one.box.bottom, other.box.bottom),
        max(one.box.right, other.box.right), max(one.box.top, other.box.top),
    )  # fmt: skip
    people = len({spot.mediator_id for spot in spots}) if spots else one.people + other.people
    about, more = one.is_about or other.is_about, one.more or other.more
    return replace(one, people=people, box=box, spots=spots, is_about=about, more=more)
