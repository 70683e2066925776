"""`make run`: database, pages and worker started together, watched, and stopped together in order."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from config.env import FALSE
from launch import postgres, premises
from launch.children import Child
from launch.errors import CannotStart
from launch.premises import ROOT, Premises
from launch.watch import Watched, death, watch

READY_SECONDS = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Two workers suit two cores; their threads wait for the database meanwhile. A third of them is for readers, a third for
# those who wait to be readers (settings.READERS_*), and the last is always there for bookings.
PAGES = (
    "granian --interface wsgi --no-ws --workers 2 --blocking-threads 12 --workers-kill-timeout 5 "
    "--respawn-failed-workers --respawn-interval 0.5 config.wsgi:application"
)


def main() -> int:
    for sign in SIGNALS:
        if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:  # nohup asked to go on
            signal.signal(sign, _interrupt)
    try:
        place = premises.read(os.environ)
        with premises.occupied(place):
            premises.check_port(place)
            run(place)
    except CannotStart as sentence:
        print(f"\n{sentence}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("Tout est arrêté.", flush=True)
        return 0
    return 0


def run(place: Premises) -> None:
    """Until interrupted (KeyboardInterrupt) or until something fails for good (CannotStart)."""
    with contextlib.ExitStack() as stack:
        environment = _environment(place)
        everything: list[Watched] = []
        if not {"DATABASE_URL", "DATABASE_URL_FILE"} & set(environment):
            cluster = postgres.start(place.data_dir)
            stack.callback(cluster.stop)
            environment["DATABASE_URL"] = cluster.url()
            everything.append(cluster)
        _prepare(environment)
        for child in _children(place, environment):
            everything.append(child)
            stack.callback(child.stop)
            child.start()
        stack.callback(_heed_no_signal)  # last in, first out; then pages, worker, database
        accounts = _demo_accounts(environment)
        _wait_ready(place, everything)
        _welcome(place, accounts)
        watch(everything)


def _environment(place: Premises) -> dict[str, str]:
    environment = {"DEMO": "1", **os.environ}
    if not environment.get("DATABASE_URL"):
        environment.pop("DATABASE_URL", None)
    if "SECRET_KEY" not in environment and "SECRET_KEY_FILE" not in environment:
        environment["SECRET_KEY_FILE"] = str(premises.secret_key_file(place))
    if "MASTER_KEYS" not in environment and "MASTER_KEYS_FILE" not in environment:
        environment["MASTER_KEYS_FILE"] = str(premises.master_keys_file(place))
    return environment | {
        "DATA_DIR": str(place.data_dir),
        "PORT": str(place.port),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(environment: dict[str, str]) -> None:
    print("Préparation de la base et des fichiers…", flush=True)
    if _python("-m", "launch.prepare", environment=environment).returncode != 0:
        raise CannotStart("La base n’a pas pu être préparée : la raison est ci-dessus ; corrigez-la, puis relancez.")


def _children(place: Premises, environment: dict[str, str]) -> list[Child]:
    pages = [sys.executable, "-m", *PAGES.split(), "--host", place.host, "--port", str(place.port)]
    work = [sys.executable, str(ROOT / "manage.py"), "work"]
    return [
        Child("Les tâches de fond", work, environment, ROOT, place.log("worker")),
        Child("Les pages", pages, environment, ROOT, place.log("pages")),
    ]


def _demo_accounts(environment: dict[str, str]) -> str:
    if environment["DEMO"].strip().lower() in FALSE:
        return ""
    return _python("manage.py", "demo_accounts", environment=environment, stdout=subprocess.PIPE).stdout or ""


def _python(*words: str, environment: dict[str, str], stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*postgres.dies_with_us("TERM"), sys.executable, *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        text=True,
        check=False,
        start_new_session=True,  # an interruption is ours to pass on
    )


def _wait_ready(place: Premises, everything: list[Watched]) -> None:
    """Until /healthz says 200. CannotStart when something dies first or when it takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    said = ""
    while time.monotonic() < deadline:
        for one in everything:
            if one.died():
                raise CannotStart(death(one))
        said = _health(place)
        if said == "ok":
            return
        time.sleep(0.1)
    raise CannotStart(
        f"Les pages ne répondent pas comme il faut après {READY_SECONDS:.0f} s ({said}) : "
        f"voyez les journaux dans « {place.data_dir / 'logs'} »."
    )


def _health(place: Premises) -> str:
    """« ok », or what is wrong. Late letters are the worker's to deliver and staff's to see: they delay no start."""
    address, headers = f"{place.door}/healthz", {"Host": _allowed_host()}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 -- our own address, http
    try:
        said = _answer(request)
        return "ok" if json.loads(said)["status"] in {"ok", "late"} else said
    except (OSError, ValueError, LookupError) as error:
        return str(error)


def _answer(request: urllib.request.Request) -> str:
    """Body of the answer, whatever its status."""
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- the same
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode(errors="replace")


def _allowed_host() -> str:
    """A name under which the pages answer."""
    allowed = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")
    return "localhost" if {"*", "localhost"} & set(allowed) else allowed[0].strip().lstrip(".")


def _welcome(place: Premises, accounts: str) -> None:
    print(f"\nAlloMediateur est prêt : {place.address}\n", flush=True)
    if accounts:
        print(accounts.rstrip() + "\n", flush=True)
    print(f"Données et journaux : {place.data_dir}\nCtrl-C arrête tout.", flush=True)


def _interrupt(sign: int, frame: FrameType | None) -> None:
    _heed_no_signal()
    print("\nArrêt en cours…", flush=True)
    raise KeyboardInterrupt


def _heed_no_signal() -> None:
    """The stop has begun and is bounded: more signals must not cut it short."""
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
