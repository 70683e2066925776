"""A document as it is shown to who reads it, and to staff who look at it beforehand."""

from typing import Any

from django.utils.translation import get_language

from allomediateur.content.documents import Document
from allomediateur.content.versions import Version


def context(version: Version) -> dict[str, Any]:
    return {"version": version} | words(version.document)


def words(document: Document, language: str = "") -> dict[str, Any]:
    """In the page's language, or the one given."""
    chosen = language or get_language() or "fr"
    sources = [(number, one.label(chosen), one) for number, one in enumerate(document.sources, start=1)]
    return {"document": document, "words": document.words(chosen), "sources": sources, "numbers": document.numbers}
