"""A free slot kept for a person whom another room has matched with a mediator: held without a browser, then taken.

Kept it blocks its time as any hold does, and lapses by itself (R15). On the terms of any visitor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, confirming, expiring, letters, locks, openings, states, truth
from allomediateur.agenda.direct import Somebody
from allomediateur.agenda.models import Appointment, Modality, Participant, Service, State, Transition
from allomediateur.agenda.refusals import HoldExpired, NotFree, Wish, explained, wish_of
from allomediateur.scheduling import deadlines
from allomediateur.scheduling.display import visitor_zone
from allomediateur.scheduling.slots import Refusal

__all__ = ["HoldExpired", "Kept", "keep", "leave", "take"]


@dataclass(frozen=True)
class Kept:
    """A slot kept until then."""

    appointment: Appointment
    until: datetime


def keep(wish: Wish, who: Somebody, now: datetime, *, by: Transition.By) -> Kept:
    """Two days, and before the service's notice, as what is booked on mandate; nobody is written to.

    Raises booking.PhoneMissing, SlotTaken, SlotRefused (an agreed place among them: who lives there has to say where).
    """
    if wish.modality == Modality.PHONE and not who.phone:
        raise booking.PhoneMissing
    with explained(wish, now), transaction.atomic():
        locks.share([wish.mediator.pk])
        wish = wish.under(Service.objects.get(pk=wish.service.pk))
        locks.moves(wish.mediator.pk)
        expiring.expire(locks.appointments(expiring.stale(wish.mediator, booking.blocked(wish), now)), now=now)
        reason = openings.refusal(wish.mediator, wish.service, wish.modality, wish.office, wish.start, now)
        if reason or wish.pair == truth.AGREED:
            raise NotFree(reason or Refusal.OUTSIDE_OPENINGS)
        until = deadlines.consent_by(wish.start, now, timedelta(minutes=wish.service.notice_minutes))
        held = booking.insert(wish, "", now, until)
        states.record(held, by=by, now=now, from_state="")
        Participant.objects.create(
            appointment=held, role=Participant.Role.CLIENT, user=who.user, name=" ".join(who.name.split())[:120],
            email=who.email, phone=who.phone, language=who.language, zone=visitor_zone(who.zone),
        )  # fmt: skip
        availability.rebuild(held.mediator_id, now)
    return Kept(held, until)


def take(
    kept: Appointment, user: User | None, now: datetime, *, by: Transition.By, is_proven: bool = False
) -> Appointment:
    """A confirmed appointment with its letters; taken already, as it is. `is_proven`: the address that was given is
    known to be that person's; else nobody is matched to an account by it.

    Raises HoldExpired, SlotTaken, SlotRefused (the mediator's hours changed meanwhile).
    """
    with explained(wish_of(kept), now), transaction.atomic():
        held = locks.appointment(kept)
        if states.is_settled(held):
            return held
        client = states.client_of(held)
        if client is None or held.browser or not states.is_pending(held, now):
            raise HoldExpired(held)
        booking.still_offered(held, now)
        client.appointment = held
        if user and user.role == User.Role.CLIENT:
            client.user = user
            client.save(update_fields=["user"])
        elif client.email and is_proven:
            confirming.attach(client, by_link=True, now=now)
        booking.invite_mediator(held)
        states.passes(held, State.CONFIRMED, by=by, now=now)
        letters.confirmed(held, now)
        availability.rebuild(held.mediator_id, now)
    return held


def leave(kept: Appointment, now: datetime, *, by: Transition.By) -> None:
    """The slot is given back; what is no longer kept stays as it is."""
    with transaction.atomic():
        locks.share([kept.mediator_id])
        for held in locks.appointments(Q(pk=kept.pk, state=State.HELD, browser="")):
            states.passes(held, State.EXPIRED, by=by, now=now)
            availability.rebuild(held.mediator_id, now)
