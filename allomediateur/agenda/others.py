"""Who else is free: near where one was to meet, in the same field, in the same way, soonest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from allomediateur.agenda import finding
from allomediateur.agenda.models import Appointment, Modality
from allomediateur.directory.models import Mediator, Office

MOST = 3


@dataclass(frozen=True)
class Other:
    """A listed mediator with a free slot; `zone` is that of its place (R14)."""

    name: str
    slug: str
    town: str
    start: datetime
    zone: str


def free_instead(appointment: Appointment, now: datetime) -> list[Other]:
    """Three at most, none of them the appointment's own; in any field when nobody of its field is free."""
    return near(appointment.mediator, appointment.modality, appointment.office, now)


def near(mediator: Mediator, modality: str, at: Office | None, now: datetime) -> list[Other]:
    """Three at most, near that mediator (or that office); an empty modality is any."""
    office = at or Office.objects.filter(mediator=mediator, is_main=True).first()
    fields = [one.pk for one in mediator.specialties.all()]
    for specialty in [*fields[:1], None]:
        query = finding.Query(
            lat=office.lat if office else None, lon=office.lon if office else None, radius_km=100,
            specialty_id=specialty, modality=modality or None, sort=_sort(modality), per_page=MOST + 1,
        )  # fmt: skip
        cards = finding.find(query, now).items
        if found := [_other(card) for card in cards if card.first and card.mediator.pk != mediator.pk]:
            return found[:MOST]
    return []


def _sort(modality: str) -> Literal["nearest", "soonest"]:
    return "nearest" if modality == Modality.IN_PERSON else "soonest"


def _other(card: finding.Card) -> Other:
    first = card.first[0]
    town = card.office.commune_name if card.office else ""
    return Other(card.mediator.name, card.mediator.slug, town, first.start, first.zone)
