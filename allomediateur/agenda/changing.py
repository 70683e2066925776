"""Moving and cancelling. A move updates the same row: same reference, same calendar identity, next sequence."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from psycopg.errors import DeadlockDetected, ExclusionViolation

from allomediateur.agenda import (
    availability,
    booking,
    expiring,
    freeing,
    letters,
    letters_to_others,
    links,
    locks,
    openings,
    planning,
    states,
    texting,
    truth,
)
from allomediateur.agenda.models import GUESTS, Appointment, Participant, Service, State, Transition
from allomediateur.agenda.others import Other
from allomediateur.agenda.refusals import (
    HoldExpired,
    NotFree,
    SlotLost,
    SlotRefused,
    SlotTaken,
    Wish,
    explained,
    wish_of,
)
from allomediateur.agenda.truth import Asker
from allomediateur.directory.models import Office
from allomediateur.scheduling.periods import utc
from allomediateur.scheduling.slots import Refusal

__all__ = ["NotChangeable", "SlotLost", "SlotRefused", "SlotTaken", "TooLate", "cancel", "may_change", "move"]

By = Transition.By
Side = Participant.Role
"""Whose act it is, where staff have the hand: they may do what that side may."""


class NotChangeable(Exception):
    """It is not an appointment to come: held, released, cancelled or over."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.state)
        self.appointment = appointment


class TooLate(Exception):
    """The service allows no change from `limit` on, or it has begun."""

    def __init__(self, limit: datetime) -> None:
        super().__init__(limit.isoformat())
        self.limit = limit


def change_until(appointment: Appointment) -> datetime:
    """The instant from which its client may neither move nor cancel it; reads the service."""
    return appointment.starts_at - timedelta(hours=appointment.service.change_until_hours or 0)


def may_change(appointment: Appointment, now: datetime) -> bool:
    """Whether its client may move or cancel it."""
    return _is_to_come(appointment, now) and now < change_until(appointment)


def move(
    appointment: Appointment,
    *,
    start: datetime,
    modality: str | None = None,
    office: Office | None = None,
    by: Transition.By,
    side: Side = Side.MEDIATOR,
    reason: str = "",
    now: datetime,
) -> Appointment:
    """To another start of the same service as it is now; another modality, with its office, when named.

    `side`: for whom staff do it. Raises NotChangeable, TooLate, SlotTaken, SlotRefused: the old slot then stands.
    """
    if modality is None:
        modality, office = appointment.modality, office or appointment.office
    wish = Wish(appointment.mediator, appointment.service, modality, office, utc(start))
    with explained(wish, now, _asker(by, side)), transaction.atomic():
        return _move(appointment, wish, by, side, reason, now)


def _move(asked: Appointment, wish: Wish, by: Transition.By, side: Side, reason: str, now: datetime) -> Appointment:
    locks.share([asked.mediator_id])
    locks.moves(asked.mediator_id)
    # Under the lock the terms of the service no longer change.
    wish = wish.under(Service.objects.get(pk=asked.service_id))
    rows = locks.appointments(Q(pk=asked.pk) | expiring.stale(wish.mediator, booking.blocked(wish), now))
    appointment = next((row for row in rows if row.pk == asked.pk), None)
    if appointment is None:
        raise Appointment.DoesNotExist
    check_change(appointment, by, side, now)
    if _is_there(appointment, wish):
        return appointment
    expiring.expire((row for row in rows if row.pk != asked.pk), now=now)
    _check_offered(appointment, wish, _asker(by, side), now)
    return _moved(appointment, wish, by, side, reason, now)


def move_into(appointment: Appointment, held: Appointment, *, by: Transition.By, now: datetime) -> Appointment:
    """To the slot that is `held` for its client: the hold ends and the move is made in the transaction of the caller,
    so that nobody comes in between. Raises HoldExpired, NotChangeable, TooLate, NotFree."""
    locks.share([appointment.mediator_id])
    locks.moves(appointment.mediator_id)
    rows = {row.pk: row for row in locks.appointments(Q(pk__in=(appointment.pk, held.pk)))}
    mine, kept = rows[appointment.pk], rows[held.pk]
    if not states.is_pending(kept, now):
        raise HoldExpired(kept)
    check_change(mine, by, Side.CLIENT, now)
    booking.still_offered(kept, now)
    states.passes(kept, State.EXPIRED, by=by, now=now)
    return _moved(mine, wish_of(kept), by, Side.CLIENT, "", now)


def _moved(
    appointment: Appointment, wish: Wish, by: Transition.By, side: Side, reason: str, now: datetime
) -> Appointment:
    former = appointment.starts_at
    _shift(appointment, wish, now)
    freeing.moved(appointment)
    states.record(appointment, by=by, now=now, from_state=appointment.state, from_start=former, reason=reason)
    for participant in appointment.participants.all():
        participant.appointment = appointment
        links.moved(participant, now)
    # Those invited are asked again.
    appointment.participants.filter(role__in=GUESTS).update(answer="", answered_at=None)
    planning.replan(appointment, now)
    letters.moved(appointment, former, now, reason, by_agent=_is_agents(by, side))
    letters_to_others.moved(appointment, former, now)
    availability.rebuild(appointment.mediator_id, now)
    if _is_mediators(by, side):
        texting.moved(appointment, former, now)
    return appointment


def cancel(
    appointment: Appointment,
    *,
    by: Transition.By,
    side: Side = Side.MEDIATOR,
    reason: str = "",
    now: datetime,
    others: Sequence[Other] | None = None,
) -> Appointment:
    """Both sides are told, the mediator only of what was confirmed; what is cancelled already is given again.
    `others`: the mediator is gone, and who else is free.

    `side`: for whom staff do it. Raises NotChangeable, TooLate.
    """
    with transaction.atomic():
        found = locks.appointment(appointment)
        if found.state == State.CANCELLED:
            return found
        check_change(found, by, side, now)
        was_confirmed, is_mediators = found.state == State.CONFIRMED, _is_mediators(by, side)
        if not was_confirmed and not is_mediators:
            # The mediator is not told; and whoever only typed an address must not have us write words of theirs to it.
            reason = ""
        changes = {"cancel_reason": reason, "sequence": found.sequence + 1}
        states.passes(found, State.CANCELLED, by=by, now=now, reason=reason, **changes)
        told = {"by_mediator": is_mediators, "by_agent": _is_agents(by, side)}
        letters.cancelled(found, was_confirmed=was_confirmed, others=others, now=now, **told)
        letters_to_others.cancelled(found, now, was_confirmed=was_confirmed)
        availability.rebuild(found.mediator_id, now)
        if is_mediators or others is not None:
            texting.cancelled(found, now)
    return found


def _is_mediators(by: Transition.By, side: Side) -> bool:
    return by == By.MEDIATOR or (by == By.STAFF and side == Side.MEDIATOR)


def _is_to_come(appointment: Appointment, now: datetime) -> bool:
    if appointment.state == State.UNCONFIRMED:
        return states.is_pending(appointment, now)
    return appointment.state == State.CONFIRMED


def check_change(appointment: Appointment, by: Transition.By, side: Side, now: datetime) -> None:
    """Raises NotChangeable, TooLate."""
    if not _is_to_come(appointment, now):
        raise NotChangeable(appointment)
    is_clients = by in (By.VISITOR, By.CLIENT, By.AGENT) or (by == By.STAFF and side in (Side.CLIENT, Side.AGENT))
    limit = change_until(appointment) if is_clients else appointment.starts_at
    if limit <= now:
        raise TooLate(limit)


def _asker(by: Transition.By, side: Side) -> Asker:
    return "mediator" if by == By.MEDIATOR or (by == By.STAFF and side == Side.MEDIATOR) else "client"


def _is_agents(by: Transition.By, side: Side) -> bool:
    return by == By.AGENT or (by == By.STAFF and side == Side.AGENT)


def _is_there(appointment: Appointment, wish: Wish) -> bool:
    office_id = wish.office.pk if wish.office else None
    there = appointment.starts_at, appointment.modality, appointment.office_id
    return there == (wish.start, wish.modality, office_id)


def _check_offered(appointment: Appointment, wish: Wish, asker: Asker, now: datetime) -> None:
    reason = openings.refusal(
        wish.mediator, wish.service, wish.modality, wish.office, wish.start, now, appointment, asker=asker
    )
    if reason is None and wish.start <= now:
        reason = Refusal.NOTICE
    if reason:
        raise NotFree(reason)


def _shift(appointment: Appointment, wish: Wish, now: datetime) -> None:
    """The update in a savepoint: a clash, or a deadlock of two crossing moves, leaves the old slot as it was."""
    blocked = booking.blocked(wish)
    pending = appointment.expires_at
    changes = {
        "starts_at": wish.start,
        "ends_at": wish.start + timedelta(minutes=wish.service.minutes),
        "blocked": (blocked.start, blocked.end),
        "modality": wish.modality,
        "office_id": wish.office.pk if wish.office else None,
        "place": appointment.place if wish.pair == truth.AGREED else "",
        "expires_at": min(pending, wish.start) if pending else None,
        "sequence": appointment.sequence + 1,
        "changed_at": now,
    }
    try:
        with transaction.atomic():
            Appointment.objects.filter(pk=appointment.pk).update(**changes)
    except (IntegrityError, OperationalError) as error:
        if isinstance(error.__cause__, ExclusionViolation | DeadlockDetected):
            raise NotFree(Refusal.TAKEN) from error
        raise
    appointment.refresh_from_db()
