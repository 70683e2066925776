"""When something is free, those who wait for it hear of it: a job asked for in the transaction that freed it.

An offered slot is held by an appointment; how the offer ends is written with how the hold ends.
"""

from collections.abc import Collection
from datetime import datetime

from procrastinate.contrib.django import app

from allomediateur.agenda.models import Appointment, Offer, Wait

JOB = "offer_freed"


def wake(mediator_ids: Collection[int]) -> None:
    """Those lists are looked at once the transaction is committed; nothing is asked where nobody waits."""
    if not mediator_ids:
        return
    waiting = Wait.objects.filter(state=Wait.State.WAITING, mediator__in=mediator_ids).order_by()
    for mediator_id in waiting.values_list("mediator", flat=True).distinct():
        app.configure_task(JOB).defer(mediator_id=mediator_id)


def wake_at(mediator_id: int, at: datetime) -> None:
    """That list is looked at again then."""
    app.configure_task(JOB, schedule_at=at).defer(mediator_id=mediator_id)


def may_be_offered(appointment: Appointment) -> bool:
    """A hold that no browser has."""
    return not appointment.browser


def end(held: Appointment, outcome: Offer.Outcome, now: datetime) -> None:
    """How the offer that this locked hold is for has ended; the person may be offered something of another list."""
    offer = Offer.objects.filter(held=held, outcome="").first()
    if offer is None:
        return
    offer.outcome, offer.ended_at = outcome, now
    offer.save(update_fields=["outcome", "ended_at"])
    elsewhere = Wait.objects.filter(email=offer.email, state=Wait.State.WAITING).order_by()
    wake(set(elsewhere.values_list("mediator", flat=True)))


def moved(appointment: Appointment) -> None:
    """Who waits to have it sooner does so until its new start."""
    Wait.objects.filter(appointment=appointment, state=Wait.State.WAITING).update(until=appointment.starts_at)
