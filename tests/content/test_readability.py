"""The pages are written for everybody: measured, and held."""

import pytest

from allomediateur.content import shelf
from tools import readability


@pytest.mark.parametrize("slug", shelf.SLUGS)
def test_a_page_is_easy_to_read(slug: str) -> None:
    told = readability.measure(readability.read_aloud(shelf.shipped(slug).document.fr))
    assert told.score >= readability.LOWEST
    assert told.length <= readability.LONGEST


def test_a_heavy_text_is_seen() -> None:
    heavy = "L’irrecevabilité prononcée d’office sanctionne l’inobservation des formalités préalables obligatoires."
    assert readability.measure(heavy).score < readability.LOWEST


@pytest.mark.parametrize(("word", "count"), [("table", 1), ("médiation", 3), ("parlent", 1), ("été", 2), ("le", 1)])
def test_syllables_are_groups_of_vowels(word: str, count: int) -> None:
    assert readability.syllables(word) == count


def test_the_table_is_of_today() -> None:
    assert readability.TABLE.read_text(encoding="utf-8") == readability.table()
