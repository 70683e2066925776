"""Somebody at their place in a waiting list: what is kept for them, how it stands, the way out. The same pages behind
a letter's link and inside the client's space."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import changing, offering, waiting, waiting_letters
from allomediateur.agenda.models import Appointment, Modality, Offer, Transition, Wait
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.refusals import SlotLost
from allomediateur.web.ui import appointments, near
from allomediateur.web.ui.slots import WORDS

GONE = 410


@dataclass(frozen=True)
class Seat:
    """`back` is the list it came from, none for a letter's link; `zone` is the one they read times in."""

    wait: Wait
    hand: Transition.By
    page: str
    leave: str
    zone: str
    back: str = ""


def page(request: HttpRequest, seat: Seat, now: datetime) -> HttpResponse:
    """How it stands (GET: a mail scanner's visit changes nothing); entering the list, the answer to an offer (POST)."""
    if request.method != "POST":
        return _page(request, seat, now)
    return _ACTS.get(request.POST.get("acte", ""), _page)(request, seat, now)


def leave(request: HttpRequest, seat: Seat, now: datetime) -> HttpResponse:
    """A page that asks (GET), and the act (POST)."""
    if not _is_on(seat.wait, now):
        return HttpResponseRedirect(seat.page)
    if request.method == "POST":
        waiting.leave(seat.wait, seat.hand, now)
        messages.success(request, _("Vous avez quitté la liste d’attente. Vous ne serez plus prévenu."))
        return HttpResponseRedirect(seat.page)
    return render(request, "wait/leave.html", _facts(seat, now))


def criteria(wait: Wait) -> str:
    """What is waited for, in words of the active language."""
    return waiting_letters.criteria(wait, get_language() or "fr")


def free_links(slots: list[Slot], slug: str) -> list[dict[str, Any]]:
    """Slots that suit already, as links to the mediator's page, three at most."""
    address = reverse("mediator", args=[slug])
    return [
        {
            "start": one.start,
            "modality": one.modality,
            "url": f"{address}?prestation={one.service_id}&modalite={WORDS[Modality(one.modality)]}"
            f"{f'&lieu-exercice={one.office_id}' if one.office_id else ''}"
            f"&creneau={one.start:%Y-%m-%dT%H:%M}Z#creneaux",
        }
        for one in slots[:3]
    ]


def _prove(request: HttpRequest, seat: Seat, now: datetime) -> HttpResponse:
    try:
        waiting.prove(seat.wait, now)
    except waiting.NotWaiting:
        return HttpResponseRedirect(seat.page)
    messages.success(request, _("Votre adresse est confirmée : vous êtes dans la liste d’attente."))
    return HttpResponseRedirect(seat.page)


def _take(request: HttpRequest, seat: Seat, now: datetime) -> HttpResponse:
    try:
        offering.take(seat.wait, now, seat.hand)
    except (offering.OfferOver, changing.NotChangeable, changing.TooLate):
        return HttpResponseRedirect(seat.page)
    except SlotLost:
        messages.warning(request, _("Le médiateur a changé ses heures entre-temps : ce créneau n’est plus proposé."))
        return HttpResponseRedirect(seat.page)
    moved = seat.wait.appointment_id is not None
    done = _("Votre rendez-vous est déplacé.") if moved else _("Votre rendez-vous est confirmé.")
    messages.success(request, f"{done} {_('Une lettre vous le rappelle.')}")
    return HttpResponseRedirect(seat.page)


def _decline(request: HttpRequest, seat: Seat, now: datetime) -> HttpResponse:
    try:
        offering.decline(seat.wait, now, seat.hand)
    except offering.OfferOver:
        return HttpResponseRedirect(seat.page)
    messages.success(request, _("Le créneau va à la personne suivante. Vous gardez votre place dans la liste."))
    return HttpResponseRedirect(seat.page)


_ACTS: dict[str, Callable[[HttpRequest, Seat, datetime], HttpResponse]] = {
    "entrer": _prove,
    "prendre": _take,
    "laisser": _decline,
}


def _page(request: HttpRequest, seat: Seat, now: datetime) -> HttpResponse:
    context, wait = _facts(seat, now), seat.wait
    is_over = not _is_on(wait, now)
    if is_over and wait.state != Wait.State.SERVED:
        context["near"] = near.lines(wait.mediator, wait.modality, wait.office, now)
    status = GONE if is_over and wait.state in (Wait.State.UNPROVEN, Wait.State.ENDED) else 200
    return render(request, "wait/page.html", context, status=status)


def _facts(seat: Seat, now: datetime) -> dict[str, Any]:
    wait = seat.wait
    offer = waiting.live_offer(wait, now) if wait.state == Wait.State.WAITING else None
    last = wait.offers.select_related("held__office__commune", "held__service").order_by("-pk").first()
    is_on = _is_on(wait, now)
    return {
        "seat": seat, "wait": wait, "now": now, "zone": seat.zone, "criteria": criteria(wait),
        "is_unproven": is_on and wait.state == Wait.State.UNPROVEN,
        "is_waiting": is_on and wait.state == Wait.State.WAITING,
        "is_over": not is_on,
        "position": waiting.position(wait, now) if is_on and wait.state == Wait.State.WAITING else None,
        "reason": _reason(wait, now),
        "missed": last if last and last.outcome != Offer.Outcome.TAKEN and not offer else None,
        **(_offered(offer, seat) if offer and offer.held else {}),
        **(_served(wait, last, seat) if wait.state == Wait.State.SERVED and last else {}),
    }  # fmt: skip


def _offered(offer: Offer, seat: Seat) -> dict[str, Any]:
    assert offer.held is not None  # noqa: S101 - said to the type checker
    return {"offer": offer, **_moment(offer.held, seat)}


def _served(wait: Wait, last: Offer, seat: Seat) -> dict[str, Any]:
    """What they have got."""
    booked = wait.appointment or last.held
    return _moment(booked, seat) if booked else {}


def _moment(appointment: Appointment, seat: Seat) -> dict[str, Any]:
    main, other = appointments.clocks(appointment, seat.zone)
    return {
        "appointment": appointment, "slot_zone": main, "other_zone": other,
        "service_name": appointments.service_name(appointment.service),
    }  # fmt: skip


def _is_on(wait: Wait, now: datetime) -> bool:
    """It counts as over from its end on, worker or not."""
    return wait.state in (Wait.State.UNPROVEN, Wait.State.WAITING) and now < wait.until


def _reason(wait: Wait, now: datetime) -> str:
    if wait.state == Wait.State.ENDED:
        return str(wait.steps.order_by("-pk").values_list("reason", flat=True).first() or "")
    if wait.until <= now:
        return "unconfirmed" if wait.state == Wait.State.UNPROVEN else "passed"
    return ""
