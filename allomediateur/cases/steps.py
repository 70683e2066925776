"""How an intake passes from one state to another, under its own lock. Every step is recorded."""

from datetime import datetime, timedelta

from django.db.models import Q

from allomediateur.cases.models import Intake, IntakeStep, Proposal
from allomediateur.directory.models import Mediator

State = Intake.State
ENDED = (State.ACCEPTED, State.WITHDRAWN, State.CLOSED)
TO_CHOOSE = timedelta(days=7)
"""How long the person is waited for when it is theirs to choose again; then staff have it."""


def locked(intake: Intake) -> Intake:
    """The row as it is once nobody else changes it. Wants a transaction. Raises Intake.DoesNotExist."""
    rows = Intake.objects.select_related("compartment", "appointment")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=intake.pk)


def passes(intake: Intake, to: Intake.State, now: datetime, *, due_at: datetime | None = None) -> None:
    """Of a locked intake; what ends loses what was due."""
    intake.state, intake.changed_at, intake.due_at = to, now, due_at
    intake.ended_at = now if to in ENDED else None
    intake.save(update_fields=["state", "changed_at", "due_at", "ended_at", "sent_at", "way", "then_directed"])


def record(
    intake: Intake, kind: IntakeStep.Kind, by: IntakeStep.By, now: datetime, mediator: Mediator | None = None
) -> None:
    IntakeStep.objects.create(intake=intake, kind=kind, by=by, at=now, mediator=mediator)


def open_proposals(intake: Intake) -> list[Proposal]:
    """Those to be answered, in order."""
    return list(intake.proposals.opened().select_related("mediator__user").order_by("pk"))


def asked_before(intake: Intake) -> Q:
    """Mediators whom it was proposed to, whatever came of it."""
    return Q(pk__in=intake.proposals.exclude(state=Proposal.State.CHOSEN).values("mediator"))
