"""One writer of a page, or of the tables of law, at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def alone(name: str) -> Iterator[None]:
    """To the end of the transaction: what is read inside is still so when it is written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"content:{name}"])
        yield
