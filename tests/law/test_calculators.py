"""Time limits: each day, month ends, leap years, and the change of rules of 2025-09-01."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.law import calculators, shelf
from allomediateur.law import reckonings as say
from allomediateur.law.calculators import Reckoning
from allomediateur.law.facts import BadFacts
from allomediateur.law.months import months_after
from allomediateur.law.texts import Text

DAY = st.dates(date(2009, 1, 1), date(2150, 1, 1))


def run(of: Callable[..., Reckoning], **days: str | None) -> Reckoning:
    read: dict[str, Any] = {name: date.fromisoformat(one) if one else None for name, one in days.items()}
    return of(**read, tables=shelf.shipped())


@pytest.mark.parametrize(
    ("expires", "agreed", "met", "ended", "last"),
    [
        ("2027-01-31", "2026-01-01", None, "2026-03-01", "2027-03-31"),  # 59 days
        ("2026-01-10", "2026-01-01", None, "2026-08-31", "2027-02-28"),  # the floor, to the end of February
        ("2027-09-10", "2027-08-01", None, "2027-08-31", "2028-02-29"),  # in a leap year
        ("2026-01-10", None, "2026-01-05", "2026-03-31", "2026-09-30"),  # first meeting
        ("2026-01-10", "2026-01-01", "2026-01-05", "2026-01-05", "2026-07-05"),  # the agreement comes first
        ("2026-01-01", "2026-01-01", None, "2026-01-01", "2026-07-01"),  # the last day is still in time
    ],
)
def test_suspension(expires: str, agreed: str | None, met: str | None, ended: str, last: str) -> None:
    found = run(calculators.suspension, expires=expires, agreed=agreed, met=met, ended=ended)
    assert found.result.day == date.fromisoformat(last)
    assert "civ-2238" in [one.id for one in found.articles]
    assert say.FORECLOSURE in found.warnings


@given(DAY, st.integers(0, 3000), st.integers(0, 3000))
def test_suspension_leaves_what_was_left_and_six_months_at_least(began: date, left: int, lasted: int) -> None:
    expires = date.fromordinal(began.toordinal() + left)
    ended = date.fromordinal(began.toordinal() + lasted)
    last = calculators.suspension(
        expires=expires, agreed=began, met=None, ended=ended, tables=shelf.shipped()
    ).result.day
    assert (last - ended).days >= left
    assert last >= months_after(ended, 6)


def test_consumer_mediation() -> None:
    found = run(calculators.consumer, complained="2024-02-29", asked="2024-03-01", notified="2024-03-10")
    assert [one.day.isoformat() for one in found.steps] == ["2024-02-29", "2025-02-28", "2024-03-22", "2024-06-08"]


def test_a_consumer_who_asks_a_day_late_is_told() -> None:
    in_time = run(calculators.consumer, complained="2024-01-15", asked="2025-01-15", notified=None)
    late = run(calculators.consumer, complained="2024-01-15", asked="2025-01-16", notified=None)
    assert say.TOO_LATE not in in_time.warnings
    assert say.TOO_LATE in late.warnings


@pytest.mark.parametrize(
    ("decided", "last"), [("2026-01-15", "2026-03-16"), ("2025-12-31", "2026-03-01"), ("2027-12-31", "2028-03-01")]
)
def test_an_administrative_appeal_has_two_clear_months(decided: str, last: str) -> None:
    assert run(calculators.administrative, decided=decided, agreed=None, ended=None).result.day.isoformat() == last


def test_administrative_mediation_starts_the_whole_period_again() -> None:
    found = run(calculators.administrative, decided="2026-01-15", agreed="2026-03-16", ended="2026-05-31")
    assert found.result.day == date(2026, 8, 1)


def test_administrative_mediation_opens_nothing_that_was_over() -> None:
    found = run(calculators.administrative, decided="2026-01-15", agreed="2026-03-17", ended="2026-05-31")
    assert found.result.day == date(2026, 3, 16)
    assert say.TOO_LATE_TO_INTERRUPT in found.warnings


@pytest.mark.parametrize(
    ("ordered", "began", "first", "last"),
    [
        ("2024-12-01", "2025-01-31", "2025-04-30", "2025-07-31"),
        ("2025-01-01", "2025-03-01", "2025-06-01", "2025-09-01"),
        ("2025-08-01", "2025-08-31", "2025-11-30", "2026-02-28"),
        ("2025-09-01", "2025-09-01", "2026-02-01", "2026-05-01"),
        ("2025-09-01", "2025-09-30", "2026-02-28", "2026-05-30"),
        ("2025-08-31", "2025-09-01", "2026-02-01", "2026-05-01"),
        ("2027-09-01", "2027-09-30", "2028-02-29", "2028-05-30"),
    ],
)
def test_court_ordered_mediation(ordered: str, began: str, first: str, last: str) -> None:
    found = run(calculators.court_ordered, ordered=ordered, began=began)
    assert [one.day.isoformat() for one in found.steps[1:]] == [first, last]
    is_newer_said = any(one.fr.startswith("Une règle plus récente") for one in found.warnings)
    assert is_newer_said == (began < "2025-09-01" <= last)


@pytest.mark.parametrize(
    ("of", "days", "fault"),
    [
        (calculators.suspension, {"expires": "2026-01-01", "agreed": None, "met": None, "ended": "2026-02-01"},
         ("agreed", say.NO_BEGINNING)),
        (calculators.suspension, {"expires": "2026-01-01", "agreed": "2026-01-02", "met": None, "ended": "2026-02-01"},
         ("expires", say.EXPIRED)),
        (calculators.suspension, {"expires": "2026-09-01", "agreed": "2026-01-02", "met": None, "ended": "2026-01-01"},
         ("ended", say.ENDS_FIRST)),
        (calculators.consumer, {"complained": "2026-01-02", "asked": "2026-01-01", "notified": None},
         ("asked", say.ASKED_FIRST)),
        (calculators.consumer, {"complained": "2026-01-02", "asked": "2026-01-03", "notified": "2026-01-02"},
         ("notified", say.NOTIFIED_FIRST)),
        (calculators.administrative, {"decided": "2026-01-02", "agreed": "2026-01-01", "ended": None},
         ("agreed", say.AGREED_FIRST)),
        (calculators.administrative, {"decided": "2026-01-02", "agreed": None, "ended": "2026-01-05"},
         ("agreed", say.NO_AGREEMENT)),
        (calculators.court_ordered, {"ordered": "2026-01-02", "began": "2026-01-01"}, ("began", say.BEGAN_FIRST)),
        (calculators.court_ordered, {"ordered": "1800-01-02", "began": "2026-01-01"}, ("ordered", say.FAR_DATE)),
        (calculators.suspension, {"expires": "2026-01-01", "agreed": "2001-01-01", "met": None, "ended": "2002-01-01"},
         ("agreed", say.TOO_OLD)),
        (calculators.suspension, {"expires": "2026-01-01", "agreed": None, "met": "2001-01-01", "ended": "2002-01-01"},
         ("met", say.TOO_OLD)),
        (calculators.court_ordered, {"ordered": "1990-01-02", "began": "1990-01-03"}, ("began", say.TOO_OLD)),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_said(
    of: Callable[..., Reckoning], days: dict[str, str], fault: tuple[str, Text]
) -> None:
    with pytest.raises(BadFacts) as raised:
        run(of, **days)
    assert [(one.name, one.message) for one in raised.value.faults] == [fault]
