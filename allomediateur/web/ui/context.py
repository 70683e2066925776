"""What every template knows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from allomediateur.accounts import notices
from allomediateur.configuration import names
from allomediateur.web.ui import acting, entrusted
from allomediateur.web.ui.zones import viewer_zone


def site(request: HttpRequest) -> dict[str, Any]:
    """In one query: what staff have set."""
    values, now = names.everything(), datetime.now(UTC)
    return {
        "brand": brand(values),
        "demo": settings.DEMO,
        "consumer_site_url": values["consumer_site_url"],
        "conciliator_site_url": values["conciliator_site_url"],
        "announcement": names.banner(values, get_language() or "fr", now),
        "viewer_zone": viewer_zone(request),
        "now": now,
        "acting": acting.current(request, now),
        "notice": notices.CURRENT,
        **entrusted.context(request),
    }


def brand(values: Mapping[str, str]) -> dict[str, str]:
    """The names that are configuration."""
    kept = (
        "certificate", "chamber", "chamber_url", "school", "ethics_code", "ethics_code_version", "ethics_code_url",
        "publisher", "host", "contact_email",
    )  # fmt: skip
    return {"name": settings.BRAND} | {key: values[key] for key in kept}
