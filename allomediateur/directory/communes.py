"""The communes shipped with the project (data/SOURCES.md), copied into their table."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from allomediateur.directory.models import Commune
from allomediateur.directory.places import normalise

SHIPPED = Path(__file__).parent / "data" / "communes.csv.gz"
ROWS = 35_008
COLUMNS = ("code", "name", "key", "department", "region", "postal_codes", "population", "lon", "lat", "zone")


def load(path: Path = SHIPPED) -> int:
    """Make the table what the file says, in one transaction; offices keep their communes. Returns the rows read.

    A commune that the file no longer has stays: an office may stand there.
    """
    names = ", ".join(COLUMNS)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS[1:])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE shipped (LIKE directory_commune) ON COMMIT DROP")
        with cursor.copy(f"COPY shipped ({names}) FROM STDIN") as copy:
            for row in _rows(path):
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO directory_commune ({names}) SELECT {names} FROM shipped "  # noqa: S608 (column names above)
            f"ON CONFLICT (code) DO UPDATE SET {changes}"
        )
        return int(cursor.rowcount)


def loaded() -> bool:
    """Whether the shipped communes are all there."""
    return Commune.objects.count() >= ROWS


def analyse() -> None:
    """Tell PostgreSQL what the table looks like now, so that the first search is already quick."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_commune")


def _rows(path: Path) -> Iterator[tuple[object, ...]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (
                row["code"], row["nom"], normalise(row["nom"]), row["departement"], row["region"],
                row["codes_postaux"].split("|"), int(row["population"] or 0), float(row["lon"]), float(row["lat"]),
                row["fuseau"],
            )  # fmt: skip
