"""Long work cut into parts, done by several processes of our own."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import django

Part = TypeVar("Part")
Done = TypeVar("Done")

AHEAD = 2
"""Parts given to each process before the first result is taken: no more of them is kept in memory."""


def processors() -> int:
    return os.cpu_count() or 1


def over(work: Callable[[Part], Done], parts: Iterable[Part], processes: int) -> Iterator[Done]:
    """What `work` makes of each part, in their order. One process: this one. `work` is a module's own function.

    Interrupted, the others end with it, in the middle of what they do.
    """
    if processes == 1:
        yield from map(work, parts)
        return
    # Not forked: a connection to the database is not shared.
    with multiprocessing.get_context("spawn").Pool(processes, _begin) as pool:
        given: deque[Any] = deque()
        for part in parts:
            given.append(pool.apply_async(work, (part,)))
            if len(given) > AHEAD * processes:
                yield given.popleft().get()
        while given:
            yield given.popleft().get()


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C comes to all: the one that gives the work ends the others
    django.setup()
