from datetime import UTC, datetime, timedelta

import pytest

from allomediateur.scheduling.deadlines import blocks, confirm_by, consent_by, extend_hold, hold_until

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "notice", "within"),
    [
        (72 * HOUR, 24 * HOUR, 2 * HOUR),
        (3 * HOUR, 2 * HOUR, HOUR),
        (130 * MINUTE, 2 * HOUR, 15 * MINUTE),
        (2 * HOUR, 2 * HOUR, 15 * MINUTE),
        (HOUR, 2 * HOUR, 15 * MINUTE),
        (10 * MINUTE, timedelta(), 10 * MINUTE),
        (40 * MINUTE, timedelta(), 40 * MINUTE),
    ],
)
def test_an_appointment_is_to_be_confirmed_within(start: timedelta, notice: timedelta, within: timedelta) -> None:
    assert confirm_by(NOW + start, NOW, notice) == NOW + within


@pytest.mark.parametrize(
    ("start", "notice", "within"),
    [
        (14 * 24 * HOUR, 24 * HOUR, 48 * HOUR),
        (72 * HOUR, 24 * HOUR, 48 * HOUR),
        (50 * HOUR, 24 * HOUR, 26 * HOUR),
        (2 * HOUR, 2 * HOUR, 15 * MINUTE),
        (10 * MINUTE, timedelta(), 10 * MINUTE),
    ],
)
def test_the_person_concerned_answers_within(start: timedelta, notice: timedelta, within: timedelta) -> None:
    assert consent_by(NOW + start, NOW, notice) == NOW + within


def test_a_hold_lasts_ten_minutes_and_is_extended_once() -> None:
    expiry = hold_until(NOW)
    assert expiry == NOW + 10 * MINUTE
    assert extend_hold(expiry, 0) == NOW + 20 * MINUTE
    assert extend_hold(expiry, 1) is None


@pytest.mark.parametrize("state", ["held", "unconfirmed"])
def test_from_its_expiry_instant_on_it_blocks_nothing(state: str) -> None:
    assert blocks(state, NOW + timedelta.resolution, NOW)
    assert not blocks(state, NOW, NOW)
    assert not blocks(state, NOW - HOUR, NOW)


def test_what_was_confirmed_blocks_for_ever_and_what_was_given_up_never() -> None:
    assert all(blocks(state, NOW - HOUR, NOW) for state in ("confirmed", "attended", "no_show"))
    assert not any(blocks(state, None, NOW) for state in ("cancelled", "expired"))
