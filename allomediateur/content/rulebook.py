"""The tables of law as they stand: those shipped, and what staff wrote beside them or in their place."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.content.locking import alone
from allomediateur.content.models import TableVersion
from allomediateur.content.versions import is_due, today
from allomediateur.law import examples, shelf
from allomediateur.law.examples import Difference
from allomediateur.law.loading import load
from allomediateur.law.nodes import Malformed
from allomediateur.law.tables import Inconsistent, Tables, Version

logger = logging.getLogger(__name__)

Document = dict[str, Any]
Name = tuple[str, str]
"""Table and version."""
LOCK = "law"
"""Tables are read together: they have one lock."""


class Unknown(KeyError):
    """No version of that name."""


class Shipped(Exception):
    """What came with the site, untouched, cannot be taken away."""


@dataclass(frozen=True)
class Rule:
    """A version with its document; `is_shipped` until staff write in its place."""

    version: Version
    document: Document
    is_shipped: bool

    def is_to_verify(self, now: datetime) -> bool:
        return is_due(self.version.verified_on, now, at_source=self.version.at_source)


def current() -> Tables:
    """Read again only after somebody wrote. Without the versions of `unread`."""
    return _book().tables


def unread() -> list[Name]:
    """Versions of staff's that an upgrade left behind: they no longer stand beside the shipped ones."""
    return list(_book().unread)


def rules() -> list[Rule]:
    """Every version, by table, then by its first day."""
    book = _book()
    return [
        Rule(one, book.documents[one.table, one.id], (one.table, one.id) not in book.written)
        for one in book.tables.versions
    ]


def rule(table: str, name: str) -> Rule:
    """Raises Unknown."""
    for one in rules():
        if (one.version.table, one.version.id) == (table, name):
            return one
    raise Unknown(f"{table} {name}")


def withdrawn(table: str, name: str) -> Rule:
    """As it was before it was taken away. Raises Unknown, Malformed."""
    documents = [row.document for row in history(table, name) if row.document]
    if not documents:
        raise Unknown(f"{table} {name}")
    return Rule(load(documents[0]), documents[0], is_shipped=False)


def is_taken(table: str, name: str) -> bool:
    return (table, name) in _book().documents


def to_verify(now: datetime) -> list[Rule]:
    return [one for one in rules() if one.is_to_verify(now)]


def history(table: str, name: str) -> list[TableVersion]:
    """What staff wrote under that name, the newest first; an empty `document` took it away."""
    return list(TableVersion.objects.filter(table=table, name=name).select_related("by").order_by("-pk"))


def changes(document: Document) -> tuple[Difference, ...]:
    """Which cases would be answered otherwise. Raises Malformed, Inconsistent."""
    return examples.differences(current(), current().having(load(document)))


def write(document: Document, *, by: User, now: datetime) -> Version:
    """Beside the others, or in place of the one of its name; verified on the day of `now`.

    Raises Malformed, Inconsistent.
    """
    dated = json.loads(json.dumps(document, default=str)) | {"verified_on": str(today(now))}
    version = load(dated)
    with alone(LOCK):
        current().having(version)
        _add(version.table, version.id, dated, by, now)
    return version


def verify_again(table: str, name: str, *, by: User, now: datetime) -> Version:
    """Its words were compared with the official text, and are right. Raises Unknown."""
    with alone(LOCK):
        return write(rule(table, name).document | {"at_source": True}, by=by, now=now)


def withdraw(table: str, name: str, *, by: User, now: datetime) -> None:
    """What staff wrote is taken away: the shipped one is there again, if there is one.

    Raises Unknown, Shipped, Inconsistent (others need it).
    """
    with alone(LOCK):
        book = _book()
        if (table, name) not in book.unread:
            if rule(table, name).is_shipped:
                raise Shipped
            _made({one: book.documents[one] for one in book.written if one != (table, name)})
        _add(table, name, None, by, now)


def _add(table: str, name: str, document: Document | None, by: User, now: datetime) -> None:
    TableVersion.objects.create(table=table, name=name, document=document, by=by, created_at=now)


@dataclass(frozen=True)
class _Book:
    """`written`: the versions that are staff's. `unread`: those of theirs that could not be taken in."""

    documents: dict[Name, Document]
    written: frozenset[Name]
    tables: Tables
    unread: tuple[Name, ...] = ()


def _book() -> _Book:
    return _read(TableVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


@lru_cache(maxsize=2)
def _read(last: int) -> _Book:
    """Rows are only added and their numbers never come back: what the last one saw does not change."""
    rows = TableVersion.objects.filter(pk__lte=last).order_by("pk").values_list("table", "name", "document")
    newest: dict[Name, Document | None] = {(table, name): document for table, name, document in rows}
    written = {name: document for name, document in newest.items() if document is not None}
    try:
        return _made(written)
    except (Malformed, Inconsistent):
        return _standing(written)


def _standing(written: dict[Name, Document]) -> _Book:
    """With all that can stand beside the shipped ones: the law must be answered whatever an upgrade brought."""
    left, book = written, _made({})
    while taken := next((found for name in left if (found := _with(book, name, left[name]))), None):
        book = taken
        left = {name: document for name, document in left.items() if name not in book.written}
    logger.error("versions of tables of law that cannot be read: %s", ", ".join(map("/".join, sorted(left))))
    return replace(book, unread=tuple(sorted(left)))


def _with(book: _Book, name: Name, document: Document) -> _Book | None:
    try:
        return _made({one: book.documents[one] for one in book.written} | {name: document})
    except (Malformed, Inconsistent):
        return None


def _made(written: dict[Name, Document]) -> _Book:
    """Raises Malformed, Inconsistent."""
    documents = _shipped() | written
    return _Book(documents, frozenset(written), Tables.of(load(one) for one in documents.values()))


@cache
def _shipped() -> dict[Name, Document]:
    """As JSON holds them."""
    told: list[Document] = [json.loads(json.dumps(one, default=str)) for one in shelf.documents()]
    return {(one["table"], one["id"]): one for one in told}
