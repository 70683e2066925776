"""`make run` as its operator lives it: one story on a free port, faults included, and Ctrl-C leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from launch.premises import ROOT
from tests.launch.waiting import eventually

OURS = ("DATABASE_URL", "DATA_DIR", "SECRET_KEY", "MASTER_KEYS", "DEMO", "PORT", "SITE_URL", "DJANGO_SETTINGS_MODULE")
READY_SECONDS = 180.0


@dataclass
class Run:
    """One supervisor, known with all that it starts by a mark in their environment."""

    data_dir: Path
    port: int
    process: "subprocess.Popen[str]" = field(init=False)
    lines: list[str] = field(default_factory=list)

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        environment |= {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "DEMO": "0", "RUN_MARK": self.mark}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launch.supervisor"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def mark(self) -> str:
        return f"{os.getpid()}-{self.data_dir}-{self.port}"

    def _listen(self) -> None:
        with self.process.stdout or open(os.devnull) as output:
            self.lines += output

    def says(self, words: str, seconds: float = READY_SECONDS) -> bool:
        return eventually(lambda: words in self.said() or self.process.poll() is not None, seconds) and (
            eventually(lambda: words in self.said(), 1.0)
        )

    def said(self) -> str:
        return "".join(self.lines)

    def interrupt(self, sign: int = signal.SIGINT) -> int:
        self.process.send_signal(sign)
        return self.process.wait(60)

    def pids(self, words: str = "") -> list[int]:
        """Living processes that this run started and whose command line holds `words`."""
        return [pid for pid in _marked(self.mark) if words in _command_line(pid)]

    def health(self) -> int:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/healthz", timeout=5) as answer:
                return int(answer.status)
        except OSError:
            return 0


def _marked(mark: str) -> Iterator[int]:
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"RUN_MARK={mark}".encode() in (place / "environ").read_bytes():
                yield int(place.name)
        except OSError:
            continue


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    one = Run(data_dir=tmp_path / "données du site", port=port)
    one.start()
    yield one
    if one.process.poll() is None:
        one.interrupt(signal.SIGTERM)


def refused(*, data_dir: Path, port: int) -> str:
    """What a supervisor that cannot start says; it must say it without a traceback, and fail."""
    other = Run(data_dir=data_dir, port=port)
    other.start()
    assert other.process.wait(60) == 1
    eventually(lambda: "\n" in other.said(), 1.0)
    assert "Traceback" not in other.said()
    return other.said()


def test_a_whole_life(run: Run, tmp_path: Path) -> None:
    assert run.says(f"AlloMediateur est prêt : http://localhost:{run.port}\n"), run.said()
    assert run.health() == 200

    # Somebody starts it a second time, on the same folder, then on the same port.
    assert "tourne déjà sur le dossier" in refused(data_dir=run.data_dir, port=run.port)
    assert f"Le port {run.port} est déjà pris" in refused(data_dir=tmp_path / "autre", port=run.port)

    # The database and the worker are killed: both come back, and the pages with them.
    for words, name in (("bin/postgres -D", "La base de données"), ("manage.py work", "Les tâches de fond")):
        (victim,) = [pid for pid in run.pids(words) if "setpriv" not in _command_line(pid)][:1]
        os.kill(victim, signal.SIGKILL)
        assert run.says(f"{name}", 20), run.said()
        assert eventually(lambda words=words, victim=victim: set(run.pids(words)) - {victim} != set())  # type: ignore[misc]
    assert eventually(lambda: run.health() == 200), run.said()

    # Ctrl-C, impatiently.
    run.process.send_signal(signal.SIGINT)
    assert run.says("Arrêt en cours", 5)
    assert run.interrupt() == 0
    assert run.says("Tout est arrêté.", 5)
    assert run.pids() == []

    # A second start is quick and keeps what was there.
    secret = (run.data_dir / "secret_key").read_text()
    again, began = Run(data_dir=run.data_dir, port=run.port), time.monotonic()
    again.start()
    assert again.says("AlloMediateur est prêt"), again.said()
    assert time.monotonic() - began < 30
    assert (run.data_dir / "secret_key").read_text() == secret

    # Killed outright, its processes go too, and nothing prevents the next start.
    again.process.kill()
    again.process.wait()
    assert eventually(lambda: again.pids() == [], 40), [_command_line(pid) for pid in again.pids()]
    last = Run(data_dir=run.data_dir, port=run.port)
    last.start()
    assert last.says("AlloMediateur est prêt"), last.said()
    assert last.interrupt(signal.SIGTERM) == 0
    assert last.pids() == []


def test_ctrl_c_while_it_prepares(run: Run) -> None:
    assert run.says("Préparation de la base")
    assert run.interrupt() == 0
    assert run.pids() == []
