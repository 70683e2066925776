"""Letters follow people to their address of now. What was sent to a former one, mistyped or left, opens no place in a
waiting list any more."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from allomediateur.accounts.models import User
from allomediateur.agenda import locks, waiting, waiting_letters
from allomediateur.agenda.models import (
    Appointment,
    Modality,
    Offer,
    Participant,
    State,
    Transition,
    Wait,
    WaitLink,
    WaitStep,
)


@transaction.atomic
def write_to(user: User, now: datetime) -> None:
    """What this account has to come and what it waits for."""
    address = user.email.lower()
    # An unproven wait is of whoever reads its letter, and stays theirs.
    former = Wait.objects.filter(user=user).exclude(email=address).exclude(state=Wait.State.UNPROVEN)
    lists = former.order_by("mediator").values_list("mediator", flat=True).distinct()
    for mediator_id in list(lists):
        locks.waiting(mediator_id)
    WaitLink.objects.filter(wait__in=former).delete()
    for wait in list(former.filter(state=Wait.State.WAITING).order_by("pk")):
        _to_account(wait, user, now)
    to_come = Appointment.objects.filter(state__in=(State.UNCONFIRMED, State.CONFIRMED), ends_at__gt=now)
    Participant.objects.filter(user=user, appointment__in=to_come).update(email=user.email)


def corrected(client: Participant, changed: Collection[str], now: datetime) -> None:
    """Whoever waits to have it sooner is named and reached as the appointment's client is now; without an address, the
    wait is over. Under the lock of the list, taken before the agenda's."""
    told = {name: getattr(client, name) for name in ("name", "phone", "email") if name in changed}
    waits = Wait.objects.filter(appointment=client.appointment)
    if "email" in told:
        WaitLink.objects.filter(wait__in=waits).delete()
    for wait in waits.filter(state=Wait.State.WAITING) if told else ():
        if not client.email or (wait.modality == Modality.PHONE and not client.phone):
            waiting.leave(wait, Transition.By.STAFF, now)
        else:
            _follow(wait, now, **told)


def _to_account(wait: Wait, user: User, now: datetime) -> None:
    """One place in a list: waiting there already with the new address, that one has the earlier of both."""
    address = user.email.lower()
    there = Wait.objects.filter(state=Wait.State.WAITING, mediator=wait.mediator_id, email=address, appointment=None)
    other = None if wait.appointment_id else there.first()
    if other is None:
        _follow(wait, now, email=address)
        return
    waiting.end(wait, WaitStep.Reason.REPLACED, now)
    there.update(user=user, joined_at=min(wait.joined_at, other.joined_at))


def _follow(wait: Wait, now: datetime, **told: str) -> None:
    """And what is kept for them, with the letter whose link opens it."""
    Wait.objects.filter(pk=wait.pk).update(**told, changed_at=now)
    found = waiting.read(Q(pk=wait.pk))
    offer = waiting.live_offer(found, now)
    if offer:
        Participant.objects.filter(appointment=offer.held, role=Participant.Role.CLIENT).update(**told)
    if "email" not in told:
        return
    if offer is None:
        waiting_letters.joined(found, waiting.open_link(found), waiting.position(found, now), now)
        return
    if not _has_another(found.email):
        Offer.objects.filter(pk=offer.pk).update(email=found.email)
    waiting_letters.offered(offer, waiting.open_link(found), now)


def _has_another(email: str) -> bool:
    """An offer of another list: this one then keeps the former address until it ends, and is told of to the new."""
    return locks.offered_elsewhere(email) or Offer.objects.filter(email=email, outcome="").exists()
