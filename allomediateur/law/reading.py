"""From plain data (a JSON body, a form, a test case) to Facts. What is not understood is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from allomediateur.law import words
from allomediateur.law.facts import (
    USUAL,
    Attempt,
    BadFacts,
    Court,
    Exemption,
    Facts,
    Fault,
    Parties,
    Procedure,
    Subject,
    Territory,
)  # fmt: skip
from allomediateur.law.texts import Text

UNKNOWN = "unknown"
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CENT, EXACT = Decimal("0.01"), Context(prec=30)


class _Unclear(ValueError):
    def __init__(self, message: Text) -> None:
        super().__init__(message.fr)
        self.message = message


def read(told: Mapping[str, object]) -> Facts:
    """`null` and `unknown` are « je ne sais pas »; what is left out is usual (facts.USUAL), or unknown.

    Raises BadFacts with every fault.
    """
    faults = [Fault(name[:40], words.UNKNOWN_FACT.filled(name=name[:40])) for name in told if name not in READERS]
    found: dict[str, Any] = {}
    for name, value in told.items():
        if name in READERS:
            try:
                found[FIELDS.get(name, name)] = None if value in (None, UNKNOWN) else READERS[name](value)
            except _Unclear as unclear:
                faults.append(Fault(name, unclear.message))
    if not any(fault.name == "date" for fault in faults) and found.get("date") is None:
        faults.append(Fault("date", words.NO_DATE))
    if faults:
        raise BadFacts(tuple(faults))
    return Facts(**found, presumed=frozenset(USUAL) - set(told))


FIELDS = {"claim_amount": "claim_cents"}


def _one(kind: type[StrEnum]) -> Callable[[object], StrEnum]:
    def chosen(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in list(kind):
            raise _Unclear(words.UNKNOWN_VALUE.filled(value=str(value)[:40], choices=", ".join(kind)))
        return kind(value)

    return chosen


def _several(kind: type[StrEnum]) -> Callable[[object], tuple[StrEnum, ...]]:
    """In the order of the enumeration, each once."""

    def chosen(value: object) -> tuple[StrEnum, ...]:
        if not isinstance(value, list | tuple):
            raise _Unclear(words.NOT_A_LIST)
        given = {_one(kind)(one) for one in value}
        return tuple(one for one in kind if one in given)

    return chosen


def _day(value: object) -> date:
    if type(value) is date:
        return value
    if not isinstance(value, str) or not ISO.fullmatch(value):
        raise _Unclear(words.BAD_DATE)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _Unclear(words.BAD_DATE) from error


def _cents(value: object) -> int:
    """Euros, two decimals at most. Compared before it is reckoned with: an exponent may be larger than any sum."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _Unclear(words.BAD_AMOUNT)
    try:
        euros = Decimal(value if isinstance(value, int) else str(value))
    except InvalidOperation as error:
        raise _Unclear(words.BAD_AMOUNT) from error
    if not euros.is_finite():
        raise _Unclear(words.BAD_AMOUNT)
    if not -(10**12) < euros < 10**12:
        raise _Unclear(words.LARGE_AMOUNT if euros > 0 else words.NEGATIVE_AMOUNT)
    if euros != euros.quantize(CENT, context=EXACT):
        raise _Unclear(words.BAD_AMOUNT)
    return int(euros * 100)


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unclear(words.BAD_DELAY)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unclear(words.BAD_FLAG)
    return value


READERS: dict[str, Callable[[object], Any]] = {
    "date": _day,
    "court": _one(Court),
    "claim_amount": _cents,
    "subjects": _several(Subject),
    "procedure": _one(Procedure),
    "parties": _one(Parties),
    "exemptions": _several(Exemption),
    "conciliator_referred_on": _day,
    "conciliator_meeting_on": _day,
    "conciliator_delay_days": _days,
    "attempt": _one(Attempt),
    "territory": _one(Territory),
    "violence": _flag,
}
