"""The core against the minute-by-minute oracle, around the nights when clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from allomediateur.scheduling.openings import DayException, WeeklyRule, expand
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules, free_starts, refusal
from tests.scheduling.oracle import MINUTE, Oracle

NIGHTS = (
    ("Europe/Paris", date(2027, 3, 28)),
    ("Europe/Paris", date(2027, 10, 31)),
    ("America/Miquelon", date(2027, 3, 14)),
    ("America/Miquelon", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),  # half an hour
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("America/Santiago", date(2027, 9, 5)),  # no midnight that day
    ("Atlantic/Azores", date(2027, 10, 31)),  # two midnights
    ("Pacific/Apia", date(2011, 12, 30)),  # no such day
    ("Pacific/Marquesas", date(2027, 6, 13)),  # -09:30, no change
    ("Indian/Reunion", date(2027, 6, 13)),
)
ZERO = timedelta()
AROUND = 5  # days of the oracle before and after the night


@cache
def oracle_of(zone: str, night: date) -> Oracle:
    return Oracle(zone, night - timedelta(days=AROUND), 2 * AROUND)


@dataclass(frozen=True)
class Agenda:
    zone: str
    night: date
    rules: tuple[WeeklyRule, ...]
    exceptions: tuple[DayException, ...]
    blocked: tuple[Period, ...]
    service: SlotRules
    now: datetime

    @property
    def days(self) -> list[date]:
        return [self.night + timedelta(days=n) for n in (-1, 0, 1)]

    @property
    def window(self) -> Period:
        begin = datetime(self.night.year, self.night.month, self.night.day, tzinfo=UTC)
        return Period(begin - timedelta(days=3), begin + timedelta(days=4))

    def listed(self, window: Period) -> list[datetime]:
        openings = expand(self.rules, self.exceptions, self.zone, window)
        return free_starts(openings, self.blocked, self.service, self.now, window)

    def expected(self) -> list[datetime]:
        oracle = oracle_of(self.zone, self.night)
        opened = oracle.opened(self.rules, self.exceptions, self.days)
        closed, taken = oracle.closed(self.exceptions), oracle.taken(self.blocked)
        return list(oracle.free(opened, closed, taken, self.service, self.now))


ends = st.one_of(st.sampled_from([0, 60, 120, 150, 180, 1440]), st.integers(0, 1440))
begins = st.one_of(st.sampled_from([0, 60, 120, 150, 180, 1380]), st.integers(0, 1439))


@st.composite
def hours(draw: st.DrawFn) -> tuple[int, int, bool]:
    start, end = draw(begins), draw(ends)
    return start, end, end <= start


@st.composite
def rule(draw: st.DrawFn, night: date) -> WeeklyRule:
    day = night + timedelta(days=draw(st.integers(-1, 1)))
    valid_from = draw(st.sampled_from([None, day - timedelta(days=7), day]))
    valid_until = draw(st.sampled_from([None, day, day + timedelta(days=7)]))
    return WeeklyRule(day.weekday(), *draw(hours()), valid_from, valid_until)


@st.composite
def exception(draw: st.DrawFn, night: date) -> DayException:
    day = night + timedelta(days=draw(st.integers(-1, 1)))
    if draw(st.booleans()):
        return DayException("closed", day)
    return DayException(draw(st.sampled_from(["closed", "open", "other_hours"])), day, *draw(hours()))


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    zone, night = draw(st.sampled_from(NIGHTS))
    begin = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=2)
    instants = st.integers(0, 4 * 1440).map(lambda n: begin + n * MINUTE)
    lengths = st.integers(1, 240).map(lambda n: n * MINUTE)
    buffers = st.sampled_from([0, 10, 15, 45]).map(lambda n: n * MINUTE)
    blocked = draw(st.lists(st.tuples(instants, lengths), max_size=8))
    service = SlotRules(
        duration=draw(st.sampled_from([1, 20, 30, 60, 90])) * MINUTE,
        step=draw(st.sampled_from([1, 7, 30, 50, 60])) * MINUTE,
        before=draw(buffers),
        after=draw(buffers),
        notice=draw(st.sampled_from([0, 60, 1440])) * MINUTE,
        horizon=draw(st.sampled_from([1, 2, 400])) * timedelta(days=1),
    )
    return Agenda(
        zone,
        night,
        tuple(draw(st.lists(rule(night), min_size=1, max_size=4))),
        tuple(draw(st.lists(exception(night), max_size=3))),
        tuple(Period(start, start + length) for start, length in blocked),
        service,
        draw(instants) - timedelta(days=1),
    )


@given(agendas())
@settings(max_examples=150, deadline=None)
def test_the_core_lists_what_the_oracle_lists(agenda: Agenda) -> None:
    assert agenda.listed(agenda.window) == agenda.expected()


@given(agendas(), st.integers(0, 6 * 1440 - 1), st.integers(1, 3 * 1440))
@settings(max_examples=150, deadline=None)
def test_what_is_listed_does_not_depend_on_the_window(agenda: Agenda, offset: int, length: int) -> None:
    start = agenda.window.start + offset * MINUTE
    window = Period(start, start + length * MINUTE)
    whole = Period(agenda.window.start, agenda.window.end + timedelta(days=4))
    assert agenda.listed(window) == [start for start in agenda.listed(whole) if window.contains(start)]


@given(agendas(), st.lists(st.integers(0, 6 * 1440 - 1), max_size=60))
@settings(max_examples=150, deadline=None)
def test_listed_is_bookable_and_nothing_else_is(agenda: Agenda, others: list[int]) -> None:
    listed = agenda.listed(agenda.window)
    asked = [agenda.window.start + n * MINUTE for n in others]
    asked += [start + shift for start in listed[:100] for shift in (-MINUTE, timedelta(), MINUTE, MINUTE / 2)]
    for start in asked:
        openings = expand(agenda.rules, agenda.exceptions, agenda.zone, Period(start, start + MINUTE))
        why = refusal(start, openings, agenda.blocked, agenda.service, agenda.now)
        assert (why is None) == (start in listed)


@given(agendas())
@settings(max_examples=100, deadline=None)
def test_no_listed_meeting_meets_a_blocked_period_or_leaves_its_opening(agenda: Agenda) -> None:
    service = agenda.service
    openings = expand(agenda.rules, agenda.exceptions, agenda.zone, agenda.window)
    for start in agenda.listed(agenda.window):
        meeting = Period(start, start + service.duration)
        blocking = meeting.widen(service.before, service.after)
        assert not any(blocking.overlaps(period) for period in agenda.blocked)
        assert not any(meeting.overlaps(period) for period in openings.closed)
        assert any(one.start <= meeting.start and meeting.end <= one.end for one in openings.open)
        assert agenda.now + service.notice <= start <= agenda.now + service.horizon


@given(
    st.sampled_from(NIGHTS),
    st.sampled_from([7, 50, 60, 75]),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439)), max_size=3),
    st.integers(-40 * 1440, 40 * 1440),
    st.integers(1, 20 * 1440),
)
@settings(max_examples=100, deadline=None)
def test_a_mediator_who_never_closes_has_one_grid_whatever_is_asked(
    place: tuple[str, date], step: int, gaps: list[tuple[int, int]], offset: int, length: int
) -> None:
    zone, night = place
    early = {weekday: minute for weekday, minute in gaps if minute}
    rules = [WeeklyRule(weekday, 0, early.get(weekday, 1440)) for weekday in range(7)]
    service = SlotRules(30 * MINUTE, step * MINUTE, ZERO, ZERO, ZERO, timedelta(days=400))
    middle = datetime(night.year, night.month, night.day, tzinfo=UTC)
    whole = Period(middle - timedelta(days=60), middle + timedelta(days=70))
    window = Period(middle + offset * MINUTE, middle + (offset + length) * MINUTE)
    listed = free_starts(expand(rules, [], zone, whole), [], service, whole.start, whole)
    small = free_starts(expand(rules, [], zone, window), [], service, whole.start, window)
    assert small == [start for start in listed if window.contains(start)]
    assert small or length < 1440 + step
