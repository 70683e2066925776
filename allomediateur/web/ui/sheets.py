"""Tables to take away (CSV), for spreadsheets: what begins like a formula is made a word, whoever wrote it."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that spreadsheets calculate; after spaces too, which some of them drop."""
MARK = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""


def cell(value: object) -> str:
    """Numbers as they are; words behind an apostrophe where a spreadsheet would calculate them."""
    if isinstance(value, int | float):
        return str(value)
    words = str(value).replace("\x00", "")
    begins = words.lstrip(" \u00a0\u202f\ufeff")
    return f"'{words}" if begins.startswith(FORMULAS) else words


def write(rows: Iterable[Sequence[object]]) -> str:
    """Every cell between quotes, apart by semicolons, as French spreadsheets read."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([cell(value) for value in row] for row in rows)
    return MARK + made.getvalue()


def answer(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """`name` is ours, without the extension."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return HttpResponse(write(rows), content_type="text/csv; charset=utf-8", headers=headers)
