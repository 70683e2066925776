"""Whatever is done to an agenda, in whatever order: what is listed is what is bookable, the reasons given are those
of the refusal, and what search reads is what the truth gives. Days of clock changes included."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from allomediateur.agenda import (
    availability,
    booking,
    changing,
    direct,
    editing,
    expiring,
    explaining,
    openings,
    patterns,
    truth,
)
from allomediateur.agenda.models import Appointment, Opening, OpeningException, Service, State, Transition
from allomediateur.agenda.refusals import Wish
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.periods import Period
from tests.factories import make_commune, make_mediator, make_service, refresh

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEGINNINGS = {
    "Europe/Paris": datetime(2026, 10, 23, 6, tzinfo=UTC),
    "America/Miquelon": datetime(2027, 3, 12, 12, tzinfo=UTC),
    "Pacific/Marquesas": datetime(2026, 12, 23, 20, tzinfo=UTC),
    "America/Toronto": datetime(2026, 10, 30, 12, tzinfo=UTC),
}
"""Two days before a clock change, or a public holiday where there is none."""
minutes = st.integers(0, 95).map(lambda quarter: 15 * quarter)
seeds = st.randoms(use_true_random=False)
days_ahead = st.integers(-1, 5)


class AgendaMachine(RuleBasedStateMachine):
    """One mediator with two services and two offices; each run is undone at its end."""

    mediator: Mediator
    now: datetime

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(zone=st.sampled_from(sorted(BEGINNINGS)))
    def begin(self, zone: str) -> None:
        self.now = BEGINNINGS[zone]
        commune = make_commune("99002", "Ailleurs", "99", ["99002"], 100, 10.0, 10.0, zone)
        self.mediator = make_mediator(commune=commune, modalities=("phone", "in_person"), now=self.now)
        Opening.objects.filter(mediator=self.mediator).delete()
        Service.objects.filter(mediator=self.mediator).update(travel_km=50, travel_minutes=20, horizon_days=7)
        make_service(self.mediator, rank=1, minutes=50, after_minutes=10, horizon_days=4, modalities=["phone"])
        refresh(self.mediator, self.now)

    @property
    def office(self) -> Office:
        return Office.objects.get(mediator=self.mediator)

    def pair(self, chance: Random) -> truth.Pair:
        return chance.choice([("phone", None), ("in_person", self.office.pk), truth.AGREED])

    @rule(chance=seeds, start=minutes, length=st.integers(1, 40), weeks=st.integers(0, 2))
    def open_weekly(self, chance: Random, start: int, length: int, weeks: int) -> None:
        modality, office = self.pair(chance)
        end = start + 15 * length
        draft = editing.OpeningDraft(
            modality, office, chance.randrange(7), start, end if end <= 1440 else end - 1440, end > 1440, weeks
        )
        names = ("modality", "office_id", "weekday", "start_minute", "end_minute", "ends_next_day", "weeks")
        kept = [editing.OpeningDraft(*row) for row in Opening.objects.values_list(*names)]
        editing.replace_openings(self.mediator, [*kept[-12:], draft], self.now)

    @rule(chance=seeds, kind=st.sampled_from(OpeningException.Kind.values), start=minutes, ahead=days_ahead)
    def except_a_day(self, chance: Random, kind: Any, start: int, ahead: int) -> None:
        modality, office = chance.choice([("", None), ("in_person", None), ("phone", None), self.pair(chance)])
        hours = (None, None) if kind == "closed" and chance.random() < 0.5 else (start, min(1440, start + 180))
        day = (self.now + ahead * DAY).date()
        editing.add_exceptions(self.mediator, [editing.ExceptionDraft(kind, day, modality, office, *hours)], self.now)

    @rule()
    def take_exceptions_back(self) -> None:
        ids = list(OpeningException.objects.values_list("pk", flat=True))[:1]
        editing.remove_exceptions(self.mediator, ids, self.now)

    @rule(chance=seeds, ahead=st.integers(0, 6))
    def paint_a_week(self, chance: Random, ahead: int) -> None:
        monday = date.fromordinal((self.now + ahead * DAY).date().toordinal())
        monday -= timedelta(days=monday.weekday())
        pair = chance.choice([("phone", None), ("in_person", self.office.pk)])
        shown = patterns.dated_week(self.mediator, pair, monday)
        wanted = [
            [(540, 720)] if chance.random() < 0.5 and number not in shown.locked else hours
            for number, hours in enumerate(shown.hours)
        ]
        patterns.save_week(self.mediator, pair, monday, wanted, self.now, patterns.seen(self.mediator, pair, monday))
        assert patterns.dated_week(self.mediator, pair, monday).hours == wanted

    @rule(closed=st.booleans())
    def holidays(self, closed: bool) -> None:
        editing.close_on_holidays(self.mediator, closed, self.now)

    @rule(chance=seeds)
    def other_terms(self, chance: Random) -> None:
        service = chance.choice(list(Service.objects.filter(mediator=self.mediator)))
        service.minutes, service.step_minutes = chance.choice((15, 30, 50)), chance.choice((None, 15, 25))
        service.before_minutes, service.after_minutes = chance.choice((0, 10)), chance.choice((0, 15))
        service.notice_minutes = chance.choice((0, 60, 1440))
        service.per_day, service.per_week = chance.choice((None, 1, 2)), chance.choice((None, 3))
        service.booked_by = chance.choice(("anyone", "anyone", "mediator"))
        editing.save_service(service, self.now)

    @rule(chance=seeds)
    def busy_elsewhere(self, chance: Random) -> None:
        start = self.now + chance.randint(-300, 6000) * MINUTE
        editing.add_busy(self.mediator, Period(start, start + chance.randint(1, 200) * MINUTE), self.now)

    @rule(chance=seeds)
    def hold(self, chance: Random) -> None:
        for slot in self.some(chance, "visitor"):
            service = Service.objects.get(pk=slot.service_id)
            booking.hold(
                mediator=self.mediator, service=service, modality=slot.modality, office=self.at(slot),
                start=slot.start, browser=f"b{chance.random()}", now=self.now,
            )  # fmt: skip

    @rule(chance=seeds)
    def book_directly(self, chance: Random) -> None:
        for slot in self.some(chance, "mediator"):
            service = Service.objects.get(pk=slot.service_id)
            wish = Wish(self.mediator, service, slot.modality, self.at(slot), slot.start)
            who = direct.Somebody("Alice", phone="+33612345678")
            if (slot.modality, slot.office_id) != truth.AGREED:
                direct.book_for(wish, [slot.start], who, None, str(chance.random()), self.now)

    @rule(chance=seeds)
    def move(self, chance: Random) -> None:
        mine = Appointment.objects.filter(state=State.CONFIRMED, starts_at__gt=self.now).first()
        slots = self.some(chance, "mediator")
        if mine and slots and slots[0].service_id == mine.service_id:
            # What is free beside it is free for it too.
            moved = changing.move(
                mine, start=slots[0].start, modality=slots[0].modality, office=self.at(slots[0]),
                by=Transition.By.MEDIATOR, now=self.now,
            )  # fmt: skip
            assert moved.starts_at == slots[0].start

    @rule()
    def cancel(self) -> None:
        if one := Appointment.objects.filter(state=State.CONFIRMED, starts_at__gt=self.now).first():
            changing.cancel(one, by=Transition.By.MEDIATOR, reason="x", now=self.now)

    @rule(later=st.sampled_from((1, 11, 60, 1500)))
    def time_passes(self, later: int) -> None:
        self.now += later * MINUTE
        expiring.release_due(self.now)
        availability.refresh_stale(self.now)

    def some(self, chance: Random, asker: truth.Asker) -> list[openings.Slot]:
        """One slot that may be had, or none."""
        found = [slot for service in self.services() for slot in self.listed(service, asker)]
        return [chance.choice(found)] if found else []

    def at(self, slot: openings.Slot) -> Office | None:
        return self.office if slot.office_id else None

    def services(self) -> list[Service]:
        return list(Service.objects.filter(mediator=self.mediator))

    def listed(self, service: Service, asker: truth.Asker) -> list[openings.Slot]:
        return openings.slots(
            self.mediator, service, since=self.now - DAY, until=self.now + 6 * DAY, now=self.now, asker=asker
        )

    @invariant()
    def listed_is_bookable_and_explained(self) -> None:
        if not hasattr(self, "mediator"):
            return
        chance = Random(int(self.now.timestamp()))
        pairs: list[truth.Pair] = [("phone", None), ("in_person", self.office.pk), truth.AGREED]
        for service in self.services():
            for asker in ("visitor", "mediator"):
                found = {(one.modality, one.office_id, one.start) for one in self.listed(service, asker)}
                some = chance.sample(sorted(found, key=str), min(3, len(found)))
                some += [(*chance.choice(pairs), self.now + 5 * chance.randint(-60, 1600) * MINUTE) for _ in range(4)]
                for modality, office_id, start in some:
                    self.judge(service, modality, office_id, start, asker, (modality, office_id, start) in found)

    def judge(
        self, service: Service, modality: str, office_id: int | None, start: datetime, asker: truth.Asker, free: bool
    ) -> None:
        office = self.office if office_id else None
        place = self.mediator, service, modality, office, start, self.now
        refused = openings.refusal(*place, asker=asker)
        assert (refused is None) is free
        if asker == "visitor":
            answer = explaining.explain(*place)
            assert next(iter(answer.reasons), None) == refused
            assert bool(answer.sentences) == (not free)

    @invariant()
    def what_search_reads_is_what_the_truth_gives(self) -> None:
        if hasattr(self, "mediator"):
            assert availability.differences(self.now) == []


@pytest.mark.django_db
def test_an_agenda_whatever_is_done_to_it() -> None:
    run_state_machine_as_test(
        AgendaMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
