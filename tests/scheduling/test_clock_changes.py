"""Each rule of time on days when clocks change: Paris, Miquelon, Montréal; and the Marquesas, where they never do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allomediateur.scheduling.openings import DayException, WeeklyRule, expand, week_of
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import Refusal, SlotRules, free_starts, refusals
from allomediateur.scheduling.wall import day_start, to_utc, zone_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PARIS, MIQUELON, MONTREAL, MARQUESAS = "Europe/Paris", "America/Miquelon", "America/Montreal", "Pacific/Marquesas"
SPRING = [(PARIS, date(2027, 3, 28)), (MIQUELON, date(2027, 3, 14)), (MONTREAL, date(2027, 3, 14))]
AUTUMN = [(PARIS, date(2026, 10, 25)), (MIQUELON, date(2026, 11, 1)), (MONTREAL, date(2026, 11, 1))]
STILL = [(MARQUESAS, day) for _zone, day in (*SPRING, *AUTUMN)]
ALL = [*SPRING, *AUTUMN, *STILL]


def service(minutes: int = 60, **terms: timedelta) -> SlotRules:
    values = {"step": minutes * MINUTE, "before": 0 * MINUTE, "after": 0 * MINUTE, "notice": 0 * MINUTE,
              "horizon": 4000 * DAY}  # fmt: skip
    return SlotRules(duration=minutes * MINUTE, **(values | terms))


def listed(
    zone: str, day: date, rules: list[WeeklyRule], asked: SlotRules, *exceptions: DayException,
    blocked: tuple[Period, ...] = (), now: datetime = LONG_AGO,
) -> list[str]:  # fmt: skip
    """The starts of that local day, on its wall clock; « * » for the second time an hour is shown."""
    window = Period(day_start(day, zone), day_start(day + DAY, zone))
    starts = free_starts(expand(rules, exceptions, zone, window), blocked, asked, now, window)
    shown = [start.astimezone(zone_of(zone)) for start in starts]
    return [f"{there:%H:%M}{'*' * there.fold}" for there in shown]


def night(day: date, start: int = 0, end: int = 300, **more: object) -> list[WeeklyRule]:
    return [WeeklyRule(day.weekday(), start, end, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("zone", "day"), SPRING)
def test_in_spring_the_skipped_hour_is_not_there(zone: str, day: date) -> None:
    assert listed(zone, day, night(day), service()) == ["00:00", "01:00", "03:00", "04:00"]


@pytest.mark.parametrize(("zone", "day"), AUTUMN)
def test_in_autumn_the_repeated_hour_is_there_twice(zone: str, day: date) -> None:
    twice = "02:00" if zone == PARIS else "01:00"
    before = ["00:00", "01:00"] if zone == PARIS else ["00:00"]
    after = ["03:00", "04:00"] if zone == PARIS else ["02:00", "03:00", "04:00"]
    assert listed(zone, day, night(day), service()) == [*before, twice, f"{twice}*", *after]


@pytest.mark.parametrize(("zone", "day"), STILL)
def test_where_clocks_stand_still_nothing_happens(zone: str, day: date) -> None:
    assert listed(zone, day, night(day), service()) == ["00:00", "01:00", "02:00", "03:00", "04:00"]


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_r2_r3_nine_o_clock_is_nine_o_clock_and_an_hour_is_an_hour(zone: str, day: date) -> None:
    window = Period(day_start(day, zone), day_start(day + DAY, zone))
    rules = night(day, 540, 720)
    for each in (day - 7 * DAY, day, day + 7 * DAY):
        assert listed(zone, each, rules, service()) == ["09:00", "10:00", "11:00"]
    (opening,) = expand(rules, [], zone, window).open
    assert opening.length == 3 * HOUR


@pytest.mark.parametrize(("zone", "day"), SPRING)
def test_r6_an_opening_that_starts_in_the_gap_starts_after_it(zone: str, day: date) -> None:
    assert listed(zone, day, night(day, 150, 300), service(30)) == ["03:00", "03:30", "04:00", "04:30"]
    assert listed(zone, day, night(day, 120, 180), service(30)) == []


@pytest.mark.parametrize(("zone", "day"), AUTUMN)
def test_r6_in_the_repeated_hour_the_first_start_and_the_second_end(zone: str, day: date) -> None:
    hour = 120 if zone == PARIS else 60
    (opening,) = expand(
        night(day, hour, hour + 30), [], zone, Period(day_start(day, zone), day_start(day + DAY, zone))
    ).open
    assert opening.length == 90 * MINUTE


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_r4_the_grid_does_not_move_after_a_busy_time(zone: str, day: date) -> None:
    free = listed(zone, day, night(day), service())
    start = to_utc(day, 240, zone)
    taken = Period(start - 20 * MINUTE, start - 10 * MINUTE)
    assert set(listed(zone, day, night(day), service(), blocked=(taken,))) < set(free)


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_r7_buffers_are_elapsed_time(zone: str, day: date) -> None:
    start = to_utc(day, 240, zone)
    taken = Period(start, start + HOUR)
    near = service(30, step=30 * MINUTE, after=90 * MINUTE)
    window = Period(day_start(day, zone), day_start(day + DAY, zone))
    openings = expand(night(day), [], zone, window)
    found = free_starts(openings, (taken,), near, LONG_AGO, window)
    assert all(one + 2 * HOUR <= start or one >= start + HOUR for one in found)
    assert start - 2 * HOUR in found


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_r8_notice_and_horizon_are_elapsed_time_and_inclusive(zone: str, day: date) -> None:
    start = to_utc(day, 240, zone)
    window = Period(day_start(day, zone), day_start(day + DAY, zone))
    openings = expand(night(day), [], zone, window)
    asked = service(notice=DAY)
    assert refusals(start, openings, [], asked, start - DAY) == []
    assert refusals(start, openings, [], asked, start - DAY + timedelta.resolution) == [Refusal.NOTICE]
    asked = service(horizon=DAY)
    assert refusals(start, openings, [], asked, start - DAY) == []
    assert refusals(start, openings, [], asked, start - DAY - timedelta.resolution) == [Refusal.HORIZON]


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_r9_what_is_not_listed_is_refused(zone: str, day: date) -> None:
    window = Period(day_start(day, zone), day_start(day + DAY, zone))
    openings, asked = expand(night(day, 15), [], zone, window), service(50)
    free = set(free_starts(openings, [], asked, LONG_AGO, window))
    for number in range(6 * 12):
        start = window.start + 5 * number * MINUTE
        assert (refusals(start, openings, [], asked, LONG_AGO) == []) is (start in free)


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_r11_a_night_shift_ends_the_next_morning_on_the_wall_clock(zone: str, day: date) -> None:
    rules = [WeeklyRule((day - DAY).weekday(), 22 * 60, 5 * 60, ends_next_day=True)]
    assert listed(zone, day, rules, service())[-1] == "04:00"
    closed = DayException("closed", day)
    assert listed(zone, day, rules, service(), closed) == []
    assert listed(zone, day - DAY, rules, service(), closed) == ["22:00", "23:00"]


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_exceptions_of_the_day_are_wall_time_too(zone: str, day: date) -> None:
    extra, other = DayException("open", day, 540, 600), DayException("other_hours", day, 600, 660)
    assert listed(zone, day, night(day, 240, 300), service(), extra) == ["04:00", "09:00"]
    assert listed(zone, day, night(day, 240, 300), service(), other) == ["10:00"]


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_alternate_weeks_and_validity_are_about_the_local_day(zone: str, day: date) -> None:
    rules = night(day, 540, 600, weeks=week_of(day), valid_until=day)
    assert listed(zone, day, rules, service()) == ["09:00"]
    assert listed(zone, day + 7 * DAY, rules, service()) == []
    assert listed(zone, day - 7 * DAY, rules, service()) == []
    assert listed(zone, day - 14 * DAY, rules, service()) == ["09:00"]


@pytest.mark.parametrize(("zone", "day"), ALL)
def test_a_full_day_is_as_long_as_its_clock_makes_it(zone: str, day: date) -> None:
    window = Period(day_start(day - DAY, zone), day_start(day + 2 * DAY, zone))
    rules = [WeeklyRule(weekday, 0, 1440) for weekday in range(7)]
    full = [Period(day_start(day, zone), day_start(day + DAY, zone))]
    starts = free_starts(expand(rules, [], zone, window), [], service(), LONG_AGO, window, full)
    assert {start.astimezone(zone_of(zone)).date() for start in starts} == {day - DAY, day + DAY}
