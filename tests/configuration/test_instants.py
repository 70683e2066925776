"""What PostgreSQL writes of an instant is read as Django reads it, and in UTC."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

pytestmark = pytest.mark.django_db

TEXTS = (
    "2026-11-23 08:00:00+00",
    "2026-10-25 02:30:00.5+02",
    "0001-01-01 00:00:00+00",
    "9999-12-31 23:59:59.999999+00",
)


def read(text: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        found: datetime = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_an_instant_is_read_in_utc(text: str) -> None:
    found = read(text)
    assert (found, found.tzinfo) == (datetime.fromisoformat(text), UTC)


@pytest.mark.parametrize("text", ["infinity", "0044-03-15 12:00:00+00 BC"])
def test_what_no_calendar_of_python_holds_is_refused_as_before(text: str) -> None:
    with pytest.raises(DataError):
        read(text)


def test_a_connection_in_another_zone_still_gives_utc() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Pacific/Marquesas'")
    assert (read("2026-11-23 08:00:00+00"), read("2026-11-23 08:00:00+00").tzinfo) == (
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        UTC,
    )
