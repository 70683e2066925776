"""A throwaway PostgreSQL with the project's tables, for the workloads that want one: started once a run."""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from launch import postgres

_stack = contextlib.ExitStack()


@cache
def ready() -> None:
    """Settings read, database migrated and empty; DATABASE_URL is not looked at. Ends with the process."""
    atexit.register(_stack.close)
    data_dir = _stack.enter_context(tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True))
    url = _stack.enter_context(postgres.throwaway())
    os.environ |= {"DATABASE_URL": url, "DATABASE_REPLICA_URL": "", "DATA_DIR": data_dir, "DEMO": "1"}
    os.environ |= {"SECRET_KEY": "benchmarks-only", "MASTER_KEYS": "A" * 43}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


@contextlib.contextmanager
def apart(*, durable: bool) -> Iterator[None]:
    """Within, Django speaks to another PostgreSQL, migrated and empty; `durable`: it writes to disk as in service."""
    ready()
    from config import env  # with the environment of `ready`

    former = os.environ["DATABASE_URL"]
    temporary = tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True)
    with temporary as folder, postgres.embedded(Path(folder), durable=durable) as url:
        _speak_to(url, env)
        try:
            call_command("migrate", verbosity=0, skip_checks=True)
            yield
        finally:
            _speak_to(former, env)


def _speak_to(url: str, env: Any) -> None:
    from django.db import connection  # wants settings

    connection.close()
    os.environ["DATABASE_URL"] = url
    connection.settings_dict |= env.database()


@contextlib.contextmanager
def answering() -> Iterator[list[float]]:
    """Within, the seconds spent waiting for PostgreSQL, BEGIN and COMMIT included, in the one cell of the list."""
    from config.postgresql.base import Connection  # wants settings

    spent, wait = [0.0], Connection.wait

    def timed(self: Connection, *asked: Any, **how: Any) -> Any:
        began = time.perf_counter()
        try:
            return wait(self, *asked, **how)
        finally:
            spent[0] += time.perf_counter() - began

    Connection.wait = timed  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        Connection.wait = wait  # type: ignore[method-assign]


@contextlib.contextmanager
def beside() -> Iterator[dict[str, str]]:
    """How Django reaches an empty database of the same PostgreSQL; it is gone at the end."""
    from django.db import connection  # wants settings

    name = "beside"
    known = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield {"NAME": name} | {key: known[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
