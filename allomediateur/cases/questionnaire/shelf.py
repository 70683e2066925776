"""The versions on disk: the newest begins an intake, each one is finished with the version it began with."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from allomediateur.cases.questionnaire.loading import load
from allomediateur.cases.questionnaire.shapes import Questionnaire

FOLDER = Path(__file__).resolve().parent.parent / "questionnaires"
LANDED = "landed.lock"
"""In that folder: `<version> <SHA-256 of its file>` a line, for what no one may change any more."""
_NAME = re.compile(r"saisine-([1-9]\d*)\.yaml")


class NoSuchVersion(LookupError):
    """No file of that version: one that an intake runs on is never taken away."""


def versions(folder: Path = FOLDER) -> tuple[int, ...]:
    """In order, by the files’ names."""
    found = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return tuple(sorted(int(name[1]) for name in found if name))


def newest() -> Questionnaire:
    return version(versions()[-1])


@lru_cache
def version(number: int) -> Questionnaire:
    """Read once a process. Raises NoSuchVersion."""
    path = path_of(number)
    if not path.is_file():
        raise NoSuchVersion(number)
    return load(path)


def path_of(number: int, folder: Path = FOLDER) -> Path:
    return folder / f"saisine-{number}.yaml"


def landed(folder: Path = FOLDER) -> dict[int, str]:
    """Version to digest, of those that are frozen."""
    path = folder / LANDED
    lines = path.read_text(encoding="ascii").split("\n") if path.is_file() else []
    return {int(number): digest for number, _, digest in (line.partition(" ") for line in lines if line)}


def digest(number: int, folder: Path = FOLDER) -> str:
    """SHA-256 of the file, in hexadecimal."""
    return hashlib.sha256(path_of(number, folder).read_bytes()).hexdigest()


def land(folder: Path = FOLDER) -> tuple[int, ...]:
    """Freeze the versions that are not yet; those frozen keep their line whatever their file says.

    Returns the new ones.
    """
    kept = landed(folder)
    new = tuple(number for number in versions(folder) if number not in kept)
    lines = kept | {number: digest(number, folder) for number in new}
    text = "".join(f"{number} {lines[number]}\n" for number in sorted(lines))
    (folder / LANDED).write_text(text, encoding="ascii")
    return new
