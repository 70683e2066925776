"""The short address of a mediator's page, and its QR code, under one address for every language."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from allomediateur.directory import sharing
from allomediateur.directory.models import Mediator
from allomediateur.web.public.choosing import listed


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """To the page while it is listed, and to the service that the link names; asked for again each time."""
    found = sharing.find(code, datetime.now(UTC))
    if found is None:
        raise Http404
    service = request.GET.get("prestation", "")[:9]
    query = f"?prestation={service}#creneaux" if service.isascii() and service.isdigit() else ""
    return _fresh(HttpResponseRedirect(reverse("mediator", args=[found.slug]) + query))


@require_safe
def qr_svg(request: HttpRequest, slug: str) -> HttpResponse:
    return _drawn(slug, sharing.qr_svg, "image/svg+xml")


@require_safe
def qr_png(request: HttpRequest, slug: str) -> HttpResponse:
    return _drawn(slug, sharing.qr_png, "image/png")


def _drawn(slug: str, draw: Callable[[Mediator], bytes], content_type: str) -> HttpResponse:
    found = listed(slug, datetime.now(UTC))
    return _fresh(HttpResponse(draw(found), content_type=content_type))


def _fresh(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = "no-cache"
    return answer
