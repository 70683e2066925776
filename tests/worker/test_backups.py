"""Backups and restores for real: a whole database, from one PostgreSQL into another, and to the last second."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from allomediateur.worker import backups
from launch import binaries, postgres
from tests.factories import NOW
from tests.launch.waiting import eventually
from tests.worker.managing import made, manage


@pytest.fixture(scope="module")
def clusters() -> Iterator[str]:
    with postgres.throwaway() as url:
        yield url


@pytest.fixture(scope="module")
def filled(clusters: str) -> str:
    """A database with all its tables and a few accounts."""
    assert manage(clusters, "migrate", "--verbosity", "0").returncode == 0
    with psycopg.connect(clusters) as connection:
        connection.execute(
            "INSERT INTO accounts_user (password, email, name, phone, role, language, zone, is_active)"
            " SELECT '!', 'u' || n || '@example.org', 'Élodie ' || n, '', 'client', 'fr', 'Europe/Paris', true"
            " FROM generate_series(1, 500) AS n"
        )
    return clusters


@pytest.fixture
def dump(filled: str, tmp_path: Path) -> Path:
    done = manage(filled, "backup", tmp_path / "backups")
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_what_is_restored_is_what_was_saved(filled: str, dump: Path) -> None:
    assert oct(dump.stat().st_mode)[-3:] == "600"
    assert json.loads(dump.with_suffix(".json").read_text())["rows"]["accounts_user"] == 500
    new = made(filled, f"restored_{dump.stat().st_ino}")
    done = manage(new, "restore", dump)
    assert done.returncode == 0, done.stderr
    assert "accounts_user 500" in done.stdout
    with psycopg.connect(filled) as before, psycopg.connect(new) as after:
        asked = "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM accounts_user AS t"
        assert before.execute(asked).fetchone() == after.execute(asked).fetchone()
        guard = "SELECT count(*) FROM pg_constraint WHERE conname = 'appointment_no_overlap'"
        assert after.execute(guard).fetchone() == (1,)
    assert manage(new, "migrate", "--check").returncode == 0


def test_a_database_that_holds_something_is_not_touched(filled: str, dump: Path) -> None:
    done = manage(filled, "restore", dump)
    assert done.returncode == 1
    assert "n’est pas vide" in done.stderr


@pytest.mark.parametrize("spoil", ["flip", "cut", "alone", "missing"])
def test_a_backup_that_is_not_as_written_is_refused(filled: str, dump: Path, spoil: str) -> None:
    raw = dump.read_bytes()
    if spoil == "flip":
        dump.write_bytes(raw[:100] + bytes([raw[100] ^ 1]) + raw[101:])
    elif spoil == "cut":
        dump.write_bytes(raw[: len(raw) // 2])
    elif spoil == "alone":
        dump.with_suffix(".json").unlink()
    else:
        dump.unlink()
    new = made(filled, f"{spoil}_{os.getpid()}")
    done = manage(new, "restore", dump)
    assert done.returncode == 1
    assert ("tel qu’il a été écrit" if spoil in ("flip", "cut") else "sauvegarde complète") in done.stderr
    with psycopg.connect(new) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_the_newest_are_kept_and_an_unfinished_one_is_none(filled: str, dump: Path) -> None:
    folder = dump.parent
    for day in range(1, 4):
        for kind in (".dump", ".json"):
            (folder / f"allomediateur-2020010{day}T000000Z{kind}").write_text("{}")
    (folder / "allomediateur-20200101T111111Z.dump").write_text("")
    assert manage(filled, "backup", folder, "--keep", "3").returncode == 0
    names = sorted(one.name for one in folder.glob("*.json"))
    assert len(names) == 3
    assert names[0] == "allomediateur-20200103T000000Z.json"


def test_a_backup_that_fails_leaves_nothing_behind(filled: str, tmp_path: Path) -> None:
    empty = made(filled, f"nothing_{os.getpid()}")
    done = manage(empty, "backup", tmp_path)
    assert done.returncode == 1
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_the_password_is_not_among_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump is replaced by a program that writes down how it was called."""
    for name, text in (
        ("pg_dump", f"echo \"$@\" > '{tmp_path}/words'; echo \"$PGPASSWORD\" > '{tmp_path}/environment'"),
        ("postgres", "echo 'postgres (PostgreSQL) 99.0'"),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(binaries, "folders", lambda: [tmp_path])
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "zzsecret")
    backups.backup(tmp_path / "out", NOW, keep=1)
    assert "zzsecret" not in (tmp_path / "words").read_text()
    assert "--format=custom" in (tmp_path / "words").read_text()
    assert (tmp_path / "environment").read_text() == "zzsecret\n"


def test_to_the_last_second_by_a_base_backup_and_its_archive(tmp_path: Path) -> None:
    """docs/operations.md, « point in time »: killed, then rebuilt elsewhere with every row that was archived."""
    archive, base = tmp_path / "archive", tmp_path / "new" / "postgres"
    archive.mkdir()
    cluster = postgres.start(tmp_path / "old")
    try:
        cluster.identity.give(archive)
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET archive_mode = 'on'")
            connection.execute(f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'")
        assert cluster.process is not None
        postgres.end(cluster.process)
        cluster.start()
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 100)")
            base.parent.mkdir()
            copy = [
                str(cluster.folder / "pg_basebackup"),
                "-D",
                str(base),
                "-h",
                str(cluster.sockets),
                "-U",
                "allomediateur",
            ]
            subprocess.run([*copy, "-X", "stream", "-c", "fast"], check=True, capture_output=True, timeout=60)
            connection.execute("INSERT INTO kept SELECT generate_series(101, 250)")
            switched = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert switched
            assert eventually(lambda: (archive / switched[0]).exists())
        assert cluster.process is not None
        os.kill(cluster.process.pid, signal.SIGKILL)
        cluster.process.wait()
    finally:
        cluster.stop()
    (base / "recovery.signal").touch()
    with (base / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {archive}/%f %p'\narchive_mode = 'off'\n")
    _recover(base, lambda connection: connection.execute("SELECT count(*) FROM kept").fetchone())


def _recover(base: Path, ask: Callable[..., object]) -> None:
    again = postgres.start(base.parent)
    try:
        with psycopg.connect(again.url(), autocommit=True) as connection:
            assert eventually(lambda: connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,))
            assert ask(connection) == (250,)
    finally:
        again.stop()
