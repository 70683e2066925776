"""What the public pages are made of, as versions that PostgreSQL itself keeps: nothing to write, nothing to forget.

A row's `xmin` is the transaction that wrote it: another one after every change, and never seen before its commit.
Times are not versions (two transactions may bear the same, and commit in another order); counters are rows that all
bookings would wait for. A version says nothing of the clock: who keeps one keeps it for a minute at most.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from psycopg import Cursor

REACH = timedelta(days=10)
"""Appointments that ended longer ago weigh on no slot: limits count by week at most."""

_ROWS = (
    "SELECT 'mediator', id, xmin, NULL::xid FROM m",
    "SELECT 'user', u.id, u.xmin, NULL FROM accounts_user u JOIN m ON m.user_id = u.id",
    "SELECT 'office', o.id, o.xmin, c.xmin FROM m JOIN directory_office o ON o.mediator_id = m.id"
    " LEFT JOIN directory_commune c ON c.code = o.commune_id",
    "SELECT 'photo', p.id, p.xmin, NULL FROM m JOIN directory_photo p ON p.mediator_id = m.id",
    "SELECT 'specialty', s.id, s.xmin, t.xmin FROM m JOIN directory_mediator_specialties t ON t.mediator_id = m.id"
    " JOIN directory_specialty s ON s.id = t.specialty_id",
    "SELECT 'practice', p.id, p.xmin, b.xmin FROM m JOIN directory_practicemember b ON b.mediator_id = m.id"
    " JOIN directory_practice p ON p.id = b.practice_id",
    "SELECT 'service', s.id, s.xmin, NULL FROM m JOIN agenda_service s ON s.mediator_id = m.id",
    "SELECT 'opening', o.id, o.xmin, NULL FROM m JOIN agenda_opening o ON o.mediator_id = m.id",
    "SELECT 'exception', e.id, e.xmin, NULL FROM m JOIN agenda_openingexception e ON e.mediator_id = m.id",
    "SELECT 'busy', b.id, b.xmin, NULL FROM m JOIN agenda_busy b ON b.mediator_id = m.id"
    " AND b.ends_at > %(since)s::timestamptz",
    # A hold that has run out is another version of its row.
    "SELECT 'appointment', a.id, a.xmin, CASE WHEN a.expires_at <= %(now)s::timestamptz THEN '1'::xid END"
    " FROM m JOIN agenda_appointment a ON a.mediator_id = m.id AND a.starts_at > %(since)s::timestamptz",
    "SELECT key, 0, xmin, NULL FROM configuration_setting",
)
"""What a mediator's page shows: which rows, and which version of each."""

_PROFILE = (
    "WITH m AS MATERIALIZED (SELECT id, user_id, xmin FROM directory_mediator WHERE slug = %(slug)s::text)"  # noqa: S608 - constants
    " SELECT md5(string_agg(concat_ws(' ', kind, id, version, other), ',' ORDER BY kind, id))"
    f" FROM ({' UNION ALL '.join(_ROWS)}) AS rows (kind, id, version, other) WHERE EXISTS (SELECT FROM m)"
)


def of_profile(slug: str, now: datetime) -> str:
    """Another one after any change of that mediator's page, a hold that expired included; empty when not known.

    In one statement. What others have free, which an empty page shows, is not in it.
    """
    values = {"slug": slug, "now": now, "since": now - REACH}
    return _one(_PROFILE, values)


def of_everything(aliases: Iterable[str]) -> str:
    """Another one after anything at all was committed: the snapshots of the databases that pages read."""
    every = [_one("SELECT pg_current_snapshot()::text", {}, alias) for alias in aliases]
    return " ".join(every) if all(every) else ""


def _one(statement: str, values: dict[str, Any], alias: str = "default") -> str:
    """Empty inside a transaction: what it has written itself is no other version.

    Beside Django's cursor, which would ask first whether the connection lives, and have the plan made each time: both
    cost more than the answer. Raises OperationalError, InterfaceError where the connection was lost.
    """
    connection = connections[alias]
    if connection.in_atomic_block:
        return ""
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        row = cursor.execute(statement.encode(), values, prepare=True).fetchone()
    return str(row[0]) if row else ""
