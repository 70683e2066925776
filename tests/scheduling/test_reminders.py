from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.scheduling.reminders import DAYS_BEFORE, remind_at

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PARIS = "Europe/Paris"
ZONES = (PARIS, "America/Miquelon", "Indian/Reunion", "Pacific/Marquesas", "America/Toronto")
CLOCK_CHANGES = (
    datetime(2027, 3, 14, tzinfo=UTC),  # Miquelon and Toronto, forward
    datetime(2027, 3, 28, tzinfo=UTC),  # Paris, forward
    datetime(2027, 10, 31, tzinfo=UTC),  # Paris, back
    datetime(2027, 11, 7, tzinfo=UTC),  # Miquelon and Toronto, back
)


def wall(text: str, zone: str = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def reminded(start: str, days: int = 1, *, booked: str = "2020-01-01T00:00", zone: str = PARIS) -> str | None:
    due = remind_at(wall(start, zone), days, zone, wall(booked, zone))
    return due.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="minutes") if due else None


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2027-01-12T14:30", 1, "2027-01-11T14:30"),
        ("2027-01-12T14:30", 7, "2027-01-05T14:30"),
        ("2027-01-12T08:00", 1, "2027-01-11T08:00"),
        ("2027-01-12T20:59", 1, "2027-01-11T20:59"),
        ("2027-01-12T21:00", 1, "2027-01-12T08:00"),
        ("2027-01-12T07:59", 1, "2027-01-11T08:00"),
        ("2027-01-12T00:00", 1, "2027-01-11T08:00"),
        ("2027-01-12T23:30", 7, "2027-01-06T08:00"),
    ],
    ids=str,
)
def test_a_reminder_keeps_the_wall_time_and_the_quiet_hours(start: str, days: int, due: str) -> None:
    assert reminded(start, days) == due


@pytest.mark.parametrize(
    ("start", "due", "hours"),
    [
        ("2027-03-28T14:00", "2027-03-27T14:00", 23),
        ("2027-10-31T14:00", "2027-10-30T14:00", 25),
        ("2027-03-28T22:00", "2027-03-28T08:00", 14),
        ("2027-10-31T01:30", "2027-10-30T08:00", 17.5),
        ("2027-03-29T02:30", "2027-03-28T08:00", 18.5),
    ],
)
def test_a_clock_change_between_the_two_is_not_felt(start: str, due: str, hours: float) -> None:
    at = remind_at(wall(start), 1, PARIS, LONG_AGO)
    assert reminded(start) == due
    assert at is not None
    assert wall(start).astimezone(UTC) - at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("booked", "due"),
    [
        ("2027-01-11T14:29", "2027-01-11T14:30"),
        ("2027-01-11T14:30", None),
        ("2027-01-11T18:00", None),
    ],
)
def test_none_that_was_past_at_booking(booked: str, due: str | None) -> None:
    assert reminded("2027-01-12T14:30", booked=booked) == due


def test_what_is_booked_in_quiet_hours_after_its_wall_time_is_not_told_again_in_the_morning() -> None:
    assert reminded("2027-01-12T21:30", booked="2027-01-11T22:00") is None


def test_none_when_the_wait_ends_after_the_start() -> None:
    # Samoa had no 30 December 2011: the day before ends in quiet hours, half an hour too late.
    assert reminded("2011-12-31T07:30", booked="2011-12-01T12:00", zone="Pacific/Apia") is None
    assert reminded("2011-12-31T08:30", booked="2011-12-01T12:00", zone="Pacific/Apia") == "2011-12-31T08:00"


def test_the_reader_s_clock_decides() -> None:
    start = wall("2027-01-12T14:30")
    due = remind_at(start, 1, "America/Guadeloupe", LONG_AGO)
    assert due == datetime(2027, 1, 11, 13, 30, tzinfo=UTC)
    # 02:30 on the Marquesas: told at 08:00 there.
    far = remind_at(wall("2027-01-12T13:00"), 1, "Pacific/Marquesas", LONG_AGO)
    assert far == datetime(2027, 1, 11, 17, 30, tzinfo=UTC)


def test_none_the_same_day_or_later() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        remind_at(wall("2027-01-12T14:30"), 0, PARIS, LONG_AGO)


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        remind_at(datetime(2027, 1, 12, 14, 30), 1, PARIS, LONG_AGO)  # noqa: DTZ001 -- what is tested


@given(
    change=st.sampled_from(CLOCK_CHANGES),
    offset=st.integers(-9 * 24 * 60, 9 * 24 * 60),
    zone=st.sampled_from(ZONES),
    days=st.sampled_from(DAYS_BEFORE),
    lead=st.integers(0, 20 * 24 * 60),
)
def test_in_five_zones_around_both_clock_changes(
    change: datetime, offset: int, zone: str, days: int, lead: int
) -> None:
    start = change + offset * MINUTE
    booked_at = start - lead * MINUTE
    due = remind_at(start, days, zone, booked_at)
    if due is None:
        assert lead * MINUTE <= days * DAY + HOUR
        return
    there, here = due.astimezone(ZoneInfo(zone)), start.astimezone(ZoneInfo(zone))
    assert booked_at < due < start
    assert 8 <= there.hour < 21
    if 8 <= here.hour < 21:
        assert there.replace(tzinfo=None) == here.replace(tzinfo=None) - days * DAY
    else:
        assert (there.hour, there.minute) == (8, 0)
        assert (days - 1) * DAY - HOUR <= start - due <= days * DAY + HOUR
