"""A slot that cannot be had, or that was had too long: what happened, the same one again if it is free, the nearest."""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allomediateur.agenda import openings, states
from allomediateur.agenda.models import Appointment, Modality, Service, State
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.refusals import SlotLost, SlotTaken
from allomediateur.directory.models import Mediator
from allomediateur.web.ui import near, slots
from allomediateur.web.ui.appointments import service_name
from allomediateur.web.ui.templatetags.ui import modality_text
from allomediateur.web.ui.zones import viewer_zone

CONFLICT, GONE = 409, 410


def lost(
    request: HttpRequest,
    gone: SlotLost,
    found: Mediator,
    service: Service,
    former: Appointment | None,
    now: datetime,
) -> HttpResponse:
    """Somebody else was quicker, or the mediator's hours have changed."""
    if isinstance(gone, SlotTaken):
        title = _("Ce créneau vient d’être réservé")
    else:
        title = _("Ce créneau n’est plus proposé")
    context = _context(request, found, service, former, gone.nearest, now) | {"title": title}
    return render(request, "public/booking/lost.html", context, status=CONFLICT)


def ended(request: HttpRequest, appointment: Appointment, now: datetime) -> HttpResponse:
    """The hold ran out, nobody confirmed, or it was cancelled."""
    wish = appointment.mediator, appointment.service, appointment.modality, appointment.office, appointment.starts_at
    free = openings.nearest(*wish, now) if appointment.mediator.rights_at(now).bookable else []
    again = [one for one in free if _is_same(one, appointment)]
    context = _context(request, appointment.mediator, appointment.service, appointment, free, now) | {
        "title": _what_happened(appointment),
        "again": _button(again[0], appointment.mediator, viewer_zone(request), now) if again else None,
        "days": _days([one for one in free if one not in again], appointment.mediator, viewer_zone(request), now),
    }
    return render(request, "public/booking/lost.html", context, status=GONE)


def _what_happened(appointment: Appointment) -> str:
    if appointment.state == State.CANCELLED:
        return _("Ce rendez-vous a été annulé")
    # The mediator takes part from the booking on.
    if states.mediator_of(appointment):
        return _("Ce rendez-vous n’a pas été confirmé à temps")
    return _("Le créneau n’est plus gardé pour vous")


def _context(
    request: HttpRequest,
    found: Mediator,
    service: Service,
    former: Appointment | None,
    near_slots: list[Slot],
    now: datetime,
) -> dict[str, Any]:
    office = next((one for one in found.offices.all() if one.is_main), None)
    return {
        "mediator": found,
        "service": service,
        "service_name": service_name(service),
        "former": former,
        "is_kept": former is not None and states.client_of(former) is not None,
        "days": _days(near_slots, found, viewer_zone(request), now),
        "main_office": office,
        "town": office.district if office else "",
        "key": secrets.token_urlsafe(16),
        "page_error": True,
        "near": [] if near_slots else near.lines(found, former.modality if former else "", None, now),
        "wait_url": _wait_url(found, service, former) if found.rights_at(now).bookable and service.is_public else "",
    }


def _wait_url(found: Mediator, service: Service, former: Appointment | None) -> str:
    """The same is waited for."""
    told = {"prestation": service.pk} | ({"modalite": slots.WORDS[Modality(former.modality)]} if former else {})
    return f"{reverse('wait_join', args=[found.slug])}?{urlencode(told)}"


def _days(near: list[Slot], found: Mediator, zone: str, now: datetime) -> list[dict[str, Any]]:
    """Each says how one meets: they may differ from what was wanted."""
    places = _zones(found, now)
    dated = [(one, *slots.dated(one, places[_way(one)], zone)) for one in near if _way(one) in places]
    several = len({_way(one) for one in near}) > 1
    return slots.days((button | _noted(one, button, several=several), day) for one, button, day in dated)


def _noted(slot: Slot, button: dict[str, Any], *, several: bool) -> dict[str, str]:
    notes = [button["note"], modality_text(slot.modality) if several else ""]
    return {"note": ", ".join(note for note in notes if note)}


def _button(slot: Slot, found: Mediator, zone: str, now: datetime) -> dict[str, Any] | None:
    places = _zones(found, now)
    return slots.dated(slot, places[_way(slot)], zone)[0] if _way(slot) in places else None


def _zones(found: Mediator, now: datetime) -> dict[tuple[str, int | None], str]:
    return {(one.modality, one.office.pk if one.office else None): one.zone for one in openings.places(found, now)}


def _way(slot: Slot) -> tuple[str, int | None]:
    return slot.modality, slot.office_id


def _is_same(slot: Slot, appointment: Appointment) -> bool:
    wanted = appointment.starts_at, appointment.modality, appointment.office_id
    return (slot.start, slot.modality, slot.office_id) == wanted
