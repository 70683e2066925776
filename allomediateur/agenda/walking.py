"""The statement of search, made for its question: Listing gives who comes next, Availability what they have."""

from allomediateur.agenda import sheets
from allomediateur.agenda.question import REMOTE, Query, Source, filters, in_boxes, is_by_distance, sources

MOST = 500
"""Mediators counted, and leafed through: beyond, one is told that there are more."""
_FEW = 400
"""Rows near enough to be sorted all: with more of them, the soonest of the country soon hold a page of them."""

KM = """CASE WHEN %(lat)s::float8 IS NOT NULL THEN 2 * %(earth)s::float8 * asin(least(1, sqrt(
    power(sin(radians({p}.lat - %(lat)s::float8) / 2), 2)
    + cos(radians(%(lat)s::float8)) * cos(radians({p}.lat)) * power(sin(radians({p}.lon - %(lon)s::float8) / 2), 2)
))) END"""
"""The great circle to a point `p`; null without a place."""

# A mediator's rows that are to the point, with what is left of their starts. OFFSET 0: they are reckoned once.
_ROWS = f"""
    SELECT a.service_id, a.modality, a.office_id, a.zone, f.km, f.starts,
        %(lat)s::float8 IS NULL OR f.km <= coalesce(a.reach_km, %(radius)s::float8) AS within
    FROM agenda_availability a
    CROSS JOIN LATERAL (SELECT {KM.format(p="a")} AS km, ARRAY(
        SELECT start FROM unnest(a.next_starts) AS start
        WHERE start >= %(now)s::timestamptz + make_interval(mins => a.notice_minutes)
    ) AS starts OFFSET 0) f
    WHERE a.mediator_id = l.mediator_id
        AND (a.entitled_until IS NULL OR a.entitled_until >= %(today)s::date)
"""  # noqa: S608 - constants of this file


def _rows(query: Query) -> str:
    """Those that the question's filters leave."""
    text = _ROWS + filters(query)
    if query.until:
        text += (
            " AND a.first_free_day <= %(until)s::date AND (f.starts[1] AT TIME ZONE a.zone)::date <= %(until)s::date"
        )
    return text


def _answer(query: Query, having: str) -> str:
    """What the mediator of a listing answers, or nothing."""
    where = "" if query.modality in REMOTE else " WHERE modality <> 'in_person' OR within"
    is_near = "" if query.modality in REMOTE else " AND bool_or(within)"
    return f"""
        SELECT min(km) AS km, min(starts[1]) AS soonest, (array_agg(office_id ORDER BY km, office_id))[1] AS office_id,
            json_agg(json_build_array(service_id, modality, office_id, zone, starts)) AS times
        FROM ({_rows(query)}) answering{where} HAVING count(*) > 0{is_near} AND {having}
    """  # noqa: S608 - constants of this file


_FREE, _FULL = "min(starts[1]) IS NOT NULL", "min(starts[1]) IS NULL"
_OPEN = "l.soonest IS NOT NULL AND daterange(l.first_free_day, NULL) @> %(last)s::date"


def _open(query: Query) -> str:
    """There is time. By distance, the index of distances knows it; by time, that of times gets it from the order."""
    if is_by_distance(query):
        return _OPEN
    return "l.soonest IS NOT NULL AND l.first_free_day <= %(until)s::date" if query.until else "l.soonest IS NOT NULL"


def _level(query: Query) -> str:
    return " AND l.step_free" if query.step_free else ""


def _once(query: Query, source: Source) -> str:
    """Of a mediator's rows in the sheet, the one that comes first; most have one only."""
    nearer = (
        f"({source.far('o')}, o.id) < ({source.far()}, l.id)"
        if is_by_distance(query)
        else "(o.soonest, o.id) < (l.soonest, l.id)"
    )
    is_open = f"{_open(query)}{_level(query)}".replace("l.", "o.")
    return (
        "(l.alone OR NOT EXISTS (SELECT FROM agenda_listing o WHERE o.mediator_id = l.mediator_id"
        f" AND o.sheet = l.sheet AND {is_open} AND {nearer} {source.within('o')}))"
    )


def _walk(query: Query, source: Source) -> str:
    """Those of a sheet who have time, first things first."""
    level = _level(query)
    level += " AND l.soonest < (%(until)s::date + 2)::timestamp AT TIME ZONE 'UTC'" if query.until else ""
    rest = f"{_open(query)}{level} AND {_once(query, source)}"
    if is_by_distance(query):
        return _walked(query, f"{source.here} AND {rest}", source.far(), ties="")
    if not source.box:
        return _walked(query, f"l.sheet = %({source.sheet})s::int4 AND {rest}", "l.soonest")
    # Few within the box: all of them, sorted. Many: the index of the soonest, until enough of them are within.
    some = f"(SELECT l.* FROM agenda_listing l WHERE {source.here} AND {_open(query)} LIMIT {_FEW + 1})"  # noqa: S608
    count = f"(SELECT count(*) FROM {some} taken)"  # noqa: S608
    far = f"l.sheet = %({source.sheet})s::int4 {source.within('l', sides=True)} AND {rest}"
    return (
        f"(SELECT * FROM ({_walked(query, f'{count} <= {_FEW} AND {rest}', 'l.soonest', of=some)}) few"  # noqa: S608
        f" UNION ALL SELECT * FROM ({_walked(query, f'{count} > {_FEW} AND {far}', 'l.soonest')}) many)"
    )


def _walked(query: Query, where: str, order: str, *, of: str = "agenda_listing", ties: str = ", l.mediator_id") -> str:
    return (
        f"(SELECT l.mediator_id, {_number(order)} AS step, w.* FROM {of} l"  # noqa: S608
        f" CROSS JOIN LATERAL ({_answer(query, _FREE)}) w WHERE {where} ORDER BY {order}{ties} LIMIT %(need)s::int4)"
    )


def _number(order: str) -> str:
    return "extract(epoch FROM l.soonest)::float8" if order == "l.soonest" else order


def _full(query: Query, source: Source) -> str:
    """Those who answer and have no time left: the row says so, or it did not know yet."""
    step = source.far() if query.lat is not None else "l.mediator_id"
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
    near = in_boxes(query, Source("bare", sheets.BARE, "near", query.radius_km))
    return " UNION ALL ".join(_BARE.format(here=source.here) for source in near)


def _total(query: Query) -> str:
    """How many in all, `MOST` + 1 at most, without what they have."""
    is_near = "" if query.modality in REMOTE else "within AND "
    level = _level(query)
    halves = (_OPEN,) if query.until else ("l.soonest IS NOT NULL", "l.soonest IS NULL")
    walks = (
        f"(SELECT l.mediator_id FROM agenda_listing l WHERE {source.here} AND {half}{level}"  # noqa: S608
        f" AND EXISTS (SELECT FROM ({_rows(query)}) answering WHERE {is_near}true) LIMIT 2 * {MOST} + 1)"
        for source in sources(query)
        for half in halves
    )
    bare = _bare(query)
    more = f" UNION SELECT mediator_id FROM ({bare} LIMIT {MOST} + 1) b" if bare else ""  # noqa: S608
    every = f"(SELECT count(*) FROM (SELECT FROM ({' UNION '.join(walks)}{more}) many LIMIT {MOST} + 1) every)"  # noqa: S608
    return f"CASE WHEN {_crowd(query, level)} > {MOST} THEN {MOST} + 1 ELSE {every} END"


def _crowd(query: Query, level: str) -> str:
    """How many rows of the first sheet are near, `MOST` + 1 at most, by the index alone: in a crowd that is enough."""
    source = sources(query)[0]
    near = f" AND {source.far()} <= %(near_plane)s::float8" if source.box else ""
    is_open = _OPEN if query.until else "l.soonest IS NOT NULL"
    rows = f"SELECT FROM agenda_listing l WHERE {source.here} AND {is_open} AND l.alone{level}{near} LIMIT {MOST} + 1"
    return f"(SELECT count(*) FROM ({rows}) crowd)"  # noqa: S608


def statement(query: Query) -> str:
    """Who is on the page, and one more row than it takes to know whether there are others; then the total."""
    named = "mediator_id, step, km, soonest, office_id, times"
    walks = " UNION ALL ".join(f"SELECT {named} FROM {_walk(query, source)} walk" for source in sources(query))  # noqa: S608
    fulls = "" if query.until else " UNION ALL ".join(_full(query, source) for source in sources(query))
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
