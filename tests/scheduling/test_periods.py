import itertools
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.scheduling.periods import Period, merge, subtract

DAY = datetime(2027, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def span(start: int, end: int) -> Period:
    """From hour to hour."""
    return Period(DAY + timedelta(hours=start), DAY + timedelta(hours=end))


def minutes(periods: list[Period]) -> set[datetime]:
    return {one.start + n * MINUTE for one in periods for n in range(one.length // MINUTE)}


pairs = st.tuples(st.integers(0, 300), st.integers(1, 60))
many = st.lists(pairs.map(lambda pair: Period(DAY + pair[0] * MINUTE, DAY + sum(pair) * MINUTE)), max_size=12)


def test_what_ends_at_ten_never_meets_what_starts_at_ten() -> None:
    assert not span(9, 10).overlaps(span(10, 11))
    assert not span(10, 11).overlaps(span(9, 10))
    assert span(9, 11).overlaps(span(10, 12))
    assert span(9, 12).overlaps(span(10, 11))


def test_a_period_holds_its_start_and_not_its_end() -> None:
    assert span(9, 10).contains(span(9, 10).start)
    assert not span(9, 10).contains(span(9, 10).end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (DAY, DAY),
        (DAY, DAY - MINUTE),
        (DAY.replace(tzinfo=None), DAY),
        (DAY, DAY.replace(tzinfo=None) + MINUTE),
        (datetime(2027, 3, 1, 12, tzinfo=timezone(timedelta(hours=5))), DAY + 7 * 60 * MINUTE),
    ],
)
def test_an_empty_reversed_or_naive_period_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError):
        Period(start, end)


def test_instants_are_kept_in_utc_and_measured_in_elapsed_time() -> None:
    paris = ZoneInfo("Europe/Paris")
    night = Period(datetime(2027, 3, 28, 1, tzinfo=paris), datetime(2027, 3, 28, 4, tzinfo=paris))
    assert night.start == datetime(2027, 3, 28, 0, tzinfo=UTC)
    assert night.start.tzinfo is UTC
    assert night.length == timedelta(hours=2)


def test_widening_adds_both_buffers() -> None:
    assert span(9, 10).widen(timedelta(hours=1), timedelta(hours=2)) == span(8, 12)


def test_touching_and_overlapping_periods_are_merged() -> None:
    assert merge([span(14, 15), span(10, 12), span(9, 10), span(11, 13), span(10, 11)]) == [span(9, 13), span(14, 15)]
    assert merge([]) == []


def test_subtracting_leaves_the_rest() -> None:
    assert subtract([span(9, 12), span(13, 18)], [span(10, 11), span(11, 14), span(20, 21)]) == [
        span(9, 10),
        span(14, 18),
    ]
    assert subtract([span(9, 12)], [span(8, 13)]) == []
    assert subtract([span(9, 12)], [span(8, 9), span(12, 13)]) == [span(9, 12)]


@given(many)
def test_merging_keeps_every_instant_and_leaves_gaps(periods: list[Period]) -> None:
    merged = merge(periods)
    assert minutes(merged) == minutes(periods)
    assert all(one.end < other.start for one, other in itertools.pairwise(merged))
    assert merge(merged) == merged
    assert merge(reversed(periods)) == merged


@given(many, many)
def test_subtracting_is_the_difference_of_instants(periods: list[Period], removed: list[Period]) -> None:
    rest = subtract(periods, removed)
    assert minutes(rest) == minutes(periods) - minutes(removed)
    assert merge(rest) == rest
    assert subtract(rest, removed) == rest
    assert merge([*rest, *removed]) == merge([*periods, *removed])
