"""Threads for tests, as short as a test wants them."""

import re

from django.db import connection

from allomediateur.notify.models import Letter
from allomediateur.support import answering, asking
from allomediateur.support.asking import Asker
from allomediateur.support.models import Thread
from tests.factories import NOW

VISITOR = Asker("Véra Lune", "vera@example.org", "fr")


def ask(asker: Asker = VISITOR, text: str = "Comment venir ?", **more: object) -> Thread:
    told = {"topic": "book", "now": NOW} | more
    return asking.ask(asker, told.pop("topic"), text, **told)  # type: ignore[arg-type]


def last_letter(kind: str) -> Letter:
    return Letter.objects.filter(kind=kind).order_by("-pk")[0]


def token_of(letter: Letter) -> str:
    found = re.search(r"/assistance/echanges/([\w-]{43})/", letter.text)
    assert found
    return found[1]


def seen(thread: Thread) -> int:
    return answering.last(thread)


def tables_with(mark: str) -> set[str]:
    """Where the database says it."""
    with connection.cursor() as cursor:
        found = set()
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT 1 FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{mark}%"])  # noqa: S608
            found |= {table} if cursor.fetchone() else set()
    return found
