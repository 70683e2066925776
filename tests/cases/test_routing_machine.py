"""Whatever people, mediators, staff and time do, and in whatever order: a request always has somebody whose move it is,
is before nobody twice, and ends. Then races, on real connections."""

from datetime import timedelta
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from allomediateur.accounts.models import User
from allomediateur.agenda import availability
from allomediateur.cases import deciding, desk, drafting, overdue, sending
from allomediateur.cases.compartments.actors import Account, Actor, Reason
from allomediateur.cases.compartments.gate import NotMember
from allomediateur.cases.models import Intake, IntakeStep, Proposal
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.cases import telling
from tests.cases.telling import STORY, UNKNOWN, again, asked, before
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
MEDIATORS = 4
seeds = st.randoms(use_true_random=False)


class Requests(RuleBasedStateMachine):
    """Four mediators whom every request suits, and one whom none does; each run is undone at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = NOW
        self.writers: dict[int, Actor] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.mediators = [telling.make_one(f"Bob {number}") for number in range(MEDIATORS)]
        self.other = telling.make_one("Autre", specialties=("famille",))
        self.sam = make_user("sam@example.org", role=User.Role.STAFF)

    def open_ones(self) -> list[Proposal]:
        rows = Proposal.objects.opened().filter(due_at__gt=self.now)
        return list(rows.select_related("intake__compartment", "mediator__user").order_by("pk"))

    @rule(chance=seeds, to=st.integers(0, 2), then=st.booleans())
    def tell(self, chance: Random, to: int, then: bool) -> None:
        if len(self.writers) >= 3:
            return
        told = {**STORY, "email": UNKNOWN, "reach": ["phone"], "parties": UNKNOWN, "name": f"Alice {chance.random()}"}
        draft = telling.tell(told, now=self.now)
        able = list(Mediator.objects.bookable(self.now).filter(pk__in=[one.pk for one in self.mediators]))
        chosen = tuple(chance.sample(able, min(to, len(able))))
        intake = telling.send(draft, to=chosen, then_directed=then, now=self.now)
        self.writers[intake.pk] = draft.opened.actor

    @rule(chance=seeds, slot=st.booleans())
    def accept(self, chance: Random, slot: bool) -> None:
        if found := self.open_ones():
            proposal = chance.choice(found)
            free = deciding.times(proposal, self.now)
            picked = telling.slot(proposal.mediator, free[0]) if slot and free else None
            deciding.accept(proposal, picked, self.now)

    @rule(chance=seeds)
    def decline(self, chance: Random) -> None:
        if found := self.open_ones():
            deciding.decline(chance.choice(found), Proposal.Decline.TIME, self.now)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        availability.refresh_stale(self.now)
        overdue.pass_on(self.now)

    @rule(chance=seeds)
    def withdraw(self, chance: Random) -> None:
        if found := list(Intake.objects.under_way().order_by("pk")):
            intake = chance.choice(found)
            sending.withdraw(intake, self.writers[intake.pk], self.now)

    @rule(chance=seeds)
    def staff_override(self, chance: Random) -> None:
        if found := list(Intake.objects.under_way().order_by("pk")):
            intake = chance.choice(found)
            mediator = chance.choice([*self.mediators, self.other])
            try:
                desk.propose(again(intake), mediator, "Motif", self.sam, self.now)
            except desk.MayNotBeAsked:
                suspended = not Mediator.objects.bookable(self.now).filter(pk=mediator.pk).exists()
                assert suspended or mediator.pk in {pk for pk, _ in asked(intake)}

    @rule(chance=seeds)
    def choose_again(self, chance: Random) -> None:
        if found := list(Intake.objects.filter(state="to_choose").order_by("pk")):
            intake = chance.choice(found)
            way = Intake.Way.DIRECTED
            sending.choose_again(again(intake), self.writers[intake.pk], way=way, then_directed=True, now=self.now)

    @rule(chance=seeds)
    def suspend_and_reinstate(self, chance: Random) -> None:
        one = chance.choice(self.mediators)
        when = None if Mediator.objects.filter(pk=one.pk, suspended_at=None).count() == 0 else self.now
        Mediator.objects.filter(pk=one.pk).update(suspended_at=when)
        availability.rebuild(one.pk, self.now)
        overdue.pass_on(self.now)

    @invariant()
    def somebody_has_the_next_action(self) -> None:
        for intake in Intake.objects.all():
            states = [state for _, state in asked(intake)]
            if intake.state == "proposed":
                assert "open" in states
                assert intake.due_at is not None
            else:
                assert "open" not in states, intake.state
            assert (intake.ended_at is not None) == (intake.state in ("accepted", "withdrawn", "closed"))

    @invariant()
    def nobody_is_asked_twice_and_it_ends(self) -> None:
        for intake in Intake.objects.all():
            proposed = intake.steps.filter(kind=IntakeStep.Kind.PROPOSED).values_list("mediator", flat=True)
            assert len(proposed) == len(set(proposed)) <= MEDIATORS + 1
            assert intake.proposals.filter(state="accepted").count() == (intake.state == "accepted")

    @invariant()
    def who_does_not_have_it_reads_nothing(self) -> None:
        for proposal in Proposal.objects.select_related("intake__compartment", "mediator__user"):
            account = Account.of(proposal.mediator.user)
            may = proposal.state == "accepted" or (proposal.state == "open" and (proposal.due_at or NOW) > self.now)
            try:
                opened = proposal.intake.compartment.open(account, now=self.now, reason=Reason.DECIDING)
                names = set(opened.read_all())
            except NotMember:
                assert not may
            else:
                assert may
                assert ("after.0" in names) == (proposal.state == "accepted")

    @invariant()
    def only_whom_it_suits_is_directed_to(self) -> None:
        assert not Proposal.objects.filter(mediator__name="Autre", hand="routing").exists()


def test_requests_in_any_order() -> None:
    run_state_machine_as_test(
        Requests,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, derandomize=True, database=None,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def at_once(*acts: Any) -> list[str]:
    """Each on a connection of its own, together; the name of what each raised, or nothing."""
    barrier, ends = Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Any) -> None:
        try:
            barrier.wait()
            act()
        except (deciding.ProposalOver, drafting.NotDraft, NotMember) as refused:
            ends[number] = type(refused).__name__
        finally:
            connection.close()
            close_old_connections()

    threads = [Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def by_voice(to: tuple[Mediator, ...]) -> tuple[Intake, Actor]:
    draft = telling.tell({**STORY, "email": UNKNOWN, "reach": ["phone"]})
    return telling.send(draft, to=to), draft.opened.actor


@pytest.mark.django_db(transaction=True)
def test_two_accept_at_once_and_one_has_it() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    intake, _ = by_voice((bob, carole))
    acts = [lambda one=one: deciding.accept(before(one, intake), None, NOW) for one in (bob, carole)]
    assert sorted(at_once(*acts)) == ["", "ProposalOver"]
    assert sorted(state for _, state in asked(intake)) == ["accepted", "taken_back"]


@pytest.mark.django_db(transaction=True)
def test_accepted_and_withdrawn_at_once_is_one_of_the_two() -> None:
    bob = telling.make_one()
    intake, writer = by_voice((bob,))
    ends = at_once(
        lambda: deciding.accept(before(bob, intake), None, NOW), lambda: sending.withdraw(again(intake), writer, NOW)
    )
    assert sorted(ends) in (["", "NotDraft"], ["", "ProposalOver"])
    assert (again(intake).state, asked(intake)[0][1]) in (("accepted", "accepted"), ("withdrawn", "taken_back"))


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_sent_once() -> None:
    bob = telling.make_one()
    draft = telling.tell()
    drafting.choose(draft.intake, bob, NOW)
    send = lambda: sending.send(draft, way=Intake.Way.CHOSEN, user=None, now=NOW)  # noqa: E731
    assert at_once(send, send, send) == ["", "", ""]
    assert Letter.objects.filter(kind="intake_to_prove").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_pass_on_once() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    intake, _ = by_voice((bob,))
    later = NOW + timedelta(hours=48)
    availability.refresh_stale(later)
    assert at_once(lambda: overdue.pass_on(later), lambda: overdue.pass_on(later)) == ["", ""]
    assert asked(intake) == [(bob.pk, "silent"), (carole.pk, "open")]
