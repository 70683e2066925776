"""Cards of the search, drawn once: the key is everything that a card is made of, read again by each search.

There is no lifetime, and nothing to invalidate: another town, price, first slot, day or right is another key, in each
process by itself. What a card shows is public; whether it may be shown is asked before, of the rights table of that
day, and is in the key too.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from allomediateur.agenda.finding import Card, CardSlot
from allomediateur.directory import portraits
from allomediateur.scheduling import wording
from allomediateur.web.public import results
from allomediateur.web.public.asking import Asked
from allomediateur.web.ui.bounded import Bounded

MOST = 4096
"""Cards of about three kilobytes."""


@dataclass(frozen=True)
class DrawnCard:
    """`point` is for the map, empty without one."""

    point: str
    html: SafeString


DRAWN: Bounded[Hashable, DrawnCard] = Bounded(MOST)


def drawn(found: Iterable[Card], asked: Asked, zone: str, now: datetime) -> list[DrawnCard]:
    return [_drawn(card, asked, zone, now) for card in found]


def _drawn(card: Card, asked: Asked, zone: str, now: datetime) -> DrawnCard:
    key = _key(card, asked, zone, now)
    if (known := DRAWN.get(key)) is None:
        [shown] = results.cards([card], asked, zone, now)
        known = DrawnCard(shown.point, _html(shown))
        DRAWN.put(key, known)
    return known


def _html(shown: results.ShownCard) -> SafeString:
    return mark_safe(get_template("public/search/_card.html").render({"card": shown}))  # noqa: S308 - a template's


def _key(card: Card, asked: Asked, zone: str, now: datetime) -> Hashable:
    """What `results` and the template read; a test compares it with what they show."""
    mediator, office = card.mediator, card.office
    return (
        get_language(), zone, wording.local(now, zone).date(), mediator.rights_at(now),
        asked.place, asked.modality, asked.specialty and asked.specialty.label,
        mediator.slug, mediator.name, tuple(mediator.languages), portraits.digest_of(mediator),
        tuple(one.label for one in mediator.specialties.all()),
        office and (office.district, office.lat, office.lon), card.distance_km,
        tuple(card.modalities), card.price_from_cents, card.bookable, tuple(_slot(slot, now) for slot in card.first),
    )  # fmt: skip


def _slot(slot: CardSlot, now: datetime) -> tuple[CardSlot, date]:
    """Its words count from today, on the calendar of its own place too."""
    return slot, wording.local(now, slot.zone).date()
