"""The browsers that a person enters from: known again by a cookie, and named as people name them."""

import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from allomediateur.accounts import people
from allomediateur.accounts.models import User

COOKIE = "__Host-device" if settings.HTTPS else "device"
YEAR = 365 * 24 * 3600
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def greet(request: HttpRequest, response: HttpResponse, user: User) -> bool:
    """Keeps this browser among the person's, and says whether they should hear of it: it is new, and not the first."""
    key = request.COOKIES.get(COOKIE, "")[:64] or secrets.token_urlsafe(32)
    response.set_cookie(COOKIE, key, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return people.is_stranger(user, key, datetime.now(UTC))


def device(agent: str) -> str:
    """« Firefox, Windows »."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("Appareil inconnu")
