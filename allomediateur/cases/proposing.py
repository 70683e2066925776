"""A request goes before a mediator: they may read what is needed to decide, for two days. Then the next one.

Everything here is done within the transaction that holds the intake's lock (steps.locked).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allomediateur.cases import copies, letters, routing, steps
from allomediateur.cases.compartments import crossing, members
from allomediateur.cases.compartments.actors import Account, Platform, Purpose, Reason, Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.copies import Copy
from allomediateur.cases.models import Intake, IntakeStep, Proposal
from allomediateur.cases.routing import Suited, Why
from allomediateur.directory.models import Mediator

ANSWER_BY = timedelta(hours=48)
Kind, By, Hand, State = IntakeStep.Kind, IntakeStep.By, Proposal.Hand, Proposal.State
_HANDS = {Hand.PERSON: By.PERSON, Hand.ROUTING: By.SYSTEM, Hand.STAFF: By.STAFF}


def opened_for_routing(intake: Intake, now: datetime, *, asked_by: Account | None = None) -> Opened:
    """The copies of a sent intake, by the platform itself. Raises gate.NotMember, Purged."""
    return intake.compartment.open(Platform(Purpose.ROUTING, asked_by), now=now, reason=Reason.ROUTING)


def start(intake: Intake, opened: Opened, now: datetime) -> None:
    """Sent, and the address proven where there is one: to those who were chosen, else as directed."""
    able = chosen(intake, now) if intake.way == Intake.Way.CHOSEN else []
    intake.proposals.filter(state=State.CHOSEN).exclude(mediator__in=able).delete()
    # Who was chosen is asked, whatever names are crossed: not to be asked would tell whom else they meet.
    crossed = crossing.conflicted(opened, among=[one.user_id for one in able])
    for one in able:
        why = [Why.CHOSEN, Why.CROSSED] if one.user_id in crossed else [Why.CHOSEN]
        propose(intake, opened, one, Hand.PERSON, why, now)
    if able:
        _waits(intake, now)
    else:
        go_on(intake, opened, now)


def chosen(intake: Intake, now: datetime) -> list[Mediator]:
    """Those the person chose, as far as they may still be asked."""
    own = intake.proposals.filter(state=State.CHOSEN).values("mediator")
    return list(Mediator.objects.bookable(now).filter(pk__in=own).order_by("pk").select_related("user"))


def go_on(intake: Intake, opened: Opened, now: datetime) -> None:
    """Nobody has it any more: to the next one, or to the person to choose again, or to staff."""
    if intake.way == Intake.Way.CHOSEN and not intake.then_directed:
        steps.passes(intake, Intake.State.TO_CHOOSE, now, due_at=now + steps.TO_CHOOSE)
        steps.record(intake, Kind.TO_CHOOSE, By.SYSTEM, now)
        letters.news(intake, opened, now)
        return
    found = next_for(intake, opened, now)
    if found:
        direct(intake, opened, found[0], now)
    else:
        to_staff(intake, opened, By.SYSTEM, now)


def next_for(intake: Intake, opened: Opened, now: datetime, most: int = 1) -> list[Suited]:
    """Who comes next, and why; whom it was proposed to before is not asked again."""
    found = copies.routing(opened)
    return routing.suited(found, routing.crossing_of(opened), now, but=steps.asked_before(intake), most=most)


def direct(intake: Intake, opened: Opened, found: Suited, now: datetime, hand: Proposal.Hand = Hand.ROUTING) -> None:
    mediator = Mediator.objects.select_related("user").get(pk=found.mediator_id)
    propose(intake, opened, mediator, hand, found.why, now)
    _waits(intake, now)
    letters.news(intake, opened, now)


def to_staff(intake: Intake, opened: Opened, by: IntakeStep.By, now: datetime) -> None:
    """Nobody fits, or nobody answers: somebody of the team looks for one."""
    steps.passes(intake, Intake.State.STAFF, now)
    steps.record(intake, Kind.TO_STAFF, by, now)
    letters.news(intake, opened, now)
    letters.told_staff(intake, now)


def propose(
    intake: Intake,
    opened: Opened,
    mediator: Mediator,
    hand: Proposal.Hand,
    why: Iterable[Why],
    now: datetime,
    words: str = "",
) -> Proposal:
    """Before that mediator until `ANSWER_BY`; they read the copy made for that, and nothing else."""
    due = now + ANSWER_BY
    told = {
        "state": State.OPEN, "hand": hand, "why": [one.value for one in why], "words": words, "made_at": now,
        "due_at": due, "ended_at": None,
    }  # fmt: skip
    made, _ = Proposal.objects.update_or_create(intake=intake, mediator=mediator, defaults=told)
    members.admit(opened, Account.of(mediator.user), Role.MEDIATOR, until=due, only=copies.names(Copy.BEFORE))
    steps.record(intake, Kind.PROPOSED, _HANDS[hand], now, mediator)
    letters.proposed(made, now)
    return made


def ends(proposal: Proposal, opened: Opened, state: Proposal.State, now: datetime, decline: str = "") -> None:
    """They read it no more."""
    proposal.state, proposal.ended_at, proposal.decline = state, now, decline
    proposal.save(update_fields=["state", "ended_at", "decline"])
    members.dismiss(opened, Account.of(proposal.mediator.user))


def take_back(intake: Intake, opened: Opened, now: datetime, by: IntakeStep.By) -> None:
    """From all who have not answered; each is told."""
    for one in steps.open_proposals(intake):
        ends(one, opened, State.TAKEN_BACK, now)
        steps.record(intake, Kind.TAKEN_BACK, by, now, one.mediator)
        letters.gone(one, now)


def may_be_asked(mediator: Mediator, opened: Opened, now: datetime) -> bool:
    """Whether they may be booked, and no name of the parties is known to them."""
    bookable = Mediator.objects.bookable(now).filter(pk=mediator.pk).exists()
    return bookable and not crossing.conflicted(opened, among=[mediator.user_id])


def _waits(intake: Intake, now: datetime) -> None:
    """For the first answer that is due."""
    due = min((one.due_at for one in steps.open_proposals(intake) if one.due_at), default=None)
    steps.passes(intake, Intake.State.PROPOSED, now, due_at=due)
