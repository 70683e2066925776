"""A demo of its own for tools that look at pages: started on a free port with data of its own, ended by its process id.

DEMO_URL names one that runs already, to be quicker. Standard library only.
"""

import html
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
OURS = ("DATABASE_URL", "DATA_DIR", "SECRET_KEY", "MASTER_KEYS", "DEMO", "PORT", "SITE_URL", "DJANGO_SETTINGS_MODULE")
READY_SECONDS, STOP_SECONDS = 900.0, 60.0
FORM = re.compile(r'<form method="post" action="([^"]*/reserver/)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
SLOT = re.compile(r'<button[^>]* name="slot" value="([^"]+)"')


class Failed(Exception):
    """Why the tool cannot go on, in a sentence."""


class Demo:
    """A visitor's browser, as far as a tool needs one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, address: str) -> str:
        with self.opener.open(self.url + address, timeout=60) as answer:
            return str(answer.read().decode())

    def hold(self, page: str) -> tuple[str, str]:
        """A slot of that mediator's page is held: the address of the form that follows, and the cookies that open it.
        Raises Failed."""
        found = FORM.search(self.get(f"{page}?modalite=telephone"))
        slot = SLOT.search(found[0]) if found else None
        if not found or not slot:
            raise Failed(f"Aucun créneau à choisir sur {page}.")
        told = {name: html.unescape(value) for name, value in HIDDEN.findall(found[0])} | {
            "slot": html.unescape(slot[1])
        }
        request = urllib.request.Request(self.url + found[1], urlencode(told).encode(), {"Referer": self.url + page})  # noqa: S310
        with self.opener.open(request, timeout=60) as answer:
            there = urlsplit(answer.url).path
        return there, "; ".join(f"{one.name}={one.value}" for one in self.jar)


@contextmanager
def serving() -> Iterator[Demo]:
    """Raises Failed when it does not come up."""
    if url := os.environ.get("DEMO_URL"):
        yield Demo(url.rstrip("/"))
        return
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    folder.chmod(0o755)  # as root, PostgreSQL runs under an account that must reach it
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"DATA_DIR": str(folder / "data"), "PORT": str(port), "DEMO": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "launch.supervisor"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        yield _ready(process, f"http://localhost:{port}")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _ready(process: "subprocess.Popen[bytes]", url: str) -> Demo:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310
                return Demo(url)
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise Failed("La démonstration n’a pas démarré : « make run » dit pourquoi.")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
