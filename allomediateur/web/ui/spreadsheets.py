"""Tables as CSV that a spreadsheet opens: nothing in them is a formula there."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula in one spreadsheet or another, full-width marks included."""
_MARK = "\ufeff"


def inert(cell: object) -> str:
    """The cell's text, with an apostrophe in front where a spreadsheet would run it; without what no file holds."""
    told = str(cell).replace("\x00", "")
    return f"'{told}" if told.lstrip(" ").startswith(FORMULAS) else told


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Semicolons, quotes where needed, lines as RFC 4180."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def download(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """UTF-8 with its mark, attached, kept by no cache. `name`: letters, digits and dashes."""
    answer = HttpResponse(_MARK + csv_text(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
