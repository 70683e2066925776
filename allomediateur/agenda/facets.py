"""How many mediators each choice of a search would find, all other choices kept: one statement, whatever is offered.

It judges the nearest `SAMPLE` mediators of each sheet that matters: all of them, but in a country of thousands. Then
the numbers are what is found at least, and `Counts` says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from allomediateur.agenda import sheets
from allomediateur.agenda.candidates import fetch
from allomediateur.agenda.question import FARTHEST_KM, Query, Source, corners, in_boxes, parameters
from allomediateur.scheduling.periods import utc

SAMPLE = 400
"""Mediators judged of a sheet."""
_MORE = "more"


@dataclass(frozen=True)
class Offered:
    """The choices that are values rather than what the rows hold: radii in km, last days."""

    radii: Sequence[int] = ()
    untils: Sequence[date] = ()


@dataclass(frozen=True)
class Counts:
    """Mediators by specialty (id), modality, language (ISO 639-1), radius (km) and last day. `without`: the same search
    less one filter, by the filter's name (a field of Query); `unfiltered`: the place and its radius alone.

    What is not in a mapping finds nobody. `near_more`, `remote_more`: more than were looked at are near, or by phone
    and video; the numbers are then the least there is.
    """

    by_specialty: Mapping[int, int]
    by_modality: Mapping[str, int]
    by_language: Mapping[str, int]
    by_radius: Mapping[int, int]
    by_until: Mapping[date, int]
    step_free: int
    without: Mapping[str, int]
    unfiltered: int
    near_more: bool = False
    remote_more: bool = False


# A mediator answers when one row does. By phone or video, when they are asked for, whatever the distance (R14); else
# within the radius: a row far away only comes along with a near one, which answers already. Those who cannot be booked
# are a row without any way to meet, language nor day: every filter but the specialty leaves them out.
_EVERY = """
, every AS (
    SELECT a.mediator_id, a.specialties, a.languages::text[] AS languages, a.modality, a.lat, a.lon, a.reach_km,
        a.modality <> 'in_person' OR a.step_free OR a.reach_km IS NOT NULL AS on_level,
        CASE WHEN a.first_free_day IS NOT NULL THEN greatest(a.first_free_day, (
            SELECT min(start) FROM unnest(a.next_starts) AS start
            WHERE start >= %(now)s::timestamptz + make_interval(mins => a.notice_minutes)
        ) AT TIME ZONE a.zone)::date END AS day
    FROM agenda_availability a
    WHERE a.mediator_id IN (SELECT mediator_id FROM known)
        AND (a.entitled_until IS NULL OR a.entitled_until >= %(today)s::date)
    UNION ALL
    SELECT m.id, ARRAY(SELECT s.specialty_id FROM directory_mediator_specialties s WHERE s.mediator_id = m.id)::int4[],
        '{}', NULL, coalesce(c.lat, round(o.lat)), coalesce(c.lon, round(o.lon)), NULL, false, NULL
    FROM directory_mediator m
    JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    LEFT JOIN directory_office o ON o.mediator_id = m.id AND o.is_main
    LEFT JOIN directory_commune c ON c.code = o.commune_id
    WHERE m.id IN (SELECT mediator_id FROM known) AND m.capm_verified AND m.suspended_at IS NULL
        AND (m.trained_until IS NULL OR m.trained_until >= %(today)s::date)
        AND (NOT m.cpmn_member OR m.member_until < %(today)s::date OR m.insured_until < %(today)s::date)
), far AS (
    SELECT *, CASE WHEN %(lat)s::float8 IS NOT NULL THEN 2 * %(earth)s::float8 * asin(least(1, sqrt(
        power(sin(radians(lat - %(lat)s::float8) / 2), 2)
        + cos(radians(%(lat)s::float8)) * cos(radians(lat)) * power(sin(radians(lon - %(lon)s::float8) / 2), 2)
    ))) END AS km
    FROM every
), judged AS MATERIALIZED (
    SELECT *,
        %(specialty)s::int4 IS NULL OR specialties @> ARRAY[%(specialty)s::int4] AS in_field,
        %(language)s::text IS NULL OR languages @> ARRAY[%(language)s::text] AS in_tongue,
        on_level OR NOT %(step_free)s::bool AS at_level,
        %(until)s::date IS NULL OR coalesce(day <= %(until)s::date, false) AS in_time,
        %(modality)s::text IS NULL OR coalesce(modality = %(modality)s::text, false) AS this_way,
        %(lat)s::float8 IS NULL OR coalesce(km <= coalesce(reach_km, %(radius)s::float8), false) AS within
    FROM far
)
"""
_NEAR = "this_way AND (within OR coalesce(%(modality)s::text, 'in_person') <> 'in_person')"
_OWN = {
    "specialty_id": "in_field",
    "language": "in_tongue",
    "step_free": "at_level",
    "until": "in_time",
    "modality": _NEAR,
}
"""What a row must be for each filter of the question."""

_RADIUS = (
    "this_way AND (coalesce(%(modality)s::text, 'in_person') <> 'in_person' OR %(lat)s::float8 IS NULL"
    " OR km <= coalesce(reach_km, radius))"
)
_FACETS = (
    ("specialty_id", "specialty::text", ", unnest(specialties) AS specialty", "true"),
    ("language", "tongue", ", unnest(languages) AS tongue", "true"),
    ("modality", "modality", "", "modality IS NOT NULL AND (within OR modality <> 'in_person')"),
    ("step_free", "'yes'", "", "on_level"),
    ("until", "last::text", ", unnest(%(untils)s::date[]) AS last", "day <= last"),
)
"""The filter, its values, where they come from, and what a row must be for such a value."""


def _statement() -> str:
    branches = [_branch("unfiltered", "''", "", "within")]
    for name, value, source, condition in _FACETS:
        rest = " AND ".join(f"({own})" for other, own in _OWN.items() if other != name)
        alone = "within" if name == "modality" else "true"
        branches.append(_branch(name, value, source, f"({condition}) AND {rest}"))
        branches.append(_branch(name, "''", "", f"{alone} AND {rest}"))
    rest = " AND ".join(own for other, own in _OWN.items() if other != "modality")
    branches.append(
        _branch("radius", "radius::text", ", unnest(%(radii)s::float8[]) AS radius", f"{_RADIUS} AND {rest}")
    )
    branches += [f"SELECT '{_MORE}', kind, 1 FROM looked GROUP BY kind, source HAVING count(*) >= {SAMPLE}"]  # noqa: S608
    return _EVERY + " UNION ALL ".join(branches)


def _branch(name: str, value: str, source: str, condition: str) -> str:
    return (
        f"SELECT '{name}', {value}, count(DISTINCT mediator_id)::int4 FROM judged{source} WHERE {condition} GROUP BY 2"  # noqa: S608 - constants of this file
    )


_STATEMENT = _statement()
_NEAR_WAYS, _REMOTE_WAYS = (sheets.ANY, sheets.COMES), (sheets.WAYS["phone"], sheets.WAYS["video"])


def _looked(query: Query, widest: float) -> tuple[str, dict[str, int]]:
    """Whom to judge: for the question as it is, and for any specialty and language, those near, then those far."""
    wide, own = sheets.number(0), sheets.number(0, query.specialty_id, query.language)
    fields = {sheets.number(0, query.specialty_id)} | {wide}
    numbers = [("near", base | way) for way in _NEAR_WAYS for base in sorted({wide, own})]
    numbers += [("near", base | sheets.BARE) for base in sorted(fields)]
    numbers += [("remote", base | way) for way in _REMOTE_WAYS for base in sorted({wide, own})]
    values: dict[str, int] = {}
    branches = []
    for kind, number in numbers:
        name = f"source_{len(values)}"
        values[name] = number
        source = Source(name, 0, "widest", widest)
        every = in_boxes(query, source) if kind == "near" else [replace(source, box="")]
        branches += [_some(kind, one, query, null) for one in every for null in ("IS NOT NULL", "IS NULL")]
    looked = " UNION ALL ".join(branches)
    known = "known AS (SELECT DISTINCT mediator_id FROM looked)"
    return f"WITH looked AS MATERIALIZED ({looked}), {known}", values


def _some(kind: str, source: Source, query: Query, null: str) -> str:
    order = f" ORDER BY {source.far()}" if query.lat is not None else ""
    return (
        f"(SELECT '{kind}' AS kind, %({source.sheet})s::int4 AS source, l.mediator_id FROM agenda_listing l"  # noqa: S608
        f" WHERE {source.here} AND l.soonest {null}{order} LIMIT {SAMPLE})"
    )


def count(query: Query, offered: Offered, now: datetime) -> Counts:
    """What `finding.find` would say in `total` for each choice, in one statement."""
    found: dict[str, dict[str, int]] = {name: {} for name in (*_OWN, "radius", "unfiltered", _MORE)}
    widest = max(query.radius_km, FARTHEST_KM, *offered.radii)
    looked, numbers = _looked(query, widest)
    values = _parameters(query, offered, utc(now)) | corners("widest", query, widest) | numbers
    for name, value, number in fetch(looked + _STATEMENT, values):
        found[name][value] = number
    without = {name: found[name].pop("", 0) for name in _OWN}
    return Counts(
        by_specialty={int(pk): number for pk, number in found["specialty_id"].items()},
        by_modality=found["modality"],
        by_language=found["language"],
        by_radius={round(float(km)): number for km, number in found["radius"].items()},
        by_until={date.fromisoformat(day): number for day, number in found["until"].items()},
        step_free=found["step_free"].get("yes", 0),
        without=without,
        unfiltered=found["unfiltered"].get("", 0),
        near_more="near" in found[_MORE],
        remote_more="remote" in found[_MORE],
    )


def _parameters(query: Query, offered: Offered, now: datetime) -> dict[str, Any]:
    return parameters(query, now) | {
        "radii": [float(km) for km in offered.radii],
        "untils": list(offered.untils),
    }
