"""What a document must be before anybody reads it: said in whole sentences, all of them at once."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from allomediateur.content.blocks import calls
from allomediateur.content.documents import LANGUAGES, WAYS, Document, Source, Words
from allomediateur.content.typesetting import mended

MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z]+;|https?://")
LAW = {
    "fr": re.compile(r"\b(articles?|décrets?|lois?|codes? (civil|de|du))\b", re.IGNORECASE),
    "en": re.compile(r"\b(articles?|decrees?|acts? of|code of|civil code|(?<!-)law)\b", re.IGNORECASE),
}
"""Words by which a sentence of law is known."""


class Refused(Exception):
    """`faults`: sentences that say what to mend."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def check(document: Document) -> None:
    """Raises Refused."""
    if found := list(faults(document)):
        raise Refused(found)


def faults(document: Document) -> Iterator[str]:
    """Everything that is wrong, in the order in which it is read."""
    for language in LANGUAGES:
        yield from _missing(document.words(language), language.upper())
        yield from _written(document.words(language), language)
    if len(document.fr.sections) != len(document.en.sections):
        yield _("Il manque une traduction : %(fr)d parties en français, %(en)d en anglais.") % {
            "fr": len(document.fr.sections), "en": len(document.en.sections),
        }  # fmt: skip
    yield from _uncalled(document)
    for source in document.sources:
        yield from _source(source)
    for way in document.ways:
        if way not in WAYS:
            yield _("« %(way)s » ne mène nulle part.") % {"way": way}


def _missing(words: Words, language: str) -> Iterator[str]:
    if not words.title or not words.summary:
        yield _("%(language)s : écrivez le titre et le résumé.") % {"language": language}
    if not words.sections:
        yield _("%(language)s : écrivez au moins une partie.") % {"language": language}
    for number, section in enumerate(words.sections, start=1):
        if not section.title or not section.text:
            said = _("%(language)s, partie %(number)d : écrivez le titre et le texte.")
            yield said % {"language": language, "number": number}


def _written(words: Words, language: str) -> Iterator[str]:
    told = {"language": language.upper()}
    for text in (words.title, *words.texts, *(one.title for one in words.sections)):
        if found := MARKUP.search(text):
            said = _("%(language)s : « %(found)s » ne s’écrit pas dans un texte. Une adresse va dans les sources.")
            yield said % (told | {"found": found[0]})
        if language == "fr" and mended(text) != text:
            said = _("%(language)s : espaces ou apostrophes à revoir dans « %(text)s… ».")
            yield said % (told | {"text": text[:50]})
    for section in words.sections:
        for block in section.blocks:
            said_there = " ".join(block.texts)
            if LAW[language].search(said_there) and not any(piece.call for line in block.lines for piece in line):
                said = _("%(language)s : « %(text)s… » parle de la loi sans appeler de source.")
                yield said % (told | {"text": said_there[:60]})


def _uncalled(document: Document) -> Iterator[str]:
    """Sources and their calls go together, in each language."""
    known = Counter(source.key for source in document.sources)
    for key, count in known.items():
        if count > 1:
            yield _("La source « %(key)s » est donnée deux fois.") % {"key": key}
    for language in LANGUAGES:
        called = {key for text in document.words(language).texts for key in calls(text)}
        for key in sorted(called - set(known)):
            yield _("%(language)s : la source « %(key)s » est appelée mais n’est pas donnée.") % {
                "language": language.upper(), "key": key,
            }  # fmt: skip
        for key in sorted(set(known) - called):
            yield _("%(language)s : la source « %(key)s » n’est appelée nulle part.") % {
                "language": language.upper(), "key": key,
            }  # fmt: skip


def _source(source: Source) -> Iterator[str]:
    if not (source.key and source.fr and source.en):
        yield _("Une source a un mot-clé, un nom français et un nom anglais.")
    if source.key and not re.fullmatch(r"[a-z0-9-]+", source.key):
        yield _("Le mot-clé « %(key)s » s’écrit en minuscules, chiffres et traits d’union.") % {"key": source.key}
    if not _is_address(source.url):
        yield _("L’adresse de la source « %(key)s » commence par https://.") % {"key": source.key}


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)
