from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from allomediateur.scheduling.availability import Summary, is_free, reading_window, summarise
from allomediateur.scheduling.deadlines import blocks
from allomediateur.scheduling.openings import WeeklyRule, expand
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules, free_starts

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZERO, INSTANT = timedelta(), timedelta.resolution
PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = [WeeklyRule(day, 9 * 60, 12 * 60) for day in range(5)]
MONDAY = datetime(2027, 1, 11, 7, tzinfo=UTC)  # 08:00 in Paris
SERVICE = SlotRules(HOUR, HOUR, ZERO, ZERO, 2 * HOUR, 7 * DAY)


def summary(now: datetime, *blocked: Period, rules: SlotRules = SERVICE, holds: tuple[datetime, ...] = ()) -> Summary:
    openings = expand(WEEKDAYS, [], PARIS, reading_window(rules, now))
    return summarise(openings, blocked, rules, now, PARIS, holds, count=3)


def test_it_says_the_next_starts_the_first_day_and_the_free_days() -> None:
    tuesday_morning = Period(MONDAY + DAY, MONDAY + DAY + 5 * HOUR)
    found = summary(MONDAY, tuesday_morning)
    assert found.next_starts == (
        MONDAY + 2 * HOUR,
        MONDAY + 3 * HOUR,
        MONDAY + 2 * DAY + HOUR,
    )
    assert found.first_free_day == date(2027, 1, 11)
    assert found.base_day == date(2027, 1, 11)
    assert found.free_days == bytes([0b00011101])  # next Monday, 09:00 is beyond the horizon
    assert [found.is_free(date(2027, 1, day)) for day in (10, 11, 12, 13, 18, 30)] == [
        False,
        True,
        False,
        True,
        False,
        False,
    ]


def test_nothing_free_is_said_too() -> None:
    found = summary(MONDAY, Period(MONDAY, MONDAY + 30 * DAY))
    assert (found.next_starts, found.first_free_day, found.free_days) == ((), None, b"\0")


def test_days_are_those_of_the_place() -> None:
    now = datetime(2027, 1, 10, 23, 30, tzinfo=UTC)  # Monday 00:30 in Paris
    assert summary(now).base_day == date(2027, 1, 11)


def test_it_holds_until_the_next_expiry() -> None:
    now = MONDAY - 30 * MINUTE
    holds = (now, now - HOUR, now + 8 * MINUTE, now + 5 * MINUTE)
    assert summary(now, holds=holds).stale_at == now + 5 * MINUTE


def test_it_holds_until_the_first_start_falls_under_notice() -> None:
    found = summary(MONDAY - 30 * MINUTE)
    assert found.next_starts[0] == MONDAY + 2 * HOUR
    stale_at = found.stale_at
    assert stale_at == MONDAY + INSTANT
    assert summary(stale_at - INSTANT).next_starts[0] == MONDAY + 2 * HOUR
    assert summary(stale_at).next_starts[0] == MONDAY + 3 * HOUR


def test_it_holds_until_a_start_enters_the_horizon() -> None:
    found = summary(MONDAY + 2 * MINUTE, rules=SlotRules(HOUR, HOUR, ZERO, ZERO, 4 * DAY, 7 * DAY))
    assert found.stale_at == MONDAY + HOUR
    assert not found.is_free(date(2027, 1, 18))
    assert summary(MONDAY + HOUR).is_free(date(2027, 1, 18))


def test_it_holds_until_the_next_local_midnight_at_most() -> None:
    saturday = datetime(2027, 1, 16, 12, tzinfo=UTC)
    assert summary(saturday).stale_at == datetime(2027, 1, 16, 23, tzinfo=UTC)
    assert summary(datetime(2027, 3, 27, 23, tzinfo=UTC)).stale_at == datetime(2027, 3, 28, 22, tzinfo=UTC)


starts = st.integers(0, 10 * 1440).map(lambda n: MONDAY + n * MINUTE)


spans = st.builds(lambda start, length: Period(start, start + length * MINUTE), starts, st.integers(1, 600))


@given(
    starts,
    st.lists(spans, max_size=12),
    st.lists(st.tuples(spans, starts), max_size=3),
    st.sampled_from([0, 30, 180, 2880]),
    st.integers(1, 20),
    st.sampled_from([PARIS, ZoneInfo("Pacific/Marquesas")]),
)
@settings(max_examples=100, deadline=None)
def test_before_it_is_stale_it_is_what_would_be_computed(
    now: datetime,
    busy: list[Period],
    holds: list[tuple[Period, datetime]],
    notice: int,
    horizon: int,
    zone: ZoneInfo,
) -> None:
    rules = SlotRules(HOUR, HOUR / 2, 15 * MINUTE, 15 * MINUTE, notice * MINUTE, horizon * DAY)

    def computed(instant: datetime) -> Summary:
        openings = expand(WEEKDAYS, [], zone, reading_window(rules, instant))
        live = [(period, expiry) for period, expiry in holds if blocks("held", expiry, instant)]
        blocked = busy + [period for period, _ in live]
        return summarise(openings, blocked, rules, instant, zone, [expiry for _, expiry in live])

    found = computed(now)
    assert found.stale_at > now
    for instant in (now + (found.stale_at - now) / 2, found.stale_at - INSTANT):
        assert (instant, computed(instant)) == (instant, found)


@given(starts, st.lists(st.tuples(starts, st.integers(1, 900)), max_size=12), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_a_day_is_free_when_a_start_is_listed_that_day(
    now: datetime, busy: list[tuple[datetime, int]], horizon: int
) -> None:
    rules = SlotRules(HOUR, HOUR, ZERO, ZERO, ZERO, horizon * DAY)
    blocked = [Period(start, start + length * MINUTE) for start, length in busy]
    openings = expand(WEEKDAYS, [], PARIS, reading_window(rules, now))
    found = summarise(openings, blocked, rules, now, PARIS, [])
    listed = free_starts(openings, blocked, rules, now, reading_window(rules, now))
    free = {start.astimezone(PARIS).date() for start in listed}
    days = [found.base_day + n * DAY for n in range(-2, 30)]
    assert {day for day in days if is_free(found.free_days, found.base_day, day)} == free
    assert found.first_free_day == min(free, default=None)
    assert found.next_starts == tuple(listed[:12])
