"""The map's ground and its views: every part of the country can be reached, and nothing on the map is elsewhere."""

import csv
import gzip
import json
import re
from functools import lru_cache

import pytest
from django.contrib.staticfiles import finders

from allomediateur.directory.communes import SHIPPED
from allomediateur.directory.departments import NAMES
from allomediateur.web.public import maps


@lru_cache(maxsize=1)
def shipped() -> list[dict[str, str]]:
    with gzip.open(SHIPPED, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def within(code: str, lat: float, lon: float) -> bool:
    south, west, north, east = maps.BOXES[code]
    return south <= lat <= north and west <= lon <= east


def ground(name: str) -> list[list[str]]:
    with open(str(finders.find("js/ground.js")), encoding="utf-8") as file:
        found = re.search(rf"export const {name} = (.*);", file.read())
    assert found
    return list(json.loads(found[1]))


def test_every_part_of_the_country_has_a_view() -> None:
    overseas = {code for code in NAMES if len(code) == 3}
    assert set(maps.BOXES) == {"", *overseas}


@pytest.mark.parametrize("code", list(maps.BOXES))
def test_a_view_shows_nearly_all_who_live_there(code: str) -> None:
    """Not the farthest islands of the Pacific: the view would show only the sea."""
    places = [one for one in shipped() if one["departement"] == code or (not code and len(one["departement"]) == 2)]
    people = sum(int(one["population"] or 0) for one in places)
    seen = sum(int(one["population"] or 0) for one in places if within(code, float(one["lat"]), float(one["lon"])))
    assert seen > 0.97 * people


@pytest.mark.parametrize("code", list(maps.BOXES))
def test_a_view_has_towns_written_on_it(code: str) -> None:
    names = [town[0] for town in ground("TOWNS") if within(code, float(town[1]), float(town[2]))]
    assert names


def test_the_ground_is_the_outline_of_the_departments() -> None:
    rings = [decoded(str(one)) for one in ground("LAND")]
    assert len(rings) >= 101
    for ring in rings:
        assert ring[0] == ring[-1]
        lat, lon = ring[0]
        assert any(within(code, lat, lon) for code in maps.BOXES)


def decoded(text: str) -> list[tuple[float, float]]:
    """As `js/map.js` reads it."""
    numbers: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points, at = [], (0, 0)
    for lat, lon in zip(numbers[::2], numbers[1::2], strict=True):
        at = at[0] + lat, at[1] + lon
        points.append((at[0] / 200, at[1] / 200))
    return points
