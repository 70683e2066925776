"""What every template knows."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from allomediateur.accounts import notices
from allomediateur.web.ui import acting
from allomediateur.web.ui.zones import viewer_zone


def site(request: HttpRequest) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "brand": brand(),
        "demo": settings.DEMO,
        "consumer_site_url": settings.CONSUMER_SITE_URL,
        "conciliator_site_url": settings.CONCILIATOR_SITE_URL,
        "viewer_zone": viewer_zone(request),
        "now": now,
        "acting": acting.current(request, now),
        "notice": notices.CURRENT,
    }


def brand() -> dict[str, str]:
    """The names that are configuration."""
    return {
        "name": settings.BRAND,
        "certificate": settings.CERTIFICATE_NAME,
        "chamber": settings.CHAMBER_NAME,
        "ethics_code": settings.ETHICS_CODE_NAME,
        "ethics_code_version": settings.ETHICS_CODE_VERSION,
        "ethics_code_url": settings.ETHICS_CODE_URL,
        "publisher": settings.PUBLISHER,
        "contact_email": settings.CONTACT_EMAIL,
    }
