"""A mediator's page, the choice of a slot, and the hold that keeps it."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.agenda import booking, catalogue, openings
from allomediateur.agenda.models import Appointment, Service
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.agenda.refusals import SlotLost
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.display import display_zones
from allomediateur.web.public import browsers
from allomediateur.web.ui import slots
from allomediateur.web.ui.zones import viewer_zone, zone_choices

DAYS_SHOWN = 6


@dataclass(frozen=True)
class Tab:
    """A way to be received, as a link of the page."""

    place: OfferedPlace
    word: str
    chosen: bool


@require_safe
def mediator(request: HttpRequest, slug: str) -> HttpResponse:
    found = _listed(slug)
    services = catalogue.services(found)
    context: dict[str, Any] = {"mediator": found, "services": services, "key": secrets.token_urlsafe(16)}
    service = _service(services, request.GET.get("prestation", ""))
    if service is None:
        return render(request, "public/mediator.html", context)
    return render(request, "public/mediator.html", context | _choice(request, found, service, datetime.now(UTC)))


def _listed(slug: str) -> Mediator:
    people = Mediator.objects.listed().select_related("user").prefetch_related("specialties", "offices__commune")
    return get_object_or_404(people, slug=slug)


def _service(services: list[Service], asked: str) -> Service | None:
    return next((one for one in services if str(one.pk) == asked), services[0] if services else None)


def _choice(request: HttpRequest, found: Mediator, service: Service, now: datetime) -> dict[str, Any]:
    """The slots of one service and one way of being received, from the day asked for."""
    tabs = _tabs(found, service, request)
    context: dict[str, Any] = {"service": service, "tabs": tabs, "zones": zone_choices()}
    place = next((tab.place for tab in tabs if tab.chosen), None)
    if place is None:
        return context
    zone = viewer_zone(request)
    shown, other = display_zones(place.modality, place.zone, zone, now)
    since = slots.since(request.GET.get("du", ""), str(shown), now)
    free = openings.slots(
        found, service, modality=place.modality, office=place.office, since=since,
        until=now + timedelta(days=service.horizon_days + 1), now=now,
    )  # fmt: skip
    every_day = slots.days(slots.dated(one, place.zone, zone) for one in free)
    some = every_day[:DAYS_SHOWN]
    return context | {
        "place": place,
        "days": list(slots.with_gaps(some, since.astimezone(shown).date())),
        "later": every_day[DAYS_SHOWN]["date"] if len(every_day) > DAYS_SHOWN else None,
        "is_later": since > now,
        "zone": str(shown),
        "other_zone": str(other) if other else None,
        "wanted": _wanted(request.GET.get("creneau", ""), place, found, service, now),
    }


def _tabs(found: Mediator, service: Service, request: HttpRequest) -> list[Tab]:
    offered = [one for one in openings.places(found) if one.modality in service.modalities]
    words = [_word(one) for one in offered]
    asked = request.GET.get("modalite", "")
    if office := request.GET.get("lieu-exercice", ""):
        asked = f"presentiel-{office}"
    chosen = next((word for word in words if word == asked or word.split("-")[0] == asked), next(iter(words), ""))
    return [Tab(place, word, word == chosen) for place, word in zip(offered, words, strict=True)]


def _word(place: OfferedPlace) -> str:
    word = slots.WORDS[place.modality]  # type: ignore[index]
    return f"{word}-{place.office.pk}" if place.office else word


def _wanted(asked: str, place: OfferedPlace, found: Mediator, service: Service, now: datetime) -> dict[str, Any] | None:
    """The slot that a search card's link names, still free or not."""
    try:
        start = datetime.fromisoformat(asked).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    reason = openings.refusal(found, service, place.modality, place.office, start, now)
    office = place.office.pk if place.office else ""
    return {"start": start, "free": reason is None, "value": f"{start.isoformat()}|{place.modality}|{office}"}


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Ten minutes for the slot whose button was pressed; lost, the nearest ones and all that was typed."""
    found = _listed(request.POST.get("mediateur", "")[:80])
    service = _service_asked(found, request.POST.get("prestation", ""))
    chosen = slots.read_value(request.POST.get("slot", ""), openings.places(found))
    if chosen is None:
        messages.warning(request, _("Choisissez un créneau dans la liste."))
        return redirect("mediator", slug=found.slug)
    former = browsers.former(request, request.POST.get("ancien", ""))
    now = datetime.now(UTC)
    try:
        held = booking.hold(
            mediator=found, service=service, modality=chosen.modality, office=chosen.office, start=chosen.start,
            browser=browsers.token(request), now=now, former=former, key=request.POST.get("key", "")[:64],
        )  # fmt: skip
    except KeyReused:
        return redirect("mediator", slug=found.slug)
    except SlotLost as gone:
        return lost(request, gone, found, service, former)
    return redirect("booking_who", ref=held.reference)


def _service_asked(found: Mediator, asked: str) -> Service:
    service = next((one for one in catalogue.services(found) if str(one.pk) == asked), None)
    if service is None:
        raise Http404
    return service


def lost(
    request: HttpRequest, gone: SlotLost, found: Mediator, service: Service, former: Appointment | None
) -> HttpResponse:
    """The slot cannot be had: the nearest, one click away, with what was typed kept."""
    zone = viewer_zone(request)
    zones = {(one.modality, one.office.pk if one.office else None): one.zone for one in openings.places(found)}
    near = [slots.dated(one, zones[one.modality, one.office_id], zone) for one in gone.nearest]
    context = {
        "mediator": found,
        "service": service,
        "former": former,
        "taken": isinstance(gone, booking.SlotTaken),
        "days": slots.days(near),
        "key": secrets.token_urlsafe(16),
        "page_error": True,
    }
    return render(request, "public/booking/lost.html", context, status=409)
