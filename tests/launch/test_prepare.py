"""Before pages are served: a database that keeps what it acknowledged, and static files that are current."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.contrib.staticfiles.finders import FileSystemFinder
from pytest_django import Settings

from launch import postgres, prepare
from launch.premises import ROOT


def test_a_database_that_may_lose_bookings_is_refused(tmp_path: Path) -> None:
    with postgres.throwaway() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER DATABASE allomediateur SET synchronous_commit = off")
        environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "launch.prepare"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("PostgreSQL a « synchronous_commit = off »")
    assert done.stderr.count("\n") == 1


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://nobody@/x?host={tmp_path}",
        "DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "launch.prepare"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("La base de données de DATABASE_URL ne répond pas")
    assert "Traceback" not in done.stderr


def test_static_files_are_collected_when_they_change_only(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source]
    called: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: called.append(name))
    monkeypatch.setattr(prepare, "get_finders", lambda: [FileSystemFinder()])
    root = tmp_path / "static"
    root.mkdir()
    prepare.collect_static(root)
    prepare.collect_static(root)
    assert called == ["collectstatic"]
    (source / "page.css").write_text("a { color: blue }")
    prepare.collect_static(root)
    assert called == ["collectstatic"] * 2
