"""The locks of a booking, in the order they are taken: the browser or the waiting list, the agenda, its moves, the
appointments by id.

After them come the insert and the Availability rows (`availability.rebuild`). All want a transaction.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from allomediateur.agenda.models import Appointment


def browser(name: str) -> None:
    """One hold at a time is made for a browser."""
    _alone(f"agenda.browser:{name}")


def waiting(mediator_id: int) -> None:
    """One at a time joins or leaves a waiting list, is offered something from it or answers."""
    _alone(f"agenda.waiting:{mediator_id}")


def offered_elsewhere(email: str) -> bool:
    """Whether another list is about to offer something to that person; else none will until the transaction ends.
    Nobody waits for it: one offer may consider several people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"agenda.offered:{email}"])
        return bool(cursor.fetchone()[0])


def share(mediator_ids: Sequence[int]) -> list[int]:
    """Those that have an agenda: no opening, service or busy time of theirs changes until the transaction ends."""
    return _lock(mediator_ids, "FOR SHARE")


def edit(mediator_ids: Sequence[int]) -> list[int]:
    """Those that have an agenda: nobody books or edits there until the transaction ends."""
    return _lock(mediator_ids, "FOR NO KEY UPDATE")


def moves(mediator_id: int) -> None:
    """One move at a time in an agenda: two updates under an exclusion constraint wait for each other, and the
    deadlock is found after a second only (64 to one slot: 54 s instead of 2). Inserts have ON CONFLICT."""
    _alone(f"agenda.moves:{mediator_id}")


def refreshed_alone(mediator_ids: Sequence[int]) -> list[int]:
    """Those whom nobody else refreshes now; nobody else will until the transaction ends. Nobody waits for it."""
    statement = "SELECT one FROM unnest(%s::bigint[]) AS one WHERE pg_try_advisory_xact_lock(hashtextextended("
    with connection.cursor() as cursor:
        cursor.execute(statement + "'agenda.refreshed:' || one, 0))", [list(mediator_ids)])
        return [row[0] for row in cursor.fetchall()]


def appointments(which: Q) -> list[Appointment]:
    """The rows as they are once nobody else is changing them, with mediator and service."""
    rows = Appointment.objects.filter(which).select_related("mediator__user", "service", "office__commune")
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def appointment(asked: Appointment) -> Appointment:
    """That one, read again, under its mediator's shared lock. Raises Appointment.DoesNotExist."""
    share([asked.mediator_id])
    found = appointments(Q(pk=asked.pk))
    if not found:
        raise Appointment.DoesNotExist
    return found[0]


def _alone(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _lock(mediator_ids: Sequence[int], strength: str) -> list[int]:
    statement = "SELECT mediator_id FROM agenda_agenda WHERE mediator_id = ANY(%s::bigint[]) ORDER BY mediator_id "
    with connection.cursor() as cursor:
        # The ORM has neither FOR SHARE nor, before the rows are read, a way to lock without reading them.
        cursor.execute(statement + strength, [list(mediator_ids)])
        return [row[0] for row in cursor.fetchall()]
