"""B11: the map, among 1,000 and 100,000 mediators: whom a frame shows, at each level, around places as people live.

A frame is that of a wide screen, 1,200 by 544 pixels; a third of the questions ask for a day, a third for a specialty.
How long the worker counts (`tallying.refresh`) is told too, with the rows that it keeps.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks import crowd, database
from benchmarks.report import Row

if TYPE_CHECKING:
    from allomediateur.agenda.grid import Frame

SIZES = (1_000, 100_000)
POINTS, FIRST = 20, 3
"""Frames measured at each level, asked beforehand for nothing."""
WIDE, HIGH = 1200, 544
GOAL_GROWTH = 5.0
"""A square holds some at the most: a country where each is full against one where most are empty."""


def run() -> list[Row]:
    """In a database of their own: what other workloads left would be on the map."""
    with database.apart(durable=False):
        return _run()


def _run() -> list[Row]:
    rows, slow = [], []
    for size in SIZES:
        crowd.fill(size)
        rows.append(_counting(size))
        seconds = sorted(_seconds(size))
        middle, late = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
        slow.append(late)
        rows.append(Row("B11", f"the map of {size:,} mediators: p50, p95", f"{_ms(middle)}, {_ms(late)}"))
    growth = slow[-1] / slow[0]
    goal, met = f"<= {GOAL_GROWTH:.0f}x", growth <= GOAL_GROWTH
    rows.append(Row("B11", f"growth: p95 of {SIZES[-1]:,} / p95 of {SIZES[0]:,}", f"{growth:.2f}x", goal, met))
    return rows


def _counting(size: int) -> Row:
    from allomediateur.agenda import tallying  # models want settings
    from allomediateur.agenda.models import Tally

    began = time.perf_counter()
    tallying.refresh(crowd.NOW)
    figure = f"{time.perf_counter() - began:.1f} s, {Tally.objects.count():,}"
    return Row("B11", f"counting the squares of {size:,} mediators, rows kept", figure)


def _seconds(size: int) -> Iterator[float]:
    from allomediateur.agenda import gathering, grid  # models want settings

    chance = random.Random(size)
    for level in grid.LEVELS:
        for number, (frame, query) in enumerate(_questions(chance, level, FIRST + POINTS)):
            began = time.perf_counter()
            gathering.within(query, frame, level, crowd.NOW)
            if number >= FIRST:
                yield time.perf_counter() - began


def _questions(chance: random.Random, level: int, count: int) -> Iterator[tuple[Frame, Any]]:
    from allomediateur.agenda.question import Query  # wants settings
    from allomediateur.directory.models import Commune, Specialty

    places = list(Commune.objects.order_by("code").values_list("lat", "lon", "population"))
    specialty = Specialty.objects.exclude(slug=crowd.RARE).earliest("pk").pk
    asked = (Query(), Query(until=crowd.TODAY + timedelta(days=7)), Query(specialty_id=specialty, modality="in_person"))
    for lat, lon, _population in chance.choices(places, [people for _lat, _lon, people in places], k=count):
        yield _frame(lat, lon, level), chance.choice(asked)


def _frame(lat: float, lon: float, level: int) -> Frame:
    from allomediateur.agenda import grid, sheets  # want settings

    x, y = sheets.spot(lat, lon)
    wide, high = grid.pixels(WIDE / 2, level), grid.pixels(HIGH / 2, level)
    (south, west), (north, east) = grid.degrees_of(x - wide, y - high), grid.degrees_of(x + wide, y + high)
    turned = [(degrees + 180) % 360 - 180 for degrees in (west, east)]
    return grid.Frame(south, turned[0], north, turned[1])


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
