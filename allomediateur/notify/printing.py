"""Letters on paper as one PDF, by typst: tagged (PDF/UA-1), to be kept (PDF/A-2a), without any file but its own."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from allomediateur.configuration import names
from allomediateur.notify.models import PaperLetter

SOURCE = Path(__file__).parent / "paper" / "letter.typ"
STANDARDS: list[Any] = ["a-2a", "ua-1"]
_SHOWN_AS_IS = {"\n", "\u200c", "\u200d"}
_NOT_PRINTED = {"Cc", "Cf", "Co", "Cn", "Cs", "So"}
"""Controls, marks that turn the direction of writing, and pictures: an envelope has no use for them."""


def pdf(letters: Sequence[PaperLetter], title: str, now: datetime) -> bytes:
    """One document, a page or more a letter. What people wrote goes in as data, never as source.

    Where a letter holds a script that no font of ours has, the document is not marked as an archive's: it is printed
    all the same.
    """
    values = names.everything()
    told = {
        "title": title,
        "language": letters[0].language if letters else "fr",
        "sender": [settings.BRAND, *values["postal_address"].splitlines(), *filter(None, [values["assistance_phone"]])],
        "letters": [_told(one) for one in letters],
    }
    return compiled(SOURCE, told, now)


def compiled(source: Path, told: Mapping[str, Any], now: datetime) -> bytes:
    """That template as PDF, with what it reads as `sys.inputs.told`: data, whatever is written in them."""
    data = json.dumps(told)
    try:
        return _compiled(source, data, now, STANDARDS)
    except typst.TypstError:
        return _compiled(source, data, now, [])


def _compiled(source: Path, told: str, now: datetime, standards: list[Any]) -> bytes:
    made = typst.compile(
        str(source), root=str(source.parent), ignore_system_fonts=True, format="pdf", sys_inputs={"told": told},
        pdf_standards=standards, timestamp=int(now.timestamp()),
    )  # fmt: skip
    if not isinstance(made, bytes):
        raise TypeError("typst gives the bytes of one PDF")
    return made


def _told(letter: PaperLetter) -> dict[str, Any]:
    said = {name: printable(value) for name, value in letter.content.items() if name != "link"}
    lines = [line.strip() for line in letter.address.splitlines() if line.strip()]
    link = letter.content["link"]
    return said | {
        "language": letter.language,
        "subject": printable(letter.subject),
        "address": [printable(one) for one in (letter.name, *lines)],
        "link": link,
        "qr": qr(link) if link else "",
    }


def qr(link: str) -> str:
    """As SVG."""
    drawn = BytesIO()
    segno.make(link, micro=False, error="m").save(drawn, kind="svg", border=2, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


def printable(said: Any) -> Any:
    """The same without what no letter shows; lists of lists as they come."""
    if isinstance(said, list):
        return [printable(one) for one in said]
    kept = (one for one in said if one in _SHOWN_AS_IS or unicodedata.category(one) not in _NOT_PRINTED)
    return "".join(kept)
