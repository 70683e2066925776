"""The recipes of deploy/: every command and variable they name exists, and they run as nobody in particular."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy").glob("allomediateur-*"))
SERVICES = [one for one in UNITS if one.suffix == ".service"]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
SYSTEMS = {"DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PATH"}


def lines(unit: Path, key: str) -> list[str]:
    return [line.partition("=")[2] for line in unit.read_text().splitlines() if line.startswith(f"{key}=")]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.stem)
def test_a_service_runs_what_exists_with_what_is_documented(unit: Path) -> None:
    (command,) = lines(unit, "ExecStart")
    if "manage.py" in command:
        words = command.split("manage.py ")[1].split()
        parser = load_command_class(get_commands()[words[0]], words[0]).create_parser("manage.py", words[0])
        parser.parse_args(words[1:])
    else:
        _granian(command.split(" ", 1)[1])
    named = {pair.split("=")[0] for line in lines(unit, "Environment") for pair in line.split()}
    for name in named - SYSTEMS:
        assert f"`{name.removesuffix('_FILE')}`" in OPERATIONS, name
    credentials = {line.split(":")[0] for line in lines(unit, "LoadCredential")}
    assert set(re.findall(r"%d/(\w+)", unit.read_text())) == credentials


def _granian(words: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "granian", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for option in re.findall(r"--[\w-]+", words):
        assert option in said or option.replace("--no-", "--") in said, option


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.stem)
def test_a_service_has_no_more_rights_than_it_needs(unit: Path) -> None:
    text = unit.read_text()
    assert lines(unit, "User") == ["allomediateur"]
    for wanted in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n", "UMask=0077"):
        assert wanted in text
    assert not re.search(r"SECRET_KEY=|MASTER_KEYS=|DATABASE_URL=", text), "secrets come from files"


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_systemd_understands_it(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine: units were read by our own eyes only")
    copies = [tmp_path / one.name for one in UNITS]
    for copy, one in zip(copies, UNITS, strict=True):
        copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", one.read_text(), flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit.name)], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "allomediateur" in line]
    assert ours == []


def test_the_container_is_nobody_and_names_no_registry() -> None:
    assert re.findall(r"^USER (.*)$", CONTAINER, re.MULTILINE) == ["allomediateur"]
    assert "--require-hashes" in CONTAINER
    assert not re.search(r"https?:|ghcr|docker\.io|quay", CONTAINER)
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".data", ".venv"} <= set(left_out)
    _granian(" ".join(re.findall(r'"(--[\w-]+)"', CONTAINER)))
    for name in re.findall(r"\b([A-Z_]{5,})=", CONTAINER):
        assert name in SYSTEMS or f"`{name}`" in OPERATIONS, name
