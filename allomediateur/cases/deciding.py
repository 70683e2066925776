"""A mediator's answer: taken, with a first appointment kept in their agenda, or declined, with a reason of theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from allomediateur.accounts.models import User
from allomediateur.agenda import catalogue, keeping, openings
from allomediateur.agenda.direct import Somebody
from allomediateur.agenda.models import Appointment, Modality, Service, State, Transition
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.refusals import Wish
from allomediateur.cases import copies, letters, proposing, routing, sending, steps
from allomediateur.cases.compartments import members
from allomediateur.cases.compartments.actors import Account, Actor, Reason, Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.copies import Copy
from allomediateur.cases.models import Intake, IntakeStep, Proposal
from allomediateur.cases.questionnaire.facets import Facets
from allomediateur.directory.models import Mediator, Office

Kind, By = IntakeStep.Kind, IntakeStep.By
LOOKED = timedelta(days=60)
AHEAD = timedelta(days=1)
"""Somebody has to read their letter before the appointment that is kept for them."""


class ProposalOver(Exception):
    """Answered already, past its time, or taken by somebody else."""


class NotKept(Exception):
    """The appointment offered is no longer kept."""


@dataclass(frozen=True)
class Chosen:
    """A slot of the mediator's, of one of their services."""

    service: Service
    modality: str
    office: Office | None
    start: datetime


def times(proposal: Proposal, now: datetime, most: int = 60) -> list[Slot]:
    """Free times of the mediator's agenda for the ways to meet that were asked for, in order: those that fit, else all
    of the weeks to come."""
    found = copies.routing(proposing.opened_for_routing(proposal.intake, now))
    return times_of(proposal.mediator, found, now, now + AHEAD, most)


def times_of(mediator: Mediator, found: Facets, now: datetime, since: datetime, most: int = 60) -> list[Slot]:
    """The same from then on, for who chooses themselves."""
    ways = routing.wants(found)
    zone = next((one.zone for one in mediator.offices.all() if one.is_main), mediator.user.zone)
    free = [
        slot
        for service in catalogue.services(mediator, now)
        for slot in openings.slots(mediator, service, since=since, until=now + LOOKED, now=now)
        if slot.modality in ways and (slot.modality != Modality.IN_PERSON or slot.office_id)
    ]
    once: dict[tuple[datetime, str, int | None], Slot] = {}
    for slot in free:
        once.setdefault((slot.start, slot.modality, slot.office_id), slot)
    ordered = sorted(once.values(), key=lambda slot: slot.start)
    fitting = [slot for slot in ordered if routing.suits(found, slot.start, zone, now)]
    return (fitting or ordered)[:most]


def accept(proposal: Proposal, chosen: Chosen | None, now: datetime) -> Intake:
    """Theirs: they read it from now on, the others no more. `chosen` is kept for the person; none: they will choose.

    Raises ProposalOver, keeping's SlotTaken, SlotRefused, PhoneMissing.
    """
    with transaction.atomic():
        intake, mine, opened = _answering(proposal, now)
        found = copies.routing(opened)
        proposing.ends(mine, opened, Proposal.State.ACCEPTED, now)
        reader = Account.of(mine.mediator.user)
        members.admit(opened, reader, Role.MEDIATOR, only=copies.names(Copy.AFTER, Copy.BEFORE))
        proposing.take_back(intake, opened, now, By.SYSTEM)
        if chosen:
            intake.appointment = _keep(intake, mine.mediator, chosen, found, now).appointment
            intake.save(update_fields=["appointment"])
        steps.passes(intake, Intake.State.ACCEPTED, now)
        steps.record(intake, Kind.ACCEPTED, By.MEDIATOR, now, mine.mediator)
        letters.news(intake, opened, now)
    return intake


def decline(proposal: Proposal, reason: Proposal.Decline, now: datetime) -> Intake:
    """To the next one; the person learns that it was not taken, never why. Raises ProposalOver."""
    with transaction.atomic():
        intake, mine, opened = _answering(proposal, now)
        proposing.ends(mine, opened, Proposal.State.DECLINED, now, reason)
        steps.record(intake, Kind.DECLINED, By.MEDIATOR, now, mine.mediator)
        ended(intake, opened, now)
    return intake


def ended(intake: Intake, opened: Opened, now: datetime) -> None:
    """One of those who had it has it no more: others are waited for, else it goes on."""
    if left := [one.due_at for one in steps.open_proposals(intake) if one.due_at]:
        steps.passes(intake, Intake.State.PROPOSED, now, due_at=min(left))
    else:
        proposing.go_on(intake, opened, now)


def take(intake: Intake, writer: Actor, user: User | None, now: datetime) -> Appointment:
    """The appointment kept by the mediator: confirmed.

    Raises gate.NotMember, NotKept, SlotTaken, SlotRefused (the mediator's hours changed meanwhile).
    """
    with transaction.atomic():
        locked = _accepted(intake, writer, now)
        if locked.appointment is None:
            raise NotKept
        try:
            taken = _take(locked, locked.appointment, user, now)
        except keeping.HoldExpired:
            raise NotKept from None
        _booked(locked, now)
    return taken


def book(intake: Intake, writer: Actor, chosen: Chosen, user: User | None, now: datetime) -> Appointment:
    """Another time of the mediator's who accepted; what was kept is given back. What is booked already stays.

    Raises gate.NotMember, NotKept (nobody has accepted), SlotTaken, SlotRefused, PhoneMissing.
    """
    with transaction.atomic():
        locked = _accepted(intake, writer, now)
        held = locked.appointment
        if held and held.state == State.CONFIRMED:
            return held
        if held and held.state == State.HELD:
            keeping.leave(held, now, by=_hand(user))
        mediator = accepted_by(locked)
        if mediator is None:
            raise NotKept
        found = copies.routing(proposing.opened_for_routing(locked, now))
        locked.appointment = _keep(locked, mediator, chosen, found, now).appointment
        locked.save(update_fields=["appointment"])
        taken = _take(locked, locked.appointment, user, now)
        _booked(locked, now)
    return taken


def accepted_by(intake: Intake) -> Mediator | None:
    taken = intake.proposals.filter(state=Proposal.State.ACCEPTED).select_related("mediator__user").first()
    return taken.mediator if taken else None


def _keep(intake: Intake, mediator: Mediator, chosen: Chosen, found: Facets, now: datetime) -> keeping.Kept:
    wish = Wish(mediator, chosen.service, chosen.modality, chosen.office, chosen.start)
    email = found.email if letters.may_write(found) else ""
    who = Somebody(found.name, email, found.phone, intake.language, intake.zone, _client(intake, now))
    return keeping.keep(wish, who, now, by=Transition.By.MEDIATOR)


def _take(intake: Intake, kept: Appointment, user: User | None, now: datetime) -> Appointment:
    return keeping.take(kept, user, now, by=_hand(user), is_proven=sending.is_proven(intake))


def _client(intake: Intake, now: datetime) -> User | None:
    author = letters.author_of(intake, now)
    return author if author and author.role == User.Role.CLIENT else None


def _answering(proposal: Proposal, now: datetime) -> tuple[Intake, Proposal, Opened]:
    """Raises ProposalOver."""
    intake = steps.locked(proposal.intake)
    mine = Proposal.objects.select_related("mediator__user").get(pk=proposal.pk)
    is_open = mine.state == Proposal.State.OPEN and mine.due_at is not None and mine.due_at > now
    if not is_open or not Mediator.objects.bookable(now).filter(pk=mine.mediator_id).exists():
        raise ProposalOver
    return intake, mine, proposing.opened_for_routing(intake, now)


def _accepted(intake: Intake, writer: Actor, now: datetime) -> Intake:
    """Raises gate.NotMember, NotKept."""
    locked = steps.locked(intake)
    locked.compartment.open(writer, now=now, reason=Reason.ANSWERING)
    if locked.state != Intake.State.ACCEPTED:
        raise NotKept
    return locked


def _booked(intake: Intake, now: datetime) -> None:
    if not intake.steps.filter(kind=Kind.BOOKED).exists():
        steps.record(intake, Kind.BOOKED, By.PERSON, now)


def _hand(user: User | None) -> Transition.By:
    return Transition.By.CLIENT if user else Transition.By.VISITOR
