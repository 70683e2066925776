"""« Réserver pour quelqu’un »: a mediator, a free slot as any visitor would be offered, then who it is for."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.accounts import names
from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.agenda import catalogue, direct, finding, openings
from allomediateur.agenda.models import Appointment, Participant, Service, Transition
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.agenda.refusals import SlotLost, Wish
from allomediateur.directory import places
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.periods import utc
from allomediateur.web.staff.contact_forms import form_for, known
from allomediateur.web.ui import acting, slots, tracing
from allomediateur.web.ui.acting import Acting
from allomediateur.web.ui.appointments import service_name
from allomediateur.web.ui.forms import one_line
from allomediateur.web.ui.tracing import Act

PER_PAGE = 20
DAYS_SHOWN = 7
BY = Transition.By.STAFF


@require_safe
def choose_mediator(request: HttpRequest) -> HttpResponse:
    """By a name, or around a place. Both are public: they may be in the address."""
    now = datetime.now(UTC)
    name, place = one_line(request.GET.get("nom", ""))[:120], one_line(request.GET.get("lieu", ""))[:80]
    context: dict[str, Any] = {"name": name, "place": place, "unknown": False, "found": None}
    if name:
        context |= _named(name, request.GET.get("page", ""), now)
    elif place:
        context |= _near(place, request.GET.get("page", ""), now)
    return render(request, "staff/book.html", context)


def _named(name: str, page: str, now: datetime) -> dict[str, Any]:
    rows = Mediator.objects.bookable(now).filter(names.named(name)).prefetch_related("offices__commune")
    shown = Paginator(rows, PER_PAGE).get_page(page)
    return {"found": [(one, None) for one in shown], "page": shown.number, "pages": shown.paginator.num_pages}


def _near(place: str, page: str, now: datetime) -> dict[str, Any]:
    try:
        at = places.resolve(place)
    except places.UnknownPlace:
        return {"unknown": True}
    except places.AmbiguousPlace as several:
        return {"which": several.candidates}
    number = int(page) if page.isdecimal() and len(page) < 5 else 1
    found = finding.find(finding.Query(lat=at.lat, lon=at.lon, page=number, per_page=PER_PAGE), now)
    cards = [(card.mediator, card.distance_km) for card in found.items if card.bookable]
    return {"found": cards, "page": found.page, "pages": found.pages}


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    mediator: Mediator
    service: Service
    place: OfferedPlace
    start: datetime | None
    day: str

    def url(self, **changed: object) -> str:
        values: dict[str, object] = {"prestation": self.service.pk, "lieu": slots.way_word(self.place.pair)}
        kept = {name: value for name, value in (values | changed).items() if value not in (None, "")}
        return f"{reverse('staff_book_slot', args=[self.mediator.slug])}?{urlencode(kept)}"

    def wish(self, start: datetime) -> Wish:
        return Wish(self.mediator, self.service, self.place.modality, self.place.office, start)


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """The free slots; once one is chosen, who it is for (GET). The booking (POST)."""
    now = datetime.now(UTC)
    rows = Mediator.objects.bookable(now).select_related("user").prefetch_related("offices__commune")
    mediator = get_object_or_404(rows, slug=slug)
    services, ways = catalogue.services(mediator, now), openings.places(mediator, now)
    asked = _asked(request.GET, mediator, services, ways, now)
    if asked is None:
        messages.warning(request, _("Ce médiateur ne propose rien à réserver pour l’instant."))
        return redirect("staff_book")
    if asked.start is None:
        return _choose(request, asked, services, ways, now)
    if request.method == "POST":
        return _book(request, asked, now)
    return _who(request, asked, None, now)


def _asked(
    sent: QueryDict, mediator: Mediator, services: list[Service], ways: list[OfferedPlace], now: datetime
) -> Asked | None:
    """None when the mediator proposes nothing. What makes no sense is as if it were not there."""
    word = sent.get("lieu", "")
    pairs = [(one, way) for one in services for way in ways if way.serves(one)]
    of_service = [pair for pair in pairs if str(pair[0].pk) == sent.get("prestation", "")] or pairs
    chosen = next((pair for pair in of_service if slots.way_word(pair[1].pair) == word), next(iter(of_service), None))
    if chosen is None:
        return None
    return Asked(mediator, *chosen, _instant(sent.get("creneau", ""), now), sent.get("du", ""))


def _instant(text: str, now: datetime) -> datetime | None:
    try:
        start = utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
    return start if start.year in slots.YEARS and start > now else None


def _choose(
    request: HttpRequest, asked: Asked, services: list[Service], ways: list[OfferedPlace], now: datetime
) -> HttpResponse:
    zone = asked.place.zone
    since = slots.since(asked.day, zone, now)
    found = openings.slots(
        asked.mediator, asked.service, at=asked.place.pair, since=since, until=since + timedelta(days=92), now=now
    )
    buttons = []
    for slot in found:
        button, day = slots.dated(slot, zone, zone)
        buttons.append((button | {"url": asked.url(creneau=f"{slot.start:%Y-%m-%dT%H:%MZ}")}, day))
    days = slots.days(buttons)
    is_more = len(days) > DAYS_SHOWN
    context: dict[str, Any] = {
        "asked": asked,
        "services": [(service_name(one), asked.url(prestation=one.pk), one == asked.service) for one in services],
        "ways": [
            (one.modality, slots.place_label(one), asked.url(lieu=slots.way_word(one.pair)), one == asked.place)
            for one in ways
            if one.serves(asked.service)
        ],
        "days": days[:DAYS_SHOWN],
        "later": asked.url(du=days[DAYS_SHOWN]["date"]) if is_more else "",
        "later_day": days[DAYS_SHOWN]["date"] if is_more else None,
        "first": asked.url() if since > now else "",
        "zone": zone,
    }
    return render(request, "staff/book_slot.html", context)


def _who(request: HttpRequest, asked: Asked, form: Any, now: datetime, status: int = 200) -> HttpResponse:
    assert asked.start is not None  # noqa: S101 - said to the type checker
    user, first = _known(acting.current(request, now))
    refused = direct.refusals_of(asked.wish(asked.start), [asked.start], now, BY)
    context = {
        "asked": asked,
        "form": form or form_for(asked.service, asked.place, initial=first, email=user.email if user else ""),
        "page_error": status != 200,
        "service_name": service_name(asked.service),
        "label": slots.place_label(asked.place),
        "zone": asked.place.zone,
        "is_gone": refused[0] is not None,
        "account": user,
        "back": asked.url(),
        "action": asked.url(creneau=f"{asked.start:%Y-%m-%dT%H:%MZ}"),
        "key": request.POST.get("key", "")[:64] or secrets.token_urlsafe(16),
    }
    return render(request, "staff/book_who.html", context, status=status)


def _known(found: Acting | None) -> tuple[User | None, dict[str, Any]]:
    """The client's account staff act for, if it is one, and what is known of the person."""
    if found is None:
        return None, {"language": "fr"}
    if found.user_id:
        user = User.objects.get(pk=found.user_id)
        if user.role != User.Role.CLIENT:
            return None, {"language": "fr"}
        return user, {"name": user.name, "phone": user.phone, "language": user.language}
    guest = Participant.objects.get(appointment__reference=found.reference, role=Participant.Role.CLIENT)
    return None, known(guest) | {"language": guest.language}


def _book(request: HttpRequest, asked: Asked, now: datetime) -> HttpResponse:
    assert asked.start is not None  # noqa: S101 - said to the type checker
    found = acting.current(request, now)
    user, _first = _known(found)
    form = form_for(asked.service, asked.place, request.POST, email=user.email if user else "")
    if not form.is_valid():
        return _who(request, asked, form, now, status=422)
    told, contact = form.cleaned_data, form.contact()
    who = direct.Somebody(
        name=contact.name, email=contact.email, phone=contact.phone, postal_address=contact.postal_address,
        language=told["language"], zone=asked.place.zone, user=user,
    )  # fmt: skip
    key = request.POST.get("key", "")[:64]
    try:
        (made,) = direct.book_for(asked.wish(asked.start), [asked.start], who, told.get("place"), key, now, BY)
    except KeyReused:
        return redirect("staff_book")
    except SlotLost:
        form.add_error(None, _("Ce créneau vient d’être pris, ou n’est plus proposé : choisissez-en un autre."))
        return _who(request, asked, form, now, status=409)
    tracing.act(
        request, Act.ACTED_FOR, person=user.pk if user else None, thing=f"appointment:{made.reference}",
        detail=f"book client {found.reason if found else ''}".strip(),
    )  # fmt: skip
    messages.success(request, _told(made, who))
    return HttpResponseRedirect(reverse("staff_appointment", args=[made.reference]))


def _told(made: Appointment, who: direct.Somebody) -> str:
    if who.email:
        return _("Le rendez-vous est pris. Une lettre part à %(email)s.") % {"email": who.email}
    return _("Le rendez-vous est pris. Sa lettre est à imprimer.")
