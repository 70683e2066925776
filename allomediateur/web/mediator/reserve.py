"""Booking in one's own agenda, for somebody on the phone or before one: a slot, then who; once, or as a series."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.agenda import catalogue, direct, openings, states, truth
from allomediateur.agenda.models import Appointment, Participant, Service
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.agenda.refusals import SlotLost, Wish
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.periods import utc
from allomediateur.web.mediator.profile import with_agenda
from allomediateur.web.mediator.reserve_forms import form_for
from allomediateur.web.ui import slots
from allomediateur.web.ui.appointments import service_name

DAYS_SHOWN = 7
EVERY = {"1": 1, "2": 2, "4": 4}
"""Weeks between two appointments of a series, as the address says it."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `former` is the appointment that this one follows, `client` who it was with."""

    service: Service
    place: OfferedPlace
    start: datetime | None
    every: int
    count: int
    former: Appointment | None
    client: Participant | None
    day: str

    def url(self, **changed: object) -> str:
        values: dict[str, object] = {
            "prestation": self.service.pk,
            "lieu": slots.way_word(self.place.pair),
            "suite": self.former.reference if self.former else None,
        }
        kept = {name: value for name, value in (values | changed).items() if value not in (None, "")}
        return f"{reverse('mediator_reserve')}?{urlencode(kept)}"

    def wish(self, mediator: Mediator, start: datetime) -> Wish:
        return Wish(mediator, self.service, self.place.modality, self.place.office, start)


@require_http_methods(["GET", "HEAD", "POST"])
@with_agenda
def reserve(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """The free slots; once one is chosen, who it is for, and whether it comes again (GET). The booking (POST)."""
    now = timezone.now()
    services, places = catalogue.own_services(mediator, now), openings.places(mediator, now)
    asked = _asked(request.GET, mediator, services, places, now)
    if asked is None:
        return render(request, "mediator/reserve_nothing.html", {"mediator": mediator})
    if asked.start is None:
        return _choose(request, mediator, asked, services, places, now)
    if request.method == "POST":
        return _book(request, mediator, asked, now)
    return _who(request, mediator, asked, form_for(asked.service, asked.place, initial=_known(asked)), now)


def _asked(
    sent: QueryDict, mediator: Mediator, services: list[Service], places: list[OfferedPlace], now: datetime
) -> Asked | None:
    """None when the mediator proposes nothing. What makes no sense is as if it were not there."""
    rows = Appointment.objects.visible_to(mediator.user).select_related("service", "office__commune")
    former = rows.filter(reference=sent.get("suite", "").replace("\x00", "")).first()
    client = states.client_of(former) if former else None
    wanted = sent.get("prestation", "") or (str(former.service_id) if former else "")
    service = next((one for one in services if str(one.pk) == wanted), next(iter(services), None))
    if service is None:
        return None
    word = sent.get("lieu", "") or (slots.way_word((former.modality, former.office_id)) if former else "")
    ways = [one for one in places if one.serves(service)]
    place = next((one for one in ways if slots.way_word(one.pair) == word), next(iter(ways), None))
    if place is None:
        other = next(((one, way) for one in services for way in places if way.serves(one)), None)
        if other is None:
            return None
        service, place = other
    count = next((n for n in range(2, direct.MOST + 1) if str(n) == sent.get("nombre")), 1)
    every = EVERY.get(sent.get("rythme", ""), 0)
    start = _instant(sent.get("creneau", ""), now)
    return Asked(service, place, start, every, count if every else 1, former, client, sent.get("du", ""))


def _instant(text: str, now: datetime) -> datetime | None:
    try:
        start = utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
    return start if timedelta() <= start - now <= truth.MEDIATORS_HORIZON else None


def _choose(
    request: HttpRequest,
    mediator: Mediator,
    asked: Asked,
    services: list[Service],
    places: list[OfferedPlace],
    now: datetime,
) -> HttpResponse:
    zone = asked.place.zone
    since = slots.since(asked.day, zone, now)
    found = openings.slots(
        mediator, asked.service, at=asked.place.pair, since=since,
        until=since + timedelta(days=92), now=now, asker="mediator",
    )  # fmt: skip
    buttons = []
    for slot in found:
        button, day = slots.dated(slot, zone, zone)
        buttons.append((button | {"url": asked.url(creneau=f"{slot.start:%Y-%m-%dT%H:%MZ}")}, day))
    days = slots.days(buttons)
    context: dict[str, Any] = {
        "asked": asked,
        "services": [(service_name(one), asked.url(prestation=one.pk), one == asked.service) for one in services],
        "ways": [
            (one.modality, slots.place_label(one), asked.url(lieu=slots.way_word(one.pair)), one == asked.place)
            for one in places
            if one.serves(asked.service)
        ],
        "days": days[:DAYS_SHOWN],
        "later": asked.url(du=days[DAYS_SHOWN]["date"]) if len(days) > DAYS_SHOWN else "",
        "later_day": days[DAYS_SHOWN]["date"] if len(days) > DAYS_SHOWN else None,
        "first": asked.url() if since > now else "",
        "zone": zone,
    }
    return render(request, "mediator/reserve.html", context)


def _who(
    request: HttpRequest, mediator: Mediator, asked: Asked, form: Any, now: datetime, status: int = 200
) -> HttpResponse:
    assert asked.start is not None  # noqa: S101 - said to the type checker
    starts = direct.dates_of(asked.start, asked.place.zone, asked.every, asked.count)
    refused = direct.refusals_of(asked.wish(mediator, asked.start), starts, now)
    chosen = request.POST.getlist("date") or [
        start.isoformat() for start, why in zip(starts, refused, strict=True) if not why
    ]
    context = {
        "asked": asked,
        "form": form,
        "page_error": status != 200,
        "service_name": service_name(asked.service),
        "label": slots.place_label(asked.place),
        "word": slots.way_word(asked.place.pair),
        "zone": asked.place.zone,
        "dates": [
            (start.isoformat(), start, why is None, start.isoformat() in chosen)
            for start, why in zip(starts, refused, strict=True)
        ],
        "is_series": len(starts) > 1,
        "is_gone": status == 200 and refused[0] is not None and len(starts) == 1,
        "counts": range(2, direct.MOST + 1),
        "back": asked.url(),
        "action": asked.url(
            creneau=f"{asked.start:%Y-%m-%dT%H:%MZ}",
            rythme=asked.every or "",
            nombre=asked.count if asked.every else "",
        ),
        "key": request.POST.get("key", "")[:64] or secrets.token_urlsafe(16),
    }
    return render(request, "mediator/reserve_who.html", context, status=status)


def _book(request: HttpRequest, mediator: Mediator, asked: Asked, now: datetime) -> HttpResponse:
    assert asked.start is not None  # noqa: S101 - said to the type checker
    form = form_for(asked.service, asked.place, request.POST)
    proposed = direct.dates_of(asked.start, asked.place.zone, asked.every, asked.count)
    starts = [start for start in proposed if start.isoformat() in request.POST.getlist("date")]
    if not form.is_valid() or not starts:
        if form.is_valid():
            form.add_error(None, _("Cochez au moins une date."))
        return _who(request, mediator, asked, form, now, status=422)
    told = form.cleaned_data
    who = direct.Somebody(
        name=told["name"], email=told["email"], phone=told["phone"], language=told["language"],
        zone=asked.place.zone, user=_account(asked, told["email"]),
    )  # fmt: skip
    try:
        made = direct.book_for(
            asked.wish(mediator, asked.start), starts, who, told.get("place"), request.POST.get("key", "")[:64], now
        )
    except KeyReused:
        return HttpResponseRedirect(reverse("mediator_week"))
    except SlotLost:
        form.add_error(None, _("Une des dates vient d’être prise : vérifiez celles qui restent libres."))
        return _who(request, mediator, asked, form, now, status=409)
    messages.success(request, _told(made, who))
    return HttpResponseRedirect(reverse("mediator_appointment", args=[made[0].reference]))


def _told(made: list[Appointment], who: direct.Somebody) -> str:
    count = len(made)
    booked = ngettext("Le rendez-vous est pris.", "%(count)s rendez-vous sont pris.", count) % {"count": count}
    if who.email:
        return f"{booked} {_('Une lettre part à %(email)s.') % {'email': who.email}}"
    return f"{booked} {_('Aucune lettre ne part : la personne n’a pas d’adresse e-mail.')}"


def _known(asked: Asked) -> dict[str, Any]:
    """Who the former appointment was with."""
    client = asked.client
    if client is None:
        return {"language": (get_language() or "fr")[:2]}
    address, _comma, town = client.appointment.place.rpartition(", ")
    return {
        "name": client.name, "email": client.email, "phone": client.phone, "language": client.language,
        "address": address, "town": town,
    }  # fmt: skip


def _account(asked: Asked, email: str) -> User | None:
    """That of the former appointment, if the address is still the same: nobody is found by an address typed here."""
    client = asked.client
    return client.user if client and client.email == email.strip().lower() else None
