"""The tables and the test cases that come with the installation: YAML beside this module, read once."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from allomediateur.law.loading import load
from allomediateur.law.tables import Tables

FOLDER = Path(__file__).resolve().parent / "data"
CASES = "cases.yaml"


@cache
def shipped() -> Tables:
    """Raises Malformed, Inconsistent: files are tested."""
    return Tables.of(load(one) for one in documents())


def documents() -> Iterator[object]:
    """The versions as plain data, to be copied and planned from: one file a table, a list of versions each."""
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != CASES:
            yield from read(path)


def read(path: Path) -> list[object]:
    """A YAML list of texts, numbers, dates, lists and mappings."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found if isinstance(found, list) else [found]
