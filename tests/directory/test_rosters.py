"""Files of mediators as programs and hands make them: read whole, or refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.directory import rosters
from allomediateur.directory.rosters import FileRefused, read
from tests.directory.files import PDF, picture

HEAD = "nom;email"
LINE = "Zoé Éluard;zoe@example.org"


def refused(data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        read(data)
    return caught.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\n\r\n"])
def test_encodings_and_ends_of_lines_are_read(encoding: str, end: str) -> None:
    (row,) = read(f"{HEAD}{end}{LINE}{end}".encode(encoding)).rows
    assert row.cells == {"nom": "Zoé Éluard", "email": "zoe@example.org"}


def test_commas_quotes_and_lines_within_a_cell_are_read() -> None:
    table = read(
        b'Email,Name,presentation\na@example.org,"Roux, Anne","Un ""mot"".\r\nDeux, lignes."\n,,\nb@example.org,B,\n'
    )
    assert [row.cells["nom"] for row in table.rows] == ["Roux, Anne", "B"]
    assert table.rows[0].cells["presentation"] == 'Un "mot".\r\nDeux, lignes.'
    assert [row.number for row in table.rows] == [2, 5]


def test_titles_go_by_many_names_and_any_order() -> None:
    table = read(
        "Courriel;Téléphone;NOM complet;Numéro de certificat;Ancienne URL;Remarque\na@b.fr;1;A;C;/x;y\n".encode()
    )
    assert table.rows[0].cells == {
        "email": "a@b.fr", "telephone": "1", "nom": "A", "certificat": "C", "ancienne_adresse": "/x",
    }  # fmt: skip
    assert table.ignored == ["Remarque"]


def test_the_apostrophe_of_our_own_files_is_taken_back() -> None:
    assert read(b"nom;email;telephone\n'=A;a@b.fr;'+33199000001\n").rows[0].cells == {
        "nom": "=A", "email": "a@b.fr", "telephone": "+33199000001",
    }  # fmt: skip


def test_a_line_with_more_cells_than_titles_is_noticed() -> None:
    few, many, empty = read(b"nom;email;commune\nA;a@b.fr\nB;b@b.fr;Paris;75001\nC;c@b.fr;;;;\n").rows
    assert (few.too_many, many.too_many, empty.too_many) == (False, True, False)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"), (b" \r\n \n", "vide"), (b"\xef\xbb\xbf", "colonnes"),
        (b"x" * (rosters.MOST_BYTES + 1), "1 Mo"), (b"nom;email\n" + b"A;a@b.fr\n" * 200_000, "1 Mo"),
        (f"{HEAD}\n{LINE}".encode("utf-16"), "CSV"), (f"{HEAD}\nA\x00;a@b.fr".encode(), "CSV"),
        (b"PK\x03\x04" + b"x" * 100, "classeur"), (b"\xd0\xcf\x11\xe0" + b"x" * 100, "classeur"),
        (b"nom;email\nA\x81\x8d;a@b.fr", "accentu"), (PDF, "colonnes"), (picture(), "CSV"),
        (b"<!doctype html><html><script>alert(1)</script></html>", "colonnes"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "colonnes"), (b"GIF89a;nom;email", "titres"),
        (b"nom;email\n", "titres"), (b"nom;telephone\nA;1\n", "email"), (b"nom;email;Name\nA;a@b.fr;B\n", "deux fois"),
        (b'nom;email\n"A;a@b.fr\n', "guillemets"), (b'nom;email\n"A"B;a@b.fr\n', "guillemets"),
        (b"nom;email\n" + b"A;a@b.fr\n" * (rosters.MOST_ROWS + 1), "lignes"),
        (b'nom;email\n"' + b"x" * 200_000 + b'";a@b.fr\n', "guillemets"),
    ],
)  # fmt: skip
def test_what_is_no_roster_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_as_many_lines_as_allowed_are_read() -> None:
    assert len(read(b"nom;email\n" + b"A;a@b.fr\n" * rosters.MOST_ROWS).rows) == rosters.MOST_ROWS


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for told in (data, b"nom;email\n" + data, b'nom,email\n"' + data):
        assert _answer(told)


def _answer(data: bytes) -> object:
    """The rows, or the sentence."""
    try:
        return read(data).rows
    except FileRefused as wrong:
        return wrong.sentence
