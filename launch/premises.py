"""The folder that holds everything the platform keeps, and the port it serves on: checked before anything starts."""

import contextlib
import errno
import fcntl
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.errors import CannotStart

ROOT = Path(__file__).resolve().parent.parent
LARGEST_LOG = 10_000_000  # bytes; an older journal is kept once beside it


@dataclass(frozen=True)
class Premises:
    """`data_dir` is absolute; `port` is where pages are served on this machine."""

    data_dir: Path
    port: int
    host: str

    @property
    def address(self) -> str:
        # A passkey's relying party cannot be an IP address.
        return f"http://localhost:{self.port}"

    @property
    def door(self) -> str:
        """Where the supervisor itself knocks: the host that is served, as an address."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def log(self, name: str) -> Path:
        """Journal of one process, set aside once when it has grown large."""
        folder = self.data_dir / "logs"
        folder.mkdir(exist_ok=True)
        journal = folder / f"{name}.log"
        if journal.exists() and journal.stat().st_size > LARGEST_LOG:
            journal.replace(journal.with_suffix(".log.1"))
        return journal


def read(environment: Mapping[str, str]) -> Premises:
    """DATA_DIR, PORT and HOST of `environment`. CannotStart for a port that is not one."""
    port = environment.get("PORT") or "8000"
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT vaut « {port} » : donnez un nombre de 1 à 65535, par exemple « make run PORT=8001 ».")
    data_dir = Path(environment.get("DATA_DIR") or ROOT / ".data").absolute()
    return Premises(data_dir=data_dir, port=int(port), host=environment.get("HOST") or "127.0.0.1")


@contextlib.contextmanager
def occupied(premises: Premises) -> Iterator[None]:
    """Hold the folder for this process alone; the kernel frees it when the process dies, however it dies."""
    _make_writable(premises.data_dir)
    with (premises.data_dir / "lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"AlloMediateur tourne déjà sur le dossier « {premises.data_dir} »{_holder(premises)} : arrêtez-le "
                "(Ctrl-C dans sa fenêtre), ou donnez à celui-ci un autre dossier et un autre port (DATA_DIR, PORT)."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def check_port(premises: Premises) -> None:
    """CannotStart when somebody else serves there, or when the port is not for us."""
    addresses = [(socket.AF_INET6 if ":" in premises.host else socket.AF_INET, premises.host)]
    if premises.host == "127.0.0.1":
        addresses.append((socket.AF_INET6, "::1"))  # browsers try it first for « localhost »
    for family, host in addresses:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, premises.port))
        except OSError as error:
            _explain_port(premises, error)


def secret_key_file(premises: Premises) -> Path:
    """What signs."""
    return _drawn_once(premises.data_dir / "secret_key", 64)


def master_keys_file(premises: Premises) -> Path:
    """What seals secrets at rest."""
    return _drawn_once(premises.data_dir / "master_keys", 32)


def _drawn_once(path: Path, length: int) -> Path:
    """So many bytes by chance, at the first start, readable by their owner only."""
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(length))
        unfinished.replace(path)
    return path


def _make_writable(data_dir: Path) -> None:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        proof = data_dir / "writable"
        proof.touch()
        proof.unlink()
    except OSError as error:
        raise CannotStart(
            f"Le dossier de données « {data_dir} » ne peut pas être écrit ({error.strerror}) : corrigez ses droits, "
            "ou choisissez-en un autre, par exemple « make run DATA_DIR=$HOME/allomediateur »."
        ) from None


def _holder(premises: Premises) -> str:
    try:
        pid = (premises.data_dir / "lock").read_text(encoding="ascii").strip()
    except OSError:
        pid = ""
    return f" (processus {pid})" if pid else ""


def _explain_port(premises: Premises, error: OSError) -> None:
    if error.errno == errno.EADDRINUSE:
        raise CannotStart(
            f"Le port {premises.port} est déjà pris par un autre programme : arrêtez-le, ou choisissez un autre port, "
            f"par exemple « make run PORT={min(premises.port + 1, 65535)} »."
        )
    if error.errno == errno.EACCES:
        raise CannotStart(
            f"Le port {premises.port} est réservé à l’administrateur de la machine : choisissez-en un au-dessus de "
            "1024, par exemple « make run PORT=8000 »."
        )
    if (error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror)) and premises.host != "127.0.0.1":
        raise CannotStart(f"HOST vaut « {premises.host} », qui n’est pas une adresse de cette machine : corrigez HOST.")
