"""The whole life of appointments and of a waiting list, in any order, against a model that knows none of our code:
who is written to and why, what is offered to whom, what may follow what."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from allomediateur.agenda import (
    attending,
    availability,
    booking,
    changing,
    confirming,
    offering,
    openings,
    waiting,
)
from allomediateur.agenda.models import (
    LIVE,
    Appointment,
    Offer,
    State,
    Transition,
    Wait,
)
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.agenda.life import DAY, KINDS, MOST_LETTERS, NAMES, Model, Waiting
from tests.agenda.steps import MINUTE
from tests.factories import NOW, service_of

By = Transition.By
seeds = st.integers(0, 10**6).map(Random)
REACHED: set[tuple[str, str]] = set()
"""Every state seen in the run: of appointments, waits and offers, and every kind of letter."""


class LifeMachine(Model):
    """Everything that people do, in any order."""

    # What people do

    @rule(chance=seeds, late=st.booleans())
    def book(self, chance: Random, late: bool) -> None:
        """From the hold to the booking; sometimes left in the middle."""
        name = chance.choice(NAMES)
        for start in self.free(chance):
            held = steps.hold(self.bob, start, browser=name, now=self.now)
            if late:
                break
            steps.describe(held, self.now, name=name, email=f"{name}@example.org")
            booking.book(held, user=None, key="", now=self.now)
            self.expect("appointment_to_confirm", f"{name}@example.org")
        self.work()

    @rule(chance=seeds)
    def book_signed_in(self, chance: Random) -> None:
        user = self.user("signed@example.org")
        for start in self.free(chance):
            held = steps.hold(self.bob, start, browser="signed", now=self.now)
            steps.describe(held, self.now, name="Sig", email=user.email, user=user)
            booking.book(held, user=user, key="", now=self.now)
            self.expect("appointment_confirmed", user.email)
            self.expect("mediator_confirmed", self.bob.user.email)
        self.work()

    @rule(chance=seeds)
    def give_back(self, chance: Random) -> None:
        for one in self.some(chance, State.HELD):
            if one.browser:
                booking.release(one, self.now)
        self.work()

    @rule(chance=seeds)
    def confirm(self, chance: Random) -> None:
        for one in self.some(chance, State.UNCONFIRMED):
            kind = {"kind": "appointment_to_confirm", "topic": f"appointment:{one.reference}"}
            letter = Letter.objects.filter(**kind).order_by("-pk")[0]
            confirming.confirm_with_code(one, steps.code_of(letter), self.now)
            self.expect("appointment_confirmed", self.client(one))
            self.expect("mediator_confirmed", self.bob.user.email)
        self.work()

    @rule(chance=seeds)
    def move(self, chance: Random) -> None:
        for one in self.some(chance, State.CONFIRMED, State.UNCONFIRMED):
            service = service_of(self.bob)
            found = openings.slots(
                self.bob, service, since=self.now, until=NOW + 9 * DAY, now=self.now, ignoring=one, asker="client"
            )
            elsewhere = [slot.start for slot in found if slot.start != one.starts_at]
            if not elsewhere or one.starts_at <= self.now:
                continue
            was, asked = one.state, self.letters_of(one)
            changing.move(one, start=chance.choice(elsewhere), by=By.VISITOR, now=self.now)
            if was == State.CONFIRMED:
                self.expect("appointment_moved", self.client(one))
                self.expect("mediator_moved", self.bob.user.email)
            elif asked < MOST_LETTERS:
                self.expect("appointment_to_confirm", self.client(one))
        self.work()

    @rule(chance=seeds, by=st.sampled_from((By.VISITOR, By.MEDIATOR)))
    def cancel(self, chance: Random, by: Transition.By) -> None:
        for one in self.some(chance, State.CONFIRMED, State.CONFIRMED, State.UNCONFIRMED):
            if one.starts_at <= self.now:
                continue
            was = one.state
            changing.cancel(one, by=by, reason="x", now=self.now)
            self.expect("appointment_cancelled", self.client(one))
            if was == State.CONFIRMED:
                self.expect("mediator_cancelled", self.bob.user.email)
        self.work()

    @rule(chance=seeds, came=st.booleans())
    def attend(self, chance: Random, came: bool) -> None:
        for one in self.some(chance, State.CONFIRMED, State.ATTENDED, State.NO_SHOW):
            if one.starts_at <= self.now:
                client = one.participants.get(role="client")
                attending.attend(one, {client.pk: "attended" if came else "no_show"}, By.MEDIATOR, self.now)
        self.work()

    @rule(chance=seeds, half=st.sampled_from(("", "", "morning", "afternoon")), proves=st.sampled_from((1, 1, 1, 0)))
    def join(self, chance: Random, half: str, proves: int) -> None:
        self.tick()
        name = chance.choice(NAMES)
        who = waiting.Person(name, f"{name}@example.org", "+33612345678")
        try:
            wait = waiting.join(self.bob, waiting.Asked(half=half), who, self.now)
        except waiting.SuitsAlready:
            assert [one for one in self.open() if self.is_then(half, one)]
            return
        self.expect("wait_to_confirm", who.email)
        self.waits.append(Waiting(wait, who.email, half, "unproven"))
        if proves:
            self.prove(Random(-1))

    @rule(chance=seeds)
    def prove(self, chance: Random) -> None:
        self.tick()
        asked = [one for one in self.waits if one.state == "unproven"]
        if asked:
            one = asked[-1]
            waiting.prove(one.wait, self.now)
            one.state = "waiting"
            for former in self.waits:
                same = former is not one and former.email == one.email and former.appointment is None
                if same and former.state == "waiting":
                    self.stop(former, "ended")
                    self.waits.remove(one)
                    self.waits.insert(self.waits.index(former), one)
                    break
            else:
                self.waits.remove(one)
                self.waits.append(one)
        self.work()

    @rule()
    def join_signed_in(self) -> None:
        self.tick()
        user = self.user("signed@example.org")
        who = waiting.Person("Sig", user.email, "+33612345678", user=user)
        try:
            wait = waiting.join(self.bob, waiting.Asked(), who, self.now)
        except waiting.SuitsAlready:
            return
        self.expect("wait_joined", user.email)
        made = Waiting(wait, user.email, "", "waiting")
        self.replace(made, [one for one in self.waits if one.email == user.email and one.appointment is None])
        self.work()

    @rule(chance=seeds)
    def sooner(self, chance: Random) -> None:
        self.tick()
        for one in self.some(chance, State.CONFIRMED):
            if one.starts_at <= self.now or not self.client(one):
                continue
            try:
                wait = waiting.sooner(one, waiting.Asked(), By.VISITOR, self.now)
            except waiting.SuitsAlready:
                continue
            self.expect("wait_joined", self.client(one))
            made = Waiting(wait, self.client(one), "", "waiting", one.pk)
            self.replace(made, [each for each in self.waits if each.appointment == one.pk])
        self.work()

    @rule(chance=seeds)
    def take(self, chance: Random) -> None:
        for one in self.offered(chance):
            offering.take(one.wait, self.now, By.VISITOR)
            one.offers[-1][1], one.state = "taken", "served"
            what = "moved" if one.appointment else "confirmed"
            self.expect(f"appointment_{what}", one.email)
            self.expect(f"mediator_{what}", self.bob.user.email)
        self.work()

    @rule(chance=seeds)
    def decline(self, chance: Random) -> None:
        for one in self.offered(chance):
            offering.decline(one.wait, self.now, By.VISITOR)
            one.offers[-1][1] = "declined"
        self.work()

    @rule(chance=seeds)
    def leave(self, chance: Random) -> None:
        on = [one for one in self.waits if one.state == "waiting"]
        if on and chance.random() < 0.5:
            one = chance.choice(on)
            waiting.leave(one.wait, By.VISITOR, self.now)
            self.stop(one, "left")
        self.work()

    @rule(later=st.sampled_from((5, 16, 16, 16, 121, 600, 1500)))
    def time_passes(self, later: int) -> None:
        self.now += later * MINUTE
        self.work()

    # What always holds

    @invariant()
    def letters_are_the_expected_ones(self) -> None:
        if hasattr(self, "bob"):
            found = Counter(Letter.objects.filter(kind__in=KINDS).values_list("kind", "to"))
            assert found == self.expected
            REACHED.update(("letter", str(kind)) for kind, _to in found)

    @invariant()
    def offers_and_waits_are_the_expected_ones(self) -> None:
        if hasattr(self, "bob"):
            for one in self.waits:
                told = [list(row) for row in one.wait.offers.values_list("starts_at", "outcome")]
                state = Wait.objects.get(pk=one.wait.pk).state
                assert (state, told) == (one.state, one.offers)
                REACHED.add(("wait", state))
                REACHED.update(("offer", str(outcome) or "open") for _start, outcome in told)

    @invariant()
    def every_passage_is_recorded(self) -> None:
        if not hasattr(self, "bob"):
            return
        for one in Appointment.objects.filter(mediator=self.bob).prefetch_related("transitions"):
            REACHED.add(("appointment", one.state))
            passed = list(one.transitions.all())
            chain = [step.to_state for step in passed]
            if passed and passed[0].from_state == "":
                assert [step.from_state for step in passed] == ["", *chain[:-1]]
            assert not passed or chain[-1] == one.state
            assert sum(step.from_start is not None for step in passed) <= one.sequence
        for wait in Wait.objects.prefetch_related("steps"):
            steps_of = list(wait.steps.all())
            assert [step.from_state for step in steps_of] == ["", *[step.to_state for step in steps_of[:-1]]]
            assert steps_of[-1].to_state == wait.state

    @invariant()
    def nobody_shares_a_slot_and_search_is_right(self) -> None:
        if not hasattr(self, "bob"):
            return
        live = list(Appointment.objects.filter(state__in=LIVE, mediator=self.bob).order_by("starts_at"))
        assert all(one.blocked.upper <= other.blocked.lower for one, other in pairwise(live))
        assert Offer.objects.filter(outcome="").count() == len({one.email for one in self.waits if one.has_offer})
        assert availability.differences(self.now) == []


def one_of_everything(life: LifeMachine) -> Iterator[None]:
    """A life that passes through every state, whatever chance brings elsewhere; seeds choose who and what."""
    yield life.begin()
    for seed in range(8):  # until three people wait
        yield life.join(Random(seed), "", 1)
    yield life.join_signed_in()
    yield life.join(Random(1), "", 0)
    yield life.cancel(Random(1), By.MEDIATOR)
    yield life.decline(Random(1))
    yield life.leave(Random(3))
    yield life.take(Random(1))
    yield life.cancel(Random(2), By.VISITOR)
    for one in list(life.waits):  # who has the offer leaves it open
        if one.has_offer:
            waiting.leave(one.wait, By.VISITOR, life.now)
            life.stop(one, "left")
    life.work()
    yield
    for seed in range(6):  # nobody answers
        yield life.time_passes(16)
        yield life.cancel(Random(seed), By.MEDIATOR)
    yield life.time_passes(16)
    yield life.sooner(Random(1))
    yield life.book(Random(1), True)
    yield life.time_passes(16)
    yield life.book(Random(2), False)
    yield life.time_passes(121)
    yield life.book(Random(3), False)
    yield life.confirm(Random(1))
    yield life.move(Random(1))
    yield life.book_signed_in(Random(1))
    for later in (1500, 1500, 1500, 600):
        yield life.time_passes(later)
    yield life.attend(Random(1), True)
    yield life.attend(Random(1), False)


def check(life: LifeMachine) -> None:
    life.letters_are_the_expected_ones()
    life.offers_and_waits_are_the_expected_ones()
    life.every_passage_is_recorded()
    life.nobody_shares_a_slot_and_search_is_right()


@pytest.mark.django_db
def test_a_life_whatever_happens_in_it() -> None:
    run_state_machine_as_test(
        LifeMachine,
        settings=settings(
            max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )  # fmt: skip


@pytest.mark.django_db
def test_every_state_is_reached() -> None:
    REACHED.clear()
    life = LifeMachine()
    try:
        for _step in one_of_everything(life):
            check(life)
    finally:
        life.teardown()
    wanted = {("appointment", str(one)) for one in State.values} | {("wait", str(one)) for one in Wait.State.values}
    wanted |= {("offer", str(one)) for one in (*Offer.Outcome.values, "open")} | {("letter", one) for one in KINDS}
    assert wanted - REACHED == set()
