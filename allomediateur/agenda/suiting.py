"""Whether a free slot suits somebody who waits, and who may be told of it now."""

from datetime import datetime, timedelta

from allomediateur.agenda import changing, openings, truth
from allomediateur.agenda.catalogue import services
from allomediateur.agenda.models import Modality, Offer, Service, Wait
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.truth import Asker
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.reminders import after_quiet_hours

SILENT = 3
"""Offers in a row without an answer: then they leave the list."""


def free_for(wait: Wait, now: datetime) -> list[Slot]:
    """What they could have now by its service, the earliest first."""
    return [slot for service in wanted(wait, now) for slot in free_of(service, asker_of(wait), now)]


def wanted(wait: Wait, now: datetime) -> list[Service]:
    """The services they would take: one, or all that anybody may book."""
    return [wait.service] if wait.service else services(wait.mediator, now)


def asker_of(wait: Wait) -> Asker:
    return "client" if wait.appointment_id else "visitor"


def free_of(service: Service, asker: Asker, now: datetime) -> list[Slot]:
    until = now + timedelta(days=service.horizon_days + 1)
    return openings.slots(service.mediator, service, since=now, until=until, now=now, asker=asker)


def suits(wait: Wait, slot: Slot, now: datetime) -> bool:
    """Whether it is what they wait for; reads the mediator's main office and the appointment to be moved."""
    return (
        wait.service_id in (None, slot.service_id)
        and wait.modality in ("", slot.modality)
        and wait.office_id in (None, slot.office_id)
        and _may_be_held(wait, slot)
        and _is_sooner(wait, slot, now)
        and _is_then(wait, slot)
    )


def is_awake(wait: Wait, now: datetime) -> bool:
    """Nobody is told in quiet hours (R12) of something they would have to take within minutes."""
    return after_quiet_hours(now, wait.zone) == now


def is_silent(wait: Wait) -> bool:
    """Whether the last offers had no answer; reads `offers`."""
    last = sorted(wait.offers.all(), key=lambda offer: offer.pk)[-SILENT:]
    return len(last) == SILENT and all(offer.outcome == Offer.Outcome.LAPSED for offer in last)


def was_offered(wait: Wait, slot: Slot) -> bool:
    """Whether they had it and did not take it; reads `offers`."""
    return any(offer.starts_at == slot.start for offer in wait.offers.all())


def _may_be_held(wait: Wait, slot: Slot) -> bool:
    """By phone with a number; at a place to be agreed, only where it has been."""
    if slot.modality == Modality.PHONE and not wait.phone:
        return False
    if (slot.modality, slot.office_id) == truth.AGREED:
        return wait.appointment is not None and bool(wait.appointment.place)
    return True


def _is_sooner(wait: Wait, slot: Slot, now: datetime) -> bool:
    own = wait.appointment
    return own is None or (slot.start < own.starts_at and changing.may_change(own, now))


def _is_then(wait: Wait, slot: Slot) -> bool:
    if not wait.half and not wait.before:
        return True
    there = wording.local(slot.start, _zone(wait, slot))
    half = Wait.Half.MORNING if there.hour < 12 else Wait.Half.AFTERNOON
    return wait.half in ("", half) and (wait.before is None or there.date() < wait.before)


def _zone(wait: Wait, slot: Slot) -> str:
    """Where it is shown first (R14)."""
    offices = list(wait.mediator.offices.all())
    place = next((one for one in offices if one.pk == slot.office_id), None)
    place = place or next((one for one in offices if one.is_main), None)
    zone = place.zone if place else wait.zone
    return str(display_zones(slot.modality, zone, wait.zone, slot.start)[0])
