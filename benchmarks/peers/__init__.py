"""What the benchmark compares with, in an environment of its own: nothing of the project needs it, nor may meet it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK = HERE / "requirements.txt"
VENV = HERE.parent.parent / ".peers"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"


class Unavailable(Exception):
    """The peer cannot be installed or run here; the text says why."""


def ask(script: str, question: dict[str, Any]) -> dict[str, Any]:
    """What `benchmarks/peers/<script>.py` answers in JSON, run by the peers' own Python. Raises Unavailable."""
    install()
    done = subprocess.run(
        [str(PYTHON), str(HERE / f"{script}.py")],
        input=json.dumps(question), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"it failed: {_last(done.stderr)}")
    # A peer may print what it likes before.
    answer: dict[str, Any] = json.loads(_last(done.stdout, None))
    return answer


def install() -> None:
    """At the first use, and when the lock has changed. Raises Unavailable."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == wanted:
        return
    print(f"Installing what {LOCK.name} of the peers asks for ...", file=sys.stderr, flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    _run([str(PYTHON), "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(LOCK)])
    STAMP.write_text(wanted, encoding="ascii")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"it cannot be installed: {_last(done.stderr)}")


def _last(said: str, letters: int | None = 200) -> str:
    return (said.strip().splitlines() or ["it said nothing"])[-1][:letters]
