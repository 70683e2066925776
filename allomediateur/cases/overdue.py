"""What time decides: a mediator's silence, a choice not made, a draft nobody came back to."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from allomediateur.cases import deciding, letters, proposing, steps
from allomediateur.cases.compartments import purging
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Intake, IntakeStep, Proposal
from allomediateur.directory.models import Mediator

Kind, By = IntakeStep.Kind, IntakeStep.By


def pass_on(now: datetime) -> int:
    """Every intake that something is due of, one transaction each. Returns how many."""
    entitled = Mediator.objects.bookable(now).values("pk")
    over = Q(proposals__due_at__lte=now) | ~Q(proposals__mediator__in=entitled)
    late = Q(proposals__state=Proposal.State.OPEN) & over
    choosing = Q(state=Intake.State.TO_CHOOSE, due_at__lte=now)
    found = Intake.objects.filter(late | choosing).order_by("pk").distinct()
    return sum(_pass_on(one, now) for one in list(found))


def _pass_on(intake: Intake, now: datetime) -> bool:
    with transaction.atomic():
        locked = steps.locked(intake)
        if locked.state == Intake.State.TO_CHOOSE and locked.due_at and locked.due_at <= now:
            proposing.to_staff(locked, proposing.opened_for_routing(locked, now), By.SYSTEM, now)
            return True
        if locked.state != Intake.State.PROPOSED:
            return False
        opened = proposing.opened_for_routing(locked, now)
        ended = [one for one in steps.open_proposals(locked) if _is_over(one, opened, now)]
        if ended:
            deciding.ended(locked, opened, now)
    return bool(ended)


def _is_over(one: Proposal, opened: Opened, now: datetime) -> bool:
    """Not answered in time, or its mediator may not be booked any more; either ends it."""
    is_silent = one.due_at is not None and one.due_at <= now
    if not is_silent and Mediator.objects.bookable(now).filter(pk=one.mediator_id).exists():
        return False
    state, kind = (Proposal.State.SILENT, Kind.SILENT) if is_silent else (Proposal.State.TAKEN_BACK, Kind.TAKEN_BACK)
    proposing.ends(one, opened, state, now)
    steps.record(one.intake, kind, By.SYSTEM, now, one.mediator)
    letters.gone(one, now)
    return True


def forget(which: Q, now: datetime) -> int:
    """Their keys are destroyed, and nothing says any more that they were, but for the trail. Returns how many."""
    found = list(Intake.objects.filter(which).select_related("compartment").order_by("pk"))
    for one in found:
        with transaction.atomic():
            purging.purge(one.compartment, now)
            one.delete()
    return len(found)
