"""Waits that end by themselves: their time is over, nobody answers, or there is nothing left to wait for. Those who
still wait then are told once, with others who are free."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from allomediateur.agenda import catalogue, changing, others, suiting, waiting, waiting_letters
from allomediateur.agenda.models import State, Wait, WaitStep
from allomediateur.directory.models import Mediator

Reason = WaitStep.Reason
TOLD = (Reason.PASSED, Reason.SILENT, Reason.GONE)


def stop_due(now: datetime, mediator_id: int | None = None) -> int:
    """Everywhere, or in that mediator's list. Returns how many ended."""
    return sum(_stop(wait, now) for wait in _due(now, mediator_id))


def _due(now: datetime, mediator_id: int | None) -> list[Wait]:
    """Without reading every list: past their time, of nobody or nothing any more, or offered something three times."""
    mine = Q(mediator=mediator_id) if mediator_id else Q()
    waiting_now = Q(state=Wait.State.WAITING)
    passed = Q(state__in=(Wait.State.UNPROVEN, Wait.State.WAITING), until__lte=now)
    bookable = Mediator.objects.bookable(now).values("pk")
    gone = waiting_now & (~Q(mediator__in=bookable) | ~Q(mediator__in=catalogue.public().values("mediator")))
    unlisted = waiting_now & Q(service__isnull=False, appointment=None) & ~Q(service__in=catalogue.public())
    moved = waiting_now & Q(appointment__isnull=False) & ~Q(appointment__state=State.CONFIRMED)
    silent = waiting_now & Q(pk__in=_silent(mine))
    rows = Wait.objects.filter(mine & (passed | gone | unlisted | moved | silent)).order_by("pk")
    return list(rows.select_related("mediator__user", "service", "appointment__service"))


def _silent(mine: Q) -> list[int]:
    asked = Wait.objects.filter(mine, state=Wait.State.WAITING, offers__outcome="lapsed").distinct()
    return [one.pk for one in asked.prefetch_related("offers") if suiting.is_silent(one)]


def _stop(wait: Wait, now: datetime) -> bool:
    reason = _why(wait, now)
    is_nothing_left = reason in (Reason.PASSED, Reason.GONE)
    near = others.near(wait.mediator, wait.modality, wait.office, now) if is_nothing_left else []
    with transaction.atomic():
        if not waiting.end(wait, reason, now):
            return False
        if reason in TOLD:
            waiting_letters.ended(wait, reason, near, now)
    return True


def _why(wait: Wait, now: datetime) -> WaitStep.Reason:
    if wait.state == Wait.State.UNPROVEN:
        return Reason.UNCONFIRMED
    if wait.appointment and not changing.may_change(wait.appointment, now):
        return Reason.OVER
    if not _is_offered(wait, now):
        return Reason.GONE
    if wait.until <= now:
        return Reason.OVER if wait.appointment else Reason.PASSED
    return Reason.SILENT


def _is_offered(wait: Wait, now: datetime) -> bool:
    """By somebody who receives, and something of what is waited for."""
    offered = catalogue.services(wait.mediator, now)
    if wait.appointment:
        return wait.mediator.rights_at(now).bookable
    return bool(offered) if wait.service is None else wait.service in offered
