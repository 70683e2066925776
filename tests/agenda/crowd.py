"""64 real connections, 8 processes of 8 threads, that act at the same instant.

Imported by its processes before Django is set up: nothing of Django at the top.
"""

import importlib
import multiprocessing
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

PROCESSES, THREADS = 8, 8
SIZE = PROCESSES * THREADS
PATIENCE = 60.0
"""Seconds after which a crowd that does not come together is broken."""

Deed = tuple[str, dict[str, Any]]
"""A function of the module that the crowd was made with, and its arguments."""


class Crowd:
    """Started once, since a process of Django takes seconds; `act` as often as one likes."""

    def __init__(self, database: str, deeds: str = "tests.agenda.racing") -> None:
        context = multiprocessing.get_context("spawn")
        self._barrier = context.Barrier(SIZE)  # gone from here, it would be gone for the processes
        self._pipes: list[Connection[Any, Any]] = []
        self._processes = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=_live, args=(theirs, self._barrier, database, deeds), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def act(self, deeds: Sequence[Deed]) -> list[Any]:
        """What each of the 64 deeds returned, in their order; an exception is its name and its text."""
        assert len(deeds) == SIZE
        for number, pipe in enumerate(self._pipes):
            pipe.send(deeds[number::PROCESSES])
        found: list[Any] = [None] * SIZE
        for number, pipe in enumerate(self._pipes):
            assert pipe.poll(PATIENCE), "the crowd did not come back"
            found[number::PROCESSES] = pipe.recv()
        return found

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
            pipe.close()
        for process in self._processes:
            process.join(PATIENCE)


def _live(pipe: "Connection[Any, Any]", barrier: Any, database: str, deeds_of: str) -> None:
    import django  # after the spawn, in a process of its own

    django.setup()
    from django.db import connections

    connections.settings["default"]["NAME"] = database
    racing = importlib.import_module(deeds_of)
    while (deeds := pipe.recv()) is not None:
        answers: list[Any] = [None] * len(deeds)
        threads = [
            threading.Thread(target=_do, args=(racing, deed, barrier, answers, place))
            for place, deed in enumerate(deeds)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipe.send(answers)


def _do(racing: Any, deed: Deed, barrier: Any, answers: list[Any], place: int) -> None:
    from django.db import connection

    name, arguments = deed
    try:
        connection.ensure_connection()
        barrier.wait(PATIENCE)
        answers[place] = getattr(racing, name)(**arguments)
    except Exception as error:  # noqa: BLE001 - whatever happens in the race is the result
        answers[place] = f"{type(error).__name__}: {error}"
    finally:
        connection.close()
