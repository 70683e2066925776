"""The statements of search over Availability. Every value is a cast parameter: psycopg sends small ints as int2."""

from dataclasses import dataclass
from datetime import date, datetime
from math import cos, radians
from typing import Any, Literal

from django.db import connections, router

from allomediateur.agenda.models import Availability
from allomediateur.directory import rights
from allomediateur.directory.places import EARTH_KM

KM_A_DEGREE = 111.195  # of latitude, on the sphere of EARTH_KM


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


# `within`: as far as the mediator travels; else in the box around the point, then on the disc. The box knows no pole
# and no antimeridian: longitudes are compared after a turn, and `lon_reach` is 360 where a circle of latitude is
# shorter than the radius.
_ANSWERING = """
WITH rows AS (
    SELECT a.*,
        CASE WHEN %(lat)s::float8 IS NOT NULL THEN 2 * %(earth)s::float8 * asin(least(1, sqrt(
            power(sin(radians(a.lat - %(lat)s::float8) / 2), 2)
            + cos(radians(%(lat)s::float8)) * cos(radians(a.lat)) * power(sin(radians(a.lon - %(lon)s::float8) / 2), 2)
        ))) END AS km,
        ARRAY(
            SELECT start FROM unnest(a.next_starts) AS start
            WHERE start >= %(now)s::timestamptz + make_interval(mins => a.notice_minutes) ORDER BY start
        ) AS starts
    FROM agenda_availability a
    WHERE (%(language)s::text IS NULL OR a.languages::text[] @> ARRAY[%(language)s::text])
        AND (a.entitled_until IS NULL OR a.entitled_until >= %(today)s::date)
        AND (NOT %(step_free)s::bool OR a.modality <> 'in_person' OR a.step_free OR a.reach_km IS NOT NULL)
), free AS (
    SELECT *, %(lat)s::float8 IS NULL OR km <= reach_km OR (
        reach_km IS NULL
        AND lat BETWEEN %(lat)s::float8 - %(lat_reach)s::float8 AND %(lat)s::float8 + %(lat_reach)s::float8
        AND least(abs(lon - %(lon)s::float8), 360 - abs(lon - %(lon)s::float8)) <= %(lon_reach)s::float8
        AND km <= %(radius)s::float8
    ) AS within
    FROM rows
    WHERE %(until)s::date IS NULL
        OR (first_free_day <= %(until)s::date AND (starts[1] AT TIME ZONE zone)::date <= %(until)s::date)
), bare AS (
    SELECT m.id AS mediator_id, o.id AS office_id,
        CASE WHEN %(lat)s::float8 IS NOT NULL THEN 2 * %(earth)s::float8 * asin(least(1, sqrt(
            power(sin(radians(p.lat - %(lat)s::float8) / 2), 2)
            + cos(radians(%(lat)s::float8)) * cos(radians(p.lat)) * power(sin(radians(p.lon - %(lon)s::float8) / 2), 2)
        ))) END AS km
    FROM directory_mediator m
    JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    LEFT JOIN directory_office o ON o.mediator_id = m.id AND o.is_main
    LEFT JOIN directory_commune c ON c.code = o.commune_id
    CROSS JOIN LATERAL (SELECT coalesce(c.lat, round(o.lat)) AS lat, coalesce(c.lon, round(o.lon)) AS lon) p
    WHERE m.capm_verified AND m.suspended_at IS NULL
        AND (m.trained_until IS NULL OR m.trained_until >= %(today)s::date)
        AND (NOT m.cpmn_member OR m.member_until < %(today)s::date OR m.insured_until < %(today)s::date)
        AND %(language)s::text IS NULL AND %(until)s::date IS NULL AND NOT %(step_free)s::bool
)
"""

_PAGE = """
, answering AS (
    SELECT * FROM free f
    WHERE (%(specialty)s::int4 IS NULL OR specialties @> ARRAY[%(specialty)s::int4])
        AND (%(modality)s::text IS NULL OR modality = %(modality)s::text)
        AND (within OR (modality <> 'in_person' AND (
            %(modality)s::text IS NOT NULL
            OR EXISTS (SELECT FROM free n WHERE n.mediator_id = f.mediator_id AND n.within)
        )))
), found AS (
    SELECT mediator_id, true AS bookable, min(km) AS km, min(starts[1]) AS soonest,
        (array_agg(office_id ORDER BY km, office_id))[1] AS office_id,
        json_agg(json_build_array(service_id, modality, office_id, zone, starts)) AS times
    FROM answering GROUP BY mediator_id
    UNION ALL
    SELECT mediator_id, false, km, NULL, office_id, NULL
    FROM bare b
    WHERE %(modality)s::text IS NULL
        AND (%(lat)s::float8 IS NULL OR km <= %(radius)s::float8)
        AND (%(specialty)s::int4 IS NULL OR EXISTS (
            SELECT FROM directory_mediator_specialties s
            WHERE s.mediator_id = b.mediator_id AND s.specialty_id = %(specialty)s::int4
        ))
), size AS (
    SELECT count(*)::int4 AS total,
        least(%(page)s::int4, greatest(1, ceil(count(*)::float8 / %(per_page)s::int4)::int4)) AS page
    FROM found
)
SELECT size.total, size.page, page.mediator_id, page.bookable, page.km, page.office_id, page.times
FROM size LEFT JOIN (
    SELECT *, row_number() OVER (ORDER BY bookable DESC, soonest IS NULL,
        CASE WHEN %(by_distance)s::bool THEN km END, soonest, km, mediator_id) AS place
    FROM found
    ORDER BY place LIMIT %(per_page)s::int4 OFFSET (SELECT (size.page - 1) * %(per_page)s::int4 FROM size)
) page ON true
ORDER BY page.place
"""


def page(query: Query, now: datetime) -> tuple[list[Candidate], int, int]:
    """The page's candidates in order, the total, and the page's number kept within what there is."""
    with connections[router.db_for_read(Availability)].cursor() as cursor:
        cursor.execute(_ANSWERING + _PAGE, parameters(query, now))
        rows = cursor.fetchall()
    total, number = rows[0][:2]
    return [_candidate(row[2:]) for row in rows if row[2] is not None], total, number


def _candidate(row: tuple[Any, ...]) -> Candidate:
    mediator_id, bookable, km, office_id, times = row
    return Candidate(mediator_id, bookable, km, office_id, [_times(one) for one in times or ()])


def _times(row: list[Any]) -> Times:
    service_id, modality, office_id, zone, starts = row
    return Times(service_id, modality, office_id, zone, [datetime.fromisoformat(start) for start in starts])


def parameters(query: Query, now: datetime) -> dict[str, Any]:
    """What the statements of search are given, those of `facets` too."""
    lat_reach = query.radius_km / KM_A_DEGREE
    return {
        "earth": EARTH_KM,
        "lat": query.lat,
        "lon": query.lon,
        "radius": query.radius_km,
        "lat_reach": lat_reach,
        "lon_reach": _lon_reach(query.lat or 0.0, lat_reach),
        "specialty": query.specialty_id,
        "modality": query.modality,
        "language": query.language,
        "by_distance": query.sort == "nearest",
        "page": max(1, query.page),
        "per_page": query.per_page,
        "until": query.until,
        "step_free": query.step_free,
        "now": now,
        "today": rights.day_of(now),
    }


def _lon_reach(lat: float, lat_reach: float) -> float:
    """Degrees of longitude within the reach, at the latitude where they are the shortest."""
    farthest = abs(lat) + lat_reach
    return 360.0 if farthest >= 89 else lat_reach / cos(radians(farthest))
