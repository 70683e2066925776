"""« Me prévenir si un créneau se libère »: entering a mediator's waiting list, with or without an account, and the
doors of its letters."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.agenda import catalogue, openings, waiting
from allomediateur.agenda.models import Transition, Wait
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.display import visitor_zone
from allomediateur.web.public.choosing import listed
from allomediateur.web.public.waiting_forms import JoinForm
from allomediateur.web.ui import near, zones
from allomediateur.web.ui import waiting as shared
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.waiting import Seat
from allomediateur.web.ui.zones import viewer_zone

View = Callable[[HttpRequest, str], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """What one waits for and where to be told (GET); the place in the list, or the letter that asks first (POST)."""
    now = datetime.now(UTC)
    found = listed(slug, now)
    form = _form(request, found, now)
    if form is None:
        return _nothing(request, found, now)
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, form, now)
    who = _person(request, form)
    _limit(request, who)
    try:
        made = waiting.join(found, form.asked(), who, now, form.cleaned_data["key"])
    except waiting.SuitsAlready as free:
        return _page(request, found, form, now, free.slots)
    except KeyReused:
        return redirect("wait_join", slug=slug)
    if made.user_id and made.state == Wait.State.WAITING:
        messages.success(request, _("Vous êtes dans la liste d’attente."))
        return redirect("client_wait", reference=made.reference)
    return redirect("wait_sent", slug=slug)


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens next, whoever asks: no address of anybody's."""
    return render(request, "wait/sent.html", {"mediator": listed(slug, datetime.now(UTC))})


def kind_when_invalid(view: View) -> View:
    """An unknown, truncated or expired link gets a page that says what to do; nothing here is kept by a cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, token)
        except waiting.LinkInvalid as invalid:
            context = {"ended": invalid.wait, "page_error": True, "now": datetime.now(UTC)}
            return render(request, "wait/invalid.html", context, status=410 if invalid.wait else 404)

    return never_cache(answer)


@kind_when_invalid
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    now = datetime.now(UTC)
    return shared.page(request, _seat(request, token, now), now)


@kind_when_invalid
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    now = datetime.now(UTC)
    return shared.leave(request, _seat(request, token, now), now)


def _seat(request: HttpRequest, token: str, now: datetime) -> Seat:
    """Raises LinkInvalid."""
    wait = waiting.find(token, now)
    return Seat(
        wait=wait,
        hand=Transition.By.CLIENT if wait.user_id else Transition.By.VISITOR,
        page=reverse("wait", args=[token]),
        leave=reverse("wait_leave", args=[token]),
        zone=visitor_zone(request.session.get(zones.CHOSEN), wait.zone),
    )


def _form(request: HttpRequest, found: Mediator, now: datetime) -> JoinForm | None:
    """None for whom nobody may book."""
    services = catalogue.services(found, now)
    if not services:
        return None
    sent = request.POST if request.method == "POST" else None
    return JoinForm(
        sent, services=services, places=openings.places(found, now), zone=viewer_zone(request), now=now,
        initial=_known(request),
    )  # fmt: skip


def _known(request: HttpRequest) -> dict[str, str]:
    """What the mediator's page was showing, and what the account says."""
    word, office = request.GET.get("modalite", ""), request.GET.get("lieu-exercice", "")
    told = {"service": request.GET.get("prestation", ""), "way": f"{word}-{office}" if office.isdecimal() else word}
    user = request.user
    if isinstance(user, User):
        told |= {"name": user.name, "email": user.email, "phone": user.phone}
    return told | {"key": secrets.token_urlsafe(16)}


def _person(request: HttpRequest, form: JoinForm) -> waiting.Person:
    told = form.cleaned_data
    return waiting.Person(
        told["name"], told["email"], told["phone"], (get_language() or "fr")[:2], viewer_zone(request),
        request.user if isinstance(request.user, User) else None,
    )  # fmt: skip


def _limit(request: HttpRequest, who: waiting.Person) -> None:
    """Raises TooMany. An address that nobody has proven is written to so often and no more."""
    allow(request, "wait")
    if not waiting.is_proven(who):
        allow(request, "letter", who.email.strip().lower())


def _page(
    request: HttpRequest, found: Mediator, form: JoinForm, now: datetime, free: list[openings.Slot] | None = None
) -> HttpResponse:
    zone = viewer_zone(request)
    context: dict[str, Any] = {
        "mediator": found, "form": form, "zone": zone, "free": shared.free_links(free or [], found.slug),
        "page_error": bool(free), "counts": sum(waiting.counts(found, now).values()),
    }  # fmt: skip
    return render(request, "wait/join.html", context, status=409 if free else 422 if form.errors else 200)


def _nothing(request: HttpRequest, found: Mediator, now: datetime) -> HttpResponse:
    return render(request, "wait/nothing.html", {"mediator": found, "near": near.lines(found, "", None, now)})
