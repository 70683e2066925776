"""Killing for real: by process id, and only what a trial has started."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.launch.waiting import eventually


def children(pid: int) -> list[int]:
    """Those that `pid` started and that live."""
    return [other for other in _pids() if _parent(other) == pid]


def kill(*pids: int) -> None:
    """SIGKILL to each, and back once none of them runs any more."""
    for pid in pids:
        _signal(pid)
    assert eventually(lambda: not any(map(_runs, pids))), f"{pids} outlived kill -9"


def _signal(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _runs(pid: int) -> bool:
    """A zombie does not: it only waits for its parent to look."""
    return _stat(pid)[:1] not in ([], ["Z"])


def _parent(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _stat(pid: int) -> list[str]:
    """State, parent, … of proc(5), after the name (which may hold spaces)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _pids() -> Iterator[int]:
    return (int(place.name) for place in Path("/proc").glob("[0-9]*"))
