"""Rows of figures, how they are measured, and the table they make."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `figure` and `goal` carry their units; `met` is None when there is no goal. `note`: by how
    much a goal is not met and why, in words below the table."""

    id: str
    workload: str
    figure: str
    goal: str = ""
    met: bool | None = None
    note: str = ""


def median_seconds(call: Callable[[], object], *, times: int = 1, rounds: int = 5) -> float:
    """Seconds for one call: the median of `rounds` rounds of `times` calls, after one call for nothing."""
    call()
    return statistics.median(_round(call, times) for _ in range(rounds))


def _round(call: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - began) / times


def table(rows: Iterable[Row]) -> str:
    """Markdown, columns aligned so that it reads in a terminal too."""
    words = {True: "yes", False: "no", None: ""}
    lines: list[tuple[str, ...]] = [("id", "workload", "figure", "goal", "met")]
    lines += [(row.id, row.workload, row.figure, row.goal, words[row.met]) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines) + "\n"


def notes(rows: Iterable[Row]) -> str:
    """What is said of single figures, as a list."""
    return "".join(f"- {row.id}, {row.workload}: {row.note}.\n" for row in rows if row.note)
