"""What is freed goes to the first in order whom it suits: held for them a quarter of an hour, told by letter; taken,
left, or without an answer, and then the next one.

One list at a time is looked at (locks.waiting), one offer a transaction: the hold, its letter and the job that looks
again at its expiry are written together or not at all. A person has one offer at a time, whatever they wait for.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allomediateur.agenda import (
    availability,
    booking,
    changing,
    confirming,
    expiring,
    freeing,
    letters,
    locks,
    stopping,
    suiting,
    truth,
    waiting,
    waiting_letters,
)
from allomediateur.agenda import states as passages
from allomediateur.agenda.models import (
    Appointment,
    Availability,
    Offer,
    Participant,
    Service,
    State,
    Transition,
    Wait,
)
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.refusals import HoldExpired, NotFree, Wish, explained, wish_of
from allomediateur.agenda.truth import Asker
from allomediateur.directory.models import Office

KEPT = timedelta(minutes=15)


class OfferOver(Exception):
    """Nothing is kept for them any more: their time is over, or they have answered."""


def offer_freed(mediator_id: int, now: datetime) -> list[Offer]:
    """Offer what is free there to those who wait, each the earliest that suits. What changed the list meanwhile is
    seen first: holds past their expiry, people whose wait is over."""
    expiring.release_of(mediator_id, now)
    stopping.stop_due(now, mediator_id)
    return list(_offers(mediator_id, now))


def offer_everywhere(now: datetime) -> int:
    """The net below the jobs, and the end of quiet hours: every list of a mediator who has something free. Returns how
    many offers were made."""
    stopping.stop_due(now)
    free = Availability.objects.exclude(next_starts=[]).values("mediator")
    # An appointment may be moved to what only its own service is given; an offer past its expiry frees its slot.
    lapsed = Offer.objects.filter(outcome="", expires_at__lte=now).values("wait__mediator")
    anything = Q(mediator__in=free) | Q(appointment__isnull=False) | Q(mediator__in=lapsed)
    lists = Wait.objects.live(now).filter(anything)
    found = list(lists.order_by("mediator").values_list("mediator", flat=True).distinct())
    return sum(len(offer_freed(mediator_id, now)) for mediator_id in found)


def take(wait: Wait, now: datetime, by: Transition.By) -> Appointment:
    """A confirmed appointment, the address being proven; or theirs, moved there.

    Raises OfferOver, SlotTaken, SlotRefused (the mediator's hours changed meanwhile), changing.NotChangeable, TooLate.
    """
    offer = waiting.live_offer(wait, now)
    if offer is None or offer.held is None:
        raise OfferOver
    with explained(wish_of(offer.held), now), transaction.atomic():
        locks.waiting(wait.mediator_id)
        found = waiting.read(Q(pk=wait.pk))
        if found.state != Wait.State.WAITING:
            raise OfferOver
        try:
            booked = _moved(found, offer.held, by, now) if found.appointment else _booked(found, offer.held, by, now)
        except HoldExpired:
            raise OfferOver from None
        freeing.end(offer.held, Offer.Outcome.TAKEN, now)
        waiting.serve(found, by, now)
    return booked


def decline(wait: Wait, now: datetime, by: Transition.By) -> None:
    """The slot goes to the next one at once, the place in the list is kept. Raises OfferOver."""
    offer = waiting.live_offer(wait, now)
    if offer is None or offer.held is None:
        raise OfferOver
    with transaction.atomic():
        locks.waiting(wait.mediator_id)
        held = locks.appointment(offer.held)
        if not passages.is_pending(held, now):
            raise OfferOver
        passages.passes(held, State.EXPIRED, by=by, now=now)
        freeing.end(held, Offer.Outcome.DECLINED, now)
        availability.rebuild(held.mediator_id, now)


def _booked(wait: Wait, asked: Appointment, by: Transition.By, now: datetime) -> Appointment:
    held = locks.appointment(asked)
    client = passages.client_of(held)
    if client is None or not passages.is_pending(held, now):
        raise HoldExpired(held)
    booking.still_offered(held, now)
    client.user, client.appointment = wait.user, held
    client.save(update_fields=["user"])
    confirming.attach(client, by_link=True, now=now)
    booking.invite_mediator(held)
    passages.passes(held, State.CONFIRMED, by=by, now=now)
    letters.confirmed(held, now)
    availability.rebuild(held.mediator_id, now)
    return held


def _moved(wait: Wait, held: Appointment, by: Transition.By, now: datetime) -> Appointment:
    assert wait.appointment is not None  # noqa: S101 - said to the type checker
    return changing.move_into(wait.appointment, held, by=by, now=now)


def _offers(mediator_id: int, now: datetime) -> Iterator[Offer]:
    while offer := _offer_next(mediator_id, now):
        yield offer


def _offer_next(mediator_id: int, now: datetime) -> Offer | None:
    with transaction.atomic():
        locks.waiting(mediator_id)
        if not locks.share([mediator_id]):
            return None
        locks.moves(mediator_id)
        free: dict[tuple[int, Asker], list[Slot]] = {}
        for wait in _who_may_be_told(mediator_id, now):
            for slot in _earliest(wait, free, now):
                if offer := _offer(wait, slot, now):
                    return offer
    return None


def _who_may_be_told(mediator_id: int, now: datetime) -> list[Wait]:
    """In order, read with all that judges whether a slot suits; those asleep are passed over."""
    related = "mediator__user", "service", "office", "user", "appointment__service", "appointment__office"
    rows = Wait.objects.live(now).filter(mediator=mediator_id).in_order().select_related(*related)
    awake = [one for one in rows.prefetch_related("offers", "mediator__offices") if suiting.is_awake(one, now)]
    busy = Offer.objects.filter(email__in=[one.email for one in awake], outcome="")
    taken = set(busy.values_list("email", flat=True))
    return [one for one in awake if one.email not in taken]


def _earliest(wait: Wait, free: dict[tuple[int, Asker], list[Slot]], now: datetime) -> Iterator[Slot]:
    """What suits them and was not offered to them before, the soonest first; `free` is read once a service."""
    asker, found = suiting.asker_of(wait), []
    for service in suiting.wanted(wait, now):
        if (service.pk, asker) not in free:
            free[service.pk, asker] = suiting.free_of(service, asker, now)
        found += [
            slot
            for slot in free[service.pk, asker]
            if not suiting.was_offered(wait, slot) and suiting.suits(wait, slot, now)
        ]
    yield from sorted(found, key=lambda slot: slot.start)


def _offer(wait: Wait, slot: Slot, now: datetime) -> Offer | None:
    """The slot held for them and the letter, None when somebody was quicker, or another list is."""
    if locks.offered_elsewhere(wait.email) or Offer.objects.filter(email=wait.email, outcome="").exists():
        return None
    until = min(now + KEPT, slot.start)
    office = Office.objects.filter(pk=slot.office_id).first() if slot.office_id else None
    service = Service.objects.select_related("mediator__user").get(pk=slot.service_id)
    try:
        held = booking.insert(Wish(service.mediator, service, slot.modality, office, slot.start), "", now, until)
    except NotFree:
        return None
    passages.record(held, by=Transition.By.SYSTEM, now=now, from_state="")
    if wait.appointment and (slot.modality, slot.office_id) == truth.AGREED:
        held.place = wait.appointment.place
        held.save(update_fields=["place"])
    Participant.objects.create(
        appointment=held, role=Participant.Role.CLIENT, name=wait.name, email=wait.email, phone=wait.phone,
        language=wait.language, zone=wait.zone,
    )  # fmt: skip
    offer = Offer.objects.create(
        wait=wait, held=held, email=wait.email, starts_at=slot.start, offered_at=now, expires_at=until
    )
    waiting_letters.offered(offer, waiting.open_link(wait), now)
    availability.rebuild(wait.mediator_id, now)
    freeing.wake_at(wait.mediator_id, until)
    waiting_letters.offered_by_text(offer, now)
    return offer
