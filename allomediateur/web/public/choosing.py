"""A mediator's page, the choice of a slot, and the hold that keeps it."""

import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.agenda import booking, catalogue, openings, states
from allomediateur.agenda.models import Modality, Service
from allomediateur.agenda.refusals import SlotLost
from allomediateur.directory import places, practising
from allomediateur.directory.models import Mediator
from allomediateur.directory.places import Place
from allomediateur.web.public import browsers, losing, mistaken, months, timetable
from allomediateur.web.public.booking import lacks_place
from allomediateur.web.ui import conditional, near, slots
from allomediateur.web.ui.appointments import prepare, service_name
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.pages import render_page
from allomediateur.web.ui.templatetags.ui import photo_url
from allomediateur.web.ui.zones import SEARCHED, viewer_zone, zone_choices


@require_safe
@conditional.tagged
def mediator(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile and its free slots, without any contact detail."""
    now = datetime.now(UTC)
    found = listed(slug, now)
    place = searched_place(request.GET.get("lieu", ""))
    context: dict[str, Any] = {"mediator": found, "place": place, **_home_of(found), **_shown(found, now)}
    if place:
        context["results_url"] = f"{reverse('search')}?{urlencode({'lieu': request.GET['lieu']})}"
    context |= _choice(request, found, place, now)
    if context.get("near"):
        conditional.reads_others(request)
    return render_page(request, "public/mediator.html", "public/mediator/_slots.html", context)


def listed(slug: str, now: datetime) -> Mediator:
    """Raises Http404 for who may not be shown."""
    people = Mediator.objects.listed(now).select_related("user", "photo").defer("photo__image")
    people = people.prefetch_related("specialties", "offices__commune")
    return get_object_or_404(people, slug=slug.replace("\x00", "")[:80])


def searched_place(text: str) -> Place | None:
    try:
        return places.resolve(text) if text.strip("\x00 ") else None
    except (places.UnknownPlace, places.AmbiguousPlace):
        return None


def _home_of(found: Mediator) -> dict[str, Any]:
    office = next((one for one in found.offices.all() if one.is_main), None)
    return {"main_office": office, "town": office.district if office else ""}


def _shown(found: Mediator, now: datetime) -> dict[str, Any]:
    rights = found.rights_at(now)
    return {
        "shown_whole": rights.bookable, "contact_button": rights.contact_button, "photo": photo_url(found, now),
        "practice": practising.practice_of(found) if rights.bookable else None,
    }  # fmt: skip


def _choice(request: HttpRequest, found: Mediator, place: Place | None, now: datetime) -> dict[str, Any]:
    """The slots of one service and one way to meet; nothing for who may not be booked."""
    services, offered = catalogue.services(found, now), openings.places(found, now)
    asked = timetable.read(request.GET, services, offered)
    if asked is None:
        return {}
    reader_zone = viewer_zone(request, place)
    week = timetable.week(found, asked, reader_zone, now)
    modality = asked.place.modality if asked.place else ""
    return {
        "near": near.lines(found, modality, None, now) if week.is_empty else [],
        "wait_url": reverse("wait_join", args=[found.slug]) + asked.url().partition("#")[0],
        "asked": asked,
        "service": asked.service,
        "service_name": service_name(asked.service),
        "prepare": prepare(asked.service),
        "way": asked.place,
        "services": timetable.service_choices(asked, services, offered),
        "ways": timetable.way_choices(asked, offered),
        "week": week,
        "month": months.month(asked, week),
        "weekdays": months.weekdays(),
        "mistaken": mistaken.sentences(request.GET, found, asked, services, week, now),
        "previous_url": asked.url(at="quand", du=week.previous),
        "following_url": asked.url(at="quand", du=week.following),
        "wanted": week.wanted,
        "reader_zone": reader_zone,
        "zones": zone_choices(),
        "key": secrets.token_urlsafe(16),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def hold(request: HttpRequest) -> HttpResponse:
    """Ten minutes for the slot whose button was pressed; lost, the nearest ones and all that was typed."""
    if request.method != "POST":
        return redirect("search")
    now = datetime.now(UTC)
    found = listed(request.POST.get("mediateur", ""), now)
    service, button = _service_asked(found, request.POST.get("prestation", ""), now), request.POST.get("slot", "")
    chosen = slots.read_value(button, openings.places(found, now))
    if chosen is None:
        messages.warning(request, _("Choisissez un créneau dans la liste."))
        return redirect("mediator", slug=found.slug)
    _remember_zone(request)
    allow(request, "hold")
    browser = browsers.token(request, request.POST.get("key", "")[:64])
    allow(request, "hold_person", str(request.user.pk or browser))
    former = browsers.former(request, request.POST.get("ancien", ""))
    try:
        held = booking.hold(
            mediator=found, service=service, modality=chosen.modality, office=chosen.office, start=chosen.start,
            browser=browser, now=now, former=former, key=_key(request, button),
        )  # fmt: skip
    except KeyReused:
        return redirect("mediator", slug=found.slug)
    except SlotLost as gone:
        return losing.lost(request, gone, found, service, former, now)
    client = states.client_of(held)
    is_told = client is not None and (bool(client.phone) or held.modality != Modality.PHONE) and not lacks_place(held)
    return redirect("booking_check" if is_told else "booking_who", ref=held.reference)


def _key(request: HttpRequest, button: str) -> str:
    """One key a button: coming back to the page and pressing another one is another wish."""
    key = request.POST.get("key", "")[:64]
    return f"{key} {button[:100]}" if key else ""


def _remember_zone(request: HttpRequest) -> None:
    """The searched place tells the zone of a browser that does not (R14)."""
    if place := searched_place(request.POST.get("lieu", "")):
        request.session[SEARCHED] = place.zone


def _service_asked(found: Mediator, asked: str, now: datetime) -> Service:
    service = next((one for one in catalogue.services(found, now) if str(one.pk) == asked), None)
    if service is None:
        raise Http404
    return service
