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

from allomediateur.accounts import people
from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.agenda import agreed, booking, states
from allomediateur.agenda.booking import HoldExpired
from allomediateur.agenda.models import Appointment, Modality, Participant, State
from allomediateur.agenda.refusals import SlotLost
from allomediateur.web.public import browsers, losing
from allomediateur.web.public.booking_forms import PlaceForm, WhoForm
from allomediateur.web.public.mandate_forms import FIELDS as MANDATE
from allomediateur.web.public.mandate_forms import ME, OTHER
from allomediateur.web.ui.appointments import clocks, prepare, service_name
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.slots import WORDS
from allomediateur.web.ui.zones import viewer_zone

TYPED = "typed"
FIELDS = ("name", "email", "phone", "address", "town", *MANDATE)
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
    """A booking that went on is followed. One that ended says so; a form sent all the same takes its slot again."""

    @wraps(view)
    def answer(request: HttpRequest, appointment: Appointment) -> HttpResponse:
        now = datetime.now(UTC)
        if states.is_settled(appointment):
            return redirect("booking_done", ref=appointment.reference)
        if states.is_pending(appointment, now):
            unconfirmed = appointment.state == State.UNCONFIRMED
            return redirect("booking_code", ref=appointment.reference) if unconfirmed else view(request, appointment)
        if request.method != "POST" or appointment.state == State.CANCELLED:
            return losing.ended(request, appointment, now)
        remember(request)
        try:
            return view(request, _again(request, appointment, now))
        except SlotLost as gone:
            return losing.lost(request, gone, appointment.mediator, appointment.service, appointment, now)

    return answer


@of_this_browser
@require_http_methods(["GET", "HEAD", "POST"])
@held_or_on
def who(request: HttpRequest, held: Appointment) -> HttpResponse:
    """The form; asked for more time, it gives it and keeps what is typed so far."""
    if request.method != "POST":
        return _who(request, held, _form(request, held))
    remember(request)
    if "prolonger" in request.POST:
        return extend_to(request, held, "booking_who")
    form = _form(request, held, request.POST)
    if not form.is_valid():
        return _who(request, held, form)
    _describe(request, held, form.cleaned_data)
    return redirect("booking_check", ref=held.reference)


def _who(request: HttpRequest, held: Appointment, form: WhoForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "public/booking/who.html", {**facts(request, held), "form": form}, status=status)


@of_this_browser
@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@held_or_on
def check(request: HttpRequest, held: Appointment) -> HttpResponse:
    """All the answers, each with its way back (GET); the booking (POST)."""
    client = states.client_of(held)
    if client is None or (held.modality == Modality.PHONE and not client.phone) or lacks_place(held):
        return redirect("booking_who", ref=held.reference)
    if request.method == "POST":
        return _book(request, held, client)
    agent = states.agent_of(held)
    told = {"client": client, "agent": agent, "key": secrets.token_urlsafe(16)}
    context = {**facts(request, held, agent or client), **told}
    return render(request, "public/booking/check.html", context)


def _book(request: HttpRequest, held: Appointment, client: Participant) -> HttpResponse:
    agent = states.agent_of(held)
    if agent:
        # Somebody who has asked for nothing is written to.
        allow(request, "mandate")
        allow(request, "letter", client.email)
    if not _is_proven(request, agent or client):
        allow(request, "letter", (agent or client).email)
    user, key, now = _user(request), request.POST.get("key", "")[:64], datetime.now(UTC)
    try:
        booked = booking.book(held, user=user, key=key, now=now)
    except (KeyReused, HoldExpired):
        return redirect("booking_check", ref=held.reference)
    except SlotLost as gone:
        return losing.lost(request, gone, held.mediator, held.service, held, now)
    request.session.pop(TYPED, None)
    return redirect("booking_done" if states.is_settled(booked) else "booking_code", ref=booked.reference)


@of_this_browser
@require_POST
def extend(request: HttpRequest, held: Appointment) -> HttpResponse:
    return extend_to(request, held, "booking_check" if states.client_of(held) else "booking_who")


def extend_to(request: HttpRequest, held: Appointment, page: str) -> HttpResponse:
    """A hold that ran out meanwhile is told by the page that follows."""
    try:
        booking.extend(held, datetime.now(UTC))
        messages.success(request, _("Le créneau vous est gardé plus longtemps."))
    except HoldExpired:
        pass
    return redirect(page, ref=held.reference)


@of_this_browser
@require_POST
def release(request: HttpRequest, held: Appointment) -> HttpResponse:
    booking.release(held, datetime.now(UTC))
    request.session.pop(TYPED, None)
    messages.info(request, _("Le créneau est rendu. Rien n’a été réservé."))
    return redirect("mediator", slug=held.mediator.slug)


def lacks_place(held: Appointment) -> bool:
    return agreed.is_agreed(held) and not held.place


def facts(request: HttpRequest, appointment: Appointment, booker: Participant | None = None) -> dict[str, Any]:
    """What every step says of the slot."""
    main, other = clocks(appointment, viewer_zone(request))
    is_proven = _is_proven(request, booker)
    return {
        "appointment": appointment,
        "zone": main,
        "other_zone": other,
        "service_name": service_name(appointment.service),
        "prepare": prepare(appointment.service),
        "modality_word": WORDS[Modality(appointment.modality)],
        "steps": 3 if is_proven else 4,
        "change_hours": appointment.service.change_until_hours,
    }


def _is_proven(request: HttpRequest, booker: Participant | None) -> bool:
    """Whether no letter has to be answered first by who books."""
    user = _user(request)
    return user is not None and people.owns(user, booker.email if booker else user.email)


def remember(request: HttpRequest) -> None:
    """What is typed, as it is: a refused form, a lost slot and a longer hold find it again."""
    if any(name in request.POST for name in FIELDS):
        request.session[TYPED] = {name: request.POST.get(name, "").replace("\x00", "")[:254] for name in FIELDS}


def _again(request: HttpRequest, former: Appointment, now: datetime) -> Appointment:
    """Raises SlotLost."""
    held = booking.hold(
        mediator=former.mediator, service=former.service, modality=former.modality, office=former.office,
        start=former.starts_at, browser=browsers.token(request), now=now, former=former,
    )  # fmt: skip
    return browsers.mine(request, held.reference)


def _form(request: HttpRequest, held: Appointment, sent: Any = None) -> WhoForm:
    kind = PlaceForm if agreed.is_agreed(held) else WhoForm
    return kind(sent, held=held, zone=viewer_zone(request), initial=_known(request, held))


def _known(request: HttpRequest, held: Appointment) -> dict[str, Any]:
    """What was typed last, else told for this slot, else what the account says."""
    if typed := request.session.get(TYPED):
        return dict(typed)
    agent, client = states.agent_of(held), states.client_of(held)
    known = agent or client or _user(request)
    told = {"name": known.name, "email": known.email, "phone": known.phone} if known else {}
    address, _comma, town = held.place.rpartition(", ")
    return told | {"address": address, "town": town, "for_whom": ME, **_known_person(agent, client)}


def _known_person(agent: Participant | None, client: Participant | None) -> dict[str, Any]:
    if agent is None or client is None:
        return {}
    return {
        "for_whom": OTHER, "capacity": agent.capacity, "organisation": agent.organisation, "person_name": client.name,
        "person_email": client.email, "person_phone": client.phone, "person_language": client.language,
    }  # fmt: skip


def _describe(request: HttpRequest, held: Appointment, told: dict[str, Any]) -> None:
    prefix, language = "", (get_language() or "fr")[:2]
    if agent := told["agent"]:
        prefix, language = "person_", told["person_language"] or language
    name, email, phone = (told[f"{prefix}{one}"] for one in ("name", "email", "phone"))
    booking.describe(
        held, name=name, email=email, phone=phone, language=language, zone=viewer_zone(request),
        place=told.get("place"), user=_user(request), agent=agent, now=datetime.now(UTC),
    )  # fmt: skip


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
