"""Whose agenda a secretary is in: the field that forms carry it in, and what the pages say of it."""

from typing import Any

from django.http import HttpRequest

FIELD = "agenda"


def context(request: HttpRequest) -> dict[str, Any]:
    """Set by `web.mediator.profile.with_agenda`, for secretaries only."""
    agenda = getattr(request, "agenda", None)
    return {"agenda": agenda, "agendas": getattr(request, "agendas", [])} if agenda else {}
