"""A private PostgreSQL of the project's own: its folder, its start, its end. No TCP, no system service."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from launch import binaries as programs
from launch import runner as runners
from launch.errors import CannotStart
from launch.runner import Runner

NAME = "allomediateur"
LONGEST_SOCKET = 100  # bytes: sun_path holds 108 on Linux, 104 on macOS
SOCKET = ".s.PGSQL.5432"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Tests throw their cluster away: surviving a power cut is not what they prove.
THROWAWAY = {"fsync": "off", "full_page_writes": "off"}


@dataclass
class Cluster:
    """One PostgreSQL: `folder` holds its programs, `data` its files, `sockets` is its private door."""

    folder: Path
    data: Path
    sockets: Path
    log: Path
    identity: Runner
    durable: bool
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    name: str = "La base de données (PostgreSQL)"

    def url(self, database: str = NAME) -> str:
        return f"postgresql://{NAME}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Launch and wait until it answers, at the same address each time. CannotStart says what its journal says."""
        self.process = _launch(self)
        try:
            _wait_ready(self)
            _ensure_database(self)
        except BaseException:
            end(self.process)
            raise

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process is not None:
            end(self.process)
        shutil.rmtree(self.sockets, ignore_errors=True)


@contextlib.contextmanager
def embedded(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """DATABASE_URL of a PostgreSQL kept under `data_dir`, stopped at the end. CannotStart says why it could not."""
    cluster = start(data_dir, durable=durable)
    try:
        yield cluster.url()
    finally:
        cluster.stop()


@contextlib.contextmanager
def throwaway() -> Iterator[str]:
    """DATABASE_URL of an empty PostgreSQL that is gone at the end: for tests and checks."""
    temporary = tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True)
    with temporary as folder, embedded(Path(folder), durable=False) as url:
        yield url


def start(data_dir: Path, *, durable: bool = True, folder: Path | None = None) -> Cluster:
    """Start the cluster of `data_dir` (made at the first start) and wait until its database answers.

    `folder`: the programs of PostgreSQL, those that are found by default.
    """
    data_dir = data_dir.absolute()
    folder = folder or programs.find()
    data_dir.mkdir(parents=True, exist_ok=True)
    identity = runners.choose(folder, data_dir)
    data = data_dir / "postgres"
    if not (data / "PG_VERSION").exists():
        _create(folder, data, identity, durable=durable)
    _same_version(folder, data)
    clear_leftovers(data)
    identity.give(data)
    (data_dir / "logs").mkdir(exist_ok=True)
    sockets = _socket_folder(data)
    identity.give(sockets)
    log = data_dir / "logs" / "postgres.log"
    cluster = Cluster(folder=folder, data=data, sockets=sockets, log=log, identity=identity, durable=durable)
    try:
        cluster.start()
    except BaseException:
        cluster.stop()
        raise
    return cluster


def end(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: clients are disconnected, everything committed is on disk. Bounded, whatever happens."""
    for sign, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        if process.poll() is None:
            process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def clear_leftovers(data: Path) -> None:
    """End a PostgreSQL that outlived a killed supervisor, and remove what a killed one left.

    The caller holds the lock of DATA_DIR: nobody else may be using `data`.
    """
    lines = _pid_lines(data)
    if not lines:
        return
    pid = int(lines[0])
    if _is_postgres_of(pid, data):
        _end(pid, data)
    if _alive(pid) and not _is_postgres_of(pid, data):
        # Given to another process since, or a zombie: PostgreSQL would take it for its own and refuse to start.
        (data / "postmaster.pid").unlink(missing_ok=True)
    if len(lines) > 4 and lines[4]:
        _remove_sockets(Path(lines[4]))


def _create(folder: Path, data: Path, identity: Runner, *, durable: bool) -> None:
    """initdb into a neighbour, then rename: an interrupted first start leaves no half-made cluster."""
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    identity.give(unfinished)
    command = [*identity.prefix, str(folder / "initdb"), "-D", str(unfinished), "-U", NAME, "--auth=trust"]
    command += ["--encoding=UTF8", "--no-instructions", *_locale(folder), *([] if durable else ["--no-sync"])]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", env=_environment(), **identity.identity()
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CannotStart(
            f"PostgreSQL n’a pas pu préparer le dossier « {data} » ; il dit : {said[-1] if said else done.returncode}"
        )
    unfinished.rename(data)


def _locale(folder: Path) -> list[str]:
    if (programs.version(folder) or 0) < programs.BUILTIN_LOCALE:
        return ["--locale=C.UTF-8"]
    # With --locale=C, since initdb otherwise fails when LANG names a locale that the machine does not have.
    return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def _same_version(folder: Path, data: Path) -> None:
    made_by, runs = (data / "PG_VERSION").read_text(encoding="ascii").strip(), programs.version(folder)
    if made_by != str(runs):
        raise CannotStart(
            f"La base du dossier « {data} » a été faite par PostgreSQL {made_by} et c’est la version {runs} qui est "
            "là : remettez l’ancienne version et exportez les données (pg_dump), ou choisissez un autre DATA_DIR."
        )


def _launch(cluster: Cluster) -> subprocess.Popen[bytes]:
    settings = SETTINGS | ({} if cluster.durable else THROWAWAY)
    settings |= {"unix_socket_directories": _quoted(cluster.sockets)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [*cluster.identity.prefix, *dies_with_us("INT"), str(cluster.folder / "postgres")]
    with cluster.log.open("ab") as output:
        return subprocess.Popen(
            [*command, "-D", str(cluster.data), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is the supervisor's to handle, in order
            **cluster.identity.identity(),
        )


def dies_with_us(sign: str) -> list[str]:
    """Words before a command so that the kernel sends it SIG`sign` when this process dies, kill -9 included (Linux)."""
    return ["setpriv", "--pdeathsig", sign, "--"] if shutil.which("setpriv") else []


def _socket_folder(data: Path) -> Path:
    private = data.parent / "sockets"
    # libpq reads a comma in a host as the next host.
    if len(os.fsencode(private / SOCKET)) > LONGEST_SOCKET or "," in str(private):
        return Path(tempfile.mkdtemp(prefix="allomediateur-"))
    shutil.rmtree(private, ignore_errors=True)
    private.mkdir(mode=0o700)
    return private


def _quoted(folder: Path) -> str:
    """A list setting of PostgreSQL splits at commas and drops spaces unless double-quoted."""
    return '"{}"'.format(str(folder).replace('"', '""'))


def _environment() -> Mapping[str, str]:
    """Ours without libpq's variables, which would redirect PostgreSQL's programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _wait_ready(cluster: Cluster) -> None:
    """PostgreSQL writes its state in line 8 of postmaster.pid, as pg_ctl reads it."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        lines = _pid_lines(cluster.data)
        if len(lines) > 7 and cluster.process and lines[0] == str(cluster.process.pid) and lines[7] == "ready":
            return
        if cluster.died():
            raise CannotStart(f"PostgreSQL n’a pas démarré ; son journal « {cluster.log} » dit : {tail(cluster.log)}")
        time.sleep(0.02)
    raise CannotStart(f"PostgreSQL n’est pas prêt après {START_SECONDS:.0f} s : voyez son journal « {cluster.log} ».")


def _ensure_database(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def tail(log: Path, lines: int = 3) -> str:
    """Last lines of a journal, on one line."""
    try:
        return " / ".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


def _pid_lines(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postgres_of(pid: int, data: Path) -> bool:
    words = _command_line(pid)
    return "postgres" in words and str(data) in words


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # gone, or a system without /proc (macOS), where ps is always there
        ps = shutil.which("ps")
        return subprocess.run([ps, "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout if ps else ""


def _end(pid: int, data: Path) -> None:
    for sign, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGKILL, 5.0)):
        if not _is_postgres_of(pid, data):
            return
        os.kill(pid, sign)
        deadline = time.monotonic() + seconds
        while _is_postgres_of(pid, data) and time.monotonic() < deadline:
            time.sleep(0.05)


def _remove_sockets(folder: Path) -> None:
    if folder.name.startswith("allomediateur-") and folder.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(folder, ignore_errors=True)
