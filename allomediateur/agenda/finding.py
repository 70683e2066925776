"""Search: which mediators, near a place or soonest, from the derived rows. It computes no slot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from django.db.models import Q

from allomediateur.agenda import candidates
from allomediateur.agenda.candidates import Candidate, Query, Times
from allomediateur.agenda.models import Modality, Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.periods import utc

__all__ = ["Card", "CardSlot", "Found", "Query", "find"]

FIRST = 3


@dataclass(frozen=True)
class CardSlot:
    """A bookable start in aware UTC; `zone` is that of its place (R14)."""

    start: datetime
    modality: str
    office_id: int | None
    service_id: int
    zone: str


@dataclass(frozen=True)
class Card:
    """A mediator as listed. `office` and `distance_km` are those of the nearest place that answers.

    Not `bookable` (certified, not a member): show name, commune (`office.commune`) and specialties, nothing else;
    there is no slot and no distance. `first`: the earliest starts, three at most, one a start, none when full.
    `price_from_cents`: the lowest price among the services asked for, None when not bookable.
    """

    mediator: Mediator
    office: Office | None
    distance_km: float | None = None
    first: list[CardSlot] = field(default_factory=list)
    modalities: list[str] = field(default_factory=list)
    price_from_cents: int | None = None
    bookable: bool = True


@dataclass(frozen=True)
class Found:
    """One page of cards. `page` is within `1..pages` whatever was asked; `pages` is 1 when nothing is found. `more`:
    there are more than `total`, and one had better say more of what one looks for."""

    items: list[Card]
    total: int
    page: int
    pages: int
    more: bool = False


def find(query: Query, now: datetime) -> Found:
    """Those who can be booked and have a free time, nearest or soonest first; then those who are full; then, when
    only place and specialty are asked, certified mediators who are not members, by commune.

    One statement over Listing and Availability, four for the cards, whatever the number of rows. What other choices
    would find is `facets.count`.
    """
    now = utc(now)
    found = candidates.page(query, now)
    pages = max(1, ceil(found.total / query.per_page))
    return Found(_cards(found.rows, now), found.total, found.number, pages, found.more)


def _cards(rows: list[Candidate], now: datetime) -> list[Card]:
    """In four queries. One whose account was closed since its rows were made is left out."""
    people = Mediator.objects.listed(now).select_related("photo").defer("photo__image").prefetch_related("specialties")
    listed = people.in_bulk([row.mediator_id for row in rows])
    offices = Office.objects.select_related("commune").filter(
        Q(pk__in=[row.office_id for row in rows if row.office_id]) | Q(mediator__in=list(listed), is_main=True)
    )
    by_id = {office.pk: office for office in offices}
    main = {office.mediator_id: office for office in by_id.values() if office.is_main}
    services = Service.objects.in_bulk({one.service_id for row in rows for one in row.times})
    return [
        _card(listed[row.mediator_id], row, by_id.get(row.office_id or 0, main.get(row.mediator_id)), services)
        for row in rows
        if row.mediator_id in listed
    ]


def _card(mediator: Mediator, row: Candidate, office: Office | None, services: Mapping[int, Service]) -> Card:
    if not row.bookable:
        return Card(mediator, office, bookable=False)
    return Card(
        mediator=mediator,
        office=office,
        distance_km=row.km,
        first=_first(row.times, services),
        modalities=[one.value for one in Modality if any(time.modality == one for time in row.times)],
        price_from_cents=min(services[time.service_id].price_cents for time in row.times),
    )


def _first(times: list[Times], services: Mapping[int, Service]) -> list[CardSlot]:
    """One slot a start: that of the service first in rank, by the modality first in order."""
    order = list(Modality)
    ranked = sorted(
        times, key=lambda one: (services[one.service_id].rank, one.service_id, order.index(Modality(one.modality)))
    )
    chosen: dict[datetime, CardSlot] = {}
    for time in ranked:
        for start in time.starts:
            chosen.setdefault(start, CardSlot(start, time.modality, time.office_id, time.service_id, time.zone))
    return [chosen[start] for start in sorted(chosen)[:FIRST]]
