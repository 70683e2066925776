"""The statement of search: Listing gives who comes next, Availability what they have. Every value is a cast parameter.

psycopg sends small ints as int2, and an index of int4 is then of no use. The text depends on the question, so that each
plan is short, and few texts are enough for all questions: PostgreSQL keeps their plans, connection by connection.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import psycopg
from django.db import connection

from allomediateur.agenda import sheets
from allomediateur.directory import rights
from allomediateur.directory.places import EARTH_KM

MOST = 500
"""Mediators counted, and leafed through: beyond, one is told that there are more."""
FARTHEST_KM = 500
"""Nobody travels farther (a constraint of Service)."""
_REMOTE = ("phone", "video")
_FEW = 400
"""Rows near enough to be sorted all: with more of them, the soonest of the country soon hold a page of them."""


@dataclass(frozen=True)
class Query:
    """What is looked for. Without a point: the whole country, soonest first, whatever `sort` says.

    `radius_km` limits meetings in person only (R14). With `modality` phone or video, the whole country answers,
    sorted from the main office. With `in_person`, offices within the radius. Without a modality, mediators who
    receive within the radius, or whose main office is there: their remote times, and in person those within it.
    `until`: something free by that local day, included. `language` is ISO 639-1. `step_free` limits meetings in
    person to offices without a step.
    """

    lat: float | None = None
    lon: float | None = None
    radius_km: float = 30
    specialty_id: int | None = None
    modality: str | None = None
    language: str | None = None
    sort: Literal["nearest", "soonest"] = "nearest"
    page: int = 1
    per_page: int = 20
    until: date | None = None
    step_free: bool = False


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


KM = """CASE WHEN %(lat)s::float8 IS NOT NULL THEN 2 * %(earth)s::float8 * asin(least(1, sqrt(
    power(sin(radians({p}.lat - %(lat)s::float8) / 2), 2)
    + cos(radians(%(lat)s::float8)) * cos(radians({p}.lat)) * power(sin(radians({p}.lon - %(lon)s::float8) / 2), 2)
))) END"""
"""The great circle to a point `p`; null without a place."""

# A mediator's rows that are to the point, with what is left of their starts.
_ROWS = f"""
    SELECT a.service_id, a.modality, a.office_id, a.zone, k.km, f.starts,
        %(lat)s::float8 IS NULL OR k.km <= coalesce(a.reach_km, %(radius)s::float8) AS within
    FROM agenda_availability a
    CROSS JOIN LATERAL (SELECT {KM.format(p="a")} AS km) k
    CROSS JOIN LATERAL (SELECT ARRAY(
        SELECT start FROM unnest(a.next_starts) AS start
        WHERE start >= %(now)s::timestamptz + make_interval(mins => a.notice_minutes)
    ) AS starts) f
    WHERE a.mediator_id = l.mediator_id
        AND (a.entitled_until IS NULL OR a.entitled_until >= %(today)s::date)
"""  # noqa: S608 - constants of this file


def _rows(query: Query) -> str:
    """Those that the question's filters leave."""
    text = _ROWS
    if query.specialty_id is not None:
        text += " AND a.specialties @> ARRAY[%(specialty)s::int4]"
    if query.language is not None:
        text += " AND a.languages::text[] @> ARRAY[%(language)s::text]"
    if query.step_free:
        text += " AND (a.modality <> 'in_person' OR a.step_free OR a.reach_km IS NOT NULL)"
    if query.until:
        text += " AND a.first_free_day <= %(until)s::date AND (f.starts[1] AT TIME ZONE a.zone)::date <= %(until)s::date"
    if query.modality:
        text += " AND a.modality = %(modality)s::text"
    return text


def _answer(query: Query, having: str) -> str:
    """What the mediator of a listing answers, or nothing."""
    where = "" if query.modality in _REMOTE else " WHERE modality <> 'in_person' OR within"
    is_near = "" if query.modality in _REMOTE else " AND bool_or(within)"
    return f"""
        SELECT min(km) AS km, min(starts[1]) AS soonest, (array_agg(office_id ORDER BY km, office_id))[1] AS office_id,
            json_agg(json_build_array(service_id, modality, office_id, zone, starts)) AS times
        FROM ({_rows(query)}) answering{where} HAVING count(*) > 0{is_near} AND {having}
    """  # noqa: S608 - constants of this file


_FREE, _FULL = "min(starts[1]) IS NOT NULL", "min(starts[1]) IS NULL"
_ON_SHEET = "int4range(l.sheet, l.sheet, '[]') = int4range(%({sheet})s::int4, %({sheet})s::int4, '[]')"
_OPEN = "l.soonest IS NOT NULL AND daterange(l.first_free_day, NULL) @> %(last)s::date"
SPOT, HERE = "point(l.x, l.y)", "point(%(x)s::float8, %(y)s::float8)"
_IN_BOX = (
    "point({l}.x, {l}.y) <@ box(point(%({box}_left)s::float8, %({box}_bottom)s::float8),"
    " point(%({box}_right)s::float8, %({box}_top)s::float8))"
)
_IN_SIDES = (
    "{l}.x BETWEEN %({box}_left)s::float8 AND %({box}_right)s::float8"
    " AND {l}.y BETWEEN %({box}_bottom)s::float8 AND %({box}_top)s::float8"
)


@dataclass(frozen=True)
class Source:
    """A sheet to walk through, and the box it is walked within, none for the country."""

    sheet: str
    way: int
    box: str = ""
    km: float = 0

    @property
    def here(self) -> str:
        return f"{_ON_SHEET.format(sheet=self.sheet)} {self.within('l')}"

    def within(self, row: str, *, sides: bool = False) -> str:
        return f"AND {(_IN_SIDES if sides else _IN_BOX).format(l=row, box=self.box)}" if self.box else ""


def _sources(query: Query) -> list[Source]:
    if query.modality in _REMOTE:
        return [Source("sheet", sheets.WAYS[str(query.modality)])]
    ways = (sheets.WAYS["in_person"], sheets.AGREED) if query.modality else (sheets.ANY, sheets.COMES)
    kms = (query.radius_km, max(query.radius_km, FARTHEST_KM))
    return [
        Source(sheet, way, box if box_of(query, km) else "", km)
        for sheet, way, box, km in zip(("sheet", "coming"), ways, ("near", "reach"), kms, strict=True)
    ]


def box_of(query: Query, km: float) -> sheets.Box | None:
    if query.lat is None or query.lon is None:
        return None
    return sheets.box(query.lat, query.lon, km)


def _is_by_distance(query: Query) -> bool:
    return query.lat is not None and query.sort == "nearest"


def _once(query: Query, source: Source) -> str:
    """Of a mediator's rows in the sheet, the one that comes first; most have one only."""
    nearer = (
        f"(point(o.x, o.y) <-> {HERE}, o.id) < ({SPOT} <-> {HERE}, l.id)"
        if _is_by_distance(query)
        else "(o.soonest, o.id) < (l.soonest, l.id)"
    )
    is_open = _OPEN.replace("l.", "o.")
    return (
        "(l.alone OR NOT EXISTS (SELECT FROM agenda_listing o WHERE o.mediator_id = l.mediator_id"
        f" AND o.sheet = l.sheet AND {is_open} AND {nearer} {source.within('o')}))"
    )


def _walk(query: Query, source: Source) -> str:
    """Those of a sheet who have time, first things first."""
    level = " AND l.step_free" if query.step_free else ""
    level += " AND l.soonest < (%(until)s::date + 2)::timestamp AT TIME ZONE 'UTC'" if query.until else ""
    rest = f"{_OPEN}{level} AND {_once(query, source)}"
    if _is_by_distance(query):
        return _walked(query, f"{source.here} AND {rest}", f"{SPOT} <-> {HERE}", ties="")
    if not source.box:
        return _walked(query, f"l.sheet = %({source.sheet})s::int4 AND {rest}", "l.soonest")
    # Few within the box: all of them, sorted. Many: the index of the soonest, until enough of them are within.
    some = f"(SELECT l.* FROM agenda_listing l WHERE {source.here} AND {_OPEN} LIMIT {_FEW + 1})"  # noqa: S608
    count = f"(SELECT count(*) FROM {some} some)"  # noqa: S608
    far = f"l.sheet = %({source.sheet})s::int4 {source.within('l', sides=True)} AND {rest}"
    return (
        f"(SELECT * FROM ({_walked(query, f'{count} <= {_FEW} AND {rest}', 'l.soonest', of=some)}) few"  # noqa: S608
        f" UNION ALL SELECT * FROM ({_walked(query, f'{count} > {_FEW} AND {far}', 'l.soonest')}) many)"
    )


def _walked(
    query: Query, where: str, order: str, *, of: str = "agenda_listing", ties: str = ", l.mediator_id"
) -> str:
    return (
        f"(SELECT l.mediator_id, {_number(order)} AS step, w.* FROM {of} l CROSS JOIN LATERAL ({_answer(query, _FREE)}) w"  # noqa: S608
        f" WHERE {where} ORDER BY {order}{ties} LIMIT %(need)s::int4)"
    )


def _number(order: str) -> str:
    return "extract(epoch FROM l.soonest)::float8" if order == "l.soonest" else order


def _full(query: Query, source: Source) -> str:
    """Those who answer and have no time left: the row says so, or it did not know yet."""
    step = f"{SPOT} <-> {HERE}" if query.lat is not None else "l.mediator_id"
    branches = (
        f"(SELECT l.mediator_id, ({step})::float8 AS step, w.* FROM agenda_listing l"  # noqa: S608
        f" CROSS JOIN LATERAL ({_answer(query, _FULL)}) w"
        f" WHERE {source.here if query.lat is not None else f'l.sheet = %({source.sheet})s::int4'} AND l.soonest {null}"
        f" AND (SELECT count(*) FROM free) < %(need)s::int4 ORDER BY {step} LIMIT 4 * %(need)s::int4)"
        for null in ("IS NULL", "IS NOT NULL")
    )
    return " UNION ALL ".join(branches)


_BARE = f"""
    SELECT l.mediator_id, p.km, o.id AS office_id
    FROM agenda_listing l
    JOIN directory_mediator m ON m.id = l.mediator_id
    JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    LEFT JOIN directory_office o ON o.mediator_id = m.id AND o.is_main
    LEFT JOIN directory_commune c ON c.code = o.commune_id
    CROSS JOIN LATERAL (SELECT coalesce(c.lat, round(o.lat)) AS lat, coalesce(c.lon, round(o.lon)) AS lon) q
    CROSS JOIN LATERAL (SELECT {KM.format(p="q")} AS km) p
    WHERE {{here}} AND l.soonest IS NOT NULL AND daterange(l.first_free_day, NULL) @> %(today)s::date
        AND m.capm_verified AND m.suspended_at IS NULL
        AND (m.trained_until IS NULL OR m.trained_until >= %(today)s::date)
        AND (NOT m.cpmn_member OR m.member_until < %(today)s::date OR m.insured_until < %(today)s::date)
        AND (%(lat)s::float8 IS NULL OR p.km <= %(radius)s::float8)
"""  # noqa: S608 - constants of this file


def _bare(query: Query) -> str:
    """Certified mediators who are not members, where only place and specialty are asked."""
    if query.modality or query.language or query.until or query.step_free:
        return ""
    box = "near" if box_of(query, query.radius_km) else ""
    return _BARE.format(here=Source("bare", sheets.BARE, box).here)


def _total(query: Query) -> str:
    """How many in all, `MOST` + 1 at most, without what they have."""
    is_near = "" if query.modality in _REMOTE else "within AND "
    level = " AND l.step_free" if query.step_free else ""
    halves = (_OPEN,) if query.until else ("l.soonest IS NOT NULL", "l.soonest IS NULL")
    walks = (
        f"(SELECT l.mediator_id FROM agenda_listing l WHERE {source.here} AND {half}{level}"  # noqa: S608
        f" AND EXISTS (SELECT FROM ({_rows(query)}) answering WHERE {is_near}true) LIMIT 2 * {MOST} + 1)"
        for source in _sources(query)
        for half in halves
    )
    bare = _bare(query)
    more = f" UNION SELECT mediator_id FROM ({bare} LIMIT {MOST} + 1) b" if bare else ""  # noqa: S608
    return f"(SELECT count(*) FROM (SELECT FROM ({' UNION '.join(walks)}{more}) many LIMIT {MOST} + 1) every)"  # noqa: S608


def statement(query: Query) -> str:
    """Who is on the page, and one more row than it takes to know whether there are others; then the total."""
    named = "mediator_id, step, km, soonest, office_id, times"
    walks = " UNION ALL ".join(f"SELECT {named} FROM {_walk(query, source)} walk" for source in _sources(query))  # noqa: S608
    fulls = "" if query.until else " UNION ALL ".join(_full(query, source) for source in _sources(query))
    bare = _bare(query)
    parts = ["SELECT 0 AS rank, * FROM free"]
    text = (
        "WITH free AS MATERIALIZED (SELECT * FROM ("  # noqa: S608
        f"SELECT DISTINCT ON (mediator_id) {named} FROM ({walks}) walks ORDER BY mediator_id, step"
        ") once ORDER BY step, mediator_id LIMIT %(need)s::int4)"
    )
    if fulls:
        text += (
            f", busy AS MATERIALIZED (SELECT DISTINCT ON (mediator_id) {named} FROM ({fulls}) fulls"  # noqa: S608
            " WHERE mediator_id NOT IN (SELECT mediator_id FROM free) ORDER BY mediator_id, step)"
        )
        parts.append("SELECT 1 AS rank, * FROM busy")
    if bare:
        known = "(SELECT count(*) FROM free) + (SELECT count(*) FROM busy)"
        text += (
            ", bare AS MATERIALIZED (SELECT mediator_id, coalesce(km, 0) AS step, km, NULL::timestamptz, office_id,"  # noqa: S608
            f" NULL::json FROM ({bare}) b WHERE {known} < %(need)s::int4"
            " ORDER BY step, mediator_id LIMIT %(need)s::int4)"
        )
        parts.append("SELECT 2 AS rank, * FROM bare")
    return (
        f"{text}, chosen AS MATERIALIZED (SELECT * FROM ({' UNION ALL '.join(parts)}) every"  # noqa: S608
        " ORDER BY rank, step, mediator_id LIMIT %(need)s::int4)"
        " SELECT rank, mediator_id, km, soonest, office_id, times, CASE WHEN (SELECT count(*) FROM chosen)"
        f" >= %(need)s::int4 THEN {_total(query)} ELSE (SELECT count(*) FROM chosen) END::int4"
        " FROM chosen ORDER BY rank, step, mediator_id OFFSET %(skip)s::int4"
    )


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
    kept = sorted(rows[: query.per_page], key=lambda row: _order(row, by_distance=_is_by_distance(query)))
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
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(psycopg.Cursor(connection.connection)) as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def _candidate(row: tuple[Any, ...]) -> Candidate:
    rank, mediator_id, km, _, office_id, times, _ = row
    return Candidate(mediator_id, rank < 2, km, office_id, [_times(one) for one in times or ()])


def _times(row: list[Any]) -> Times:
    service_id, modality, office_id, zone, starts = row
    return Times(service_id, modality, office_id, zone, [datetime.fromisoformat(start) for start in starts])


def parameters(query: Query, now: datetime) -> dict[str, Any]:
    """What the statements of search are given, those of `facets` too."""
    x, y = sheets.spot(query.lat or 0.0, query.lon or 0.0)
    values: dict[str, Any] = {
        "earth": EARTH_KM, "lat": query.lat, "lon": query.lon, "x": x, "y": y, "radius": query.radius_km,
        "specialty": query.specialty_id, "modality": query.modality, "language": query.language,
        "until": query.until, "last": query.until or date(9999, 1, 1), "step_free": query.step_free,
        "now": now, "today": rights.day_of(now), "bare": sheets.number(sheets.BARE, query.specialty_id),
    }  # fmt: skip
    for source in _sources(query):
        values[source.sheet] = sheets.number(source.way, query.specialty_id, query.language)
    for name, km in (("near", query.radius_km), ("reach", max(query.radius_km, FARTHEST_KM))):
        values |= corners(name, query, km)
    return values


def corners(name: str, query: Query, km: float) -> dict[str, float]:
    """Of the box of that name."""
    box = box_of(query, km) or sheets.Box(0, 0, 0, 0)
    return {f"{name}_{side}": getattr(box, side) for side in ("left", "bottom", "right", "top")}
