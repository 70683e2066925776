"""The first step of every command: a Python that is too old, one without venv, an environment that broke."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launch import bootstrap
from launch.errors import CannotStart
from launch.premises import ROOT
from launch.translations import compile_po

BEFORE_THE_CHECK = ["bootstrap.py", "errors.py", "__init__.py"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with empty locks, so that nothing is downloaded."""
    root = tmp_path / "projet é"
    root.mkdir()
    for name, value in {
        "ROOT": root,
        "VENV": root / ".venv",
        "PYTHON": root / ".venv/bin/python",
        "STAMP": root / ".venv/installed",
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    for lock in (bootstrap.RUNTIME, bootstrap.DEVELOPMENT):
        (root / lock).write_text("# rien\n")
    return root


def simulated(lines: str) -> "subprocess.CompletedProcess[str]":
    run = "import runpy; sys.argv = ['bootstrap']; runpy.run_module('launch.bootstrap', run_name='__main__')"
    code = f"import sys\n{lines}\n{run}"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", BEFORE_THE_CHECK)
def test_an_old_python_can_read_it(name: str) -> None:
    ast.parse((ROOT / "launch" / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told() -> None:
    done = simulated("sys.version_info = (3, 6, 9, 'final', 0)")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Python 3.6 est trop ancien : AlloMediateur demande Python 3.11" in done.stderr


def test_a_python_without_venv_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else True)
    with pytest.raises(CannotStart, match="« apt install python3-venv »"):
        bootstrap.install(bootstrap.RUNTIME)
    assert not (project / ".venv").exists()


def test_make_run_says_it_in_one_sentence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = simulated(
        "import importlib.util as u, pathlib; true = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'ensurepip' else true(name, *more)\n"
        f"import launch.bootstrap as b; b.VENV = pathlib.Path({str(project / '.venv')!r})\n"
        f"b.PYTHON = b.VENV / 'bin/python'; b.STAMP = b.VENV / 'installed'; sys.exit(b.main())"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().startswith("Il manque à Python de quoi créer son environnement privé")
    assert "Traceback" not in done.stderr


def test_once_installed_nothing_is_done_again_until_the_lock_changes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.install(bootstrap.DEVELOPMENT)
    called: list[str] = []
    monkeypatch.setattr(bootstrap, "_pip", called.append)
    bootstrap.install(bootstrap.DEVELOPMENT)
    bootstrap.install(bootstrap.RUNTIME)
    assert called == []
    (project / bootstrap.RUNTIME).write_text("# autre chose\n")
    bootstrap.install(bootstrap.RUNTIME)
    assert called == [bootstrap.RUNTIME]


def test_a_broken_environment_is_made_again(project: Path) -> None:
    bootstrap.install(bootstrap.RUNTIME)
    next((project / ".venv/lib").glob("*/site-packages/pip/__init__.py")).unlink()
    bootstrap.install(bootstrap.RUNTIME)
    assert bootstrap._works()
    bootstrap.PYTHON.unlink()
    bootstrap.install(bootstrap.RUNTIME)
    assert bootstrap._works()


def test_one_that_was_never_finished_is_made_again(project: Path) -> None:
    (project / ".venv/bin").mkdir(parents=True)
    bootstrap.install(bootstrap.RUNTIME)
    assert bootstrap._works()
    assert bootstrap.STAMP.exists()


def test_dependencies_that_cannot_be_had_are_told(project: Path) -> None:
    (project / bootstrap.RUNTIME).write_text("une ligne qui n’est pas un paquet\n")
    with pytest.raises(CannotStart, match="Les dépendances n’ont pas pu être installées"):
        bootstrap.install(bootstrap.RUNTIME)
    assert not bootstrap.STAMP.exists()


def test_only_changed_translations_are_compiled(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    po = project / "locale/en/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Oui"\nmsgstr "Yes"\n')
    ran: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "_run", lambda command, sentence: ran.append(command))
    bootstrap.compile_translations()
    assert [command[-1] for command in ran] == [str(po)]
    compiled = compile_po(po)
    os.utime(compiled, ns=(po.stat().st_mtime_ns + 1, po.stat().st_mtime_ns + 1))
    bootstrap.compile_translations()
    assert len(ran) == 1
    assert b"Yes" in compiled.read_bytes()
