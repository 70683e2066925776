"""A real streaming replica of a trial's database: made by pg_basebackup, on loopback, behind a way that can be cut."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from launch import postgres
from launch.postgres import NAME, Cluster
from tests.faults import processes
from tests.faults.proxy import Proxy
from tests.launch.waiting import eventually


@dataclass
class Standby:
    """`url` leads there, whether it runs or not."""

    data_dir: Path
    proxy: Proxy = field(default_factory=Proxy)
    cluster: Cluster | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@127.0.0.1:{self.proxy.port}/{NAME}"

    def make(self, primary: Cluster) -> None:
        """A copy of the running `primary`, which then follows it."""
        self.data_dir.mkdir()
        copy = [str(primary.folder / "pg_basebackup"), "-D", str(self.data_dir / "postgres"), "-R", "-c", "fast"]
        copy += ["-h", str(primary.sockets), "-U", NAME]
        subprocess.run(copy, check=True, capture_output=True, timeout=60)
        self.cluster = postgres.start(self.data_dir, folder=primary.folder)
        self.proxy.route(self.cluster.url())

    def kill(self) -> None:
        assert self.cluster
        assert self.cluster.process
        processes.kill(self.cluster.process.pid, *processes.children(self.cluster.process.pid))
        self.cluster.process.wait()

    def start(self) -> None:
        assert self.cluster
        self.cluster.start()

    def has_replayed(self, position: str) -> bool:
        """All that was written up to there, a transaction at least."""
        return bool(
            self.run(f"SELECT pg_last_wal_replay_lsn() >= '{position}' AND pg_last_xact_replay_timestamp() IS NOT NULL")
        )

    def pause(self) -> None:
        """Nothing that is written from now on will be seen there."""
        self.run("SELECT pg_wal_replay_pause()")
        assert eventually(lambda: self.run("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def go_on(self) -> None:
        self.run("SELECT pg_wal_replay_resume()")

    def promote(self) -> None:
        self.run("SELECT pg_promote(wait => false)")  # who waits there may be in the way of what is replayed
        assert eventually(lambda: self.run("SELECT pg_is_in_recovery()") is False)

    def run(self, statement: str) -> object:
        """What the statement gives first."""
        assert self.cluster
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        self.proxy.close()
        if self.cluster:
            self.cluster.stop()
