"""The doors of letters: see, move, cancel, confirm an appointment without a password. Only POST changes anything."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from allomediateur.agenda import confirming, states
from allomediateur.agenda.confirming import LinkInvalid
from allomediateur.agenda.models import AccessLink
from allomediateur.web.ui import appointments, moving
from allomediateur.web.ui.appointments import Addresses, Visit, zone_of_reader

View = Callable[[HttpRequest, str], HttpResponse]
MANAGE = AccessLink.Purpose.MANAGE


def kind_when_invalid(view: View) -> View:
    """An unknown, truncated or expired link gets a page that says what to do; nothing here is kept by a cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, token)
        except LinkInvalid as invalid:
            return _invalid(request, invalid)

    return never_cache(answer)


@kind_when_invalid
@require_GET
def page(request: HttpRequest, token: str) -> HttpResponse:
    return appointments.page(request, _visit(request, token), timezone.now())


@kind_when_invalid
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, token: str) -> HttpResponse:
    return moving.move(request, _visit(request, token), timezone.now())


@kind_when_invalid
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    return appointments.cancel(request, _visit(request, token), timezone.now())


@kind_when_invalid
@require_GET
def ics(request: HttpRequest, token: str) -> HttpResponse:
    return appointments.ics(_visit(request, token), timezone.now())


def _visit(request: HttpRequest, token: str) -> Visit:
    """Raises LinkInvalid."""
    link = confirming.peek_link(token, MANAGE, timezone.now())
    reader = link.participant
    return Visit(
        appointment=appointments.read(reader.appointment),
        reader=reader,
        hand=states.hand_of(reader),
        at=Addresses(
            page=reverse("appointment", args=[token]),
            move=reverse("appointment_move", args=[token]),
            cancel=reverse("appointment_cancel", args=[token]),
            ics=reverse("appointment_ics", args=[token]),
        ),
        zone=zone_of_reader(request, reader),
    )


def _invalid(request: HttpRequest, invalid: LinkInvalid) -> HttpResponse:
    """404 for a link that never was, 410 for one that has ended."""
    context = {"ended": invalid.appointment, "page_error": True}
    return render(request, "appointment/invalid.html", context, status=410 if invalid.appointment else 404)
