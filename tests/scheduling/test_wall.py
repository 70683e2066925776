from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.scheduling.wall import (
    UnknownZone,
    day_start,
    is_zone,
    local_day,
    local_minute,
    same_wall_time,
    to_utc,
)

WINTER, SUMMER = date(2027, 1, 13), date(2027, 7, 14)


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("Europe/Paris", 60, 120),
        ("America/Guadeloupe", -240, -240),
        ("America/Martinique", -240, -240),
        ("America/Cayenne", -180, -180),
        ("America/Miquelon", -180, -120),
        ("Indian/Reunion", 240, 240),
        ("Indian/Mayotte", 180, 180),
        ("Pacific/Noumea", 660, 660),
        ("Pacific/Tahiti", -600, -600),
        ("Pacific/Marquesas", -570, -570),
        ("Pacific/Gambier", -540, -540),
        ("Pacific/Wallis", 720, 720),
        ("Europe/Brussels", 60, 120),
        ("Europe/Zurich", 60, 120),
        ("Europe/Luxembourg", 60, 120),
        ("America/Toronto", -300, -240),
        ("Australia/Lord_Howe", 660, 630),
    ],
)
def test_nine_o_clock_is_nine_o_clock_there(zone: str, winter: int, summer: int) -> None:
    assert to_utc(WINTER, 9 * 60, zone) == at(2027, 1, 13, 9) - timedelta(minutes=winter)
    assert to_utc(SUMMER, 9 * 60, zone) == at(2027, 7, 14, 9) - timedelta(minutes=summer)


@pytest.mark.parametrize(
    ("zone", "day", "minute", "instant"),
    [
        ("Europe/Paris", date(2027, 3, 28), 119, at(2027, 3, 28, 0, 59)),
        ("Europe/Paris", date(2027, 3, 28), 120, at(2027, 3, 28, 1)),
        ("Europe/Paris", date(2027, 3, 28), 150, at(2027, 3, 28, 1)),
        ("Europe/Paris", date(2027, 3, 28), 180, at(2027, 3, 28, 1)),
        ("Europe/Paris", date(2027, 3, 28), 181, at(2027, 3, 28, 1, 1)),
        ("America/Miquelon", date(2027, 3, 14), 150, at(2027, 3, 14, 5)),
        ("Australia/Lord_Howe", date(2027, 10, 3), 135, at(2027, 10, 2, 15, 30)),
        ("America/Santiago", date(2027, 9, 5), 0, at(2027, 9, 5, 4)),
        ("Pacific/Apia", date(2011, 12, 30), 720, at(2011, 12, 30, 10)),
    ],
)
def test_a_time_the_clock_skips_is_the_first_instant_after_it(
    zone: str, day: date, minute: int, instant: datetime
) -> None:
    assert to_utc(day, minute, zone) == instant
    assert to_utc(day, minute, zone, end=True) == instant


@pytest.mark.parametrize(
    ("zone", "day", "minute", "first", "second"),
    [
        ("Europe/Paris", date(2027, 10, 31), 119, at(2027, 10, 30, 23, 59), at(2027, 10, 30, 23, 59)),
        ("Europe/Paris", date(2027, 10, 31), 120, at(2027, 10, 31, 0), at(2027, 10, 31, 1)),
        ("Europe/Paris", date(2027, 10, 31), 150, at(2027, 10, 31, 0, 30), at(2027, 10, 31, 1, 30)),
        ("Europe/Paris", date(2027, 10, 31), 180, at(2027, 10, 31, 2), at(2027, 10, 31, 2)),
        ("America/Miquelon", date(2027, 11, 7), 90, at(2027, 11, 7, 3, 30), at(2027, 11, 7, 4, 30)),
        ("Australia/Lord_Howe", date(2027, 4, 4), 105, at(2027, 4, 3, 14, 45), at(2027, 4, 3, 15, 15)),
        ("Atlantic/Azores", date(2027, 10, 30), 1440, at(2027, 10, 31, 0), at(2027, 10, 31, 1)),
    ],
)
def test_a_time_shown_twice_starts_at_the_first_and_ends_at_the_second(
    zone: str, day: date, minute: int, first: datetime, second: datetime
) -> None:
    assert to_utc(day, minute, zone) == first
    assert to_utc(day, minute, zone, end=True) == second


def test_twenty_four_o_clock_is_the_next_midnight() -> None:
    assert to_utc(WINTER, 1440, "Europe/Paris") == day_start(date(2027, 1, 14), "Europe/Paris")


@pytest.mark.parametrize("minute", [-1, 1441])
def test_a_minute_outside_the_day_is_refused(minute: int) -> None:
    with pytest.raises(ValueError):
        to_utc(WINTER, minute, "Europe/Paris")


@pytest.mark.parametrize("name", ["", "Europe", "Paris", "europe/paris", "../etc/passwd", "/etc/localtime", "UTC+2"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(UnknownZone):
        to_utc(WINTER, 0, name)


def test_the_day_is_that_of_the_place() -> None:
    instant = at(2027, 1, 13, 23, 30)
    assert local_day(instant, "Europe/Paris") == date(2027, 1, 14)
    assert local_day(instant, "Pacific/Marquesas") == date(2027, 1, 13)
    with pytest.raises(ValueError):
        local_day(instant.replace(tzinfo=None), "Europe/Paris")


def test_the_minute_of_the_day_is_read_on_the_clock() -> None:
    night = at(2027, 10, 31, 0, 30)
    assert local_minute(night, "Europe/Paris") == local_minute(night + timedelta(hours=1), "Europe/Paris") == 150
    assert local_minute(at(2027, 1, 13, 9, 45), "Pacific/Marquesas") == 15
    with pytest.raises(ValueError):
        local_minute(night.replace(tzinfo=None), "Europe/Paris")


def test_clocks_agree_or_not_by_the_season() -> None:
    assert same_wall_time("Europe/Paris", "Europe/Brussels", at(2027, 1, 13, 9))
    assert same_wall_time("America/Cayenne", "America/Miquelon", at(2027, 1, 13, 9))
    assert not same_wall_time("America/Cayenne", "America/Miquelon", at(2027, 7, 13, 9))


@given(
    st.sampled_from(["Europe/Paris", "America/Miquelon", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]),
    st.dates(date(2020, 1, 1), date(2045, 12, 31)),
    st.integers(0, 1439),
    st.booleans(),
)
def test_a_time_that_is_shown_is_read_back(zone: str, day: date, minute: int, end: bool) -> None:
    instant = to_utc(day, minute, zone, end=end)
    shown = instant.astimezone(ZoneInfo(zone))
    asked = datetime(day.year, day.month, day.day, tzinfo=shown.tzinfo) + timedelta(minutes=minute)
    before = (instant - timedelta(seconds=1)).astimezone(shown.tzinfo)
    skipped = before.replace(tzinfo=None) < asked.replace(tzinfo=None) < shown.replace(tzinfo=None)
    assert skipped or shown.replace(tzinfo=None) == asked.replace(tzinfo=None)
