"""B10: what a visitor waits for while typing a place, on all 35,008 communes, the database included."""

from __future__ import annotations

from functools import partial

from benchmarks import database
from benchmarks.report import Row, median_seconds

TYPED = ("s", "sa", "saint et", "st et", "par", "paris 11", "l'ha", "zzzz", "3", "35", "3529", "35000", "974")
GOAL = 0.05


def run() -> list[Row]:
    database.ready()
    from allomediateur.directory import communes, places  # models want settings

    number = communes.load()
    communes.analyse()
    times = {text: median_seconds(partial(places.suggest, text)) for text in TYPED}
    slowest = max(times, key=lambda text: times[text])
    return [
        Row(
            "B10",
            f"commune autocomplete over {number:,} communes, slowest of {len(TYPED)} texts (“{slowest}”)",
            f"{times[slowest] * 1000:.1f} ms",
            f"< {GOAL * 1000:.0f} ms",
            times[slowest] < GOAL,
        )
    ]
