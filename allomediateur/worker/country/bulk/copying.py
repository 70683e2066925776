"""Rows as COPY reads them, and tables that take many of them at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from phonenumber_field.phonenumber import PhoneNumber
from psycopg import sql

Rows = dict[tuple[str, tuple[str, ...]], bytes]
"""Lines of COPY by table and columns."""
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def lines(made: Iterable[models.Model]) -> Rows:
    """Of one model each, not yet in the database: with their keys where these are told."""
    rows: Rows = {}
    for one in made:
        fields = [field for field in one._meta.local_concrete_fields if not field.primary_key or one.pk is not None]
        line = "\t".join(_text(getattr(one, field.attname)) for field in fields) + "\n"
        key = one._meta.db_table, tuple(str(field.column) for field in fields)
        rows[key] = rows.get(key, b"") + line.encode()
    return rows


def _text(value: Any) -> str:
    if isinstance(value, DatabaseDefault):
        value = cast("Any", value).expression.value  # a constant, in the tables of a country
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(f'"{_text(one)}"' for one in value) + "}"
    if isinstance(value, date):  # instants too
        return value.isoformat()
    return (value.as_e164 if isinstance(value, PhoneNumber) else str(value)).translate(_ESCAPED)


def copy(rows: Rows) -> None:
    for (table, columns), text in rows.items():
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with connection.cursor() as cursor, cursor.copy(statement) as into:
            into.write(text)


@dataclass(frozen=True)
class _Made:
    """An index or a constraint of a table, and the two statements about it."""

    name: str
    drop: str
    create: str


_CONSTRAINTS = """
    SELECT conname, format('ALTER TABLE %%I DROP CONSTRAINT %%I', relname, conname),
        format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE relname = ANY(%s) AND connamespace = 'public'::regnamespace AND contype IN ('f', 'u', 'x')
    ORDER BY contype = 'f', conname
"""
_INDEXES = """
    SELECT indexname, format('DROP INDEX %%I', indexname), indexdef FROM pg_indexes
    WHERE tablename = ANY(%s) AND schemaname = 'public'
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = format('%%I', indexname)::regclass)
    ORDER BY indexname
"""


@contextmanager
def bare(tables: Sequence[str]) -> Iterator[None]:
    """Those tables, empty, are without indexes and constraints (but their keys and checks) until the end, and have
    them all again then: in the transaction this wants, so that a failure leaves them as they were. They are made of all
    rows at once, sorted, rather than kept row by row."""
    with connection.cursor() as cursor:
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        before = _made(tables)
        for one in before:
            cursor.execute(one.drop)
        yield
        for one in before:
            cursor.execute(one.create)
    if [one.drop for one in _made(tables)] != [one.drop for one in before]:
        raise RuntimeError("indexes or constraints are not those there were")


def _made(tables: Sequence[str]) -> list[_Made]:
    with connection.cursor() as cursor:
        found = []
        for query in (_CONSTRAINTS, _INDEXES):
            cursor.execute(query, [list(tables)])
            found += [_Made(*row) for row in cursor.fetchall()]
        return found


def reserve(tables: Mapping[str, int]) -> dict[str, int]:
    """The first key of so many free ones in each table: nobody else gets them. In a transaction that locks them."""
    first = {}
    with connection.cursor() as cursor:
        for table, count in tables.items():
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
            first[table] = int(cursor.fetchone()[0])
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first[table] + count])
    return first
