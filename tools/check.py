"""`make check`: every check that needs no test, each said in one line, with its output when it fails."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent
PYTHON = sys.executable
DATABASE = [PYTHON, "-m", "launch.throwaway", PYTHON, "manage.py"]
CHECKS = {
    "style": [PYTHON, "-m", "ruff", "check", "--quiet"],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet"],
    "floors": [str(SCRIPTS / "lint-imports"), "--no-logo"],
    "settings": [*DATABASE, "check", "--fail-level", "WARNING"],
    "migrations": [*DATABASE, "makemigrations", "--check", "--dry-run"],
    "templates": [PYTHON, "-m", "tools.templates"],
    "typography": [PYTHON, "-m", "tools.typography", "--check"],
    "translations": [PYTHON, "-m", "tools.messages", "--check"],
    "types": [PYTHON, "-m", "mypy"],
}
# Reading the settings needs these; none of these checks opens the database or signs anything.
SETTINGS = {
    "SECRET_KEY": "check",
    "MASTER_KEYS": "A" * 43,
    "DATABASE_URL": "postgresql://check@/check",
    "DEMO": "1",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


def main() -> int:
    """1 when a check fails; names given as arguments choose some of them."""
    chosen = sys.argv[1:] or list(CHECKS)
    environment = {**os.environ, **SETTINGS}
    failed = [name for name in chosen if not passes(name, environment)]
    print(f"\nÀ corriger : {', '.join(failed)}" if failed else "\nTout est en ordre.")
    return 1 if failed else 0


def passes(name: str, environment: Mapping[str, str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    print(f"{'ok   ' if passed else 'ÉCHEC'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
