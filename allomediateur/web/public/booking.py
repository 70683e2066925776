"""From the held slot to the booking: who I am, check my answers, confirm. What is typed survives a lost slot."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.agenda import booking, states
from allomediateur.agenda.booking import HoldExpired
from allomediateur.agenda.models import Appointment, Modality, State
from allomediateur.agenda.refusals import SlotLost
from allomediateur.web.public import browsers, choosing
from allomediateur.web.public.booking_forms import WhoForm
from allomediateur.web.ui.appointments import clocks, prepare, service_name
from allomediateur.web.ui.zones import viewer_zone

TYPED = "typed"
View = Callable[[HttpRequest, Appointment], HttpResponse]


def of_this_browser(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """The booking is the one of this browser; another one gets a page that says where to go on."""

    @wraps(view)
    def answer(request: HttpRequest, ref: str) -> HttpResponse:
        try:
            return view(request, browsers.mine(request, ref))
        except browsers.Elsewhere:
            return render(request, "public/booking/elsewhere.html", {"page_error": True}, status=404)

    return never_cache(answer)


def held_or_on(view: View) -> View:
    """A booking that went on is followed; a hold that ran out is taken again while its slot is free."""

    @wraps(view)
    def answer(request: HttpRequest, appointment: Appointment) -> HttpResponse:
        now = datetime.now(UTC)
        if states.is_settled(appointment):
            return redirect("booking_done", ref=appointment.reference)
        if appointment.state == State.UNCONFIRMED and states.is_pending(appointment, now):
            return redirect("booking_code", ref=appointment.reference)
        if states.is_pending(appointment, now):
            return view(request, appointment)
        try:
            again = _again(request, appointment, now)
        except SlotLost as gone:
            return choosing.lost(request, gone, appointment.mediator, appointment.service, appointment)
        return view(request, again)

    return answer


@of_this_browser
@require_http_methods(["GET", "HEAD", "POST"])
@held_or_on
def who(request: HttpRequest, held: Appointment) -> HttpResponse:
    form = _who_form(request, held)
    if request.method == "POST":
        request.session[TYPED] = {name: request.POST.get(name, "")[:254] for name in ("name", "email", "phone")}
        if form.is_valid():
            _describe(request, held, form.cleaned_data)
            return redirect("booking_check", ref=held.reference)
    status = 422 if form.errors else 200
    return render(request, "public/booking/who.html", {**facts(request, held), "form": form}, status=status)


@of_this_browser
@require_http_methods(["GET", "HEAD", "POST"])
@held_or_on
def check(request: HttpRequest, held: Appointment) -> HttpResponse:
    """All the answers, each with its way back (GET); the booking (POST)."""
    client = states.client_of(held)
    if client is None:
        return redirect("booking_who", ref=held.reference)
    if request.method == "POST":
        return _book(request, held)
    context = {**facts(request, held), "client": client, "key": secrets.token_urlsafe(16)}
    return render(request, "public/booking/check.html", context)


def _book(request: HttpRequest, held: Appointment) -> HttpResponse:
    user, key = _user(request), request.POST.get("key", "")[:64]
    try:
        booked = booking.book(held, user=user, key=key, now=datetime.now(UTC))
    except KeyReused:
        return redirect("booking_check", ref=held.reference)
    except HoldExpired:
        return redirect("booking_who", ref=held.reference)
    except SlotLost as gone:
        return choosing.lost(request, gone, held.mediator, held.service, held)
    request.session.pop(TYPED, None)
    return redirect("booking_done" if states.is_settled(booked) else "booking_code", ref=booked.reference)


@of_this_browser
@require_POST
def extend(request: HttpRequest, held: Appointment) -> HttpResponse:
    try:
        booking.extend(held, datetime.now(UTC))
    except HoldExpired:
        messages.warning(request, _("Le créneau n’était plus gardé : nous vérifions s’il est encore libre."))
    return redirect("booking_who" if states.client_of(held) is None else "booking_check", ref=held.reference)


@of_this_browser
@require_POST
def release(request: HttpRequest, held: Appointment) -> HttpResponse:
    booking.release(held, datetime.now(UTC))
    messages.info(request, _("Le créneau est rendu. Rien n’a été réservé."))
    return redirect("mediator", slug=held.mediator.slug)


def facts(request: HttpRequest, appointment: Appointment) -> dict[str, Any]:
    """What every step says of the slot."""
    main, other = clocks(appointment, viewer_zone(request))
    return {
        "appointment": appointment,
        "zone": main,
        "other_zone": other,
        "service_name": service_name(appointment.service),
        "prepare": prepare(appointment.service),
    }


def _again(request: HttpRequest, former: Appointment, now: datetime) -> Appointment:
    """Raises SlotLost."""
    held = booking.hold(
        mediator=former.mediator, service=former.service, modality=former.modality, office=former.office,
        start=former.starts_at, browser=browsers.token(request), now=now, former=former,
    )  # fmt: skip
    return browsers.mine(request, held.reference)


def _who_form(request: HttpRequest, held: Appointment) -> WhoForm:
    return WhoForm(
        request.POST if request.method == "POST" else None,
        zone=viewer_zone(request),
        phone_required=held.modality == Modality.PHONE,
        initial=_known(request, held),
    )


def _known(request: HttpRequest, held: Appointment) -> dict[str, str]:
    """What was told for this slot, else typed before, else what the account says."""
    if client := states.client_of(held):
        return {"name": client.name, "email": client.email, "phone": str(client.phone or "")}
    if typed := request.session.get(TYPED):
        return dict(typed)
    user = _user(request)
    return {"name": user.name, "email": user.email, "phone": str(user.phone or "")} if user else {}


def _describe(request: HttpRequest, held: Appointment, told: dict[str, str]) -> None:
    booking.describe(
        held, name=told["name"], email=told["email"], phone=told["phone"], language=(get_language() or "fr")[:2],
        zone=viewer_zone(request), user=_user(request), now=datetime.now(UTC),
    )  # fmt: skip


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
