"""The locks on a mediator's agenda, always taken first (the ORM has no FOR SHARE). Both want a transaction."""

from collections.abc import Sequence

from django.db import connection


def share(mediator_ids: Sequence[int]) -> list[int]:
    """Those that have an agenda: no opening, service or busy time of theirs changes until the transaction ends."""
    return _lock(mediator_ids, "FOR SHARE")


def edit(mediator_ids: Sequence[int]) -> list[int]:
    """Those that have an agenda: nobody books or edits there until the transaction ends."""
    return _lock(mediator_ids, "FOR NO KEY UPDATE")


def _lock(mediator_ids: Sequence[int], strength: str) -> list[int]:
    statement = "SELECT mediator_id FROM agenda_agenda WHERE mediator_id = ANY(%s::bigint[]) ORDER BY mediator_id "
    with connection.cursor() as cursor:
        cursor.execute(statement + strength, [list(mediator_ids)])
        return [row[0] for row in cursor.fetchall()]
