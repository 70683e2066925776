"""What mediators book in their own agenda, or staff in anybody's, for somebody on the phone or before them: confirmed
at once. Staff ask as any visitor would: notice, limits and public services hold.

The client may have no account and no e-mail; nobody is matched to an account by an address that was typed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allomediateur.accounts import idempotency
from allomediateur.accounts.models import User
from allomediateur.agenda import agreed, availability, booking, expiring, letters, locks, openings, states, truth
from allomediateur.agenda.agreed import AgreedPlace, PlaceMissing
from allomediateur.agenda.booking import PhoneMissing
from allomediateur.agenda.models import Appointment, Modality, Participant, Service, State, Transition
from allomediateur.agenda.refusals import NotFree, Wish, explained
from allomediateur.agenda.truth import Asker
from allomediateur.scheduling.display import visitor_zone
from allomediateur.scheduling.slots import Refusal
from allomediateur.scheduling.wall import local_day, local_minute, to_utc

__all__ = ["PhoneMissing", "PlaceMissing", "Somebody", "book_for", "dates_of", "refusals_of"]

MOST = 12
"""Appointments of one series."""


@dataclass(frozen=True)
class Somebody:
    """Who an appointment is booked for; without `email`, letters are printed for the `postal_address`, or none is
    written. `user`: the account of a former one, or the one that staff act for."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "fr"
    zone: str = "Europe/Paris"
    user: User | None = None
    postal_address: str = ""


def dates_of(start: datetime, zone: str, weeks: int, count: int) -> list[datetime]:
    """A series of `count` starts, `weeks` weeks apart, at the same time on the clock of `zone` (R2)."""
    day, minute = local_day(start, zone), local_minute(start, zone)
    later = (to_utc(day + timedelta(weeks=weeks * number), minute, zone) for number in range(1, min(count, MOST)))
    return [start, *later]


def refusals_of(
    wish: Wish, starts: Sequence[datetime], now: datetime, by: Transition.By = Transition.By.MEDIATOR
) -> list[Refusal | None]:
    """Why each start cannot be booked, None for one that can."""
    place = wish.mediator, wish.service, wish.modality, wish.office
    return [openings.refusal(*place, start, now, asker=asker_of(by)) for start in starts]


def asker_of(by: Transition.By) -> Asker:
    """On whose terms that hand books here."""
    return "mediator" if by == Transition.By.MEDIATOR else "visitor"


def book_for(
    wish: Wish,
    starts: Sequence[datetime],
    who: Somebody,
    place: AgreedPlace | None,
    key: str,
    now: datetime,
    by: Transition.By = Transition.By.MEDIATOR,
) -> list[Appointment]:
    """Confirmed appointments at these starts, all or none, with their letters, in order.

    `by`: the mediator, or staff. `key`: the form's idempotency key; sent again, it gives what was booked.
    Raises PhoneMissing, PlaceMissing, agreed.PlaceTooFar, SlotTaken, SlotRefused (of the first start that is not
    free), idempotency.KeyReused.
    """
    if wish.modality == Modality.PHONE and not who.phone:
        raise PhoneMissing
    wishes = [replace(wish, start=start) for start in sorted(set(starts))[:MOST]]
    at = wishes[0]
    try:
        with transaction.atomic():
            asked = wish.pair, wish.service.pk, [one.start.isoformat() for one in wishes], who.name, who.email
            own_key = idempotency.fingerprint(f"direct {wish.mediator.pk}", key)
            claim = idempotency.claim(own_key, idempotency.fingerprint(*asked), now)
            if not isinstance(claim, idempotency.Claimed):
                return list(Appointment.objects.filter(reference=claim.answer))
            service = _locked(wishes, now)
            made = []
            for at in wishes:
                made.append(_book(at.under(service), who, place, by, now))
            idempotency.record(claim, made[0].reference)
            availability.rebuild(wish.mediator.pk, now)
    except NotFree as refused:
        with explained(at, now, asker_of(by)):
            raise refused
    return made


def _locked(wishes: Sequence[Wish], now: datetime) -> Service:
    """The order of locks of a booking; stale rows in the way make room. The terms of the service as they are then."""
    mediator = wishes[0].mediator
    locks.share([mediator.pk])
    # Several at once, or one that is counted: alone among moves and limited bookings.
    locks.moves(mediator.pk)
    service = Service.objects.get(pk=wishes[0].service.pk)
    stale = Q(pk__in=[])
    for wish in wishes:
        stale |= expiring.stale(mediator, booking.blocked(wish.under(service)), now)
    expiring.expire(locks.appointments(stale), now=now)
    return service


def _book(wish: Wish, who: Somebody, place: AgreedPlace | None, by: Transition.By, now: datetime) -> Appointment:
    reason = openings.refusal(
        wish.mediator, wish.service, wish.modality, wish.office, wish.start, now, asker=asker_of(by)
    )
    if reason:
        raise NotFree(reason)
    made = booking.insert(wish, "", now)
    states.record(made, by=by, now=now, from_state="")
    if wish.pair == truth.AGREED:
        if place is None:
            raise PlaceMissing
        agreed.check(wish.service, place)
        made.place = place.address
    Participant.objects.create(
        appointment=made, role=Participant.Role.CLIENT, user=who.user, name=" ".join(who.name.split()),
        email=who.email.strip().lower(), phone=who.phone, language=who.language, zone=visitor_zone(who.zone),
        postal_address=who.postal_address,
    )  # fmt: skip
    booking.invite_mediator(made)
    states.passes(made, State.CONFIRMED, by=by, now=now, place=made.place)
    letters.confirmed(made, now)
    return made
