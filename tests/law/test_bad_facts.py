"""What cannot be is said, with how to mend it; nothing is guessed."""

from decimal import Decimal
from typing import Any

import pytest

from allomediateur.law import words
from allomediateur.law.facts import BadFacts
from allomediateur.law.reading import read
from tests.law.telling import USUAL, ask


@pytest.mark.parametrize(
    ("told", "name", "message"),
    [
        ({"date": "2024-02-30"}, "date", words.BAD_DATE),
        ({"date": "2023-02-29"}, "date", words.BAD_DATE),
        ({"date": "15/03/2024"}, "date", words.BAD_DATE),
        ({"date": 20240315}, "date", words.BAD_DATE),
        ({"date": "2024-W01-1"}, "date", words.BAD_DATE),
        ({"date": None}, "date", words.NO_DATE),
        ({"date": "0001-01-01"}, "date", words.FAR_DATE),
        ({"date": "9999-12-31"}, "date", words.FAR_DATE),
        ({"claim_amount": "-0.01"}, "claim_amount", words.NEGATIVE_AMOUNT),
        ({"claim_amount": -1e30}, "claim_amount", words.NEGATIVE_AMOUNT),
        ({"claim_amount": "5000.001"}, "claim_amount", words.BAD_AMOUNT),
        ({"claim_amount": "NaN"}, "claim_amount", words.BAD_AMOUNT),
        ({"claim_amount": "Infinity"}, "claim_amount", words.BAD_AMOUNT),
        ({"claim_amount": "beaucoup"}, "claim_amount", words.BAD_AMOUNT),
        ({"claim_amount": True}, "claim_amount", words.BAD_AMOUNT),
        ({"claim_amount": "1e13"}, "claim_amount", words.LARGE_AMOUNT),
        ({"claim_amount": Decimal("1e9999999")}, "claim_amount", words.LARGE_AMOUNT),
        ({"claim_amount": Decimal("-1e9999999")}, "claim_amount", words.NEGATIVE_AMOUNT),
        ({"claim_amount": "5000." + "0" * 40 + "1"}, "claim_amount", words.BAD_AMOUNT),
        ({"subjects": "boundary"}, "subjects", words.NOT_A_LIST),
        ({"violence": "no"}, "violence", words.BAD_FLAG),
        ({"conciliator_delay_days": -1}, "conciliator_delay_days", words.BAD_DELAY),
        ({"conciliator_delay_days": 1.5}, "conciliator_delay_days", words.BAD_DELAY),
        (
            {"conciliator_referred_on": "2024-02-01", "conciliator_meeting_on": "2024-01-31"},
            "conciliator_meeting_on", words.MEETING_FIRST,
        ),
        (
            {
                "conciliator_referred_on": "2024-01-01", "conciliator_meeting_on": "2024-02-01",
                "conciliator_delay_days": 30,
            },
            "conciliator_delay_days", words.OTHER_DELAY.filled(days=31),
        ),
        ({"procedure": "payment_order", "claim_amount": 0}, "claim_amount", words.ORDER_WITHOUT_MONEY),
        ({"procedure": "payment_order", "court": "administratif"}, "procedure", words.NO_PAYMENT_ORDER),
        ({"procedure": "joint_request", "exemptions": ["ex_parte"]}, "exemptions", words.JOINT_AND_EX_PARTE),
        (
            {"parties": "family", "court": "commerce"}, "court",
            words.OTHER_COURT.filled(parties=words.PARTIES["family"]),
        ),
    ],
)  # fmt: skip
def test_the_fault_says_how_to_mend_it(told: dict[str, Any], name: str, message: object) -> None:
    with pytest.raises(BadFacts) as raised:
        ask(**told)
    assert [(one.name, one.message) for one in raised.value.faults] == [(name, message)]


def test_an_unknown_value_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadFacts) as raised:
        read(USUAL | {"court": "supreme"})
    assert "judiciaire, proximite, commerce, prudhommes, administratif" in raised.value.faults[0].message.fr


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(BadFacts) as raised:
        read({"date": "2024-13-01", "court": "supreme", "violence": 1, "colour": "blue"})
    assert {one.name for one in raised.value.faults} == {"date", "court", "violence", "colour"}


@pytest.mark.parametrize("amount", [5000, 5000.0, "5000", "5000.00", "0" * 40 + "5000"])
def test_an_amount_may_be_a_number_or_a_text(amount: object) -> None:
    assert read(USUAL | {"claim_amount": amount}).claim_cents == 500_000
