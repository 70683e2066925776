"""`python -m launch.translations FILE.po…`: each beside itself as .mo, without system gettext."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_po(source: Path) -> Path:
    """The .mo written beside `source`. A fuzzy translation is a guess and is left out."""
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name)
    made = source.with_suffix(".mo")
    unfinished = made.with_suffix(".mo.unfinished")
    with unfinished.open("wb") as file:
        write_mo(file, catalog)
    unfinished.replace(made)  # a running server never reads half a catalogue
    return made


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_po(Path(name))
