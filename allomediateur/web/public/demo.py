"""The demo's own pages: enter as somebody, read the letters. Routed with DEMO=1 only."""

from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from allomediateur.accounts import demo
from allomediateur.accounts.models import User
from allomediateur.notify.models import Letter, Text
from allomediateur.web.ui import proof

PER_PAGE = 30
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Signed in as one of the demo's accounts, without a password."""
    email = request.POST.get("email", "")
    if email not in demo.ACCOUNTS:
        raise Http404
    login(request, get_object_or_404(User, email=email), backend=BACKEND)
    record_authentication(request, request.user, proof.DEMO)
    UserSession.objects.create_from_request(request)
    target = request.POST.get("next", "")
    return redirect(target if _is_ours(target, request) else "account_landing")


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The newest first; `pour` narrows to the addresses that contain it."""
    wanted = request.GET.get("pour", "").replace("\x00", "").strip()
    page = Paginator(Letter.objects.filter(to__icontains=wanted), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/letters.html", {"letters": page, "wanted": wanted})


@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """SMS, the newest first; `pour` narrows to the numbers that contain it, written with or without blanks."""
    wanted = request.GET.get("pour", "").replace("\x00", "").strip()
    found = Text.objects.filter(to__icontains="".join(wanted.split()).lstrip("0"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/texts.html", {"texts": page, "wanted": wanted})


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Letter, pk=pk)
    return render(request, "demo/letter.html", {"letter": found, "paragraphs": _paragraphs(found.text)})


@require_safe
@csp_replace({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["data:"]})  # type: ignore[arg-type]
def letter_html(request: HttpRequest, pk: int) -> HttpResponse:
    """As a mail reader shows it: its own styles, no script."""
    return HttpResponse(get_object_or_404(Letter, pk=pk).html)


@require_safe
def letter_ics(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Letter.objects.exclude(ics=""), pk=pk)
    headers = {"Content-Disposition": 'attachment; filename="rendez-vous.ics"'}
    return HttpResponse(
        found.ics, content_type=f"text/calendar; charset=utf-8; method={found.ics_method}", headers=headers
    )


def _is_ours(url: str, request: HttpRequest) -> bool:
    return bool(url) and url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())


def _paragraphs(text: str) -> list[list[tuple[str, str]]]:
    """Lines as (text, link): a line that is one of our addresses is a link to it, wherever the demo runs."""
    return [[(line, _path(line)) for line in part.split("\n")] for part in text.split("\n\n")]


def _path(line: str) -> str:
    line = line.strip()
    if not line.startswith(f"{settings.SITE_URL}/"):
        return ""
    parts = urlsplit(line)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
