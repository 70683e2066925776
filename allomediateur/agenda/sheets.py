"""The sheets of Listing, and the plane its points lie on: where a question of search is looked up."""

from dataclasses import dataclass, replace
from math import cos, log, pi, radians, tan
from typing import Final

from allomediateur.agenda.models import Modality
from allomediateur.directory.places import EARTH_KM

ANY: Final = 0
"""By any way, at an office, or at the main one for what is remote."""
WAYS: Final = {Modality.PHONE.value: 1, Modality.VIDEO.value: 2, Modality.IN_PERSON.value: 3}
AGREED: Final = 4
"""In person where the client wishes."""
COMES: Final = 5
"""The same people, by any way."""
BARE: Final = 6
"""Certified, not members: whatever the language."""
EVERYBODYS: Final = "fr"
"""The language that is no sheet of its own: nearly all speak it."""

KM_A_DEGREE: Final = 111.195
"""Of latitude, on the sphere of EARTH_KM."""
WORLD: Final = 2 * pi * EARTH_KM
"""Around the plane, in km."""
POLES: Final = 85.0
"""Degrees of latitude beyond which the plane has no point."""
_TOO_FAR = 1000.0
_MARGIN = 0.01


def number(way: int, specialty_id: int | None = None, language: str | None = None) -> int:
    """The sheet's number, as `agenda.listing` writes it in SQL: 18 bits, 10 bits, 3 bits."""
    return ((specialty_id or 0) << 13) | (_tongue(language) << 3) | way


def _tongue(language: str | None) -> int:
    """ISO 639-1 as a number from 1; 0 for any, for French, and for what is no such code."""
    if not language or language == EVERYBODYS or len(language) != 2 or not (language.isascii() and language.islower()):
        return 0
    return (ord(language[0]) - 97) * 26 + ord(language[1]) - 96


@dataclass(frozen=True)
class Box:
    """Corners on the plane, in km."""

    left: float
    bottom: float
    right: float
    top: float


def spot(lat: float, lon: float) -> tuple[float, float]:
    """The point on Mercator's plane, in km at the equator: there the nearest of a neighbourhood are the nearest."""
    held = max(-POLES, min(POLES, lat))
    return EARTH_KM * radians(lon), EARTH_KM * log(tan(pi / 4 + radians(held) / 2))


def on_plane(km: float, lat: float) -> float:
    """That distance on the plane, around that latitude."""
    return km / cos(radians(max(-POLES, min(POLES, lat))))


def boxes(lat: float, lon: float, km: float) -> list[Box]:
    """Whatever is that near is in them; none where the plane ends (poles) or the world is small.

    Two where the antimeridian is so near: that of the place, then that of what is beyond, one turn away.
    """
    up, side = km / KM_A_DEGREE, lon_reach(lat, km / KM_A_DEGREE)
    if km > _TOO_FAR or abs(lat) + up > POLES or side > 180:
        return []
    left, bottom = spot(lat - up, lon - side)
    right, top = spot(lat + up, lon + side)
    whole = Box(left - _MARGIN, bottom - _MARGIN, right + _MARGIN, top + _MARGIN)
    if abs(lon) + side <= 180:
        return [whole]
    return [whole, replace(whole, left=whole.left + turn(lon), right=whole.right + turn(lon))]


def turn(lon: float) -> float:
    """What brings a point over the nearer half of the antimeridian to the other side of the plane, in km."""
    return -WORLD if lon > 0 else WORLD


def lon_reach(lat: float, lat_reach: float) -> float:
    """Degrees of longitude within the reach, at the latitude where they are the shortest."""
    farthest = abs(lat) + lat_reach
    return 360.0 if farthest >= 89 else lat_reach / cos(radians(farthest))
