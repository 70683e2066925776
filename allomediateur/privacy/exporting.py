"""All that the platform knows of a person, for that person (GDPR, articles 15 and 20)."""

from datetime import datetime
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.agenda import exporting as agenda
from allomediateur.cases import exporting as cases
from allomediateur.directory import exporting as directory
from allomediateur.support import exporting as support


def portrait(user: User, now: datetime) -> dict[str, Any]:
    """Plain values, ready for JSON. Dates are ISO 8601 with their offset; other people's details are not in it."""
    return {
        **agenda.portrait(user), "profile": directory.portrait(user), "agendas_kept": directory.entrusted(user),
        "assistance": support.portrait(user), "confided": cases.portrait(user, now),
    }  # fmt: skip
