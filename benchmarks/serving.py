"""The platform as it is served, with the demo's people, for what is measured through HTTP."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launch import postgres
from launch.children import Child
from launch.premises import ROOT

READY_SECONDS = 60.0


@dataclass(frozen=True)
class Served:
    port: int
    database: str
    pages: int
    """Process id of Granian, whose children serve."""


@contextlib.contextmanager
def served(command: str, application: str, *, worker: bool = False, **settings: str) -> Iterator[Served]:
    """`command`: Granian's words without application nor port; a PostgreSQL of its own, durable as in service."""
    with tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), _free_port()
        with postgres.embedded(folder / "postgres") as url:
            told = _environment(folder, url, port) | settings
            subprocess.run([sys.executable, "-m", "launch.prepare"], cwd=ROOT, env=told, check=True, stdout=2)
            with contextlib.ExitStack() as stack:
                words = [
                    sys.executable,
                    "-m",
                    *command.split(),
                    application,
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(port),
                ]
                pages = Child("pages", words, told, ROOT, folder / "pages.log")
                every = [pages]
                if worker:
                    every.append(
                        Child("worker", [sys.executable, "manage.py", "work"], told, ROOT, folder / "work.log")
                    )
                for child in every:
                    child.start()
                    stack.callback(child.stop)
                _await(port, pages)
                assert pages.process is not None
                yield Served(port, url, pages.process.pid)


def _environment(folder: Path, url: str, port: int) -> dict[str, str]:
    own = {"DATABASE_URL": url, "DATA_DIR": str(folder), "DEMO": "1", "PORT": str(port), "LOG_LEVEL": "ERROR"}
    own |= {"SECRET_KEY": "benchmarks-only", "MASTER_KEYS": "A" * 43, "DJANGO_SETTINGS_MODULE": "config.settings"}
    own["HOLDS_A_NETWORK_AN_HOUR"] = "36000000"
    return {**os.environ, **own}


def _await(port: int, pages: Child) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not pages.died():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(postgres.tail(pages.log, 20))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
