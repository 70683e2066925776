"""« Plus tôt si possible »: who has an appointment waits for an earlier time of it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from allomediateur.agenda import changing, openings, states, waiting
from allomediateur.agenda.models import Appointment, Modality, Participant, State, Wait
from allomediateur.agenda.openings import Slot
from allomediateur.web.ui import slots
from allomediateur.web.ui.appointments import Visit, facts, may_change, refused
from allomediateur.web.ui.waiting import criteria
from allomediateur.web.ui.waiting_form import WishForm


def sooner(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """What would suit (GET), then the place in the list, or out of it (POST)."""
    if not may_ask(visit, now):
        return refused(request, visit, now)
    if request.method == "POST" and request.POST.get("acte") == "quitter":
        return _leave(request, visit, now)
    form = _form(request, visit.appointment, visit.zone, now)
    if request.method != "POST" or not form.is_valid():
        return _page(request, visit, form, now)
    try:
        waiting.sooner(visit.appointment, form.asked(), visit.hand, now)
    except waiting.SuitsAlready as free:
        return _page(request, visit, form, now, free.slots)
    except waiting.PhoneMissing:
        form.add_error("way", _("Ce rendez-vous n’a pas de numéro de téléphone : choisissez une autre manière."))
        return _page(request, visit, form, now)
    except (changing.NotChangeable, changing.TooLate):
        return refused(request, visit, now)
    visit.acted("sooner")
    messages.success(request, _("C’est noté : une lettre vous prévient si un créneau plus tôt se libère."))
    return HttpResponseRedirect(visit.at.page)


def may_ask(visit: Visit, now: datetime) -> bool:
    """The client of a confirmed one, who has an address to be told at."""
    is_confirmed = visit.appointment.state == State.CONFIRMED and may_change(visit, now)
    client = states.client_of(visit.appointment)
    is_clients = visit.reader.role == Participant.Role.CLIENT
    return is_confirmed and is_clients and client is not None and bool(client.email)


def _leave(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    if wait := asked(visit.appointment, now):
        waiting.leave(wait, visit.hand, now)
        messages.success(request, _("Vous n’attendez plus de créneau plus tôt. Votre rendez-vous reste à sa place."))
    return HttpResponseRedirect(visit.at.page)


def asked(appointment: Appointment, now: datetime) -> Wait | None:
    """The wait for an earlier time, if any."""
    return Wait.objects.live(now).filter(appointment=appointment).select_related("service", "office").first()


def _form(request: HttpRequest, appointment: Appointment, zone: str, now: datetime) -> WishForm:
    word = slots.way_word((appointment.modality, appointment.office_id))
    places = [one for one in openings.places(appointment.mediator, now) if one.serves(appointment.service)]
    remote = Modality(appointment.modality) != Modality.IN_PERSON
    sent = request.POST if request.method == "POST" else None
    initial = {"way": word if remote else slots.WORDS[Modality.IN_PERSON]}
    return WishForm(sent, services=[], places=places, zone=zone, now=now, initial=initial)


def _page(
    request: HttpRequest, visit: Visit, form: WishForm, now: datetime, free: list[Slot] | None = None
) -> HttpResponse:
    wait = asked(visit.appointment, now)
    context: dict[str, Any] = facts(visit, now) | {
        "form": form, "wait": wait, "criteria": criteria(wait) if wait else "", "free": free or [],
        "page_error": bool(free),
    }  # fmt: skip
    return render(request, "appointment/sooner.html", context, status=409 if free else 422 if form.errors else 200)
