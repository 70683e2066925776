"""What is kept of an appointment: a QR code of its page, the way there, one sheet of paper (PDF).

The code leads to the page the reader is on, never to a third party. Behind a letter's link that address is the key to
the appointment, so the code is as secret as the letter: the page and the sheet say so. In the spaces it leads to a
page that asks to sign in.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import segno
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import letters, states
from allomediateur.agenda.models import Appointment, Modality, State
from allomediateur.notify import printing
from allomediateur.scheduling import wording
from allomediateur.web.ui import appointments
from allomediateur.web.ui.appointments import Visit

SOURCE = Path(__file__).parent / "paper" / "appointment.typ"
TO_COME = (State.UNCONFIRMED, State.CONFIRMED)


@dataclass(frozen=True)
class Way:
    """How to get there: `geo` opens the map of the device, `site` (empty when the operator wants none) a map's page."""

    geo: str
    site: str


def is_to_come(appointment: Appointment, now: datetime) -> bool:
    """Whether there is still something to come to, to print and to find again."""
    return appointments.state_at(appointment, now) in TO_COME and now < appointment.ends_at


def address(visit: Visit) -> str:
    """Whole, of the reader's own page."""
    return f"{settings.SITE_URL}{visit.at.page}"


def qr(link: str) -> str:
    """As the address of a picture that a page holds in itself."""
    return segno.make(link, micro=False, error="m").svg_data_uri(border=2, light="#fff", dark="#10211f")


def way(appointment: Appointment) -> Way | None:
    """To the office; None by phone and video, and for an agreed place, which is the person's own.

    By its address, which is what a door bears: our points are those of communes. Nothing is asked of anybody before the
    person follows it.
    """
    if appointment.modality != Modality.IN_PERSON or appointment.office is None:
        return None
    where = quote(appointment.office.full_address, safe="")
    return Way(geo=f"geo:0,0?q={where}", site=settings.ITINERARY_URL.replace("{address}", where))


def sheet(visit: Visit, now: datetime) -> HttpResponse:
    """The appointment on one page, in the language of the page it is asked from; kept by no cache."""
    headers = {"Content-Disposition": 'attachment; filename="rendez-vous.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf(visit, now), content_type="application/pdf", headers=headers)


def pdf(visit: Visit, now: datetime) -> bytes:
    """No more than the page shows: whoever finds the sheet learns neither name, number nor address of the client."""
    link = address(visit) if is_to_come(visit.appointment, now) else ""
    title = _("Rendez-vous avec %(name)s") % {"name": visit.appointment.mediator.name}
    told = {
        "language": wording.tongue(get_language() or "fr"),
        "brand": settings.BRAND,
        "title": printing.printable(title),
        **_moment(visit, now),
        "facts": [[label, shown] for label, value in rows(visit, now) if (shown := printing.printable(value))],
        "link": link,
        "qr": printing.qr(link) if link else "",
        "caption": caption(visit) if link else "",
        "code": _("Code QR : il ouvre la page de ce rendez-vous"),
    }
    return printing.compiled(SOURCE, told, now)


def caption(visit: Visit) -> str:
    """What the code opens, and for whom."""
    if visit.is_guest and visit.is_by_link:
        return _("Ce code ouvre votre invitation, sans mot de passe : gardez-le pour vous.")
    if visit.is_by_link:
        return _("Ce code ouvre la page du rendez-vous, sans mot de passe. Ne le montrez qu’à qui peut le déplacer à "
                 "votre place.")  # fmt: skip
    return _("Ce code ouvre la page du rendez-vous sur un autre appareil. Elle demande de se connecter.")


def _moment(visit: Visit, now: datetime) -> dict[str, str]:
    main, other = appointments.clocks(visit.appointment, visit.zone)
    starts, language = visit.appointment.starts_at, get_language() or "fr"
    clock = wording.two_clocks(starts, main, other, language)
    day = wording.day(wording.local(starts, main).date(), language, today=wording.local(now, main).date())
    return {
        "day": day[:1].upper() + day[1:],
        "clock": clock if other else f"{clock} ({wording.zone_time(main, language)})",
    }


def rows(visit: Visit, now: datetime) -> list[tuple[str, str]]:
    """(label, what is said), empty where there is nothing to say."""
    facts = appointments.facts(visit, now)
    one, language = visit.appointment, get_language() or "fr"
    place = _("Adresse") if one.office else _("Lieu convenu")
    return [
        (_("État"), _state(visit, facts["state"])),
        _what(visit, facts["service_name"]),
        (_("Comment"), _how(visit)),
        (_("Salle vidéo"), facts["room"]),
        (place, one.where if visit.knows_place else ""),
        (_("Accès"), letters.way_in(one.office) if one.office else ""),
        (_("Prix"), "" if visit.is_guest else _price(one, language)),
        (_("À préparer"), "" if visit.is_guest or facts["is_past"] else facts["prepare"]),
    ]


def _what(visit: Visit, service: str) -> tuple[str, str]:
    """What is booked is not told to who is invited."""
    length = wording.duration(visit.appointment.minutes)
    return (_("Durée"), length) if visit.is_guest else (_("Prestation"), f"{service}, {length}")


def _state(visit: Visit, state: str) -> str:
    """Only where it is not simply so."""
    if visit.is_agent and states.awaits_person(visit.appointment):
        return _("en attente de la personne concernée")
    said: dict[str, Any] = {
        State.UNCONFIRMED: _("à confirmer, par le lien reçu par e-mail"),
        State.CANCELLED: _("annulé"),
        State.EXPIRED: _("libéré : il n’a pas été confirmé à temps"),
    }
    return str(said.get(state, ""))


def _how(visit: Visit) -> str:
    name = visit.appointment.mediator.name
    if visit.appointment.modality == Modality.PHONE and visit.is_agent:
        return _("Par téléphone : %(name)s appelle la personne concernée à l’heure dite.") % {"name": name}
    if visit.appointment.modality == Modality.PHONE:
        return _("Par téléphone : %(name)s vous appelle à l’heure dite.") % {"name": name}
    if visit.appointment.modality == Modality.VIDEO:
        return _("En visio, dans la salle de %(name)s.") % {"name": name}
    return _("En présence")


def _price(one: Appointment, language: str) -> str:
    if not one.price_cents:
        return _("Gratuit")
    told = {"price": wording.price(one.price_cents, language)}
    if one.service.paid_before:
        said = _("%(price)s, à régler au médiateur avant le rendez-vous") % told
    else:
        said = _("%(price)s, à régler directement au médiateur") % told
    return f"{said} ({one.mediator.payment})" if one.mediator.payment else said
