"""The squares that the map counts by: those of the plane of `sheets`, twice as small at each level of zoom."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import atan, degrees, exp, floor, pi
from typing import Final

from allomediateur.agenda import sheets
from allomediateur.agenda.sheets import POLES, Box
from allomediateur.directory.places import EARTH_KM

LEVELS: Final = range(4, 12)
"""Of zoom, as maps of the web number them: the world is 256 pixels wide at 0."""
PIXELS: Final = 80
"""The side of a square on the screen."""
NEAREST: Final = 40
"""Pixels: closer points are one."""
MOST: Final = 400
"""Squares of a frame: more than the largest screen shows."""


class WrongFrame(Exception):
    """No level of ours, nothing within, or more than a screen."""


@dataclass(frozen=True)
class Frame:
    """What is seen, in degrees, the poles left out. `west` is greater than `east` where the antimeridian is within."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, order=True)
class Square:
    level: int
    col: int
    row: int

    @property
    def box(self) -> Box:
        size = side(self.level)
        return Box(self.col * size, self.row * size, (self.col + 1) * size, (self.row + 1) * size)


def side(level: int) -> float:
    """Of a square, in km of the plane."""
    return pixels(PIXELS, level)


def pixels(number: float, level: int) -> float:
    """So many pixels in km of the plane."""
    return float(sheets.WORLD * number / 256 / 2**level)


def degrees_of(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a point of the plane: `sheets.spot` undone."""
    return degrees(2 * atan(exp(y / EARTH_KM)) - pi / 2), degrees(x / EARTH_KM)


def boxes(frame: Frame) -> list[Box]:
    """On the plane: two where the antimeridian is within. Raises WrongFrame."""
    if not (-POLES <= frame.south < frame.north <= POLES and abs(frame.west) <= 180 and abs(frame.east) <= 180):
        raise WrongFrame
    if frame.west == frame.east:
        raise WrongFrame
    turns = [(frame.west, frame.east)] if frame.west < frame.east else [(frame.west, 180.0), (-180.0, frame.east)]
    corners = ((sheets.spot(frame.south, west), sheets.spot(frame.north, east)) for west, east in turns if west < east)
    return [Box(*low, *high) for low, high in corners]


def squares(frame: Frame, level: int) -> list[Square]:
    """Those that the frame touches, whole. Raises WrongFrame."""
    if level not in LEVELS:
        raise WrongFrame
    if count(frame, level) > MOST:
        raise WrongFrame
    sides = [_sides(box, level) for box in boxes(frame)]
    return sorted({Square(level, col, row) for cols, rows in sides for col in cols for row in rows})


def count(frame: Frame, level: int) -> int:
    """How many they are. Raises WrongFrame."""
    return sum(len(cols) * len(rows) for cols, rows in (_sides(box, level) for box in boxes(frame)))


def is_in(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.bottom <= y <= box.top


def _sides(box: Box, level: int) -> tuple[range, range]:
    size = side(level)
    left, bottom, right, top = (floor(km / size) for km in (box.left, box.bottom, box.right, box.top))
    return range(left, right + 1), range(bottom, top + 1)


def around(square: Square) -> Iterator[Square]:
    """It and its eight neighbours."""
    for right in (-1, 0, 1):
        for up in (-1, 0, 1):
            yield Square(square.level, square.col + right, square.row + up)


def square_at(x: float, y: float, level: int) -> Square:
    return Square(level, floor(x / side(level)), floor(y / side(level)))
