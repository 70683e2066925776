"""Each thing that may prevent a start is said in one sentence with the way to mend it."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import premises
from launch.errors import CannotStart
from launch.premises import ROOT, Premises


@pytest.fixture
def place(tmp_path: Path) -> Premises:
    return premises.read({"DATA_DIR": str(tmp_path / "données"), "PORT": "0" * 3 + "8123"})


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_defaults() -> None:
    place = premises.read({})
    assert (place.data_dir, place.address) == (ROOT / ".data", "http://localhost:8000")


def test_a_relative_folder_is_where_make_was_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert premises.read({"DATA_DIR": "ici"}).data_dir == tmp_path / "ici"


@pytest.mark.parametrize(
    ("host", "door"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
    ],
)
def test_where_the_supervisor_knocks(host: str, door: str) -> None:
    assert premises.read({"HOST": host}).door == door


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80 80", "٣"])
def test_a_port_that_is_none(port: str) -> None:
    with pytest.raises(CannotStart, match=f"PORT vaut « {port} » : donnez un nombre"):
        premises.read({"PORT": port})


def test_a_port_taken(taken: int) -> None:
    with pytest.raises(CannotStart, match=rf"Le port {taken} est déjà pris .* « make run PORT={taken + 1} »"):
        premises.check_port(premises.read({"PORT": str(taken)}))


def test_a_free_port(taken: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    premises.check_port(premises.read({"PORT": str(free)}))


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "pas une adresse"])
def test_a_host_that_is_not_ours(host: str) -> None:
    with pytest.raises(CannotStart, match=f"HOST vaut « {host} », qui n’est pas une adresse de cette machine"):
        premises.check_port(premises.read({"HOST": host, "PORT": "8123"}))


def test_a_file_where_the_folder_should_be(place: Premises) -> None:
    place.data_dir.write_text("un fichier")
    with (
        pytest.raises(CannotStart, match=r"ne peut pas être écrit \(File exists\)"),
        premises.occupied(place),
    ):
        pass


def test_a_folder_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    place = premises.read({"DATA_DIR": str(tmp_path / "fichier/dedans")})
    with pytest.raises(CannotStart, match=r"ne peut pas être écrit \(Not a directory\)"), premises.occupied(place):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root écrit partout")
def test_a_folder_that_refuses_us(place: Premises) -> None:
    place.data_dir.mkdir(mode=0o500)
    with pytest.raises(CannotStart, match=r"ne peut pas être écrit \(Permission denied\)"), premises.occupied(place):
        pass


def test_another_instance(place: Premises) -> None:
    with premises.occupied(place):
        code = "import os; from launch import premises\nwith premises.occupied(premises.read(os.environ)): pass"
        environment = {**os.environ, "DATA_DIR": str(place.data_dir)}
        other = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert f"tourne déjà sur le dossier « {place.data_dir} » (processus {os.getpid()})" in other.stderr
    with premises.occupied(place):
        pass


def test_the_secret_is_drawn_once_and_for_its_owner_only(place: Premises) -> None:
    with premises.occupied(place):
        path = premises.secret_key_file(place)
        secret = path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.data_dir.stat().st_mode) == 0o700
        assert len(secret) >= 64
        assert premises.secret_key_file(place).read_text() == secret


def test_a_large_journal_is_set_aside(monkeypatch: pytest.MonkeyPatch, place: Premises) -> None:
    monkeypatch.setattr(premises, "LARGEST_LOG", 3)
    with premises.occupied(place):
        place.log("pages").write_text("long")
        assert not place.log("pages").exists()
        assert (place.data_dir / "logs/pages.log.1").read_text() == "long"
