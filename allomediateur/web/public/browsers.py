"""What ties a booking to the browser that makes it: a random token in its session, nothing in the address."""

import secrets

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from allomediateur.agenda.models import Appointment

KEY = "browser"
RELATED = ("mediator__user", "service", "office__commune")


class Elsewhere(Exception):
    """This browser does not hold that booking."""


def token(request: HttpRequest, form: str = "") -> str:
    """The browser's own, made at its first hold. `form`: the key of the form that asks for it. Sent again because no
    answer came, and with it no session, the same form makes the same token; only its browser has the CSRF secret."""
    if KEY not in request.session:
        secret = request.META.get("CSRF_COOKIE", "")
        again = salted_hmac(KEY, f"{secret} {form}", algorithm="sha256").hexdigest() if secret and form else ""
        request.session[KEY] = again or secrets.token_urlsafe(32)
    return str(request.session[KEY])


def mine(request: HttpRequest, ref: str) -> Appointment:
    """The booking named `ref` if this browser makes it. Raises Elsewhere."""
    browser = request.session.get(KEY)
    rows = Appointment.objects.select_related(*RELATED).prefetch_related("mediator__offices", "participants")
    found = rows.filter(reference=ref, browser=browser).first() if browser else None
    if found is None:
        raise Elsewhere
    return found


def former(request: HttpRequest, ref: str) -> Appointment | None:
    """The one that a form names, if it is this browser's."""
    try:
        return mine(request, ref.replace("\x00", "")) if ref else None
    except Elsewhere:
        return None
