"""Search cards: links to a mediator's page with the slot chosen, times in the reader's or the place's zone (R14)."""

from typing import Any, Protocol
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.web.ui.appointments import service_name
from allomediateur.web.ui.slots import WORDS, other_clock

register = template.Library()


class Slot(Protocol):
    start: Any
    modality: Any
    office_id: int | None
    service_id: int
    zone: str


@register.simple_tag
def slot_url(mediator: Any, slot: Slot) -> str:
    """The mediator's page with this slot in front."""
    asked = {"prestation": slot.service_id, "modalite": WORDS[slot.modality], "creneau": slot.start.isoformat()}
    if slot.office_id:
        asked["lieu-exercice"] = slot.office_id
    return f"{reverse('mediator', args=[mediator.slug])}?{urlencode(asked)}#creneau"


@register.simple_tag
def card_when(slot: Slot, reader_zone: str) -> str:
    """« mar. 24 nov. à 14 h 30 », the other clock in brackets where it differs."""
    language = get_language() or "fr"
    main, other = display_zones(slot.modality, slot.zone, reader_zone, slot.start)
    said = wording.when(slot.start, main, language, short=True)
    return f"{said} ({other_clock(slot.start, other, language)})" if other else said


@register.simple_tag
def card_slot(mediator: Any, slot: Slot, reader_zone: str) -> SafeString:
    language = get_language() or "fr"
    main, other = display_zones(slot.modality, slot.zone, reader_zone, slot.start)
    local = slot.start.astimezone(main)
    day, clock = wording.day(local.date(), language, short=True), wording.clock(local, language)
    note = format_html(' <span class="slot-note">{}</span>', other_clock(slot.start, other, language)) if other else ""
    return format_html(
        '<a class="slot" href="{}"><span class="slot-day">{}</span> {}{}</a>', slot_url(mediator, slot), day, clock, note
    )


@register.simple_tag
def service_label(service: Any) -> str:
    """In the active language, French when there is no English one."""
    return service_name(service)
