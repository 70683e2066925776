"""What the pages of an appointment offer to keep (web.ui.keeping)."""

from dataclasses import dataclass
from datetime import datetime

from django import template

from allomediateur.agenda.models import Appointment
from allomediateur.web.ui import keeping
from allomediateur.web.ui.appointments import Visit

register = template.Library()


@dataclass(frozen=True)
class Kept:
    """The QR code as a picture, what it opens, and where the sheet is."""

    qr: str
    caption: str
    pdf: str


@register.filter
def kept(visit: Visit, now: datetime) -> Kept | None:
    """None when there is nothing left to come to, and where the reader has no sheet."""
    if not visit.at.pdf or not keeping.is_to_come(visit.appointment, now):
        return None
    return Kept(keeping.qr(keeping.address(visit)), keeping.caption(visit), visit.at.pdf)


@register.filter
def way(appointment: Appointment, now: datetime) -> keeping.Way | None:
    """How to get there, as long as one is awaited there."""
    return keeping.way(appointment) if keeping.is_to_come(appointment, now) else None
