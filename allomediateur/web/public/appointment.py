"""The doors of letters: see, move, cancel, confirm an appointment without a password. Only POST changes anything."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.agenda import confirming, mandates, states
from allomediateur.agenda.confirming import LinkInvalid
from allomediateur.agenda.models import AccessLink
from allomediateur.agenda.refusals import HoldExpired, SlotLost
from allomediateur.web.public import browsers, doors, proving
from allomediateur.web.ui import appointments, guests, keeping, moving, near
from allomediateur.web.ui import sooner as earlier
from allomediateur.web.ui.appointments import Addresses, Visit, zone_of_reader
from allomediateur.web.ui.limiting import refused_calmly

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
@require_safe
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
@require_http_methods(["GET", "HEAD", "POST"])
def sooner(request: HttpRequest, token: str) -> HttpResponse:
    return earlier.sooner(request, _visit(request, token), timezone.now())


@kind_when_invalid
@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    return appointments.ics(_visit(request, token), timezone.now())


@kind_when_invalid
@require_safe
def pdf(request: HttpRequest, token: str) -> HttpResponse:
    return keeping.sheet(_visit(request, token), timezone.now())


@kind_when_invalid
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button (GET: a mail scanner's visit confirms nothing), and the proof (POST)."""
    now = timezone.now()
    visit = _confirming(request, token, now)
    if request.method != "POST":
        return _confirm_page(request, visit, now)
    if request.POST.get("acte") == "refuser":
        return _refused(request, visit, token, now)
    try:
        confirmed = confirming.confirm_with_link(token, now)
    except SlotLost:
        return _confirm_page(request, visit, now, is_lost=True)
    except HoldExpired:
        return _confirm_page(request, _confirming(request, token, now), now)
    if not confirmed.already and states.is_settled(confirmed.appointment):
        messages.success(request, _("Votre rendez-vous est confirmé. Une lettre vous le rappelle."))
    # The browser that booked is the agent's, where there is one: the person concerned does not enter there.
    is_bookers = visit.is_agent or states.agent_of(confirmed.appointment) is None
    if is_bookers and request.session.get(browsers.KEY, "-") == confirmed.appointment.browser:
        proving.enter(request, confirmed)
        return redirect("booking_done", ref=confirmed.appointment.reference)
    return HttpResponseRedirect(reverse("appointment_confirm", args=[token]))


@kind_when_invalid
@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def invites(request: HttpRequest, token: str) -> HttpResponse:
    """Of the client: others who come."""
    visit = _visit(request, token)
    if not visit.at.guests:
        raise Http404
    return guests.invites(request, visit, visit.reader, timezone.now())


@kind_when_invalid
@require_POST
@refused_calmly
def answer(request: HttpRequest, token: str) -> HttpResponse:
    return guests.answer(request, _visit(request, token), timezone.now())


def _confirming(request: HttpRequest, token: str, now: datetime) -> Visit:
    """Raises LinkInvalid."""
    link = confirming.peek_link(token, AccessLink.Purpose.CONFIRM, now)
    reader = link.participant
    # What may be done from here is to confirm: moving and cancelling have their own links, in the next letter.
    here = reverse("appointment_confirm", args=[token])
    return Visit(
        appointment=appointments.read(reader.appointment),
        reader=reader,
        hand=states.hand_of(reader),
        at=Addresses(page=here, move="", cancel="", ics=""),
        zone=zone_of_reader(request, reader),
    )


def _refused(request: HttpRequest, visit: Visit, token: str, now: datetime) -> HttpResponse:
    """By the person concerned; whoever else asks is shown the page again."""
    try:
        mandates.refuse(token, now)
    except HoldExpired:
        return _confirm_page(request, _confirming(request, token, now), now)
    except LinkInvalid:
        return _confirm_page(request, visit, now)
    messages.success(request, _("C’est noté : rien n’est réservé, et personne ne vous demandera pourquoi."))
    return HttpResponseRedirect(reverse("appointment_confirm", args=[token]))


def _confirm_page(request: HttpRequest, visit: Visit, now: datetime, *, is_lost: bool = False) -> HttpResponse:
    """What the appointment is now: to confirm, to bring to its account, confirmed, or gone (409, 410)."""
    context = appointments.facts(visit, now)
    is_gone = context["state"] in states.OVER
    context |= {
        "is_proven": visit.is_agent and states.awaits_person(visit.appointment),
        "is_concerned": not visit.is_agent and context["agent"] is not None,
        "is_lost": is_lost,
        "is_gone": is_gone,
        "is_confirmed": states.is_settled(visit.appointment),
        "may_attach": states.is_settled(visit.appointment) and visit.reader.user_id is None,
        "is_mine": visit.reader.user_id is not None and visit.reader.user_id == request.user.pk,
        "page_error": is_lost,
    }
    if is_gone or is_lost:
        one = visit.appointment
        context["near"] = near.lines(one.mediator, one.modality, one.office, now)
    status = 409 if is_lost else 410 if is_gone else 200
    return render(request, "appointment/confirm.html", context, status=status)


def _visit(request: HttpRequest, token: str) -> Visit:
    """Raises LinkInvalid."""
    link = confirming.peek_link(token, MANAGE, timezone.now())
    reader = link.participant
    return Visit(
        appointment=appointments.read(reader.appointment),
        reader=reader,
        hand=states.hand_of(reader),
        at=doors.addresses(token, reader, by_letter=link.by_letter),
        zone=zone_of_reader(request, reader),
    )


def _invalid(request: HttpRequest, invalid: LinkInvalid) -> HttpResponse:
    """404 for a link that never was, 410 for one that has ended."""
    context = {"ended": invalid.appointment, "page_error": True}
    return render(request, "appointment/invalid.html", context, status=410 if invalid.appointment else 404)
