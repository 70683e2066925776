"""The letters, offers and states that a life ought to have: the model of test_life_machine."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, initialize

from allomediateur.accounts.models import User
from allomediateur.agenda import (
    availability,
    editing,
    expiring,
    offering,
)
from allomediateur.agenda.models import (
    Appointment,
    Opening,
    Participant,
    State,
    Transition,
    Wait,
)
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling import wording
from tests.agenda.steps import MINUTE, TEN
from tests.factories import NOW, book, make_mediator, make_user

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


class Model(RuleBasedStateMachine):
    """What a life ought to be, without our code. One transaction, undone at its end.
    The worker acts after every step."""

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

    def tick(self) -> None:
        """Nobody enters a list at the very instant when somebody else does."""
        self.now += timedelta(microseconds=1)

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
