"""Commands run as an operator runs them, and databases made for them."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]


def manage(url: str, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, **more}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, str(ROOT / "manage.py"), *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def made(url: str, name: str) -> str:
    """The address of a database of that name, new and empty."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.replace("/allomediateur?", f"/{name}?")
