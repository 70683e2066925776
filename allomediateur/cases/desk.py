"""Staff at a request that nobody took: what they may read, whom they ask, why they override the order."""

from datetime import datetime

from django.db import transaction

from allomediateur.accounts.models import User
from allomediateur.cases import letters, proposing, steps
from allomediateur.cases.compartments.actors import Account, Platform, Purpose, Reason
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Intake, IntakeStep, Proposal
from allomediateur.cases.routing import Suited, Why
from allomediateur.directory.models import Mediator

Kind, By = IntakeStep.Kind, IntakeStep.By


class NotWaiting(Exception):
    """It is not for staff to direct: `intake.state` says where it is."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake.state)
        self.intake = intake


class MayNotBeAsked(Exception):
    """That mediator cannot be booked, was asked before, or is not independent; nothing says which name it is."""


def open_copy(intake: Intake, user: User, now: datetime) -> Opened:
    """What the team may read of it, on the trail with their name. Raises gate.NotMember, Purged."""
    return intake.compartment.open(Platform(Purpose.DESK, Account.of(user)), now=now, reason=Reason.ROUTING)


def suggestions(intake: Intake, user: User, now: datetime, most: int = 5) -> list[Suited]:
    """Who would come next, and why."""
    opened = proposing.opened_for_routing(intake, now, asked_by=Account.of(user))
    return proposing.next_for(intake, opened, now, most)


def propose(intake: Intake, mediator: Mediator, words: str, user: User, now: datetime) -> None:
    """To that mediator, whatever the order says; who has it now has it no more. `words`: why, for the team.

    Raises NotWaiting, MayNotBeAsked.
    """
    with transaction.atomic():
        locked, opened = _directing(intake, user, now)
        asked = locked.proposals.exclude(state=Proposal.State.CHOSEN).filter(mediator=mediator).exists()
        if asked or not proposing.may_be_asked(mediator, opened, now):
            raise MayNotBeAsked
        proposing.take_back(locked, opened, now, By.STAFF)
        locked.way, locked.then_directed = Intake.Way.DIRECTED, True
        made = proposing.propose(locked, opened, mediator, Proposal.Hand.STAFF, [Why.STAFF], now, words)
        steps.passes(locked, Intake.State.PROPOSED, now, due_at=made.due_at)
        letters.news(locked, opened, now)


def direct(intake: Intake, user: User, now: datetime) -> None:
    """To whoever comes next in order; nobody, and it stays here. Raises NotWaiting."""
    with transaction.atomic():
        locked, opened = _directing(intake, user, now)
        if found := proposing.next_for(locked, opened, now):
            proposing.take_back(locked, opened, now, By.STAFF)
            proposing.direct(locked, opened, found[0], now)


def close(intake: Intake, user: User, now: datetime) -> None:
    """Nobody can be found, and the person was told so. Raises NotWaiting."""
    with transaction.atomic():
        locked, opened = _directing(intake, user, now)
        proposing.take_back(locked, opened, now, By.STAFF)
        steps.passes(locked, Intake.State.CLOSED, now)
        steps.record(locked, Kind.CLOSED, By.STAFF, now)
        letters.news(locked, opened, now)


def told(intake: Intake, now: datetime) -> None:
    """The news was given by voice."""
    with transaction.atomic():
        locked = steps.locked(intake)
        if locked.to_tell:
            locked.to_tell = False
            locked.save(update_fields=["to_tell"])
            steps.record(locked, Kind.TOLD, By.STAFF, now)


def _directing(intake: Intake, user: User, now: datetime) -> tuple[Intake, Opened]:
    locked = steps.locked(intake)
    if locked.state not in (Intake.State.STAFF, Intake.State.PROPOSED, Intake.State.TO_CHOOSE):
        raise NotWaiting(locked)
    return locked, proposing.opened_for_routing(locked, now, asked_by=Account.of(user))
