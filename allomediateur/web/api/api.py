"""The API, at /api/v1/: who is there and when they are free, here; booking (holding) and appointments (managing)."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query

from allomediateur.agenda import catalogue, openings
from allomediateur.agenda.finding import Card, find
from allomediateur.agenda.models import Modality
from allomediateur.directory.models import Office
from allomediateur.web.api import describing, problems, reading
from allomediateur.web.api.holding import hold  # noqa: F401 - booking adds its operations
from allomediateur.web.api.managing import confirm  # noqa: F401 - and appointments theirs
from allomediateur.web.api.rights import ask  # noqa: F401 - and the law its question
from allomediateur.web.api.routes import as_asked, booking
from allomediateur.web.api.schemas import (
    FirstSlotOut,
    Listing,
    MediatorItem,
    MediatorListing,
    MediatorOut,
    OfficeOut,
    ProblemOut,
    SearchIn,
    ServiceOut,
    SlotOut,
    SlotsIn,
    SpecialtyOut,
)

api = describing.Described(
    title=settings.BRAND,
    version="1",
    description=(
        "Professional mediators, near a place or soonest, their free times, and how to book them. Reading needs"
        " nothing; booking gives a token for that appointment; people make tokens of their own in their account."
        " Every refusal is `application/problem+json` (RFC 9457), with a sentence that says how to mend it."
        " Times carry their offset. Whoever asks in English (`Accept-Language: en`) is answered in English."
    ),
    urls_namespace="api",
    docs_url="docs",
)
problems.register(api)
api.add_decorator(as_asked, mode="view")


@api.get("", include_in_schema=False)
def index(request: HttpRequest) -> dict[str, str]:
    """Where to read on."""
    return {"openapi": reverse("api:openapi-json"), "documentation": reverse("api:openapi-view")}


@api.get("mediators", response={200: MediatorListing, 422: ProblemOut}, tags=["mediators"])
def search(request: HttpRequest, asked: Query[SearchIn]) -> MediatorListing:
    """Mediators, twenty a page: those who can be booked first, then certified ones who are not members."""
    found = find(reading.search(asked), timezone.now())
    items = [_item(card) for card in found.items]
    return MediatorListing(items=items, total=found.total, page=found.page, more=found.more)


@api.get("mediators/{slug:slug}", response={200: MediatorOut, 404: ProblemOut}, tags=["mediators"])
def mediator(request: HttpRequest, slug: Path[str]) -> MediatorOut:
    """One mediator, the places and what can be booked."""
    now = timezone.now()
    shown = reading.mediator(slug, now)
    rights = shown.rights_at(now)
    bookable = rights.bookable
    return MediatorOut(
        slug=shown.slug,
        name=shown.name,
        url=_page(shown.slug),
        bookable=bookable,
        presentation=shown.presentation if bookable else "",
        specialties=[SpecialtyOut(slug=one.slug, label=one.label) for one in shown.specialties.all()],
        languages=shown.languages if bookable else [],
        payment=shown.payment if bookable else "",
        offices=[_office(one, is_exact=rights.map_point) for one in shown.offices.all() if bookable or one.is_main],
        services=[
            ServiceOut(
                id=one.pk,
                name=reading.service_name(one),
                minutes=one.minutes,
                price=one.price_cents / 100,
                modalities=[Modality(name) for name in one.modalities],
            )
            for one in catalogue.services(shown, now)
        ],
    )


@api.get(
    "mediators/{slug:slug}/slots",
    response={200: Listing[SlotOut], 404: ProblemOut, 422: ProblemOut},
    tags=["mediators"],
    summary="Free slots",
)
def slots(request: HttpRequest, slug: Path[str], asked: Query[SlotsIn]) -> Listing[SlotOut]:
    """What can be booked now, earliest first, over at most 62 days (by default the next 14)."""
    now = timezone.now()
    shown = reading.mediator(slug, now)
    wish = reading.slots(shown, asked, now)
    found = (
        []
        if wish.service is None
        else openings.slots(
            shown, wish.service, modality=wish.modality, office=wish.office, since=wish.since, until=wish.until, now=now
        )
    )
    items = [
        SlotOut(
            start=one.start.astimezone(wish.zone_of(one.office_id)),
            end=one.end.astimezone(wish.zone_of(one.office_id)),
            modality=Modality(one.modality),
            office=one.office_id,
        )
        for one in found
    ]
    return Listing(items=items, total=len(items), page=1)


@booking.api_operation(["GET", "POST"], "{path:rest}", include_in_schema=False)
def nothing_here(request: HttpRequest, rest: Path[str]) -> None:
    raise problems.Problem(404, _("Rien à cette adresse : voyez /api/v1/openapi.json."))


api.add_router("", booking)


def _item(card: Card) -> MediatorItem:
    shown = card.mediator
    cents = card.price_from_cents
    return MediatorItem(
        slug=shown.slug,
        name=shown.name,
        url=_page(shown.slug),
        bookable=card.bookable,
        commune=card.office.commune_name if card.office else None,
        specialties=[SpecialtyOut(slug=one.slug, label=one.label) for one in shown.specialties.all()],
        languages=shown.languages if card.bookable else [],
        modalities=[Modality(name) for name in card.modalities],
        distance_km=None if card.distance_km is None else round(card.distance_km, 1),
        price_from=None if cents is None else cents / 100,
        next_slots=[
            FirstSlotOut(
                start=reading.in_zone(one.start, one.zone),
                modality=Modality(one.modality),
                office=one.office_id,
                service=one.service_id,
            )
            for one in card.first
        ],
    )


def _office(office: Office, *, is_exact: bool) -> OfficeOut:
    if not is_exact:
        return OfficeOut(id=office.pk, name=office.name, commune=office.commune_name)
    return OfficeOut(
        id=office.pk,
        name=office.name,
        commune=office.commune_name,
        address=office.full_address,
        zone=office.zone,
        lat=office.lat,
        lon=office.lon,
        step_free=office.step_free,
        floor=office.floor,
        transport=office.transport,
        parking=office.parking,
    )


def _page(slug: str) -> str:
    return settings.SITE_URL + reverse("mediator", args=[slug])
