"""Whatever is accepted, refused, renewed, suspended, lifted or lapses, in whatever order and without any worker: who is
not entitled is neither visible nor bookable anywhere, and who is, is. The oracle here keeps its own books."""

from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, catalogue, facets, finding, lapsing, openings, verifying
from allomediateur.agenda.models import Modality
from allomediateur.agenda.refusals import SlotLost
from allomediateur.directory.models import Decision, Mediator
from allomediateur.directory.rights import Standing, bookable, day_of, listed, rights_of
from allomediateur.scheduling.territories import holidays_of
from tests.agenda.standings import KINDS, make_applicant, make_claim, make_staff
from tests.factories import NOW, make_mediator, service_of

DAY = timedelta(days=1)
ENDS = st.integers(-3, 45)
PARIS = ZoneInfo("Europe/Paris")
kinds = st.sampled_from(KINDS.values)


class StandingMachine(RuleBasedStateMachine):
    """One applicant; `ends` holds what was accepted, None for no end. Each run is undone at its end."""

    mediator: Mediator
    now: datetime

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(kinds=st.sets(kinds), days=st.integers(0, 20), accepted=st.booleans())
    def somebody(self, kinds: set[str], days: int, accepted: bool) -> None:
        """With some claims accepted already, and the application too where they suffice."""
        self.now, self.sam, self.eve = NOW, make_staff("Sam"), make_staff("Eve")
        self.mediator = make_applicant(now=NOW)
        self.ends: dict[str, date | None] = {}
        self.is_in = self.is_suspended = False
        self.is_open = True
        for kind in sorted(kinds):
            self.judge(kind, days, accepted=True)
        if accepted:
            self.accept()

    @rule(kind=kinds, days=ENDS, accepted=st.booleans())
    def judge(self, kind: str, days: int, accepted: bool) -> None:
        end = None if kind == KINDS.CERTIFICATE else day_of(self.now) + days * DAY
        claim = make_claim(self.mediator, kind, until=end, now=self.now)
        verifying.judge(claim, accepted=accepted, by=self.sam, now=self.now)
        if accepted:
            former = self.ends.get(kind)
            self.ends[kind] = max(end, former) if end and former else end

    @rule()
    def accept(self) -> None:
        try:
            verifying.accept(self.mediator.application, by=self.sam, now=self.now)
        except (verifying.NotWaiting, verifying.Unproven):
            assert self.is_in or KINDS.CERTIFICATE not in self.ends
        else:
            self.is_in = True

    @rule(confirmed=st.booleans(), keeps=st.booleans())
    def suspend(self, confirmed: bool, keeps: bool) -> None:
        try:
            proposed = verifying.propose(
                self.mediator, Decision.Kind.SUSPENDED, reason="r", by=self.sam, now=self.now, keeps_appointments=keeps
            )
        except verifying.NotWaiting:
            assert self.is_suspended
            return
        if confirmed:
            verifying.confirm(proposed, by=self.eve, now=self.now)
            self.is_suspended = True
        else:
            verifying.decline(proposed, by=self.sam, now=self.now)
        self.mediator.refresh_from_db()

    @precondition(lambda self: getattr(self, "is_suspended", False))
    @rule()
    def reinstate(self) -> None:
        verifying.reinstate(self.mediator, reason="", by=self.eve, now=self.now)
        self.is_suspended = False

    @rule(is_open=st.booleans())
    def close_or_open_the_account(self, is_open: bool) -> None:
        """As the page of accounts does (agenda.admin): rows follow in the same transaction."""
        User.objects.filter(pk=self.mediator.user_id).update(is_active=is_open)
        availability.rebuild(self.mediator.pk, self.now)
        self.is_open = is_open

    @rule(hours=st.integers(1, 24 * 20))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_worker_passes(self) -> None:
        availability.refresh_stale(self.now)

    @rule()
    def the_morning_job_passes(self) -> None:
        lapsing.tell(self.now)

    def expected(self) -> tuple[bool, bool]:
        """Listed and bookable, by the oracle's own books."""
        today = self.now.astimezone(PARIS).date()
        lives = {kind for kind, end in self.ends.items() if end is None or end >= today}
        trained = KINDS.TRAINING not in self.ends or KINDS.TRAINING in lives
        listed = self.is_in and self.is_open and not self.is_suspended and KINDS.CERTIFICATE in self.ends and trained
        return listed, listed and {KINDS.MEMBERSHIP, KINDS.INSURANCE} <= lives

    @invariant()
    def everywhere_says_the_same(self) -> None:
        if not hasattr(self, "mediator"):
            return
        listed, bookable = self.expected()
        found = Mediator.objects.select_related("user").get(pk=self.mediator.pk)
        assert Mediator.objects.listed(self.now).exists() is listed
        assert Mediator.objects.bookable(self.now).exists() is bookable
        service, week = service_of(found), self.now + 7 * DAY
        if found.user.is_active:
            assert bool(catalogue.services(found, self.now)) is bookable
            assert bool(openings.places(found, self.now)) is bookable
        free = openings.slots(found, service, modality=Modality.PHONE, since=self.now, until=week, now=self.now)
        assert bool(free) is bookable
        for query in (finding.Query(), finding.Query(lat=48.85, lon=2.35), finding.Query(specialty_id=self.field())):
            page = finding.find(query, self.now)
            assert [card.bookable for card in page.items] == [bookable] * listed, query
            assert bool(facets.count(query, facets.Offered(), self.now).by_specialty) is listed
            assert page.total == int(listed)
        remote = finding.Query(modality="phone")
        assert len(finding.find(remote, self.now).items) == int(bookable)
        assert bool(facets.count(remote, facets.Offered(), self.now).by_modality) is bookable
        self.try_to_hold(found, bookable)

    def field(self) -> int:
        return int(self.mediator.specialties.get().pk)

    def try_to_hold(self, found: Mediator, bookable: bool) -> None:
        """At a time that is free whenever the mediator is bookable: undone at once."""
        start = next_ten(self.now)
        with transaction.atomic():
            try:
                booking.hold(
                    mediator=found, service=service_of(found), modality=Modality.PHONE, office=None, start=start,
                    browser="alice", now=self.now,
                )  # fmt: skip
                held = True
            except SlotLost:
                held = False
            transaction.set_rollback(True)
        assert held is bookable


def next_ten(now: datetime) -> datetime:
    """Ten o’clock in Paris on a working day, a day from now at least."""
    day = now.astimezone(PARIS).date() + 2 * DAY
    while day.weekday() > 4 or day in holidays_of("FR", [day.year]):
        day += DAY
    return datetime(day.year, day.month, day.day, 10, tzinfo=PARIS)


@pytest.mark.django_db
def test_no_sequence_shows_or_books_who_is_not_entitled() -> None:
    run_state_machine_as_test(
        StandingMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )


@pytest.mark.django_db
def test_the_rights_table_says_the_same_in_python_and_in_sql() -> None:
    """Every standing there is, each end before, on and after the day."""
    today = day_of(NOW)
    ends = (None, today - DAY, today, today + DAY)
    bob = make_mediator()
    for certified, member, suspended in product((False, True), repeat=3):
        for trained, joined, insured in product(ends, repeat=3):
            standing = Standing(certified, member, suspended, trained, joined, insured)
            Mediator.objects.filter(pk=bob.pk).update(
                capm_verified=certified, cpmn_member=member, suspended_at=NOW if suspended else None,
                trained_until=trained, member_until=joined, insured_until=insured,
            )  # fmt: skip
            row = Mediator.objects.get(pk=bob.pk)
            rights = rights_of(standing, today)
            assert row.rights_at(NOW) == rights
            said = [Mediator.objects.filter(one(today)).exists() for one in (listed, bookable)]
            assert said == [rights.listed, rights.bookable], standing
