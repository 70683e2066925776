"""`python -m benchmarks [name ...]`: runs the workloads (all, or those named, such as `b1_core`), prints the table
and writes it to benchmarks/RESULTS.md (RESULTS-full.md with SIZE=full)."""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import Row, notes, table

HERE = Path(__file__).parent
RESULTS, FULL = HERE / "RESULTS.md", HERE / "RESULTS-full.md"
WORKLOAD = re.compile(r"b(\d+)_\w+|autocomplete")


def workloads() -> list[str]:
    """Module names in the order of their numbers."""
    found = [match for path in HERE.glob("*.py") if (match := WORKLOAD.fullmatch(path.stem))]
    return [match[0] for match in sorted(found, key=lambda match: (int(match[1] or 999), match[0]))]


def run(names: list[str]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        found = importlib.import_module(f"benchmarks.{name}").run()
        print(table(found), file=sys.stderr, flush=True)
        rows += found
    return rows


def report(rows: list[Row], now: datetime) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    return (
        "# Benchmarks\n\n"
        f"Medians of 5, {now:%Y-%m-%d}, {machine}. Made by `make bench`; ratios are within one run.\n\n"
        f"{table(rows)}\n{notes(rows)}".rstrip("\n")
        + "\n"
    )


def main() -> int:
    known = workloads()
    asked = sys.argv[1:] or known
    if unknown := set(asked) - set(known):
        print(f"No such workload: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    text = report(run(asked), datetime.now(UTC))
    print(text)
    if asked == known:
        (FULL if os.environ.get("SIZE") == "full" else RESULTS).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
