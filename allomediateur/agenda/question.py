"""The question of a search, and what it is looked up by: sheets, boxes, values."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from allomediateur.agenda import sheets
from allomediateur.directory import rights
from allomediateur.directory.places import EARTH_KM

FARTHEST_KM = 500
"""Nobody travels farther (a constraint of Service)."""
WHOLE_KM = 99_999
"""No box is so large: the whole country."""
PACIFIC = 90
"""Degrees of longitude, beyond which the way over the antimeridian may be the shorter one."""
REMOTE = ("phone", "video")
BEYOND = "_beyond"
"""The other side of the antimeridian, in names of values."""


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


_ON_SHEET = "int4range(l.sheet, l.sheet, '[]') = int4range(%({sheet})s::int4, %({sheet})s::int4, '[]')"
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
    """A sheet to walk through, and the box it is walked within, none for the country. `x`: of the place, as seen from
    that box; beyond the antimeridian it is one turn away."""

    sheet: str
    way: int
    box: str = ""
    km: float = 0
    x: str = "x"

    def far(self, row: str = "l") -> str:
        """How far a row is from the place, on the plane."""
        return f"point({row}.x, {row}.y) <-> point(%({self.x})s::float8, %(y)s::float8)"

    @property
    def here(self) -> str:
        return f"{_ON_SHEET.format(sheet=self.sheet)} {self.within('l')}"

    def within(self, row: str, *, sides: bool = False) -> str:
        return f"AND {(_IN_SIDES if sides else _IN_BOX).format(l=row, box=self.box)}" if self.box else ""


def sources(query: Query) -> list[Source]:
    if query.modality in REMOTE:
        return in_boxes(query, Source("sheet", sheets.WAYS[str(query.modality)], km=WHOLE_KM))
    ways = (sheets.WAYS["in_person"], sheets.AGREED) if query.modality else (sheets.ANY, sheets.COMES)
    kms = (query.radius_km, max(query.radius_km, FARTHEST_KM))
    return [
        source
        for sheet, way, box, km in zip(("sheet", "coming"), ways, ("near", "reach"), kms, strict=True)
        for source in in_boxes(query, Source(sheet, way, box, km))
    ]


def in_boxes(query: Query, source: Source) -> list[Source]:
    """The source in each of its boxes; in none where they would bound nothing, seen from both sides of the
    antimeridian by a place near it."""
    boxes = _boxes(query, source.km)
    beyond = replace(source, box=f"{source.box}{BEYOND}" if boxes else "", x=f"x{BEYOND}")
    if not boxes and is_by_distance(query) and abs(query.lon or 0.0) > PACIFIC:
        return [replace(source, box=""), beyond]
    return [source, beyond][: len(boxes)] if boxes else [replace(source, box="")]


def _boxes(query: Query, km: float) -> list[sheets.Box]:
    if query.lat is None or query.lon is None:
        return []
    return sheets.boxes(query.lat, query.lon, km)


def filters(query: Query) -> str:
    """What a row of Availability, `a`, must be for the question; its times and its distance left aside."""
    text = ""
    if query.specialty_id is not None:
        text += " AND a.specialties @> ARRAY[%(specialty)s::int4]"
    if query.language is not None:
        text += " AND a.languages::text[] @> ARRAY[%(language)s::text]"
    if query.step_free:
        text += " AND (a.modality <> 'in_person' OR a.step_free OR a.reach_km IS NOT NULL)"
    if query.modality:
        text += " AND a.modality = %(modality)s::text"
    return text


def is_by_distance(query: Query) -> bool:
    return query.lat is not None and query.sort == "nearest"


def parameters(query: Query, now: datetime) -> dict[str, Any]:
    """What the statements of search are given, those of `facets` too."""
    x, y = sheets.spot(query.lat or 0.0, query.lon or 0.0)
    values: dict[str, Any] = {
        "earth": EARTH_KM, "lat": query.lat, "lon": query.lon, "x": x, "y": y,
        f"x{BEYOND}": x + sheets.turn(query.lon or 0.0), "radius": query.radius_km,
        "specialty": query.specialty_id, "modality": query.modality, "language": query.language,
        "until": query.until, "last": query.until or date(9999, 1, 1), "step_free": query.step_free,
        "near_plane": sheets.on_plane(query.radius_km, query.lat or 0.0), "now": now, "today": rights.day_of(now),
        "bare": sheets.number(sheets.BARE, query.specialty_id),
    }  # fmt: skip
    for source in sources(query):
        values[source.sheet] = sheets.number(source.way, query.specialty_id, query.language)
    for name, km in (("near", query.radius_km), ("reach", max(query.radius_km, FARTHEST_KM))):
        values |= corners(name, query, km)
    return values


def corners(name: str, query: Query, km: float) -> dict[str, float]:
    """Of the boxes of that name."""
    boxes = zip((name, f"{name}{BEYOND}"), _boxes(query, km), strict=False)
    return {f"{one}_{side}": getattr(box, side) for one, box in boxes for side in ("left", "bottom", "right", "top")}
