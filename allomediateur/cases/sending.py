"""A saisine is sent: the copies are made, the names are crossed, and it goes to somebody.

An address is proven first, by the letter that goes there; without one, or under dictation, it goes at once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.cases import copies, letters, links, proposing, routing, steps
from allomediateur.cases.compartments import crossing, members
from allomediateur.cases.compartments.actors import Account, Actor, Holder, Platform, Purpose, Reason, Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.copies import Copy
from allomediateur.cases.drafting import Draft, NotDraft
from allomediateur.cases.models import DRAFT_KEPT, Intake, IntakeStep, Proposal
from allomediateur.cases.questionnaire.facets import Facets, facets
from allomediateur.cases.questionnaire.outcomes import outcome
from allomediateur.cases.questionnaire.walking import walk
from allomediateur.cases.routing import Suited

State, Kind, By = Intake.State, IntakeStep.Kind, IntakeStep.By


class NotReady(Exception):
    """It may not be sent as it is: `missing` are the questions to answer; none where it stops before."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(missing)
        self.missing = missing


class NobodyChosen(Exception):
    """It was to go to chosen mediators, and none of them may be asked any more, if any was chosen."""


@dataclass(frozen=True)
class Sent:
    """`token`: the link that was made for who dictated it."""

    intake: Intake
    token: str = ""


@dataclass(frozen=True)
class Proven:
    """`user`: the account that has it from now on, none for an address that is no client's; `created` just now."""

    intake: Intake
    user: User | None
    created: bool = False


def preview(draft: Draft, now: datetime, most: int = 3) -> list[Suited]:
    """Whom it would be directed to, were it sent now, and why. Nothing is kept."""
    found = facets(draft.questionnaire, draft.answers)
    return routing.suited(found, lambda accounts: crossing.concerned(found.parties, among=accounts), now, most=most)


def send(draft: Draft, *, way: Intake.Way, then_directed: bool = True, user: User | None, now: datetime) -> Sent:
    """Sent once: again, it is as it was. `user`: who is signed in. Raises NotReady, NobodyChosen."""
    if not outcome(draft.questionnaire, draft.answers).can_be_sent:
        raise NotReady(walk(draft.questionnaire, draft.answers).missing)
    with transaction.atomic():
        intake = steps.locked(draft.intake)
        if intake.state != State.DRAFT:
            return Sent(intake)
        found = _share(draft)
        opened = proposing.opened_for_routing(intake, now)
        intake.way, intake.then_directed, intake.sent_at = way, then_directed, now
        _check_chosen(intake, now)
        steps.record(intake, Kind.SENT, By.STAFF if intake.noted_by_id else By.PERSON, now)
        if asks_first(intake, found, user):
            steps.passes(intake, State.UNPROVEN, now, due_at=now + DRAFT_KEPT)
            letters.to_prove(intake, found, links.make_proof(intake, draft.opened, now), now)
        else:
            proposing.start(intake, opened, now)
        token = _give_over(draft, intake, found, now) if intake.noted_by_id else ""
    return Sent(intake, token)


def asks_first(intake: Intake, found: Facets, user: User | None) -> bool:
    """Whether the address given is to be proven: it may be written to, and is not the proven one of who is there."""
    return letters.may_write(found) and not intake.noted_by_id and not people.owns(user, found.email)


def unproven(draft: Draft, user: User | None) -> str:
    """The address that a letter would ask first; none where nobody is asked."""
    found = facets(draft.questionnaire, draft.answers)
    return found.email if asks_first(draft.intake, found, user) else ""


def prove(intake: Intake, holder: Holder, now: datetime) -> Proven:
    """The letter's link was opened: the address is the writer's. It becomes their account's, and goes on its way.

    Proven already, or by a link that was not sent there, nothing changes. Raises gate.NotMember, Purged.
    """
    with transaction.atomic():
        locked = steps.locked(intake)
        mine = locked.compartment.open(holder, now=now, reason=Reason.SENDING)
        if not proves(locked, holder):
            return Proven(locked, None)
        opened = proposing.opened_for_routing(locked, now)
        user, created = _account(locked, copies.routing(opened), mine, now)
        steps.record(locked, Kind.PROVEN, By.PERSON, now)
        if locked.state == State.UNPROVEN:
            proposing.start(locked, opened, now)
    return Proven(locked, user, created)


def write_again(intake: Intake, writer: Actor, now: datetime) -> None:
    """The letter that proves the address, once more, with a link of its own. Raises gate.NotMember, NotDraft."""
    with transaction.atomic():
        locked, mine = _unproven(intake, writer, now)
        found = copies.routing(proposing.opened_for_routing(locked, now))
        letters.to_prove(locked, found, links.make_proof(locked, mine, now), now)


def reopen(intake: Intake, writer: Actor, now: datetime) -> None:
    """A draft again, for who mistyped their address: nobody has read it. Raises gate.NotMember, NotDraft."""
    with transaction.atomic():
        locked, _ = _unproven(intake, writer, now)
        locked.sent_at, locked.proofs = None, []
        locked.save(update_fields=["proofs"])
        steps.passes(locked, State.DRAFT, now, due_at=now + DRAFT_KEPT)


def _unproven(intake: Intake, writer: Actor, now: datetime) -> tuple[Intake, Opened]:
    locked = steps.locked(intake)
    mine = locked.compartment.open(writer, now=now, reason=Reason.SENDING)
    if locked.state != State.UNPROVEN:
        raise NotDraft(locked)
    return locked, mine


def address_of(intake: Intake, now: datetime) -> str:
    """The one that letters go to. Raises gate.NotMember, Purged."""
    return copies.routing(proposing.opened_for_routing(intake, now)).email


def proves(intake: Intake, holder: Holder) -> bool:
    """Whether that link was sent to the address, and has still to prove it: before the request goes; after, where it
    was dictated. One that was noted down, or that the browser keeps, proves nothing."""
    is_awaited = intake.state == State.UNPROVEN or (intake.noted_by_id and intake.sent_at and intake.is_open)
    return bool(is_awaited) and holder.token_hash in intake.proofs and not is_proven(intake)


def is_proven(intake: Intake) -> bool:
    """Whether the address was, by its letter."""
    return intake.steps.filter(kind=Kind.PROVEN).exists()


def own_link(intake: Intake, writer: Actor, now: datetime) -> str:
    """One more link, for who cannot be written to: to be noted down, or said on the phone. Raises gate.NotMember."""
    return links.make(intake.compartment.open(writer, now=now, reason=Reason.SENDING), now)


def withdraw(intake: Intake, writer: Actor, now: datetime) -> Intake:
    """By who wrote it, at any time before it is over: nobody reads it any more. Raises gate.NotMember, NotDraft."""
    with transaction.atomic():
        locked = steps.locked(intake)
        locked.compartment.open(writer, now=now, reason=Reason.SENDING)
        if not locked.is_open or locked.state == State.DRAFT:
            raise NotDraft(locked)
        if locked.state != State.UNPROVEN:
            proposing.take_back(locked, proposing.opened_for_routing(locked, now), now, By.PERSON)
        steps.passes(locked, State.WITHDRAWN, now)
        steps.record(locked, Kind.WITHDRAWN, By.PERSON, now)
    return locked


def choose_again(intake: Intake, writer: Actor, *, way: Intake.Way, then_directed: bool, now: datetime) -> Intake:
    """Those chosen did not take it: to others, or as directed. Raises gate.NotMember, NotDraft, NobodyChosen."""
    with transaction.atomic():
        locked = steps.locked(intake)
        locked.compartment.open(writer, now=now, reason=Reason.SENDING)
        if locked.state != State.TO_CHOOSE:
            raise NotDraft(locked)
        opened = proposing.opened_for_routing(locked, now)
        locked.way, locked.then_directed = way, then_directed
        _check_chosen(locked, now)
        proposing.start(locked, opened, now)
    return locked


def _share(draft: Draft) -> Facets:
    """Copies for each reader, and the platform may open them."""
    found = copies.make(draft.opened, draft.questionnaire, draft.answers)
    draft.opened.name_parties(found.parties)
    every, staff = copies.names(*Copy), copies.names(Copy.STAFF)
    members.admit(draft.opened, Platform(Purpose.ROUTING), Role.SYSTEM, only=every)
    members.admit(draft.opened, Platform(Purpose.DESK), Role.SYSTEM, only=staff)
    return found


def _check_chosen(intake: Intake, now: datetime) -> None:
    """Raises NobodyChosen."""
    if intake.way != Intake.Way.CHOSEN:
        intake.proposals.filter(state=Proposal.State.CHOSEN).delete()
        return
    if not proposing.chosen(intake, now):
        raise NobodyChosen


def _give_over(draft: Draft, intake: Intake, found: Facets, now: datetime) -> str:
    """What was dictated is its author's: a link for them, and whoever wrote it down reads no more than the team."""
    token = links.make(draft.opened, now)
    if letters.may_write(found):
        letters.noted(intake, found, links.make_proof(intake, draft.opened, now), now)
    if isinstance(draft.opened.actor, Account):
        members.dismiss(draft.opened, draft.opened.actor)
    return token


def _account(intake: Intake, found: Facets, mine: Opened, now: datetime) -> tuple[User | None, bool]:
    """A client's account, made if need be. A mediator's or staff's address keeps its link, and so does one given by
    somebody who has an account."""
    if letters.author_of(intake, now):
        return None, False
    user, created = people.sign_up_or_find(
        found.email, name=found.name, phone=found.phone, language=intake.language, zone=intake.zone, now=now
    )
    if user.role != User.Role.CLIENT or not user.is_active:
        return None, False
    members.hand_over(mine, Account.of(user))
    return user, created
