"""Cases with the verdict they must have: they prove the tables, and show what a new version would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from allomediateur.law import sayings, words
from allomediateur.law.answering import prior_attempt
from allomediateur.law.facts import (
    Attempt,
    BadFacts,
    Court,
    Facts,
    Parties,
    Procedure,
    Subject,
    Territory,
)  # fmt: skip
from allomediateur.law.judging import Verdict
from allomediateur.law.nodes import Malformed, Node
from allomediateur.law.reading import read
from allomediateur.law.shelf import CASES, FOLDER
from allomediateur.law.shelf import read as read_file
from allomediateur.law.tables import Need, Tables
from allomediateur.law.texts import Text, day, euros


@dataclass(frozen=True)
class Case:
    """`id` is in words; `expected` is by the tables that are shipped."""

    id: str
    facts: Facts
    expected: Verdict


@dataclass(frozen=True)
class Outcome:
    """What is compared of an answer."""

    verdict: Verdict
    lawyer: Need


@dataclass(frozen=True)
class Difference:
    case: Case
    before: Outcome
    after: Outcome


@cache
def shipped() -> tuple[Case, ...]:
    """Raises Malformed."""
    return load(read_file(FOLDER / CASES))


def load(documents: Iterable[object]) -> tuple[Case, ...]:
    """From plain data: `{id, facts, expected}` each. Raises Malformed with where."""
    return tuple(_case(one, f"cases[{index}]") for index, one in enumerate(documents))


def _case(document: object, where: str) -> Case:
    node = Node(document, where)
    told = Node(node.get("facts"), node.at("facts"))
    try:
        facts = read({str(name): value for name, value in told.value.items()})
    except BadFacts as bad:
        raise Malformed(told.where, bad.faults[0].message) from bad
    case = Case(node.text("id"), facts, node.choice("expected", Verdict))
    node.end()
    return case


def outcome(case: Case, tables: Tables) -> Outcome:
    """What these tables answer."""
    answer = prior_attempt(case.facts, tables)
    return Outcome(answer.verdict, answer.lawyer)


def failures(tables: Tables, cases: Iterable[Case] | None = None) -> tuple[Case, ...]:
    """Cases whose verdict is not the one expected."""
    return tuple(case for case in _or_shipped(cases) if outcome(case, tables).verdict is not case.expected)


def differences(old: Tables, new: Tables, cases: Iterable[Case] | None = None) -> tuple[Difference, ...]:
    """Cases that `new` answers otherwise than `old`; `cases` are the shipped ones unless given."""
    compared = (Difference(case, outcome(case, old), outcome(case, new)) for case in _or_shipped(cases))
    return tuple(one for one in compared if one.before != one.after)


def _or_shipped(cases: Iterable[Case] | None) -> Iterable[Case]:
    return shipped() if cases is None else cases


USUALLY = (Parties.INDIVIDUALS, Procedure.ORDINARY, Court.JUDICIAIRE, Territory.METROPOLE, Attempt.NONE, Subject.OTHER)
NAMED: dict[str, Mapping[Any, Text]] = {
    "parties": words.PARTIES, "court": words.COURTS, "territory": words.TERRITORIES, "procedure": words.PROCEDURES,
    "subjects": words.SUBJECTS, "exemptions": words.EXEMPTIONS, "attempt": words.ATTEMPTS,
}  # fmt: skip


def told(case: Case) -> Text:
    """Its day, its sum, and what is not usual about it: « 1er octobre 2023 · 5 000,01 € · un bornage »."""
    parts = list(_parts(case.facts))
    return Text(" · ".join(one.fr for one in parts), " · ".join(one.en for one in parts))


def _parts(facts: Facts) -> Iterator[Text]:
    yield _known("date", None if facts.date is None else day(facts.date))
    yield _known("claim_cents", None if facts.claim_cents is None else euros(facts.claim_cents))
    for name, names in NAMED.items():
        value = getattr(facts, name)
        if value is None and name in sayings.NAMES:
            yield _known(name, None)
        values = value if isinstance(value, tuple) else (value,)
        yield from (names[one] for one in values if one is not None and one not in USUALLY)
    for one in (facts.conciliator_referred_on, facts.conciliator_meeting_on):
        if one:
            yield day(one)
    if facts.conciliator_delay_days is not None:
        yield DAYS.filled(days=facts.conciliator_delay_days)
    if facts.violence:
        yield VIOLENCE


def _known(name: str, value: Text | None) -> Text:
    return value or NOBODY_KNOWS.filled(name=sayings.NAMES[name])


NOBODY_KNOWS = Text("{name} : je ne sais pas", "{name}: I don’t know")
DAYS = Text("{days} jours", "{days} days")
VIOLENCE = Text("des violences", "violence")
