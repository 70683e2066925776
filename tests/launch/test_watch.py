"""A process that dies is said and started again; one that keeps dying ends everything."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from launch.children import Child
from launch.errors import CannotStart
from launch.watch import PATIENCE, QUIET_SECONDS, Record, tend
from tests.launch.waiting import eventually


@dataclass
class Mortal:
    log: Path
    name: str = "Les pages"
    dead: bool = True
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.started.append(0.0)

    def died(self) -> bool:
        return self.dead

    def stop(self) -> None:
        pass


@pytest.fixture
def mortal(tmp_path: Path) -> Mortal:
    log = tmp_path / "pages.log"
    log.write_text("d’abord\nImportError: rien de tel\n")
    return Mortal(log=log)


def test_it_is_said_with_its_journal_and_started_again_after_a_while(
    mortal: Mortal, capsys: pytest.CaptureFixture[str]
) -> None:
    record = Record()
    tend(mortal, record, now=100.0)
    said = capsys.readouterr().out
    assert "Les pages : arrêt inattendu" in said
    assert "ImportError: rien de tel Relance dans 0.5 s." in said
    tend(mortal, record, now=100.4)
    assert mortal.started == []
    tend(mortal, record, now=100.5)
    assert mortal.started == [0.0]


def test_one_that_keeps_dying_ends_everything(mortal: Mortal) -> None:
    record, now = Record(), 0.0
    for delay in PATIENCE:
        tend(mortal, record, now=now)
        now += delay
        tend(mortal, record, now=now)
    assert len(mortal.started) == len(PATIENCE)
    with pytest.raises(CannotStart, match=r"Les pages : arrêt inattendu .* Trop d’arrêts à la suite"):
        tend(mortal, record, now=now)


def test_a_long_life_is_a_clean_record(mortal: Mortal) -> None:
    record = Record(last=0.0, count=len(PATIENCE))
    tend(mortal, record, now=QUIET_SECONDS + 1)
    assert record.count == 1


def test_a_child_stops_with_what_it_started(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        "grandchild = subprocess.Popen(['sleep', '600']); print(grandchild.pid, flush=True); time.sleep(600)"
    )
    log = tmp_path / "child.log"
    child = Child("L’enfant", [sys.executable, "-c", code], {}, tmp_path, log)
    child.start()
    assert eventually(lambda: log.exists() and log.read_text().endswith("\n"))
    grandchild = Path(f"/proc/{log.read_text().strip()}/cmdline")
    assert not child.died()
    child.stop()
    assert child.died()
    assert eventually(lambda: not grandchild.exists() or grandchild.read_bytes() == b"")


def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launch.children.STOP_SECONDS", 0.2)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('.', flush=True); time.sleep(600)"
    log = tmp_path / "child.log"
    child = Child("L’enfant", [sys.executable, "-c", code], {}, tmp_path, log)
    child.start()
    assert eventually(lambda: log.exists() and log.read_text() == ".\n")
    child.stop()
    assert child.died()
