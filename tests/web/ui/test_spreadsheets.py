"""Tables as CSV: a spreadsheet shows them, and runs nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.web.ui.spreadsheets import csv_text, download, inert


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_a_formula_gets_an_apostrophe(begin: str) -> None:
    assert inert(f"{begin}1") == f"'{begin}1"


@pytest.mark.parametrize("cell", ["", "Claire", "06 12", 12, "a=b", "'=1", "O’Neil; x"])
def test_anything_else_stays_as_it_is(cell: object) -> None:
    assert inert(cell) == str(cell)


@given(st.lists(st.lists(st.text(), min_size=1, max_size=3), max_size=4))
def test_no_cell_of_a_file_begins_a_formula_and_all_come_back(rows: list[list[str]]) -> None:
    told = list(csv.reader(io.StringIO(csv_text(rows), newline=""), delimiter=";"))
    assert not [cell for row in told for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert told == [[inert(cell) for cell in row] for row in rows]


def test_a_download_is_attached_in_utf_8_with_its_mark() -> None:
    answer = download("rapport", [("é",)])
    assert answer.content == b"\xef\xbb\xbf\xc3\xa9\r\n"
    assert answer["Content-Disposition"] == 'attachment; filename="rapport.csv"'
