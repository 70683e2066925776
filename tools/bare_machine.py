"""`python3 -m tools.bare_machine`: the two commands of the README, on a machine that has nothing else.

A clone in a new folder (spaces and accents in its name), a PATH of the few programs that the README asks for, no
variable of ours. `make run` must serve, stop at Ctrl-C leaving no process, and keep its data for a second start.
Standard library only. The registry and pip's cache of this machine are used.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WRAPPED = ("python3", "git")  # find their own files from their true place
ALLOWED = (
    "sh bash env make uname ls cat cp mv rm mkdir mktemp ln chmod id dirname basename readlink grep sed sort tr true "
    "false test expr head tail date sleep find unshare setpriv"
).split()
MASKED = "msgfmt xgettext msgmerge psql pg_ctl pg_config postgres initdb gcc cc node npm uv pg_dump".split()
KEPT = ("HOME", "USER", "LOGNAME", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE")
FOREIGN = ("libpango", "libcairo", "libgettext", "/usr/lib/postgresql", "libgdal")
FIRST_SECONDS, SECOND_SECONDS, STOP_SECONDS = 900.0, 60.0, 60.0


class Failed(Exception):
    """The promise that is broken."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="machine nue é ", ignore_cleanup_errors=True) as folder:
        # Where user namespaces are refused, root's PostgreSQL runs under an account that must reach the folder.
        os.chmod(folder, 0o755)  # noqa: S103
        try:
            prove(Path(folder))
        except Failed as broken:
            print(f"machine nue : ÉCHEC — {broken}", flush=True)
            return 1
    print("machine nue : tout est prouvé", flush=True)
    return 0


def prove(folder: Path) -> None:
    clone, data = folder / "le projet cloné", folder / "données d’essai"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    environment = bare_environment(folder, data)
    say(f"hors de vue : {' '.join(MASKED)}")
    first = run_once(clone, environment, FIRST_SECONDS, witness="CREATE TABLE witness AS SELECT 42 AS kept")
    say(f"première fois : prêt en {first:.1f} s, arrêté sans rien laisser")
    second = run_once(clone, environment, SECOND_SECONDS, witness="SELECT kept FROM witness")
    say(f"seconde fois : prêt en {second:.1f} s, les données sont là")


def bare_environment(folder: Path, data: Path) -> dict[str, str]:
    """Variables of a new session, with the folder of programs as PATH and a mark by which its processes are known."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    programs = bare_path(folder / "bin")
    for name in MASKED:
        if found := shutil.which(name, path=str(programs)):
            raise Failed(f"{found} est encore visible")
    mark = f"{os.getpid()}-{time.time_ns()}"
    return environment | {"PATH": str(programs), "PORT": str(free_port()), "DATA_DIR": str(data), "BARE_MACHINE": mark}


def bare_path(programs: Path) -> Path:
    programs.mkdir()
    for name in (*ALLOWED, *WRAPPED):
        found = sys.executable if name == "python3" else shutil.which(name)
        if found is None:
            continue
        if name in WRAPPED:
            (programs / name).write_text(f'#!/bin/sh\nexec "{Path(found).resolve()}" "$@"\n', encoding="utf-8")
            (programs / name).chmod(0o755)
        else:
            (programs / name).symlink_to(found)
    return programs


def run_once(clone: Path, environment: dict[str, str], seconds: float, *, witness: str) -> float:
    """`make run` until its address is printed, a look at the pages, Ctrl-C. Seconds until ready."""
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    ready = threading.Event()
    reader = threading.Thread(target=listen, args=(process, f"http://localhost:{environment['PORT']}", said, ready))
    reader.start()
    try:
        wait_until_ready(process, ready, began + seconds, said)
        took = time.monotonic() - began
        look(environment)
        look_inside(clone, environment, witness)
    finally:
        interrupt(process, said)
        reader.join()
    if left := list(marked(environment["BARE_MACHINE"])):
        raise Failed(f"des processus restent après Ctrl-C : {left}")
    return took


def listen(process: "subprocess.Popen[str]", address: str, said: list[str], ready: threading.Event) -> None:
    for line in process.stdout or ():
        said.append(line)
        if address in line:
            ready.set()


def wait_until_ready(
    process: "subprocess.Popen[str]", ready: threading.Event, deadline: float, said: list[str]
) -> None:
    while not ready.wait(0.1):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed(f"« make run » n’a pas donné son adresse ; il a dit :\n{''.join(said)}")


def look(environment: dict[str, str]) -> None:
    """What a visitor and an operator see first."""
    health = json.loads(get(environment, "/healthz"))
    if not health:
        raise Failed("/healthz ne dit rien")
    home = get(environment, "/")
    if '<html lang="fr"' not in home:
        raise Failed(f"l’accueil n’est pas la page attendue : {home[:300]}")
    say(f"/healthz dit {json.dumps(health, ensure_ascii=False)[:200]}")


def get(environment: dict[str, str], path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://localhost:{environment['PORT']}{path}", timeout=20) as answer:
            return str(answer.read().decode())
    except OSError as error:
        raise Failed(f"{path} : {error}") from error


def look_inside(clone: Path, environment: dict[str, str], witness: str) -> None:
    """A row that only kept data can bring back, and no library of the system's that the README does not ask for."""
    code = (
        "import sys, psycopg; print(psycopg.connect(sys.argv[1], autocommit=True).execute(sys.argv[2]).statusmessage)"
    )
    command = [str(clone / ".venv/bin/python"), "-c", code, f"user=allomediateur host='{door(environment)}'", witness]
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    if done.stdout.strip() != "SELECT 1":
        raise Failed(f"les données ne sont pas là : {done.stdout}{done.stderr}")
    for pid in marked(environment["BARE_MACHINE"]):
        maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")
        if found := [name for name in FOREIGN if name in maps]:
            raise Failed(f"le processus {pid} emploie {found}, que le README ne demande pas")


def door(environment: dict[str, str]) -> str:
    """Folder of PostgreSQL's socket, as line 5 of its pid file tells."""
    lines = Path(environment["DATA_DIR"], "postgres", "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return lines[4]


def interrupt(process: "subprocess.Popen[str]", said: list[str]) -> None:
    """As Ctrl-C in a terminal does: the whole foreground group is told."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise Failed(f"Ctrl-C n’a pas arrêté « make run » ; il a dit :\n{''.join(said)}") from None


def marked(mark: str) -> Iterator[int]:
    """Processes that inherited our mark."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"BARE_MACHINE={mark}".encode() in (place / "environ").read_bytes():
                yield int(place.name)
        except OSError:
            continue


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def say(line: str) -> None:
    print(f"machine nue : {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
