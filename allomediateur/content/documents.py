"""A page in both languages with its sources, as a value; `raw` is the same as JSON and YAML hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from allomediateur.content.blocks import Block, blocks

LANGUAGES = ("fr", "en")
WAYS = ("search", "intake", "checker", "calculators", "account", "apply", "support", "conciliator", "consumer")
"""Where a page may lead at its end."""


@dataclass(frozen=True)
class Source:
    """A text of law, or another page, as it stood on `since`."""

    key: str
    fr: str
    en: str
    since: date
    url: str

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.fr


@dataclass(frozen=True)
class Section:
    title: str
    text: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(blocks(self.text))


@dataclass(frozen=True)
class Words:
    """The page in one language."""

    title: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def asks(self) -> bool:
        """Its titles are questions."""
        return all(one.title.endswith("?") for one in self.sections)

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.summary, *(one.text for one in self.sections))


@dataclass(frozen=True)
class Document:
    fr: Words
    en: Words
    sources: tuple[Source, ...]
    ways: tuple[str, ...]

    def words(self, language: str) -> Words:
        return self.en if language == "en" else self.fr

    @property
    def numbers(self) -> dict[str, int]:
        """By key, the number under which a source is called."""
        return {source.key: number for number, source in enumerate(self.sources, start=1)}


def from_raw(raw: Mapping[str, Any]) -> Document:
    """What was found right by `checking`. Raises KeyError, TypeError or ValueError for what has not its shape."""
    return Document(
        fr=_words(raw["fr"]), en=_words(raw["en"]), ways=tuple(raw["ways"]),
        sources=tuple(_source(one) for one in raw["sources"]),
    )  # fmt: skip


def to_raw(document: Document) -> dict[str, Any]:
    return {
        "fr": _raw_words(document.fr), "en": _raw_words(document.en), "ways": list(document.ways),
        "sources": [
            {"key": one.key, "fr": one.fr, "en": one.en, "since": one.since.isoformat(), "url": one.url}
            for one in document.sources
        ],
    }  # fmt: skip


def _words(raw: Mapping[str, Any]) -> Words:
    sections: Iterable[Mapping[str, str]] = raw["sections"]
    return Words(
        raw["title"], raw["summary"].strip(), tuple(Section(one["title"], one["text"].strip()) for one in sections)
    )


def _source(raw: Mapping[str, Any]) -> Source:
    return Source(raw["key"], raw["fr"], raw["en"], date.fromisoformat(str(raw["since"])), raw["url"])


def _raw_words(words: Words) -> dict[str, Any]:
    sections = [{"title": one.title, "text": one.text} for one in words.sections]
    return {"title": words.title, "summary": words.summary, "sections": sections}
