"""Slots given back because nobody finished booking or confirming them in time (R15)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from allomediateur.agenda import availability, freeing, letters, letters_to_others, locks, states
from allomediateur.agenda.models import PENDING, Appointment, Offer, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.periods import Period


def stale(mediator: Mediator, period: Period, now: datetime) -> Q:
    """The mediator's pending rows past their expiry that stand in the way of `period`."""
    overlapping = Q(mediator=mediator, blocked__overlap=(period.start, period.end))
    return overlapping & Q(state__in=PENDING, expires_at__lte=now)


def expire(rows: Iterable[Appointment], *, by: Transition.By = Transition.By.SYSTEM, now: datetime) -> None:
    """Expire locked pending rows, `by` whom those still in time; the client alone hears of an unconfirmed one."""
    for row in rows:
        was_unconfirmed = row.state == State.UNCONFIRMED
        hand = by if states.is_pending(row, now) else Transition.By.SYSTEM
        states.passes(row, State.EXPIRED, by=hand, now=now)
        if freeing.may_be_offered(row):
            freeing.end(row, Offer.Outcome.LAPSED, now)
        if was_unconfirmed:
            letters.released(row, now)
            letters_to_others.released(row, now)


def release_due(now: datetime) -> int:
    """Expire every pending appointment past its expiry, one transaction a mediator; how many there were."""
    due = Q(state__in=PENDING, expires_at__lte=now)
    mediators = Appointment.objects.filter(due).order_by("mediator").values_list("mediator", flat=True).distinct()
    return sum(_release(mediator_id, due, now) for mediator_id in list(mediators))


def release_of(mediator_id: int, now: datetime) -> int:
    """The same for one mediator."""
    due = Q(state__in=PENDING, expires_at__lte=now)
    if not Appointment.objects.filter(due, mediator=mediator_id).exists():
        return 0
    return _release(mediator_id, due, now)


def _release(mediator_id: int, due: Q, now: datetime) -> int:
    with transaction.atomic():
        locks.share([mediator_id])
        rows = locks.appointments(due & Q(mediator=mediator_id))
        expire(rows, now=now)
        availability.rebuild(mediator_id, now)
    return len(rows)
