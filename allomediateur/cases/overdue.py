"""What time decides: a mediator's silence, a choice not made, a draft nobody came back to."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from allomediateur.cases import deciding, letters, proposing, steps
from allomediateur.cases.compartments import purging
from allomediateur.cases.models import Intake, IntakeStep, Proposal

Kind, By = IntakeStep.Kind, IntakeStep.By


def pass_on(now: datetime) -> int:
    """Every intake that something is due of, one transaction each. Returns how many."""
    late = Q(proposals__state=Proposal.State.OPEN, proposals__due_at__lte=now)
    choosing = Q(state=Intake.State.TO_CHOOSE, due_at__lte=now)
    found = Intake.objects.filter(late | choosing).order_by("pk").distinct()
    return sum(_pass_on(one, now) for one in list(found))


def _pass_on(intake: Intake, now: datetime) -> bool:
    with transaction.atomic():
        locked = steps.locked(intake)
        if locked.state == Intake.State.TO_CHOOSE and locked.due_at and locked.due_at <= now:
            proposing.to_staff(locked, proposing.opened_for_routing(locked, now), By.SYSTEM, now)
            return True
        late = [one for one in steps.open_proposals(locked) if one.due_at and one.due_at <= now]
        if not late or locked.state != Intake.State.PROPOSED:
            return False
        opened = proposing.opened_for_routing(locked, now)
        for one in late:
            proposing.ends(one, opened, Proposal.State.SILENT, now)
            steps.record(locked, Kind.SILENT, By.SYSTEM, now, one.mediator)
            letters.gone(one, now)
        deciding.ended(locked, opened, now)
    return True


def forget_drafts(now: datetime) -> int:
    """Those that nobody came back to, or whose address was never proven: the words and the row. Returns how many."""
    drafts = Q(state__in=(Intake.State.DRAFT, Intake.State.UNPROVEN), due_at__lte=now)
    return forget(drafts, now)


def forget(which: Q, now: datetime) -> int:
    """Their keys are destroyed, and nothing says any more that they were, but for the trail. Returns how many."""
    found = list(Intake.objects.filter(which).select_related("compartment").order_by("pk"))
    for one in found:
        with transaction.atomic():
            purging.purge(one.compartment, now)
            one.delete()
    return len(found)
