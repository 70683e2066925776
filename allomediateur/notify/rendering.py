"""A letter's three parts from its templates: `letters/<name>.subject.txt`, `letters/<name>.txt`, `letters/<name>.html`.

Rooms keep theirs in `<room>/templates/letters/`; text extends `letters/base.txt`, HTML `letters/base.html`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from allomediateur.configuration import letters

_BLANKS = re.compile(r"[ \t\r\n]+")  # no-break spaces stay


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(name: str, language: str, context: Mapping[str, object], kind: str = "") -> Rendered:
    """The letter in `language`, whatever language is active, with the words that staff gave to that `kind` (`name`
    when not told). Raises TemplateDoesNotExist."""
    values = {**context, "brand": settings.BRAND, "site_url": settings.SITE_URL, "language": language}
    words = letters.words(kind or name, language, values)
    values["note"] = words.note
    with translation.override(language):
        return Rendered(
            subject=_one_line(words.subject or render_to_string(f"letters/{name}.subject.txt", values)),
            text=_tidy(render_to_string(f"letters/{name}.txt", values)),
            html=render_to_string(f"letters/{name}.html", values),
        )


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _tidy(text: str) -> str:
    """No trailing blanks, never two empty lines in a row: template tags leave some."""
    lines: list[str] = []
    for line in (raw.strip() for raw in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"
