"""Another time for an appointment: the free slots of its service as buttons, and the move."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from allomediateur.agenda import changing, links, openings, states, truth
from allomediateur.agenda.models import Appointment, Modality, Participant, State
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.agenda.refusals import SlotLost
from allomediateur.agenda.truth import Asker
from allomediateur.scheduling.display import display_zones
from allomediateur.web.ui import near, slots
from allomediateur.web.ui.appointments import Visit, facts, may_change, refused
from allomediateur.web.ui.forms import one_line
from allomediateur.web.ui.limiting import allow, refused_calmly

DAYS_SHOWN = 7
BOTH = 2


class Tab(NamedTuple):
    """A way to receive, as a link of the page."""

    place: OfferedPlace
    word: str
    label: str
    chosen: bool


@refused_calmly
def move(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """The slots (GET), and the move to the one whose button was pressed (POST)."""
    if not may_change(visit, now):
        return refused(request, visit, now)
    if request.method == "POST":
        return _moved(request, visit, now)
    return render(request, "appointment/move.html", _choice(request, visit, now))


def _moved(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    appointment = visit.appointment
    wish = slots.read_value(request.POST.get("slot", ""), offered(appointment, now))
    if wish is None:
        messages.warning(request, _("Choisissez un créneau dans la liste."))
        return HttpResponseRedirect(visit.at.move)
    asked_again(request, appointment)
    try:
        changing.move(
            appointment, start=wish.start, modality=wish.modality, office=wish.office, by=visit.hand, side=visit.side,
            now=now,
            reason=one_line(request.POST.get("reason", ""))[:300] if visit.is_by_mediator else "",
        )  # fmt: skip
    except SlotLost as lost:
        return _lost(request, visit, lost, now)
    except (changing.TooLate, changing.NotChangeable):
        return refused(request, visit, now)
    visit.acted("move")
    messages.success(request, _told(appointment))
    return HttpResponseRedirect(visit.at.page)


def asked_again(request: HttpRequest, appointment: Appointment) -> None:
    """A move of what is still to confirm writes to an address nobody has proven. Raises TooMany."""
    asked = states.asked_of(appointment) if appointment.state == State.UNCONFIRMED else None
    if asked and asked.email and links.may_write(asked):
        allow(request, "letter", asked.email)


def _told(appointment: Appointment) -> str:
    if appointment.state == State.UNCONFIRMED:
        return _("Le rendez-vous est déplacé. Il reste à le confirmer par le lien reçu par e-mail.")
    client = states.client_of(appointment)
    if client and not client.email and client.postal_address:
        return _(
            "Le rendez-vous est déplacé. La personne, qui n’a pas d’adresse e-mail, reçoit une lettre par la poste."
        )
    if client and not client.email:
        return _("Le rendez-vous est déplacé. La personne n’a pas d’adresse e-mail : prévenez-la.")
    if appointment.participants.count() > BOTH:
        return _("Le rendez-vous est déplacé. Toutes les personnes concernées en sont prévenues par e-mail.")
    return _("Le rendez-vous est déplacé. Les deux personnes en sont prévenues par e-mail.")


def _lost(request: HttpRequest, visit: Visit, lost: SlotLost, now: datetime) -> HttpResponse:
    """The appointment stands where it was; the nearest slots are offered first."""
    zones = {(one.modality, one.office.pk if one.office else None): one.zone for one in offered(visit.appointment, now)}
    nearest = [slot for slot in lost.nearest if (slot.modality, slot.office_id) in zones]
    buttons = [slots.dated(slot, zones[slot.modality, slot.office_id], visit.zone) for slot in nearest]
    context = _choice(request, visit, now) | {"is_lost": True, "page_error": True, "near": slots.days(buttons)}
    return render(request, "appointment/move.html", context, status=409)


def _choice(request: HttpRequest, visit: Visit, now: datetime) -> dict[str, Any]:
    appointment = visit.appointment
    tabs = _tabs(appointment, request.GET.get("lieu", ""), now)
    context: dict[str, Any] = {**facts(visit, now), "tabs": tabs, "days": []}
    chosen = next((tab.place for tab in tabs if tab.chosen), None)
    if chosen is None:
        return context
    shown_zone, other = display_zones(chosen.modality, chosen.zone, visit.zone, now)
    since = slots.since(request.GET.get("du", ""), str(shown_zone), now)
    asker: Asker = "mediator" if visit.is_by_mediator else "client"
    until = now + truth.slot_rules(appointment.service, asker=asker).horizon + timedelta(days=1)
    found = openings.slots(
        appointment.mediator, appointment.service, at=chosen.pair,
        since=since, until=until, now=now, ignoring=appointment,
        asker=asker,
    )  # fmt: skip
    every_day = slots.days(slots.dated(one, chosen.zone, visit.zone) for one in found)
    if not every_day and not visit.is_by_mediator:
        context["near_others"] = near.lines(appointment.mediator, appointment.modality, appointment.office, now)
    return context | {
        "days": every_day[:DAYS_SHOWN],
        "later": every_day[DAYS_SHOWN]["date"] if len(every_day) > DAYS_SHOWN else None,
        "is_later": since > now,
        "place": chosen,
        "slots_zone": str(shown_zone),
        "slots_other_zone": str(other) if other else None,
    }


def offered(appointment: Appointment, now: datetime) -> list[OfferedPlace]:
    """The ways this service is given; by phone to whom left a number, where they wish to whom told it."""
    client = next((one for one in appointment.participants.all() if one.role == Participant.Role.CLIENT), None)
    by_phone = appointment.modality == Modality.PHONE or (client is not None and bool(client.phone))
    return [
        place
        for place in openings.places(appointment.mediator, now)
        if place.serves(appointment.service)
        and (by_phone or place.modality != Modality.PHONE)
        and (appointment.place or not place.is_agreed)
    ]


def _tabs(appointment: Appointment, asked: str, now: datetime) -> list[Tab]:
    """The one asked for is chosen, else the appointment's own, else the first."""
    places = offered(appointment, now)
    words = [slots.way_word(one.pair) for one in places]
    own = slots.way_word((appointment.modality, appointment.office_id))
    chosen = next((word for word in (asked, own) if word in words), words[0] if words else "")
    return [
        Tab(place, word, slots.place_label(place), word == chosen) for place, word in zip(places, words, strict=True)
    ]
