"""What the public pages are made of, as versions that PostgreSQL itself keeps: nothing to write, nothing to forget.

A row's `xmin` is the transaction that wrote it: another one after every change, and never seen before its commit.
Times are not versions (two transactions may bear the same, and commit in another order); counters are rows that all
bookings would wait for. A version says nothing of the clock: who keeps one keeps it for a minute at most.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections

from allomediateur.agenda.models import LIVE, PENDING

REACH = timedelta(days=10)
"""Appointments that ended longer ago weigh on no slot: limits count by week at most."""

_ROWS = {
    "directory_office": "SELECT o.id, o.xmin, c.xmin FROM directory_office o"
    " LEFT JOIN directory_commune c ON c.code = o.commune_id WHERE o.mediator_id = m.id",
    "directory_photo": "SELECT id, xmin FROM directory_photo WHERE mediator_id = m.id",
    "directory_specialty": "SELECT s.id, s.xmin, t.xmin FROM directory_mediator_specialties t"
    " JOIN directory_specialty s ON s.id = t.specialty_id WHERE t.mediator_id = m.id",
    "directory_practice": "SELECT p.id, p.xmin, b.xmin FROM directory_practicemember b"
    " JOIN directory_practice p ON p.id = b.practice_id WHERE b.mediator_id = m.id",
    "agenda_service": "SELECT id, xmin FROM agenda_service WHERE mediator_id = m.id",
    "agenda_opening": "SELECT id, xmin FROM agenda_opening WHERE mediator_id = m.id",
    "agenda_openingexception": "SELECT id, xmin FROM agenda_openingexception WHERE mediator_id = m.id",
    "agenda_busy": "SELECT id, xmin FROM agenda_busy WHERE mediator_id = m.id AND ends_at > %(since)s::timestamptz",
    "agenda_appointment": "SELECT id, xmin, state = ANY(%(pending)s::text[]) AND expires_at <= %(now)s::timestamptz"
    " FROM agenda_appointment WHERE mediator_id = m.id AND starts_at > %(since)s::timestamptz"
    " AND state = ANY(%(live)s::text[])",
    "configuration_setting": "SELECT key, xmin FROM configuration_setting",
}
"""What a mediator's page shows, by table: which rows, and which version of each."""

_TOGETHER = "(SELECT string_agg(r::text, '' ORDER BY r::text) FROM ({}) r)"
_PROFILE = (
    "SELECT md5(concat_ws('/', m.id, m.xmin, u.xmin, "  # noqa: S608 - constants
    + ", ".join(_TOGETHER.format(rows) for rows in _ROWS.values())
    + ")) FROM directory_mediator m JOIN accounts_user u ON u.id = m.user_id WHERE m.slug = %(slug)s::text"
)


def of_profile(slug: str, now: datetime) -> str:
    """Another one after any change of that mediator's page, a hold that expired included; empty when not known.

    In one statement. What others have free, which an empty page shows, is not in it.
    """
    values = {"slug": slug, "now": now, "since": now - REACH, "live": list(LIVE), "pending": list(PENDING)}
    return _one(_PROFILE, values)


def of_everything() -> str:
    """Another one after anything at all was committed: the snapshots of the databases that pages read."""
    every = [_one("SELECT pg_current_snapshot()::text", {}, alias) for alias in settings.DATABASES]
    return " ".join(every) if all(every) else ""


def _one(statement: str, values: dict[str, Any], alias: str = "default") -> str:
    """Empty inside a transaction: what it has written itself is no other version."""
    if connections[alias].in_atomic_block:
        return ""
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return str(row[0]) if row else ""
