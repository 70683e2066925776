"""Result cards as the page shows them: every word is ready, the template only places it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda.finding import Card, CardSlot
from allomediateur.agenda.models import Modality
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.web.public import maps
from allomediateur.web.public.asking import Asked
from allomediateur.web.ui.slots import AGREED, WORDS, other_clock
from allomediateur.web.ui.templatetags.ui import language_name, modality_label, modality_text, photo_url

SHOWN_SPECIALTIES = 4


@dataclass(frozen=True)
class ShownSlot:
    """`name` is the whole of it, for a screen reader; `note` the modality, where it was not asked for."""

    url: str
    day: str
    clock: str
    name: str
    short: str
    note: str
    other: str


@dataclass(frozen=True)
class ShownCard:
    slug: str
    name: str
    photo: str
    url: str
    place: str
    point: str
    specialties: list[str]
    more_specialties: int
    modalities: list[tuple[str, str]]
    languages: str
    price: str
    slots: list[ShownSlot]
    bookable: bool


def cards(found: Iterable[Card], asked: Asked, zone: str, now: datetime) -> list[ShownCard]:
    return [_card(card, asked, zone, now) for card in found]


def _card(card: Card, asked: Asked, zone: str, now: datetime) -> ShownCard:
    language = get_language() or "fr"
    page = reverse("mediator", args=[card.mediator.slug])
    specialties = [one.label for one in card.mediator.specialties.all()]
    if asked.specialty and asked.specialty.label in specialties:
        specialties.sort(key=lambda label: label != asked.specialty.label)  # type: ignore[union-attr]
    others = [language_name(code) for code in card.mediator.languages if code != "fr"]
    return ShownCard(
        slug=card.mediator.slug,
        name=card.mediator.name,
        photo=photo_url(card.mediator, now),
        url=_address(page, lieu=asked.place, modalite=asked.modality_word),
        place=_place(card, language),
        point=maps.point(card, now),
        specialties=specialties[:SHOWN_SPECIALTIES],
        more_specialties=len(specialties[SHOWN_SPECIALTIES:]),
        modalities=[(modality, modality_label(modality)) for modality in card.modalities],
        languages=wording.listing(others, language) if card.bookable else "",
        price="" if card.price_from_cents is None else _price(card.price_from_cents, language),
        slots=[_slot(slot, page, asked, zone, now, language) for slot in card.first],
        bookable=card.bookable,
    )


def _place(card: Card, language: str) -> str:
    """The town and how far; a bare listing says no distance."""
    where = card.office.district if card.office else ""
    if card.distance_km is None:
        return where
    return _("%(town)s, à %(distance)s") % {"town": where, "distance": wording.distance(card.distance_km, language)}


def _price(cents: int, language: str) -> str:
    if not cents:
        return _("un premier échange gratuit")
    return _("à partir de %(price)s") % {"price": wording.price(cents, language)}


def _slot(slot: CardSlot, page: str, asked: Asked, zone: str, now: datetime, language: str) -> ShownSlot:
    main, other = display_zones(slot.modality, slot.zone, zone, slot.start)
    there = wording.local(slot.start, main)
    second = other_clock(slot.start, other, language) if other else ""
    how = modality_text(slot.modality)
    name = ", ".join(part for part in (wording.when(slot.start, main, language, now=now), how, second) if part)
    return ShownSlot(
        url=_address(
            page,
            prestation=slot.service_id,
            modalite=WORDS[Modality(slot.modality)],
            lieu=asked.place,
            creneau=f"{slot.start:%Y-%m-%dT%H:%MZ}",
            **{"lieu-exercice": slot.office_id or (AGREED if slot.modality == Modality.IN_PERSON else None)},
        )
        + "#creneau",
        day=wording.day(there.date(), language, short=True),
        clock=wording.clock(there, language),
        name=name,
        short=wording.when(slot.start, main, language, now=now, short=True),
        note="" if asked.modality else modality_label(slot.modality).lower(),
        other=second,
    )


def _address(page: str, **values: object) -> str:
    kept = {key: value for key, value in values.items() if value not in (None, "")}
    return f"{page}?{urlencode(kept)}" if kept else page
