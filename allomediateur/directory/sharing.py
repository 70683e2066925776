"""What a mediator hands out: a short address, the same as a QR code, a card to print, a link for their own site."""

import html
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.configuration import names
from allomediateur.directory.models import Mediator
from allomediateur.notify import printing

SOURCE = Path(__file__).parent / "paper" / "card.typ"
SHOWN_SPECIALTIES = 4
NAME_POINTS = ((22, 15), (34, 12), (60, 10), (120, 8))
"""How long a name may be for each size of its letters, in points."""


class Format(StrEnum):
    """A visiting card (85 x 55 mm), a sheet to stand on a desk (A6)."""

    CARD = "carte"
    A6 = "a6"


def find(code: str, now: datetime) -> Mediator | None:
    """Who is listed under that short address; letters may be typed in any case."""
    return Mediator.objects.listed(now).filter(code=code.lower()[:8]).first()


def address(mediator: Mediator) -> str:
    """The short one, whole: https://…/m/2b3c4d5f/."""
    return f"{settings.SITE_URL}/m/{mediator.code}/"


def link(mediator: Mediator, service_id: int | None, words: str) -> str:
    """HTML for another site, as text to show: an address that never changes, and words; no script, nothing that would
    follow anybody."""
    query = f"?prestation={service_id}" if service_id else ""
    return f'<a href="{address(mediator)}{query}">{html.escape(words)}</a>'


def qr_svg(mediator: Mediator) -> bytes:
    return _qr(mediator, kind="svg", scale=8, border=2, light="#fff")


def qr_png(mediator: Mediator) -> bytes:
    return _qr(mediator, kind="png", scale=16, border=2)


def _qr(mediator: Mediator, **how: Any) -> bytes:
    out = BytesIO()
    segno.make(address(mediator), micro=False, error="m").save(out, **how)
    return out.getvalue()


def card(mediator: Mediator, shape: Format, now: datetime) -> bytes:
    """A page of PDF in the active language; what people wrote goes in as data. Reads specialties and offices."""
    main = next((one for one in mediator.offices.all() if one.is_main), None)
    some = [one.label for one in mediator.specialties.all()][:SHOWN_SPECIALTIES]
    name = str(printing.printable(mediator.name))
    told = {
        "format": shape.value,
        "language": get_language() or "fr",
        "title": name,
        "points": next(points for longest, points in NAME_POINTS if len(name) <= longest),
        "what": _("Médiateur professionnel, certifié %(certificate)s") % {"certificate": names.value("certificate")},
        "town": str(printing.printable(main.district)) if main else "",
        "specialties": printing.printable(some),
        "invitation": _("Prendre rendez-vous"),
        "address": address(mediator).partition("://")[2].rstrip("/"),
        "link": address(mediator),
        "brand": settings.BRAND,
        "qr": printing.qr(address(mediator)),
    }
    return printing.compiled(SOURCE, told, now)
