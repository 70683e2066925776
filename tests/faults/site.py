"""The platform as it runs: PostgreSQL, pages, worker, each a process that a trial may kill and start again."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from launch import postgres
from launch.children import Child
from launch.errors import CannotStart
from launch.postgres import Cluster
from launch.premises import ROOT
from launch.supervisor import PAGES
from tests.faults import processes
from tests.faults.postman import Postman
from tests.launch.waiting import eventually

LIMITS = {"HOLDS_A_NETWORK_AN_HOUR": "36000000", "READERS_AT_ONCE": "64"}
"""All visitors of a trial come from one network; readers are turned away in the trial of overload alone."""
SECRET = "fault trials only"
READY_SECONDS = 60.0


@dataclass(frozen=True)
class People:
    """Whom a seeded database knows: the mediator's slug and service, the session of one of the staff."""

    slug: str
    service: int
    staff: str


@dataclass
class Site:
    data_dir: Path
    people: People
    postman: Postman
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    route: Callable[[str], str] = str
    """From the database's own address to the one that pages are given (through a proxy)."""
    port: int = field(default_factory=lambda: free_port())

    def start(self) -> None:
        self.open(postgres.start(self.data_dir, folder=self.folder))

    def open(self, cluster: Cluster) -> None:
        """Pages and worker on that database."""
        self.cluster = cluster
        told = {
            **environment(self.data_dir, self.cluster.url()), **LIMITS, **self.settings, "PORT": str(self.port),
            "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.postman.port), "EMAIL_USE_TLS": "0", "EMAIL_USE_SSL": "0",
        }  # fmt: skip
        logs = self.data_dir / "logs"
        logs.mkdir(exist_ok=True)
        work = [sys.executable, "manage.py", "work", "--poll", "1"]
        pages = [sys.executable, "-m", *PAGES.split(), "--host", "127.0.0.1", "--port", str(self.port)]
        routed = told | {"DATABASE_URL": self.route(self.cluster.url())}
        self.worker = Child("worker", work, told, ROOT, logs / "worker.log")
        self.pages = Child("pages", pages, routed, ROOT, logs / "pages.log")
        self.worker.start()
        self.pages.start()
        assert eventually(self.answers, READY_SECONDS), postgres.tail(self.pages.log, 20)

    def stop(self) -> None:
        self.close()
        self.cluster.stop()

    def close(self) -> None:
        for child in (self.pages, self.worker):
            child.stop()

    def answers(self) -> bool:
        """Whether /healthz says that database, pages and worker are all there."""
        return self.health().get("worker") == "ok"

    def health(self) -> dict[str, Any]:
        """What /healthz says; empty when nobody answers."""
        try:
            status, said = fetch(self.port, "/healthz")
            return {"code": status, **json.loads(said)}
        except (OSError, http.client.HTTPException, ValueError):
            return {}

    def kill_database(self) -> None:
        """The postmaster and all that it started, at once, as a machine that loses its power does."""
        assert self.cluster.process is not None
        processes.kill(self.cluster.process.pid, *processes.children(self.cluster.process.pid))
        self.cluster.process.wait()

    def kill_pages(self) -> None:
        """The processes that serve, under a Granian that starts others."""
        assert self.pages.process is not None
        processes.kill(*processes.children(self.pages.process.pid))

    def kill_worker(self) -> None:
        assert self.worker.process is not None
        processes.kill(self.worker.process.pid)
        self.worker.process.wait()

    def tend(self) -> None:
        """What died is started again, as launch.watch does."""
        for one in (self.cluster, self.worker, self.pages):
            if one.died():
                one.start()

    def try_to_tend(self) -> None:
        """The same where the disk may still be full."""
        try:
            self.tend()
        except CannotStart:
            return

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def change(self, statement: str, *values: Any) -> None:
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            connection.execute(statement.encode(), values)

    def bury(self) -> None:
        """As if the killed worker had been silent for an hour, and what it had in hand had run out. No other runs."""
        self.change("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")
        self.hurry()

    def hurry(self) -> None:
        """As if the minutes that a letter waits between two attempts had passed; then the sweep of that minute."""
        self.change("UPDATE notify_letter SET next_attempt_at = now() WHERE sent_at IS NULL")
        for task in ("rescue", "late_letters"):
            self.change(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, queueing_lock)"
                " VALUES ('default', %s, '{\"timestamp\": 0}', %s) ON CONFLICT DO NOTHING", task, task,
            )  # fmt: skip

    def check_availability(self) -> None:
        """The derived rows say what the truth says."""
        done = self.manage("check_availability")
        assert done.returncode == 0, done.stdout + done.stderr

    def manage(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """What an operator types there, with these settings beside."""
        told = environment(self.data_dir, self.cluster.url()) | more
        return subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=told, capture_output=True, text=True)


def environment(data_dir: Path, url: str) -> dict[str, str]:
    ours = {
        "DATA_DIR": str(data_dir), "DATABASE_URL": url, "SECRET_KEY": SECRET, "MASTER_KEYS": "A" * 43,
        "DEMO": "0", "DEBUG": "0", "DATABASE_REPLICA_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    return {**os.environ, **ours}


def seed(data_dir: Path, folder: Path) -> People:
    """A new database in `data_dir`, stopped at the end: trials begin with a copy of it."""
    cluster = postgres.start(data_dir, durable=False, folder=folder)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.seeding"], cwd=ROOT, env=environment(data_dir, cluster.url()),
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return People(**json.loads(done.stdout))
    finally:
        cluster.stop()


def collect(data_dir: Path) -> None:
    """The static files, without which no page is written."""
    told = environment(data_dir, "postgresql://nobody@/nothing")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def fetch(port: int, path: str, cookie: str = "", seconds: float = 30.0) -> tuple[int, str]:
    """Status and text of an address. Raises OSError, http.client.HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """With its mail server; all is ended, whatever happened. From the main thread: a process ends with its parent's."""
    site.postman.start()
    try:
        site.start()
        yield site
    finally:
        site.stop()
        site.postman.stop()
