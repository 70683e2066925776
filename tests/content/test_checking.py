"""A document that is not right is refused, with what to mend."""

from dataclasses import replace
from datetime import date

import pytest

from allomediateur.content import shelf
from allomediateur.content.blocks import Block, Piece, blocks
from allomediateur.content.checking import Refused, faults
from allomediateur.content.documents import Document, Section, Source, Words, from_raw, to_raw

SOURCE = Source("cpc-1", "Code, article 1", "Code, article 1", date(2020, 1, 1), "https://www.legifrance.gouv.fr/")


def words(text: str = "Bonjour. [cpc-1]", **changed: str) -> Words:
    return Words(changed.get("title", "Titre"), changed.get("summary", "Résumé."), (Section("Partie", text),))


def document(
    fr: Words | None = None, en: Words | None = None, *sources: Source, ways: tuple[str, ...] = ()
) -> Document:
    return Document(fr or words(), en or words(), sources or (SOURCE,), ways)


@pytest.mark.parametrize("slug", shelf.SLUGS)
def test_each_shipped_page_is_right_and_says_what_is_free(slug: str) -> None:
    found = shelf.shipped(slug).document
    assert list(faults(found)) == []
    assert from_raw(to_raw(found)) == found
    assert "conciliateur de justice" in " ".join(found.fr.texts)
    assert "court conciliator" in " ".join(found.en.texts)


def test_every_file_is_in_the_list() -> None:
    assert {one.stem for one in shelf.FOLDER.glob("*.yaml")} == set(shelf.SLUGS)


def test_a_right_one_has_no_fault() -> None:
    assert list(faults(document())) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (document(en=Words("Title", "Summary.", ())), "Il manque une traduction"),
        (document(en=words(title="")), "EN\u00a0: écrivez le titre et le résumé."),
        (document(words("Un mot.")), "la source «\u00a0cpc-1\u00a0» n’est appelée nulle part"),
        (document(words("Un mot. [cpc-1] [autre]")), "la source «\u00a0autre\u00a0» est appelée mais n’est pas donnée"),
        (document(words("Bien. [cpc-1]\n\nLa loi le dit.")), "parle de la loi sans appeler de source"),
        (document(words("Un <b>mot</b>. [cpc-1]")), "ne s’écrit pas dans un texte"),
        (document(words("Voyez https://example.org [cpc-1]")), "ne s’écrit pas dans un texte"),
        (document(words("Est-ce vrai ? [cpc-1]")), "espaces ou apostrophes à revoir"),
        (document(words("L'accord. [cpc-1]")), "espaces ou apostrophes à revoir"),
        (document(None, None, replace(SOURCE, url="javascript:alert(1)")), "commence par https://"),
        (document(None, None, replace(SOURCE, url="https://[::1")), "commence par https://"),
        (document(None, None, SOURCE, SOURCE), "est donnée deux fois"),
        (document(ways=("nulle-part",)), "ne mène nulle part"),
    ],
)
def test_what_is_wrong_is_said(wrong: Document, said: str) -> None:
    assert said in " ".join(faults(wrong))


@pytest.mark.parametrize("source", ["", "- a", "fr: {}", "a: [", "fr: 1\nen: 2\nsources: 3\nways: 4"])
def test_a_file_that_is_no_page_is_refused(source: str) -> None:
    with pytest.raises(Refused):
        shelf.read(source)


def test_text_becomes_paragraphs_lists_and_steps() -> None:
    told = list(blocks("Deux\nlignes. [a] Fin.\n\n- un\n- deux\n\n1. d’abord\n2. ensuite"))
    assert told == [
        Block("paragraph", ((Piece("Deux lignes."), Piece(call="a"), Piece(" Fin.")),)),
        Block("list", ((Piece("un"),), (Piece("deux"),))),
        Block("steps", ((Piece("d’abord"),), (Piece("ensuite"),))),
    ]
