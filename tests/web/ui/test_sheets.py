"""Tables to take away: no cell is a formula, whoever wrote it."""

import csv
import io

import pytest

from allomediateur.web.ui import sheets

PAYLOADS = (
    "=1+1", "+33639981234", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=HYPERLINK(\"https://evil.example\")",
    "  =1+1", "\u00a0=1+1", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－1", "＠x", "-", "\ufeff=1",
)  # fmt: skip


def read(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_begins_like_a_formula_is_a_word(payload: str) -> None:
    ((made,),) = read(sheets.write([[payload]]))
    assert made == f"'{payload}"


def test_other_words_and_numbers_are_as_they_are() -> None:
    row = ["Famille", "a=b", 5, -3, 2.5, "", "C’est « dit » ; ainsi", 'un "mot"', "deux\nlignes"]
    assert read(sheets.write([row])) == [[str(one) for one in row]]


def test_no_cell_breaks_out_of_its_row() -> None:
    rows = [['x";"=1', "y\r\n=2;z"], ["\x00=1", "fin"]]
    found = read(sheets.write(rows))
    assert [len(row) for row in found] == [2, 2]
    assert found[1] == ["'=1", "fin"]


def test_the_answer_is_a_file_that_nobody_keeps() -> None:
    answer = sheets.answer("statistiques-2026", [["a"]])
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="statistiques-2026.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.decode("utf-8") == '\ufeff"a"\r\n'
