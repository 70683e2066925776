"""What runs is kept running: a process that dies is said, and started again with growing patience."""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from launch.errors import CannotStart
from launch.postgres import tail

PATIENCE = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before each restart; one more death in a row ends everything
QUIET_SECONDS = 60.0  # a process that lived longer starts again with a clean record
LOOK_SECONDS = 0.2


class Watched(Protocol):
    """`name` begins a sentence; `start` may raise CannotStart."""

    name: str
    log: Path

    def start(self) -> None: ...
    def died(self) -> bool: ...
    def stop(self) -> None: ...


@dataclass
class Record:
    """Deaths in a row of one process, in monotonic seconds; `due` is when it is started again."""

    last: float = float("-inf")
    count: int = 0
    due: float | None = None

    def note_death(self, now: float) -> float | None:
        """Seconds until the restart, None when it has died too often."""
        self.count = 1 if now - self.last > QUIET_SECONDS else self.count + 1
        self.last = now
        if self.count > len(PATIENCE):
            return None
        self.due = now + PATIENCE[self.count - 1]
        return PATIENCE[self.count - 1]


def watch(everything: Sequence[Watched]) -> NoReturn:
    """Until interrupted, or until CannotStart when something keeps dying."""
    records = [Record() for _ in everything]
    while True:
        for one, record in zip(everything, records, strict=True):
            tend(one, record, now=time.monotonic())
        time.sleep(LOOK_SECONDS)


def tend(one: Watched, record: Record, *, now: float) -> None:
    if record.due is None and one.died():
        delay = record.note_death(now)
        if delay is None:
            raise CannotStart(f"{death(one)} Trop d’arrêts à la suite : tout s’arrête.")
        print(f"{death(one)} Relance dans {delay:g} s.", flush=True)
    elif record.due is not None and now >= record.due:
        record.due = None
        with contextlib.suppress(CannotStart):  # still dead: the next look counts it and says it
            one.start()


def death(one: Watched) -> str:
    return f"{one.name} : arrêt inattendu ; la fin du journal « {one.log} » dit : {tail(one.log)}"
