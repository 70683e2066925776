"""`python -m tools.outline DEPARTEMENTS.geojson`: the map's ground, `static/js/ground.js`, from the departments.

Borders are simplified once for both sides, whole numbers of two hundredths of a degree are written as polylines, and
towns are given the zoom from which their name fits. Origin and licence: directory/data/SOURCES.md.
"""

import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import cos, log, pi, radians, tan
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMUNES = ROOT / "allomediateur/directory/data/communes.csv.gz"
WRITTEN = ROOT / "allomediateur/web/static/js/ground.js"

STEPS = 200
"""A degree; about 500 m a step."""
TOLERANCE = 0.008
"""Degrees of latitude that a border may be moved by."""
SMALLEST = 0.0004
"""Square degrees: smaller islands are left out, where the department has another ring."""
ZOOMS = range(5, 11)
SMALLEST_TOWN = 9_000
MOST_TOWNS = 320

Point = tuple[float, float]
Ring = list[Point]


def main(source: Path) -> None:
    features = json.loads(source.read_text())["features"]
    rings = [ring for feature in features for ring in outer_rings(feature["geometry"])]
    junctions = junctions_of(rings)
    land = [encoded(quantised(simplified_ring(ring, junctions))) for ring in rings]
    lines = [
        "// Made by tools/outline.py: IGN, INSEE, La Poste (Licence Ouverte 2.0), GeoNames (CC BY 4.0).",
        "// Outlines of the departments, polylines of whole numbers (1 is 1/200 degree), latitude first.",
        f"export const STEPS = {STEPS};",
        f"export const LAND = {json.dumps(land, separators=(',', ':'))};",
        "// Name, latitude, longitude, zoom from which it is written.",
        f"export const TOWNS = {json.dumps(list(towns()), ensure_ascii=False, separators=(',', ':'))};",
    ]
    WRITTEN.write_text("\n".join(lines) + "\n")
    size = len(gzip.compress(WRITTEN.read_bytes(), 9))
    print(f"{len(land)} rings, {WRITTEN.stat().st_size} bytes, {size} gzipped")


def outer_rings(geometry: dict[str, object]) -> list[Ring]:
    """Inner ones are left out: artefacts of the source, or enclaves, which are drawn above as their own department."""
    coordinates: list = geometry["coordinates"]  # type: ignore[assignment, type-arg]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    rings = [[(lat, lon) for lon, lat in polygon[0]] for polygon in polygons]
    largest = max(rings, key=area)
    return [ring for ring in rings if ring is largest or area(ring) >= SMALLEST]


def area(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def junctions_of(rings: Iterable[Ring]) -> set[Point]:
    """Points where more than two borders meet: simplification leaves them, so that both sides of a border agree."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for a, b in pairwise(ring):
            neighbours[a].add(b)
            neighbours[b].add(a)
    return {point for point, near in neighbours.items() if len(near) > 2}


def simplified_ring(ring: Ring, junctions: set[Point]) -> Ring:
    open_ring = ring[:-1]
    fixed = [number for number, point in enumerate(open_ring) if point in junctions]
    if len(fixed) < 2:
        first = fixed[0] if fixed else 0
        turned = open_ring[first:] + open_ring[:first]
        middle = max(range(len(turned)), key=lambda number: square(turned[number], turned[0]))
        arcs = [turned[: middle + 1], [*turned[middle:], turned[0]]]
    else:
        turned = open_ring[fixed[0] :] + open_ring[: fixed[0] + 1]
        cuts = [number - fixed[0] for number in fixed] + [len(turned) - 1]
        arcs = [turned[a : b + 1] for a, b in pairwise(cuts)]
    kept = [point for arc in arcs for point in directed(arc)[:-1]]
    return [*kept, kept[0]]


def directed(arc: Ring) -> Ring:
    """Simplified from the same end by both departments."""
    turned = arc[0] > arc[-1]
    line = douglas_peucker(arc[::-1] if turned else arc)
    return line[::-1] if turned else line


def douglas_peucker(line: Ring) -> Ring:
    if len(line) < 3:
        return line
    far = max(range(1, len(line) - 1), key=lambda number: away(line[number], line[0], line[-1]))
    if away(line[far], line[0], line[-1]) <= TOLERANCE:
        return [line[0], line[-1]]
    return douglas_peucker(line[: far + 1])[:-1] + douglas_peucker(line[far:])


def away(point: Point, a: Point, b: Point) -> float:
    """Degrees of latitude from the segment."""
    wide = cos(radians(a[0]))
    px, py, bx, by = (point[1] - a[1]) * wide, point[0] - a[0], (b[1] - a[1]) * wide, b[0] - a[0]
    length = bx * bx + by * by
    along = max(0.0, min(1.0, (px * bx + py * by) / length)) if length else 0.0
    return float(((px - along * bx) ** 2 + (py - along * by) ** 2) ** 0.5)


def square(a: Point, b: Point) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def quantised(ring: Ring) -> list[tuple[int, int]]:
    points: list[tuple[int, int]] = []
    for lat, lon in ring:
        point = round(lat * STEPS), round(lon * STEPS)
        if not points or points[-1] != point:
            points.append(point)
    return points


def encoded(points: list[tuple[int, int]]) -> str:
    """Google's polyline algorithm, on whole numbers."""
    before, signs = (0, 0), []
    for point in points:
        signs += [letters(now - then) for now, then in zip(point, before, strict=True)]
        before = point
    return "".join(signs)


def letters(number: int) -> str:
    value, out = ~(number << 1) if number < 0 else number << 1, ""
    while value >= 0x20:
        out += chr((0x20 | value & 0x1F) + 63)
        value >>= 5
    return out + chr(value + 63)


def towns() -> Iterator[tuple[str, float, float, int]]:
    """Those without an outline, then the most populous: each from the zoom where its name covers no other one."""
    written: dict[int, list[tuple[float, float, float, float]]] = {zoom: [] for zoom in ZOOMS}
    found = 0
    for row in sorted(communes(), key=lambda row: (not is_far(row), -int(row["population"] or 0))):
        lat, lon = float(row["lat"]), float(row["lon"])
        boxes = {zoom: box(row["nom"], lat, lon, zoom) for zoom in ZOOMS}
        first = next((zoom for zoom in ZOOMS if not any(meet(boxes[zoom], one) for one in written[zoom])), None)
        if first is None or found == MOST_TOWNS:
            continue
        for zoom in ZOOMS:
            if zoom >= first:
                written[zoom].append(boxes[zoom])
        found += 1
        yield row["nom"].replace("'", "’"), round(lat, 3), round(lon, 3), first


def communes() -> Iterator[dict[str, str]]:
    with gzip.open(COMMUNES, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            is_large = is_far(row) or int(row["population"] or 0) >= SMALLEST_TOWN
            is_placed = row["precision"] != "territoire" or row["departement"] != "987"
            if is_large and is_placed and not row["nom"].endswith(" Arrondissement"):
                yield row


def is_far(row: dict[str, str]) -> bool:
    """Where there is no outline: towns alone say where one is."""
    return row["departement"] in ("975", "977", "978", "986", "987", "988")


def box(name: str, lat: float, lon: float, zoom: int) -> tuple[float, float, float, float]:
    """In pixels of Mercator's map."""
    size = 256 * 2**zoom
    x = (lon + 180) / 360 * size
    y = (1 - log(tan(radians(lat)) + 1 / cos(radians(lat))) / pi) / 2 * size
    wide = 4 * len(name) + 10
    return x - wide, y - 16, x + wide, y + 16


def meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
