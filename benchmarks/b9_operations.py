"""B9: after random operations (book, cancel, move, hours, exceptions, busy time, clock changes), what search reads is
what the truth gives. SIZE=full: a million of them, in hours."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.report import Row

SMALL, FULL = 3_000, 1_000_000
SEED = 9


def run() -> list[Row]:
    asked = FULL if os.environ.get("SIZE") == "full" else SMALL
    walks = os.cpu_count() or 1
    counts = [asked * (number + 1) // walks - asked * number // walks for number in range(walks)]
    found = [_end(one) for one in [_begin(SEED + number, count) for number, count in enumerate(counts)]]
    differences = [sentence for one in found for sentence in one["differences"]]
    for sentence in differences:
        print(sentence, file=sys.stderr)
    acted = sum(sum(one["done"].values()) for one in found)
    workload = f"derived rows after {asked} random operations ({acted} of them with something to act on)"
    return [Row("B9", workload, f"{len(differences)} differences", "0", not differences)]


def _begin(seed: int, count: int) -> subprocess.Popen[str]:
    """Each has a database of its own: time passes for all that is in one."""
    command = [sys.executable, "-m", "benchmarks.walk", str(seed), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _end(walk: subprocess.Popen[str]) -> dict[str, dict[str, int]]:
    out, _ = walk.communicate()
    if walk.returncode:
        raise RuntimeError(f"a walk ended with {walk.returncode}")
    read: dict[str, dict[str, int]] = json.loads(out.splitlines()[-1])
    return read
