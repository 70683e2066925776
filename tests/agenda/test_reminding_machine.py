"""Whatever is booked, moved, cancelled, and whenever the worker looks: nobody is told twice, nobody is forgotten.

Five zones, around both clock changes, against an oracle of plain wall-clock arithmetic.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from allomediateur.agenda import changing, direct, planning, preferences, reminding
from allomediateur.agenda.models import Appointment, Modality, Opening, Participant, Reminder, Transition
from allomediateur.agenda.refusals import SlotLost, Wish
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.factories import make_mediator, make_openings, refresh, service_of

MINUTE, HALF_HOUR, HOUR, DAY = (timedelta(minutes=number) for number in (1, 30, 60, 1440))
ZONES = ("Europe/Paris", "America/Miquelon", "Pacific/Marquesas", "America/Toronto", "Indian/Reunion")
CHANGES = (
    datetime(2027, 3, 14, tzinfo=UTC),  # Miquelon and Toronto, forward
    datetime(2027, 3, 28, tzinfo=UTC),  # Paris, forward
    datetime(2027, 10, 31, tzinfo=UTC),  # Paris, back
    datetime(2027, 11, 7, tzinfo=UTC),  # Miquelon and Toronto, back
)
KINDS = (7, 1)
EMAIL = "alice@example.org"


def at_wall(wall: datetime, zone: str) -> datetime:
    """The first instant that is shown as that wall time, or as a later one when the clock skips it: looked for."""
    instant = wall.replace(tzinfo=UTC) - 15 * HOUR
    while instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wall:
        instant += HALF_HOUR
    while (instant - MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= wall:
        instant -= MINUTE
    return instant


def wall_of(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def by_day(instant: datetime, zone: str) -> datetime:
    """The instant, or the end of the night there."""
    wall = wall_of(instant, zone)
    if wall.hour < 8:
        return at_wall(wall.replace(hour=8, minute=0), zone)
    if wall.hour >= 21:
        return at_wall(wall.replace(hour=8, minute=0) + DAY, zone)
    return instant


@dataclass
class Known:
    """What the oracle knows of an appointment: its start, since when it stands, and when what waits is due."""

    start: datetime
    since: datetime
    waits: dict[int, datetime] = field(default_factory=dict)


Row = tuple[int, int, datetime]
"""Appointment, days before, start."""


class RemindingMachine(RuleBasedStateMachine):
    """One mediator, open day and night, and one person; each run is undone at its end."""

    mediator: Mediator
    now: datetime
    zone: str

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.known: dict[int, Known] = {}
        self.told: set[Row] = set()
        self.done: set[Row] = set()
        self.messages = 0
        self.keys = count(1)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(zone=st.sampled_from(ZONES), change=st.sampled_from(CHANGES), before=st.integers(2, 9 * 24))
    def begin(self, zone: str, change: datetime, before: int) -> None:
        self.zone, self.now = zone, change - before * HOUR
        self.mediator = make_mediator(modalities=(Modality.PHONE,), now=self.now)
        Opening.objects.filter(mediator=self.mediator).delete()
        make_openings(self.mediator, Modality.PHONE, weekdays=tuple(range(7)), hours=((0, 1440),))
        refresh(self.mediator, self.now)

    @rule(ahead=st.integers(1, 10 * 48))
    def book(self, ahead: int) -> None:
        self.book_at(self.start(ahead))

    @precondition(lambda self: self.known)
    @rule(later=st.integers(1, 12), which=st.integers(0, 9))
    def book_another_near(self, later: int, which: int) -> None:
        """The same day, as a rule."""
        start = self.known[self.some(which)].start + later * HALF_HOUR
        if start > self.now:
            self.book_at(start)

    def book_at(self, start: datetime) -> None:
        service = service_of(self.mediator)
        wish = Wish(self.mediator, service, Modality.PHONE, None, start)
        who = direct.Somebody("Alice", EMAIL, "+33612345678", zone=self.zone)
        try:
            (made,) = direct.book_for(wish, [start], who, None, f"key {next(self.keys)}", self.now)
        except SlotLost:
            return
        self.known[made.pk] = Known(start, self.now)
        self.expect(made.pk, self.now)

    @precondition(lambda self: self.known)
    @rule(ahead=st.integers(1, 10 * 48), which=st.integers(0, 9))
    def move(self, ahead: int, which: int) -> None:
        pk, start = self.some(which), self.start(ahead)
        by = Transition.By.MEDIATOR
        try:
            moved = changing.move(Appointment.objects.get(pk=pk), start=start, by=by, now=self.now)
        except (SlotLost, changing.NotChangeable, changing.TooLate):
            return
        if moved.starts_at != self.known[pk].start:
            self.known[pk] = Known(start, self.now)
            self.expect(pk, self.now)

    @precondition(lambda self: self.known)
    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        pk = self.some(which)
        try:
            changing.cancel(Appointment.objects.get(pk=pk), by=Transition.By.MEDIATOR, now=self.now)
        except changing.TooLate:
            return
        del self.known[pk]

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        """With a worker, who looks a minute before each instant that counts, and then."""
        until = self.now + hours * HOUR
        while (coming := self.next_instant()) and coming <= until:
            if coming - MINUTE > self.now:
                self.work(coming - MINUTE)
            self.work(coming)
        self.work(until)

    @rule(minutes=st.integers(1, 40 * 60))
    def time_passes_without_a_worker(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(zone=st.sampled_from(ZONES))
    def travel(self, zone: str) -> None:
        reader = Participant.objects.filter(role="client").order_by("-appointment__starts_at").first()
        if reader is None or reader.appointment.ends_at <= self.now:
            return
        preferences.write_in(reader, language="fr", zone=zone, now=self.now)
        self.zone = zone
        for pk, one in self.known.items():
            if one.start > self.now:
                self.expect(pk, max(one.since, self.now - DAY))

    @rule()
    def sweep(self) -> None:
        """The net has nothing to catch."""
        assert planning.sweep(self.now) == 0

    @invariant()
    def told_as_expected(self) -> None:
        rows = Reminder.objects.values_list("participant__appointment", "days", "starts_at")
        assert set(rows.filter(is_sent=True)) == self.told
        assert Letter.objects.filter(kind=reminding.KIND).count() == self.messages
        coming = Appointment.objects.filter(pk__in=self.known, starts_at__gt=self.now).values("pk")
        waiting = rows.waiting().filter(participant__appointment__in=coming)  # type: ignore[attr-defined]
        assert set(waiting.values_list("participant__appointment", "days", "due_at")) == {
            (pk, days, due) for pk, one in self.known.items() for days, due in one.waits.items() if one.start > self.now
        }

    def expect(self, pk: int, since: datetime) -> None:
        """What is planned for it, by its reader's clock of now."""
        one = self.known[pk]
        one.waits = {}
        for days in KINDS:
            asked = at_wall(wall_of(one.start, self.zone) - days * DAY, self.zone)
            due = by_day(asked, self.zone)
            if since < asked and due < one.start and (pk, days, one.start) not in self.done:
                one.waits[days] = due

    def next_instant(self) -> datetime | None:
        waits = [due for one in self.known.values() for due in one.waits.values() if one.start > self.now]
        return min((by_day(max(due, self.now), self.zone) for due in waits), default=None)

    def work(self, now: datetime) -> None:
        self.now = now
        sent = reminding.send_due(now)
        before = self.messages
        days = {wall_of(one.start, self.zone).date() for one in self.known.values()}
        for day in days:
            self.tell(day)
        assert sent == self.messages - before

    def tell(self, day: date) -> None:
        """All that waits for that day goes in one message once some of it is due; by night, in the morning."""
        mine = {pk: one for pk, one in self.known.items() if wall_of(one.start, self.zone).date() == day}
        morning = by_day(self.now, self.zone)
        late = {days for one in mine.values() for days, due in one.waits.items() if due <= self.now}
        sent = False
        for pk, one in mine.items():
            for days, due in list(one.waits.items()):
                if morning > self.now and one.start > self.now:
                    if due <= self.now and morning < one.start:
                        one.waits[days] = morning
                        continue
                    if due > self.now:
                        continue
                elif due > self.now and days not in late:
                    continue
                del one.waits[days]
                self.done.add((pk, days, one.start))
                if morning == self.now and one.start > self.now:
                    self.told.add((pk, days, one.start))
                    sent = True
        self.messages += sent

    def start(self, ahead: int) -> datetime:
        base = self.now.replace(minute=0 if self.now.minute < 30 else 30, second=0)
        return base + ahead * HALF_HOUR

    def some(self, which: int) -> int:
        return sorted(self.known)[which % len(self.known)]


@pytest.mark.django_db
def test_nobody_is_told_twice_and_nobody_is_forgotten() -> None:
    run(
        RemindingMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
