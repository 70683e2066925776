import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.scheduling.openings import CALENDAR, DayException, Openings, WeeklyRule, expand
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import Refusal, SlotRules, free_starts, nearest, refusal

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = datetime(2027, 1, 11, tzinfo=UTC)
ALL_DAY = Period(NIGHT, NIGHT + DAY)
LONG_AGO = NIGHT - 30 * DAY


def service(
    duration: int = 60, step: int | None = None, before: int = 0, after: int = 0, notice: int = 0, horizon: int = 400
) -> SlotRules:
    """Minutes, the horizon in days."""
    return SlotRules(
        duration=duration * MINUTE,
        step=(step or duration) * MINUTE,
        before=before * MINUTE,
        after=after * MINUTE,
        notice=notice * MINUTE,
        horizon=horizon * DAY,
    )


def at(hour: int, minute: int = 0) -> datetime:
    return NIGHT + hour * HOUR + minute * MINUTE


def span(start: float, end: float) -> Period:
    return Period(NIGHT + start * HOUR, NIGHT + end * HOUR)


def listed(
    openings: Openings, rules: SlotRules, *blocked: Period, now: datetime = LONG_AGO, window: Period = ALL_DAY
) -> list[str]:
    starts = free_starts(openings, blocked, rules, now, window)
    assert all(refusal(start, openings, blocked, rules, now) is None for start in starts)
    return [f"{start:%H:%M}" for start in starts]


MORNING = Openings((span(9, 12),))


def test_the_grid_starts_with_the_opening_and_goes_by_the_step() -> None:
    assert listed(Openings((span(9.25, 12),)), service(60, 30)) == ["09:15", "09:45", "10:15", "10:45"]


def test_the_grid_goes_by_the_duration_unless_told() -> None:
    assert listed(MORNING, service(50)) == ["09:00", "09:50", "10:40"]


def test_what_ends_at_ten_leaves_ten_free() -> None:
    assert listed(MORNING, service(), span(9, 10)) == ["10:00", "11:00"]
    assert listed(MORNING, service(), span(11, 12)) == ["09:00", "10:00"]


def test_the_grid_does_not_start_anew_after_a_busy_period() -> None:
    assert listed(MORNING, service(), span(9, 9.25)) == ["10:00", "11:00"]


def test_each_opening_has_its_own_grid() -> None:
    openings = Openings((span(9, 10.5), span(13.25, 15)))
    assert listed(openings, service(45)) == ["09:00", "09:45", "13:15", "14:00"]


def test_buffers_add_up() -> None:
    held = span(10, 10.5).widen(15 * MINUTE, 15 * MINUTE)
    rules = service(30, 15, before=15, after=15)
    assert listed(MORNING, rules, held) == ["09:00", "11:00", "11:15", "11:30"]


def test_buffers_may_overflow_the_opening_and_what_is_closed() -> None:
    openings = Openings((span(9, 12),), (span(10, 11),))
    assert listed(openings, service(before=45, after=45)) == ["09:00", "11:00"]


def test_buffers_may_not_meet_a_busy_period_outside_the_opening() -> None:
    assert listed(MORNING, service(before=15), span(8, 8.8)) == ["10:00", "11:00"]
    assert listed(MORNING, service(before=15), span(8, 8.75)) == ["09:00", "10:00", "11:00"]


def test_closing_does_not_move_the_grid() -> None:
    openings = Openings((span(9, 12),), (span(9, 9.25),))
    assert listed(openings, service()) == ["10:00", "11:00"]


def test_notice_and_horizon_are_inclusive() -> None:
    now = at(9) - 2 * HOUR
    assert listed(MORNING, service(notice=120), now=now) == ["09:00", "10:00", "11:00"]
    assert listed(MORNING, service(notice=120), now=now + timedelta.resolution) == ["10:00", "11:00"]
    assert listed(MORNING, service(horizon=1), now=at(10) - DAY) == ["09:00", "10:00"]
    assert listed(MORNING, service(horizon=1), now=at(10) - DAY - timedelta.resolution) == ["09:00"]


def test_the_window_is_half_open() -> None:
    assert listed(MORNING, service(), window=span(10, 11)) == ["10:00"]


def test_a_meeting_lasts_an_hour_across_the_clock_change() -> None:
    paris = ZoneInfo("Europe/Paris")
    window = Period(datetime(2027, 10, 30, 12, tzinfo=UTC), datetime(2027, 10, 31, 12, tzinfo=UTC))
    openings = expand([WeeklyRule(6, 60, 240)], [], paris, window)
    starts = free_starts(openings, [], service(), window.start - DAY, window)
    assert [f"{start.astimezone(paris):%H:%M%z}" for start in starts] == [
        "01:00+0200",
        "02:00+0200",
        "02:00+0100",
        "03:00+0100",
    ]
    assert [later - start for start, later in itertools.pairwise(starts)] == [HOUR] * 3


def test_the_spring_night_has_an_hour_less() -> None:
    paris = ZoneInfo("Europe/Paris")
    window = Period(datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 3, 28, 12, tzinfo=UTC))
    openings = expand([WeeklyRule(6, 60, 300)], [], paris, window)
    starts = free_starts(openings, [], service(), window.start - DAY, window)
    assert [f"{start.astimezone(paris):%H:%M}" for start in starts] == ["01:00", "03:00", "04:00"]


def test_half_an_hour_of_daylight_saving_shifts_the_grid_by_half_an_hour() -> None:
    window = Period(datetime(2027, 10, 2, tzinfo=UTC), datetime(2027, 10, 3, tzinfo=UTC))
    openings = expand([WeeklyRule(6, 60, 300)], [], "Australia/Lord_Howe", window)
    starts = free_starts(openings, [], service(), window.start - DAY, window)
    shown = [f"{start.astimezone(ZoneInfo('Australia/Lord_Howe')):%H:%M}" for start in starts]
    assert shown == ["01:00", "02:30", "03:30"]


@pytest.mark.parametrize(
    ("start", "now", "why"),
    [
        (at(10), LONG_AGO, None),
        (at(8), LONG_AGO, Refusal.OUTSIDE_OPENINGS),
        (at(12), LONG_AGO, Refusal.OUTSIDE_OPENINGS),
        (at(11, 30), LONG_AGO, Refusal.OUTSIDE_OPENINGS),
        (at(13), LONG_AGO, Refusal.CLOSED),
        (at(9, 30), LONG_AGO, Refusal.OFF_GRID),
        (at(10) + timedelta(seconds=1), LONG_AGO, Refusal.OFF_GRID),
        (at(9), LONG_AGO, Refusal.TAKEN),
        (at(10), at(9), Refusal.NOTICE),
        (at(10), at(11), Refusal.NOTICE),
        (at(10), at(10) - 401 * DAY, Refusal.HORIZON),
    ],
)
def test_a_refused_start_is_told_why(start: datetime, now: datetime, why: Refusal | None) -> None:
    openings = Openings((span(9, 12), span(13, 15)), (span(13, 14),))
    assert refusal(start, openings, [span(9, 9.5)], service(notice=90), now) == why


def test_a_start_is_an_instant_in_any_zone_but_in_one() -> None:
    paris = at(10).astimezone(ZoneInfo("Europe/Paris"))
    assert refusal(paris, MORNING, [], service(), LONG_AGO) is None
    with pytest.raises(ValueError):
        refusal(at(10).replace(tzinfo=None), MORNING, [], service(), LONG_AGO)


def test_a_day_closed_by_exception_lists_nothing() -> None:
    day = date(2027, 1, 11)
    openings = expand([WeeklyRule(0, 540, 720)], [DayException("closed", day)], "Europe/Paris", ALL_DAY)
    assert listed(openings, service()) == []
    assert refusal(at(8), openings, [], service(), LONG_AGO) == Refusal.CLOSED


@pytest.mark.parametrize(
    "changed",
    [
        {"duration": timedelta()},
        {"duration": -MINUTE},
        {"duration": timedelta(seconds=90)},
        {"step": timedelta()},
        {"step": timedelta(seconds=30)},
        {"before": -MINUTE},
        {"after": -MINUTE},
        {"notice": -MINUTE},
        {"horizon": -DAY},
    ],
)
def test_senseless_rules_are_refused(changed: dict[str, timedelta]) -> None:
    with pytest.raises(ValueError):
        replace(service(), **changed)


def test_after_a_lost_slot_the_nearest_are_offered_in_order() -> None:
    starts = [at(9), at(10), at(11), at(14), at(16)]
    assert nearest(starts, at(12), 3) == [at(10), at(11), at(14)]
    assert nearest(starts, at(10), 2) == [at(9), at(10)]
    assert nearest(starts, at(8), 2) == [at(9), at(10)]
    assert nearest(starts, at(20), 2) == [at(14), at(16)]
    assert nearest(starts, at(12), 9) == starts
    assert nearest([], at(12), 3) == []


@given(st.sets(st.integers(0, 1439), max_size=30), st.integers(0, 1439), st.integers(0, 8))
def test_no_start_left_out_is_nearer(minutes: set[int], wanted: int, count: int) -> None:
    offered = nearest([NIGHT + n * MINUTE for n in sorted(minutes)], NIGHT + wanted * MINUTE, count)
    best = sorted(minutes, key=lambda n: (abs(n - wanted), n))[:count]
    assert offered == [NIGHT + n * MINUTE for n in sorted(best)]


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("start", [FIRST, CALENDAR.start - DAY, CALENDAR.end, LAST])
def test_a_start_at_the_ends_of_the_calendar_is_refused_like_another(start: datetime) -> None:
    always = [WeeklyRule(weekday, 0, 1440) for weekday in range(7)]
    day = Period(start, start + DAY) if start.year < 9999 else Period(start - DAY, start)
    assert expand(always, [], "Europe/Paris", day) == Openings()
    assert refusal(start, MORNING, [], service(), LONG_AGO) == Refusal.OUTSIDE_OPENINGS


@pytest.mark.parametrize(("instant", "zone"), [(LAST, "America/Cayenne"), (FIRST, "Pacific/Noumea")])
def test_a_start_past_the_ends_of_the_calendar_is_no_instant(instant: datetime, zone: str) -> None:
    with pytest.raises(ValueError):
        refusal(instant.replace(tzinfo=ZoneInfo(zone)), MORNING, [], service(), LONG_AGO)
