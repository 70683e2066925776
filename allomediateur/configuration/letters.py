"""Words that staff give to a kind of letter: its subject, and a paragraph at its end. Nothing in them is executed.

A name between braces is replaced by its value; any other brace is refused when it is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from allomediateur.configuration.models import LetterWords

ABOUT_APPOINTMENTS = ("appointment_", "mediator_")
_BRACES = re.compile(r"\{([^{}]*)\}")


class UnknownName(Exception):
    """`name` stands between braces and is none of `known`."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.known = name, known


@dataclass(frozen=True)
class Words:
    """Empty: the platform's own subject, no word added."""

    subject: str = ""
    note: str = ""


def names_for(kind: str) -> tuple[str, ...]:
    """What may stand between braces in that kind of letter."""
    return ("brand", "mediator", "when") if kind.startswith(ABOUT_APPOINTMENTS) else ("brand",)


def check(kind: str, text: str) -> None:
    """Raises UnknownName."""
    known = names_for(kind)
    for name in _BRACES.findall(text):
        if name not in known:
            raise UnknownName(name, known)
    if stray := set(_BRACES.sub("", text)) & set("{}"):
        raise UnknownName(stray.pop(), known)


def words(kind: str, language: str, values: Mapping[str, object]) -> Words:
    """Those of that kind and language, names replaced by `values` (text only), in one query."""
    found = LetterWords.objects.filter(kind=kind, language=language).first()
    if found is None:
        return Words()
    return Words(*(filled(kind, text, values) for text in (found.subject, found.note)))


def filled(kind: str, text: str, values: Mapping[str, object]) -> str:
    """With the names that are known here; one without a value is left empty."""
    known = names_for(kind)

    def put(found: re.Match[str]) -> str:
        name = found[1]
        return str(values.get(name, "")) if name in known else found[0]

    return _BRACES.sub(put, text)


def write(kind: str, language: str, given: Words, now: datetime) -> None:
    """Instead of the former ones; both empty: the platform's own again. Raises UnknownName."""
    check(kind, given.subject)
    check(kind, given.note)
    rows = LetterWords.objects.filter(kind=kind, language=language)
    if not given.subject and not given.note:
        rows.delete()
        return
    values = {"subject": given.subject, "note": given.note, "changed_at": now}
    LetterWords.objects.update_or_create(kind=kind, language=language, defaults=values)


def changed() -> set[tuple[str, str]]:
    """(kind, language) of every letter that has words of staff's."""
    return set(LetterWords.objects.values_list("kind", "language"))


def of(kind: str, language: str) -> Words:
    """As written, braces and all."""
    found = LetterWords.objects.filter(kind=kind, language=language).first()
    return Words(found.subject, found.note) if found else Words()
