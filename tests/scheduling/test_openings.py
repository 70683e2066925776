from datetime import UTC, date, datetime, timedelta

import pytest

from allomediateur.scheduling.openings import DayException, Fault, InvalidOpening, Openings, WeeklyRule, expand
from allomediateur.scheduling.periods import Period

PARIS = "Europe/Paris"
MONDAY = date(2027, 1, 11)
WEEK = Period(datetime(2027, 1, 11, tzinfo=UTC), datetime(2027, 1, 18, tzinfo=UTC))
MORNING = WeeklyRule(0, 9 * 60, 12 * 60)
EVENING = WeeklyRule(0, 20 * 60, 2 * 60, ends_next_day=True)


def paris(day: int, start: float, end: float) -> Period:
    """A period of January 2027 by Paris clocks, hours past 24 being the next day."""
    midnight = datetime(2027, 1, day, tzinfo=UTC) - timedelta(hours=1)
    return Period(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def opened(*exceptions: DayException, rules: tuple[WeeklyRule, ...] = (MORNING,)) -> list[Period]:
    return list(expand(rules, exceptions, PARIS, WEEK).open)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((7, 0, 60), Fault.WEEKDAY),
        ((-1, 0, 60), Fault.WEEKDAY),
        ((0, 600, 600), Fault.ENDS_BEFORE_START),
        ((0, 600, 540), Fault.ENDS_BEFORE_START),
        ((0, -1, 540), Fault.MINUTE_OUT_OF_RANGE),
        ((0, 600, 1441), Fault.MINUTE_OUT_OF_RANGE),
        ((0, 1440, 60, True), Fault.MINUTE_OUT_OF_RANGE),
        ((0, 0, 60, False, date(2027, 2, 1), date(2027, 1, 31)), Fault.VALIDITY_REVERSED),
    ],
)
def test_a_rule_that_says_nothing_sensible_is_refused(
    arguments: tuple[int, int, int, bool, date, date], reason: Fault
) -> None:
    with pytest.raises(InvalidOpening) as refused:
        WeeklyRule(*arguments)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("kind", "start", "end", "reason"),
    [
        ("open", None, None, Fault.MINUTES_MISSING),
        ("other_hours", 60, None, Fault.MINUTES_MISSING),
        ("closed", None, 60, Fault.MINUTES_MISSING),
        ("closed", 60, 60, Fault.ENDS_BEFORE_START),
        ("holiday", None, None, Fault.KIND),
    ],
)
def test_an_exception_that_says_nothing_sensible_is_refused(
    kind: str, start: int | None, end: int | None, reason: Fault
) -> None:
    with pytest.raises(InvalidOpening) as refused:
        DayException(kind, MONDAY, start, end)  # type: ignore[arg-type]
    assert refused.value.reason == reason


def test_twenty_four_o_clock_is_an_end() -> None:
    assert opened(rules=(WeeklyRule(0, 22 * 60, 1440),)) == [paris(11, 22, 24)]


def test_an_opening_past_midnight_must_be_declared() -> None:
    with pytest.raises(InvalidOpening):
        WeeklyRule(0, 20 * 60, 2 * 60)
    assert opened(rules=(EVENING,)) == [paris(11, 20, 26)]


def test_validity_is_inclusive_and_about_the_day_it_starts() -> None:
    def valid(first: date | None, last: date | None) -> list[Period]:
        return opened(rules=(WeeklyRule(0, 20 * 60, 2 * 60, True, first, last),))

    assert valid(MONDAY, MONDAY) == [paris(11, 20, 26)]
    assert valid(MONDAY + timedelta(days=1), None) == []
    assert valid(None, MONDAY - timedelta(days=1)) == []


def test_touching_and_overlapping_openings_are_one() -> None:
    rules = (MORNING, WeeklyRule(0, 12 * 60, 13 * 60), WeeklyRule(0, 10 * 60, 11 * 60), WeeklyRule(0, 840, 900))
    assert opened(rules=rules) == [paris(11, 9, 13), paris(11, 14, 15)]


def test_an_opening_that_reaches_into_the_window_keeps_its_true_start_and_end() -> None:
    late = Period(datetime(2027, 1, 11, 23, 30, tzinfo=UTC), datetime(2027, 1, 11, 23, 31, tzinfo=UTC))
    assert expand([EVENING], [], PARIS, late) == Openings((paris(11, 20, 26),))
    two_days = [WeeklyRule(0, 9 * 60, 1440), WeeklyRule(1, 0, 1440), WeeklyRule(2, 0, 18 * 60)]
    tuesday = Period(datetime(2027, 1, 12, 12, tzinfo=UTC), datetime(2027, 1, 12, 13, tzinfo=UTC))
    assert expand(two_days, [], PARIS, tuesday).open == (paris(11, 9, 24 + 24 + 18),)


def test_who_never_closes_starts_anew_each_monday() -> None:
    always = [WeeklyRule(weekday, 0, 1440) for weekday in range(7)]
    noon = Period(datetime(2027, 1, 13, 12, tzinfo=UTC), datetime(2027, 1, 13, 13, tzinfo=UTC))
    assert expand(always, [], PARIS, noon).open == (paris(11, 0, 7 * 24),)


def test_closing_takes_time_out_and_leaves_the_opening_whole() -> None:
    closing = DayException("closed", MONDAY, 10 * 60, 11 * 60)
    assert expand([MORNING], [closing], PARIS, WEEK) == Openings((paris(11, 9, 12),), (paris(11, 10, 11),))


def test_closing_a_day_closes_it_from_midnight_to_midnight() -> None:
    closings = [DayException("closed", MONDAY), DayException("closed", MONDAY - timedelta(days=40))]
    assert expand([EVENING], closings, PARIS, WEEK) == Openings((paris(11, 20, 26),), (paris(11, 0, 24),))


def test_an_opening_exception_is_merged_with_the_rules() -> None:
    assert opened(DayException("open", MONDAY, 12 * 60, 14 * 60)) == [paris(11, 9, 14)]
    assert opened(DayException("open", date(2027, 1, 16), 600, 660)) == [paris(11, 9, 12), paris(16, 10, 11)]


def test_other_hours_replace_the_rules_of_the_day() -> None:
    assert opened(DayException("other_hours", MONDAY, 14 * 60, 15 * 60)) == [paris(11, 14, 15)]
    assert opened(
        DayException("other_hours", MONDAY, 14 * 60, 15 * 60),
        DayException("other_hours", MONDAY, 17 * 60, 18 * 60),
        DayException("open", MONDAY, 15 * 60, 16 * 60),
    ) == [paris(11, 14, 16), paris(11, 17, 18)]


def test_other_hours_leave_the_evening_before_as_it_is() -> None:
    tuesday = DayException("other_hours", MONDAY + timedelta(days=1), 10 * 60, 11 * 60)
    assert opened(tuesday, rules=(EVENING,)) == [paris(11, 20, 26), paris(12, 10, 11)]


SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def around(day: date) -> Period:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Period(noon - timedelta(days=1), noon + timedelta(days=1))


def test_an_opening_inside_the_skipped_hour_does_not_exist() -> None:
    assert expand([WeeklyRule(6, 120, 180)], [], PARIS, around(SPRING)) == Openings()


def test_an_opening_across_the_skipped_hour_is_shorter() -> None:
    opening = Period(datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC))
    assert expand([WeeklyRule(6, 60, 240)], [], PARIS, around(SPRING)).open == (opening,)


def test_an_opening_inside_the_repeated_hour_lasts_an_hour_more() -> None:
    opening = Period(datetime(2027, 10, 31, 0, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
    assert expand([WeeklyRule(6, 120, 150)], [], PARIS, around(AUTUMN)).open == (opening,)


def test_nothing_opened_is_nothing() -> None:
    assert expand([], [DayException("closed", MONDAY)], PARIS, WEEK) == Openings()
