"""Another time for an appointment: the free slots of its service as buttons, and the move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import changing, openings
from allomediateur.agenda.models import Appointment, Modality, State
from allomediateur.agenda.openings import OfferedPlace, Slot
from allomediateur.agenda.refusals import SlotLost
from allomediateur.directory.models import Office
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.wall import day_start
from allomediateur.web.ui.appointments import Visit, facts, may_change, refused

DAYS_SHOWN = 7
WORDS = {Modality.PHONE: "telephone", Modality.VIDEO: "visio"}


class Tab(NamedTuple):
    """A way to receive, as a link of the page."""

    place: OfferedPlace
    word: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Wish:
    start: datetime
    modality: str
    office: Office | None


def move(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """The slots (GET), and the move to the one whose button was pressed (POST)."""
    if not may_change(visit, now):
        return refused(request, visit, now)
    if request.method == "POST":
        return _moved(request, visit, now)
    return render(request, "appointment/move.html", _choice(request, visit, now))


def _moved(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    appointment = visit.appointment
    wish = read_wish(request.POST.get("slot", ""), offered(appointment))
    if wish is None:
        messages.warning(request, _("Choisissez un créneau dans la liste."))
        return HttpResponseRedirect(visit.at.move)
    if (wish.start, wish.modality, wish.office) != (appointment.starts_at, appointment.modality, appointment.office):
        try:
            changing.move(
                appointment, start=wish.start, modality=wish.modality, office=wish.office, by=visit.hand, now=now
            )
        except SlotLost as lost:
            return _lost(request, visit, lost, now)
        except (changing.TooLate, changing.NotChangeable):
            return refused(request, visit, now)
    messages.success(request, _told(appointment))
    return HttpResponseRedirect(visit.at.page)


def _told(appointment: Appointment) -> str:
    if appointment.state == State.UNCONFIRMED:
        return _("Le rendez-vous est déplacé. Il reste à le confirmer par le lien reçu par e-mail.")
    return _("Le rendez-vous est déplacé. Les deux personnes en sont prévenues par e-mail.")


def _lost(request: HttpRequest, visit: Visit, lost: SlotLost, now: datetime) -> HttpResponse:
    """The appointment stands where it was; the nearest slots are offered first."""
    zones = {(one.modality, one.office.pk if one.office else None): one.zone for one in offered(visit.appointment)}
    near = [slot for slot in lost.nearest if (slot.modality, slot.office_id) in zones]
    buttons = [_dated(slot, zones[slot.modality, slot.office_id], visit.zone) for slot in near]
    context = _choice(request, visit, now) | {"is_lost": True, "page_error": True, "near": days(buttons)}
    return render(request, "appointment/move.html", context, status=409)


def _choice(request: HttpRequest, visit: Visit, now: datetime) -> dict[str, Any]:
    appointment = visit.appointment
    tabs = _tabs(appointment, request.GET.get("lieu", ""))
    context = {**facts(visit, now), "tabs": tabs, "days": []}
    chosen = next((tab.place for tab in tabs if tab.chosen), None)
    if chosen is None:
        return context
    shown_zone, other = display_zones(chosen.modality, chosen.zone, visit.zone, now)
    since = _since(request.GET.get("du", ""), str(shown_zone), now)
    until = now + timedelta(days=appointment.service.horizon_days + 1)
    found = openings.slots(
        appointment.mediator, appointment.service, modality=chosen.modality, office=chosen.office,
        since=since, until=until, now=now,
    )  # fmt: skip
    every_day = days(_dated(one, chosen.zone, visit.zone) for one in found)
    return context | {
        "days": every_day[:DAYS_SHOWN],
        "later": every_day[DAYS_SHOWN]["date"] if len(every_day) > DAYS_SHOWN else None,
        "is_later": since > now,
        "place": chosen,
        "slots_zone": str(shown_zone),
        "slots_other_zone": str(other) if other else None,
    }


def offered(appointment: Appointment) -> list[OfferedPlace]:
    """The ways this service is given; by phone only to whom left a number."""
    client = next((one for one in appointment.participants.all() if one.role == "client"), None)
    return [
        place
        for place in openings.places(appointment.mediator)
        if place.modality in appointment.service.modalities
        and (place.modality != Modality.PHONE or (client is not None and client.phone))
    ]


def _tabs(appointment: Appointment, asked: str) -> list[Tab]:
    """The one asked for is chosen, else the appointment's own, else the first."""
    places = offered(appointment)
    words = [WORDS.get(Modality(one.modality)) or f"presentiel-{one.office.pk if one.office else 0}" for one in places]
    own = WORDS.get(Modality(appointment.modality)) or f"presentiel-{appointment.office_id}"
    chosen = next((word for word in (asked, own) if word in words), words[0] if words else "")
    return [Tab(place, word, _label(place), word == chosen) for place, word in zip(places, words, strict=True)]


def _label(place: OfferedPlace) -> str:
    if place.office:
        return f"{place.office.name}, {place.office.commune.town}"
    return str(_("Téléphone") if place.modality == Modality.PHONE else _("Visio"))


def _since(day: str, zone: str, now: datetime) -> datetime:
    """The start of the day asked for, never before now."""
    try:
        return max(day_start(date.fromisoformat(day), zone), now)
    except (ValueError, OverflowError):
        return now


def _dated(slot: Slot, place_zone: str, reader_zone: str) -> tuple[dict[str, Any], date]:
    """A slot for `ui/_slot.html`, the other clock as its note (R14), and the day it is shown under."""
    language = get_language() or "fr"
    main, other = display_zones(slot.modality, place_zone, reader_zone, slot.start)
    start = slot.start.astimezone(main)
    button = {
        "value": f"{slot.start.isoformat()}|{slot.modality}|{slot.office_id or ''}",
        "clock": wording.clock(start, language),
        "name": wording.when(slot.start, main, language),
        "note": _other_clock(slot.start, other, language) if other else "",
        "is_morning": start.hour < 12,
    }
    return button, start.date()


def _other_clock(instant: datetime, zone: ZoneInfo, language: str) -> str:
    clock = wording.clock(instant.astimezone(zone), language)
    return _("%(clock)s à %(city)s") % {"clock": clock, "city": wording.zone_city(str(zone), language)}


def days(buttons: Iterable[tuple[dict[str, Any], date]]) -> list[dict[str, Any]]:
    """Grouped for `ui/_slot_day.html`, in order."""
    shown = []
    for day, group in groupby(buttons, key=lambda one: one[1]):
        of_day = [button for button, _day in group]
        shown.append({
            "date": day,
            "morning": [one for one in of_day if one["is_morning"]],
            "afternoon": [one for one in of_day if not one["is_morning"]],
        })  # fmt: skip
    return shown


def read_wish(value: str, places: list[OfferedPlace]) -> Wish | None:
    """What a slot's button says, None when it is no button of ours."""
    try:
        instant, modality, office_id = value.split("|")
        start = datetime.fromisoformat(instant).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    for place in places:
        if (place.modality, str(place.office.pk if place.office else "")) == (modality, office_id):
            return Wish(start, modality, place.office)
    return None
