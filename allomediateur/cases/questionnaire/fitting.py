"""Whether a kept answer is one that its question may have: another version’s, or a damaged one, counts as none."""

import re
from collections.abc import Callable
from datetime import date

from allomediateur.cases.questionnaire.shapes import ANSWERED, CHOSEN, NO, YES, Answer, Kind, Question, Said

LONGEST = {Kind.SHORT: 200, Kind.LONG: 20_000, Kind.EMAIL: 254, Kind.PHONE: 40}
MOST_ENTRIES = 10
MOST_CENTS = 100_000_000_000
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\\[\]]+@[^\s@<>\"(),;:\\\[\].]+(?:\.[^\s@<>\"(),;:\\\[\].]+)+")
_PHONE = re.compile(r"\+\d{6,15}")
_MONTH = re.compile(r"(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])")
_COMMUNE = re.compile(r"\d[\dAB]\d{3}")


def said(answer: Answer | None) -> Said | None:
    """What was said instead of an answer, if it was."""
    value = answer.get("said") if isinstance(answer, dict) else None
    return Said(value) if value in list(Said) else None


def values_of(question: Question, answer: Answer) -> frozenset[str]:
    """What conditions compare: what was said instead, or ANSWERED and the choices; never words somebody typed."""
    if instead := said(answer):
        return frozenset({instead.value})
    if question.kind not in CHOSEN:
        return frozenset({ANSWERED})
    ticked = answer if isinstance(answer, list) else [answer]
    return frozenset({ANSWERED, *(one for one in ticked if isinstance(one, str))})


def longest(question: Question) -> int:
    """Characters."""
    return question.longest or LONGEST.get(question.kind, LONGEST[Kind.SHORT])


def fits(question: Question, answer: Answer) -> bool:
    if isinstance(answer, dict) and "said" in answer:
        return said(answer) in question.allows and len(answer) == 1
    return _FITTING[question.kind](question, answer)


def is_email(text: str) -> bool:
    return len(text) <= LONGEST[Kind.EMAIL] and bool(_EMAIL.fullmatch(text)) and ".." not in text


def _one(question: Question, answer: Answer) -> bool:
    return isinstance(answer, str) and answer in question.values


def _several(question: Question, answer: Answer) -> bool:
    if not isinstance(answer, list) or not answer or not all(isinstance(one, str) for one in answer):
        return False
    known = [value for value in question.values if value in answer]
    return len(known) == len(answer) and not (len(answer) > 1 and excluded(question, known))


def excluded(question: Question, values: list[str]) -> str | None:
    """The value that must be ticked alone, among these."""
    return next((choice.value for choice in question.choices if choice.exclusive and choice.value in values), None)


def _yes_no(question: Question, answer: Answer) -> bool:
    return answer in (YES, NO)


def _text(question: Question, answer: Answer) -> bool:
    return isinstance(answer, str) and bool(answer.strip()) and len(answer) <= longest(question)


def _date(question: Question, answer: Answer) -> bool:
    try:
        return isinstance(answer, str) and date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        return False


def _month(question: Question, answer: Answer) -> bool:
    return isinstance(answer, str) and bool(_MONTH.fullmatch(answer))


def _amount(question: Question, answer: Answer) -> bool:
    return isinstance(answer, int) and not isinstance(answer, bool) and 0 < answer <= MOST_CENTS


def _commune(question: Question, answer: Answer) -> bool:
    if not isinstance(answer, dict) or set(answer) != {"code", "name"}:
        return False
    return all(answer.values()) and bool(_COMMUNE.fullmatch(str(answer["code"])))


def _phone(question: Question, answer: Answer) -> bool:
    return isinstance(answer, str) and bool(_PHONE.fullmatch(answer))


def _email(question: Question, answer: Answer) -> bool:
    return isinstance(answer, str) and is_email(answer)


def _group(question: Question, answer: Answer) -> bool:
    if not isinstance(answer, list) or not max(question.lowest, 1) <= len(answer) <= most(question):
        return False
    return all(isinstance(entry, dict) and _entry(question, entry) for entry in answer)


def most(question: Question) -> int:
    """How many entries a group may have."""
    return question.highest or MOST_ENTRIES


def _entry(question: Question, entry: dict[str, Answer]) -> bool:
    fields = {field.id: field for field in question.fields}
    return bool(entry) and all(id_ in fields and fits(fields[id_], value) for id_, value in entry.items())


_FITTING: dict[Kind, Callable[[Question, Answer], bool]] = {
    Kind.ONE: _one,
    Kind.SEVERAL: _several,
    Kind.YES_NO: _yes_no,
    Kind.SHORT: _text,
    Kind.LONG: _text,
    Kind.DATE: _date,
    Kind.MONTH: _month,
    Kind.AMOUNT: _amount,
    Kind.COMMUNE: _commune,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.GROUP: _group,
}
