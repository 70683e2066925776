"""Who is on a page of a search. Every value is a cast parameter.

psycopg sends small ints as int2, and an index of int4 is then of no use. The text depends on the question, so that each
plan is short, and few texts are enough for all questions: PostgreSQL keeps their plans, connection by connection.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connections, router

from allomediateur.agenda.models import Listing
from allomediateur.agenda.question import Query, is_by_distance, parameters
from allomediateur.agenda.walking import MOST, statement

__all__ = ["Candidate", "Page", "Query", "Times", "fetch", "page"]


@dataclass(frozen=True)
class Times:
    """The known starts (aware UTC, in order) of one service, modality and office."""

    service_id: int
    modality: str
    office_id: int | None
    zone: str
    starts: list[datetime]


@dataclass(frozen=True)
class Candidate:
    """A mediator found. `office_id` is the nearest office that answers, None for the main one; `km` its distance."""

    mediator_id: int
    bookable: bool
    km: float | None
    office_id: int | None
    times: list[Times]


@dataclass(frozen=True)
class Page:
    """`total` is `MOST` at most, and `more` says that there are more; `number` is kept within what there is."""

    rows: list[Candidate]
    total: int
    number: int
    more: bool


def page(query: Query, now: datetime) -> Page:
    """The page's candidates in order: those who have time, those who are full, those who cannot be booked.

    Within a page the order is exact. From page to page it is that of the plane of `sheets`, where a distance north
    or south of the point is off by half a per cent in thirty kilometres, and that of the rows’ last look at the clock.
    """
    asked = max(1, min(query.page, MOST // query.per_page))
    rows = _read(query, asked, now)
    if not rows and asked > 1:
        total = (_read(query, 1, now) or [(0,)])[0][-1]
        asked = max(1, min(asked, -(-min(total, MOST) // query.per_page)))
        rows = _read(query, asked, now)
    total = rows[0][-1] if rows else 0
    kept = sorted(rows[: query.per_page], key=lambda row: _order(row, by_distance=is_by_distance(query)))
    return Page([_candidate(row) for row in kept], min(total, MOST), asked, total > MOST)


def _order(row: tuple[Any, ...], *, by_distance: bool) -> tuple[Any, ...]:
    rank, mediator_id, km, soonest, *_ = row
    far, soon = (km is None, km or 0.0), (soonest is None, soonest.timestamp() if soonest else 0.0)
    return (rank, far, soon, mediator_id) if by_distance or rank else (rank, soon, far, mediator_id)


def _read(query: Query, number: int, now: datetime) -> list[tuple[Any, ...]]:
    skip = (number - 1) * query.per_page
    values = parameters(query, now) | {"skip": skip, "need": skip + query.per_page + 1}
    return fetch(statement(query), values)


def fetch(text: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """By a prepared statement (`config.postgresql`): planning it takes longer than answering."""
    connection = connections[router.db_for_read(Listing)]
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    bound: Any = psycopg.Cursor(connection.connection)
    with make(bound) as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def _candidate(row: tuple[Any, ...]) -> Candidate:
    rank, mediator_id, km, _, office_id, times, _ = row
    return Candidate(mediator_id, rank < 2, km, office_id, [_times(one) for one in times or ()])


def _times(row: list[Any]) -> Times:
    service_id, modality, office_id, zone, starts = row
    return Times(service_id, modality, office_id, zone, [datetime.fromisoformat(start) for start in starts])
