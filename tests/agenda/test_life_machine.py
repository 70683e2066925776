"""The whole life of appointments and of a waiting list, in any order, against a model that knows none of our code:
who is written to and why, what is offered to whom, what may follow what."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from allomediateur.accounts.models import User
from allomediateur.agenda import (
    attending,
    availability,
    booking,
    changing,
    confirming,
    editing,
    expiring,
    offering,
    openings,
    waiting,
)
from allomediateur.agenda.models import (
    LIVE,
    Appointment,
    Offer,
    Opening,
    Participant,
    State,
    Transition,
    Wait,
)
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling import wording
from tests.agenda import steps
from tests.agenda.steps import MINUTE, TEN
from tests.factories import NOW, book, make_mediator, make_user, service_of

By = Transition.By
PARIS, DAY = "Europe/Paris", timedelta(days=1)
SLOTS = (TEN, TEN + 30 * MINUTE, TEN + 2 * DAY, TEN + 2 * DAY + 30 * MINUTE)
NAMES = ("zoe", "yan", "xena", "will")
KINDS = (
    "appointment_to_confirm", "appointment_confirmed", "appointment_moved", "appointment_cancelled",
    "appointment_released", "mediator_confirmed", "mediator_moved", "mediator_cancelled",
    "wait_to_confirm", "wait_joined", "wait_offered", "wait_ended",
)  # fmt: skip
MOST_LETTERS = 6
seeds = st.integers(0, 10**6).map(Random)
REACHED: set[tuple[str, str]] = set()
"""Every state seen in the run: of appointments, waits and offers, and every kind of letter."""


@dataclass
class Waiting:
    """A wait as the model sees it; `offers` are starts and outcomes, the last one open while its outcome is empty."""

    wait: Wait
    email: str
    half: str
    state: str
    appointment: int | None = None
    offers: list[list[Any]] = field(default_factory=list)
    kept_until: datetime = NOW

    @property
    def is_silent(self) -> bool:
        return [one[1] for one in self.offers[-3:]] == ["lapsed"] * 3

    @property
    def has_offer(self) -> bool:
        return bool(self.offers) and self.offers[-1][1] == ""


class LifeMachine(RuleBasedStateMachine):
    """One transaction, undone at its end. The worker acts after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.now, self.expected = NOW, Counter[tuple[str, str]]()
        self.waits: list[Waiting] = []
        self.bob: Mediator = make_mediator(modalities=("phone",))
        Opening.objects.filter(mediator=self.bob).delete()
        days = [(one.date(), one.weekday()) for one in SLOTS[::2]]
        drafts = [
            editing.OpeningDraft("phone", None, number, 600, 660, valid_from=day, valid_until=day)
            for day, number in days
        ]
        editing.replace_openings(self.bob, drafts, NOW)
        for number, start in enumerate(SLOTS):
            taken = book(self.bob, start)
            told = {"email": f"owner{number}@example.org", "phone": "+33612345678"}
            taken.participants.filter(role="client").update(**told)

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

    # The worker, and what the model expects of it

    def work(self) -> None:
        for one in Appointment.objects.filter(state=State.UNCONFIRMED, expires_at__lte=self.now):
            self.expect("appointment_released", self.client(one))
        self.foresee()
        expiring.release_due(self.now)
        offering.offer_freed(self.bob.pk, self.now)
        availability.refresh_stale(self.now)

    def foresee(self) -> None:
        for one in self.waits:
            if one.has_offer and one.kept_until <= self.now:
                one.offers[-1][1] = "lapsed"
        free = self.open(frozenset(start for one in self.waits for start in self.given_back(one)))
        if not 8 <= wording.local(self.now, PARIS).hour < 21:
            return
        for one in self.waits:
            if one.state != "waiting" or self.has_offer(one.email):
                continue
            had = {start for start, _outcome in one.offers}
            suiting = [s for s in free if s not in had and self.is_then(one.half, s) and self.is_sooner(one, s)]
            if suiting:
                free.remove(suiting[0])
                one.offers.append([suiting[0], ""])
                one.kept_until = min(self.now + 15 * MINUTE, suiting[0])
                self.expect("wait_offered", one.email)

    def given_back(self, one: Waiting) -> list[datetime]:
        """By a wait that is over."""
        kept = [one.offers[-1][0]] if one.has_offer else []
        if one.state == "unproven" and one.wait.until <= self.now:
            one.state = "ended"
        elif one.state == "waiting" and self.is_over(one):
            self.stop(one, "ended")
            return kept
        elif one.state == "waiting" and one.is_silent:
            one.state = "ended"
            self.expect("wait_ended", one.email)
        return []

    def open(self, but: frozenset[datetime] = frozenset()) -> list[datetime]:
        """Starts that anybody may book, given back ones included."""
        live = Appointment.objects.live(self.now).filter(mediator=self.bob)
        taken = {one.starts_at for one in live if not (one.starts_at in but and one.state == State.HELD)}
        return [one for one in SLOTS if one not in taken and self.now + 120 * MINUTE <= one]

    def is_over(self, one: Waiting) -> bool:
        if one.appointment is None:
            return False
        own = Appointment.objects.get(pk=one.appointment)
        return own.state != State.CONFIRMED or own.starts_at <= self.now

    def is_sooner(self, one: Waiting, start: datetime) -> bool:
        return one.appointment is None or start < Appointment.objects.get(pk=one.appointment).starts_at

    def is_then(self, half: str, start: datetime) -> bool:
        return half in ("", "morning" if wording.local(start, PARIS).hour < 12 else "afternoon")

    def has_offer(self, email: str) -> bool:
        return any(one.email == email and one.has_offer for one in self.waits)

    def stop(self, one: Waiting, state: str) -> None:
        one.state = state
        if one.has_offer:
            one.offers[-1][1] = "withdrawn"

    def replace(self, made: Waiting, former: list[Waiting]) -> None:
        on = [one for one in former if one.state == "waiting"]
        for one in on:
            self.stop(one, "ended")
        self.waits.insert(self.waits.index(on[0]) if on else len(self.waits), made)

    def expect(self, kind: str, to: str) -> None:
        self.expected[kind, to] += 1

    # What there is

    def free(self, chance: Random) -> list[datetime]:
        found = self.open()
        return [chance.choice(found)] if found else []

    def some(self, chance: Random, *states: str) -> list[Appointment]:
        """One of the live ones in that state, or none."""
        rows = Appointment.objects.live(self.now).filter(mediator=self.bob, state__in=states)
        found = list(rows.select_related("mediator__user", "service").order_by("pk"))
        return [chance.choice(found)] if found else []

    def offered(self, chance: Random) -> list[Waiting]:
        found = [one for one in self.waits if one.has_offer]
        return [chance.choice(found)] if found else []

    def client(self, one: Appointment) -> str:
        return str(Participant.objects.get(appointment=one, role="client").email)

    def letters_of(self, one: Appointment) -> int:
        """That asked for its confirmation."""
        topic = f"appointment:{one.reference}"
        return Letter.objects.filter(kind="appointment_to_confirm", topic=topic).count()

    def user(self, email: str) -> Any:
        return User.objects.filter(email=email).first() or make_user(email, phone="+33612345678")

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
