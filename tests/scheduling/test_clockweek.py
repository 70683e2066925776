"""Hours as a grid shows and changes them."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from allomediateur.scheduling import clockweek
from allomediateur.scheduling.openings import DayException, WeeklyRule, week_of

MONDAY = date(2026, 11, 23)
spans = st.lists(
    st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(lambda pair: (min(pair), max(pair))), max_size=6
)


def minutes(some: list[tuple[int, int]]) -> set[int]:
    return {minute for start, end in some for minute in range(start, end)}


@given(spans, spans)
def test_the_algebra_of_spans_is_that_of_their_minutes(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    assert minutes(clockweek.merged(one)) == minutes(one)
    assert minutes(clockweek.minus(one, other)) == minutes(one) - minutes(other)
    assert minutes(clockweek.common(one, other)) == minutes(one) & minutes(other)
    merged = clockweek.merged(one)
    assert all(a[1] < b[0] for a, b in pairwise(merged))


def test_a_rule_past_midnight_comes_on_the_next_day_and_sunday_goes_round() -> None:
    week = clockweek.week_of_rules([WeeklyRule(6, 22 * 60, 90, ends_next_day=True), WeeklyRule(0, 60, 120)])
    assert week[6] == [(1320, 1440)]
    assert week[0] == [(0, 120)]


def test_a_day_has_its_rules_and_exceptions_and_the_night_before() -> None:
    rules = [WeeklyRule(0, 22 * 60, 120, ends_next_day=True), WeeklyRule(1, 540, 720)]
    tuesday = date(2026, 11, 24)
    assert clockweek.day_hours(rules, [], tuesday) == [(0, 120), (540, 720)]
    closed = DayException("closed", tuesday, 600, 660)
    assert clockweek.day_hours(rules, [closed], tuesday) == [(0, 120), (540, 600), (660, 720)]
    other = DayException("other_hours", tuesday, 840, 900)
    assert clockweek.day_hours(rules, [other], tuesday) == [(0, 120), (840, 900)]
    assert clockweek.day_hours(rules, [DayException("closed", tuesday)], tuesday) == []
    assert clockweek.day_hours(rules, [DayException("open", MONDAY, 1380, 180, True)], tuesday) == [
        (0, 180),
        (540, 720),
    ]


def test_only_cells_that_were_changed_change_the_hours_to_the_minute() -> None:
    shown: clockweek.Week = [[(550, 720)], *([] for _ in range(6))]
    cells = [(day, minute) for day in range(7) for minute in range(480, 780, 30)]
    whole = {(0, minute) for minute in range(570, 720, 30)}
    assert clockweek.painted(shown, whole, cells, 30) == shown
    less = clockweek.painted(shown, whole - {(0, 690)}, cells, 30)
    assert less[0] == [(550, 690)]
    more = clockweek.painted(shown, whole | {(0, 540), (3, 480)}, cells, 30)
    assert (more[0], more[3]) == ([(540, 720)], [(480, 510)])


def test_the_grid_is_finer_where_that_shows_the_hours_better() -> None:
    assert clockweek.steps([[(540, 720)]]) == 30
    assert clockweek.steps([[(555, 720)]]) == 15
    assert clockweek.steps([[(550, 720)]]) == 30


def test_weeks_take_turns_without_a_break_at_any_years_end() -> None:
    mondays = [date.fromordinal(MONDAY.toordinal() + 7 * number) for number in range(-600, 600)]
    assert {week_of(monday) for monday in mondays[::2]} == {week_of(mondays[0])}
    assert {week_of(monday) for monday in mondays[1::2]} == {week_of(mondays[1])}
    assert week_of(mondays[0]) != week_of(mondays[1])
    assert all(week_of(date.fromordinal(MONDAY.toordinal() + day)) == week_of(MONDAY) for day in range(7))
