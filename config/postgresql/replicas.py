"""Streaming replicas of the database, read in its place: which are near enough to it, and whose turn it is.

Each process has its own view of them. A replica is looked at by one thread at a time, once a second at most; one that
failed is left alone for some seconds, so that nobody waits for it again. Positions are those of PostgreSQL's journal:
what was written is on a replica once it has replayed that far, however long that takes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections

LOOK_SECONDS = 1.0
REST_SECONDS = 10.0
UNKNOWN = "FFFFFFFF/FFFFFFFF"
"""The position nobody has reached: where the primary could not say its own."""
ROOMS = frozenset({"agenda", "directory"})
"""Only what is public to read: accounts, sessions, limits, keys and settings are the primary's whatever is asked."""

_read_from: ContextVar[str] = ContextVar("read_from", default=DEFAULT_DB_ALIAS)


class Router:
    """Django's: asked before each query of a model; raw SQL asks it too (`router.db_for_read`)."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Never where the row at hand came from: outside `reading` everything is the primary's."""
        return _read_from.get() if model._meta.app_label in ROOMS else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


@dataclass(frozen=True)
class Lag:
    """Behind the primary. `seconds`: since the last transaction replayed; None: none was yet."""

    seconds: float | None
    bytes: int

    @property
    def is_late(self) -> bool:
        return self.seconds is None or self.seconds > settings.REPLICA_LATE_SECONDS


@dataclass
class Replica:
    """Instants are monotonic seconds."""

    alias: str
    _lag: Lag | None = None
    _due: float = float("-inf")
    _turn: Lock = field(default_factory=Lock)

    def lag(self, now: float) -> Lag | None:
        """As it was last looked at, within a second; None when it is lost. Raises django.db.Error: the primary's."""
        with self._turn:
            is_mine = now >= self._due
            if is_mine:
                self._due = now + REST_SECONDS  # others do not wait for a silent one meanwhile
        if is_mine:
            self._look(now)
        return self._lag

    def _look(self, now: float) -> None:
        try:
            self._lag = measure(self.alias)
            self._due = now + LOOK_SECONDS
        except (Lost, Foreign):
            self._lag = None

    def rest(self, now: float) -> None:
        """It failed: nobody asks it anything for a while."""
        self._lag, self._due = None, now + REST_SECONDS
        connections[self.alias].close()

    def has(self, position: str, now: float) -> bool:
        """Whether all that was written up to there is on it."""
        try:
            with connections[self.alias].cursor() as cursor:
                cursor.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [position])
                return bool(cursor.fetchone()[0])
        except Error:
            self.rest(now)
            return False

    def failed(self) -> bool:
        """Whether an error that went through here was its own, rather than the primary's."""
        return bool(connections[self.alias].errors_occurred)


@cache
def replicas() -> Sequence[Replica]:
    """Those of this process."""
    return [Replica(alias) for alias in settings.DATABASES if alias != DEFAULT_DB_ALIAS]


_turns = count()


def choose(now: float, position: str = "") -> Replica | None:
    """One that is there, not late, and that has what was written up to `position`; in turn. None: the primary.

    Raises django.db.Error: the primary's.
    """
    known = replicas()
    first = next(_turns)
    for number in range(len(known)):
        one = known[(first + number) % len(known)]
        lag = one.lag(now)
        if lag and not lag.is_late and (not position or one.has(position, now)):
            return one
    return None


def alive(now: float) -> list[str]:
    """Aliases of those that pages may be read from. Raises django.db.Error: the primary's."""
    return [one.alias for one in replicas() if (lag := one.lag(now)) and not lag.is_late]


def rest_of_failed(now: float) -> None:
    """Those whose last question failed are left alone."""
    for one in replicas():
        if one.failed():
            one.rest(now)


@contextmanager
def reading(alias: str) -> Iterator[None]:
    """What is read of ROOMS inside is read there."""
    token = _read_from.set(alias)
    try:
        yield
    finally:
        _read_from.reset(token)


def position() -> str:
    """How far the primary's journal is: what was committed before is behind it. UNKNOWN when it does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_lsn()::text")
            return str(cursor.fetchone()[0])
    except Error:
        return UNKNOWN


_OF = "(SELECT system_identifier FROM pg_control_system()) || '/' || current_database()"
_ON_REPLICA = f"SELECT {_OF}, pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, pg_last_xact_replay_timestamp()"
_ON_PRIMARY = (
    f"SELECT {_OF}, greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(%s, '0/0')::pg_lsn), 0)::int8,"  # noqa: S608 - the same
    " extract(epoch FROM now() - %s::timestamptz)::float8"
)
"""By the primary's clock alone: it dated the transactions."""


class Lost(Exception):
    """It does not answer."""


class Foreign(Exception):
    """It is no replica (any more), or is one of another database."""


def measure(alias: str) -> Lag:
    """Raises Lost, Foreign; django.db.Error when it is the primary that failed."""
    name, is_replica, reached, dated = _ask(alias)
    with connection.cursor() as cursor:
        cursor.execute(_ON_PRIMARY, [reached, dated])
        primary, behind, seconds = cursor.fetchone()
    if primary != name or not is_replica:
        raise Foreign
    # With nothing more to replay, the last transaction may be old and it is not late.
    return Lag(seconds=0.0 if not behind else None if seconds is None else max(seconds, 0.0), bytes=behind)


def _ask(alias: str) -> tuple[str, bool, str | None, datetime | None]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(_ON_REPLICA)
            found: tuple[str, bool, str | None, datetime | None] = cursor.fetchone()
            return found
    except Error as error:
        connections[alias].close()
        raise Lost from error
