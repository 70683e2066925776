"""Home, the legal pages, the choice of a time zone."""

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from allomediateur.accounts import notices
from allomediateur.privacy import retention
from allomediateur.scheduling import wording
from allomediateur.scheduling.wall import is_zone
from allomediateur.web.public import asking
from allomediateur.web.ui import zones


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "public/home.html", asking.choices())


@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    return render(request, "public/legal_notice.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {
        "rules": retention.RULES,
        "notice_day": wording.day(notices.day(), get_language() or "fr", today=date.min),
    }
    return render(request, "public/privacy.html", context)


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return render(request, "public/cookies.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


@require_safe
def quick_exit(request: HttpRequest) -> HttpResponse:
    """What the button does, and what it cannot do."""
    return render(request, "public/quick_exit.html", {"exit_host": urlsplit(settings.QUICK_EXIT_URL).hostname})


@require_POST
def choose_zone(request: HttpRequest) -> HttpResponse:
    """The zone this browser reads times in, kept in the session; back to where one was. Nonsense changes nothing."""
    zone, target = request.POST.get("zone", ""), request.POST.get("next", "")
    if is_zone(zone):
        request.session[zones.CHOSEN] = zone
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if target and safe else "search")
