"""How many are in each square of the map where they are many, counted now and then by one statement over Listing.

Squares with few are not written: those are read from Listing itself, and are right at once. So the table is
small beside Listing, and has few rows on a small platform.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from allomediateur.agenda import grid, sheets
from allomediateur.agenda.grid import LEVELS
from allomediateur.directory import rights

FEW: Final = 30
"""In a square, beyond which it has a row."""
DELAYS: Final = (3, 7, 14)
"""Days from that of the register: those that the search offers."""

_DEEPEST = LEVELS[-1]
_ARRAY = ", ".join(f"{{0}}{number}" for number in range(len(DELAYS)))
_SOON = ", ".join(
    f"(count(*) FILTER (WHERE first_free_day <= %(until{number})s::date{{where}}))::int4 AS {{name}}{number}"
    for number in range(len(DELAYS))
)
_SUMS = ", ".join(f"sum({{0}}{number})::int4 AS {{0}}{number}" for number in range(len(DELAYS)))

_ASKED = f"""CASE sheet & 7 WHEN {sheets.COMES} THEN sheet - {sheets.COMES - sheets.ANY}
    WHEN {sheets.AGREED} THEN sheet - {sheets.AGREED - sheets.WAYS["in_person"]} ELSE sheet END"""
_IS_SHOWN = f"sheet & 7 <> {sheets.BARE} AND place <> 0"
_NAMES = ", ".join(f"{name}{number}" for name in ("soon", "easy") for number in range(len(DELAYS)))
_LEVELS = ", ".join(
    f"level{zoom} AS MATERIALIZED (SELECT sheet, col >> 1 AS col, row >> 1 AS row, sum(people)::int4 AS people,"  # noqa: S608
    f" sum(x) AS x, sum(y) AS y, sum(level)::int4 AS level, {_SUMS.format('soon')}, {_SUMS.format('easy')}"
    f" FROM level{zoom + 1} GROUP BY 1, 2, 3)"
    for zoom in reversed(LEVELS[:-1])
)
_MANY = " UNION ALL ".join(
    f"SELECT sheet, {zoom} AS zoom, col, row, people, level, {_NAMES}, x / people AS x, y / people AS y"  # noqa: S608
    f" FROM level{zoom} WHERE people > {FEW}"
    for zoom in LEVELS
)

# Who comes to the client has a row beside those who receive: once a place. Each level is made of the one below.
_WRITE = f"""
WITH travellers AS (
    SELECT mediator_id FROM agenda_listing WHERE sheet = {sheets.COMES}
), once AS (
    SELECT sheet, x, y, first_free_day, step_free
    FROM agenda_listing WHERE {_IS_SHOWN} AND mediator_id NOT IN (SELECT mediator_id FROM travellers)
    UNION ALL
    SELECT {_ASKED}, min(x), min(y), min(first_free_day), bool_or(step_free)
    FROM agenda_listing WHERE {_IS_SHOWN} AND mediator_id IN (SELECT mediator_id FROM travellers)
    GROUP BY mediator_id, place, 1
), level{_DEEPEST} AS MATERIALIZED (
    SELECT sheet, floor(x / %(side)s::float8)::int4 AS col, floor(y / %(side)s::float8)::int4 AS row,
        count(*)::int4 AS people, sum(x) AS x, sum(y) AS y, (count(*) FILTER (WHERE step_free))::int4 AS level,
        {_SOON.format(name="soon", where="")}, {_SOON.format(name="easy", where=" AND step_free")}
    FROM once GROUP BY 1, 2, 3
), {_LEVELS}, wanted AS MATERIALIZED (
    {_MANY}
), gone AS (
    DELETE FROM agenda_tally t WHERE NOT EXISTS (
        SELECT FROM wanted w WHERE (w.sheet, w.zoom, w.col, w.row) = (t.sheet, t.zoom, t.col, t.row)
    )
)
INSERT INTO agenda_tally AS t (sheet, zoom, col, row, people, level, soon, level_soon, x, y)
SELECT sheet, zoom, col, row, people, level, ARRAY[{_ARRAY.format("soon")}], ARRAY[{_ARRAY.format("easy")}], x, y
FROM wanted
ON CONFLICT (sheet, zoom, col, row) DO UPDATE SET
    people = excluded.people, level = excluded.level, soon = excluded.soon, level_soon = excluded.level_soon,
    x = excluded.x, y = excluded.y
WHERE (t.people, t.level, t.soon, t.level_soon) IS DISTINCT FROM
    (excluded.people, excluded.level, excluded.soon, excluded.level_soon)
"""  # noqa: S608 - constants of this project


def refresh(now: datetime) -> None:
    """In five to twenty seconds for 100,000 mediators. Nobody waits: readers see the former numbers until then."""
    today = rights.day_of(now)
    untils = {f"until{number}": today + timedelta(days=days) for number, days in enumerate(DELAYS)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WRITE, {"side": grid.side(_DEEPEST), **untils})
