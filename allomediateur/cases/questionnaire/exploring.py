"""Every way through a questionnaire, walked once: what can be reached, and with which answers.

Conditions look at few things of an answer, so answers that no condition tells apart are one; ways that nothing later
tells apart are one too. What is left is small, and exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from allomediateur.cases.questionnaire.fitting import values_of
from allomediateur.cases.questionnaire.shapes import (
    CHOSEN,
    Answer,
    Condition,
    Every,
    Is,
    Kind,
    Not,
    Question,
    Questionnaire,
    Said,
    Some,
)  # fmt: skip
from allomediateur.cases.questionnaire.walking import holds

MOST = 50_000
"""Ways kept at once: a questionnaire that has more is refused, not guessed about."""
SAMPLES: dict[Kind, Answer] = {
    Kind.SHORT: "Un mot",
    Kind.LONG: "Quelques lignes.",
    Kind.DATE: "2026-11-24",
    Kind.MONTH: "2026-11",
    Kind.AMOUNT: 123_450,
    Kind.COMMUNE: {"code": "35238", "name": "Rennes (35)"},
    Kind.PHONE: "+33639980000",
    Kind.EMAIL: "alice@example.org",
}


class TooManyWays(Exception):
    """More than MOST at once."""


@dataclass(frozen=True)
class Found:
    """Answers that lead to each screen and question; those that end at no ending; sections that answers skip, though
    the intake could be sent."""

    screens: dict[str, dict[str, Answer]] = field(default_factory=dict)
    questions: dict[str, dict[str, Answer]] = field(default_factory=dict)
    dead_ends: list[dict[str, Answer]] = field(default_factory=list)
    skipped: dict[str, dict[str, Answer]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Way:
    answers: dict[str, Answer]
    facts: dict[str, frozenset[str]]
    sections: frozenset[str]


def explore(questionnaire: Questionnaire) -> Found:
    """Raises TooManyWays."""
    found = Found()
    tested = _tests(questionnaire)
    ways = [_Way({}, {}, frozenset())]
    for index, screen in enumerate(questionnaire.screens):
        aside = [way for way in ways if not holds(screen.when, way.facts)]
        here = [way for way in ways if holds(screen.when, way.facts)]
        if here:
            found.screens[screen.id] = here[0].answers
        here = [_in_section(way, screen.section) for way in here]
        after = [] if screen.is_stop else _answered(here, screen.questions, tested, found)
        if screen.ends and not screen.is_stop:
            _note_skipped(questionnaire, after, found)
            after = []
        later = {id_ for one in questionnaire.screens[index + 1 :] for id_ in _named_on(one.when, one.questions)}
        ways = _distinct([*aside, *after], later)
    found.dead_ends.extend(way.answers for way in ways)
    return found


def samples(question: Question, tests: set[str]) -> list[Answer]:
    """Answers, one for each way that conditions on these values can tell them apart; the first is an answer proper."""
    distinct: dict[frozenset[str], Answer] = {}
    for answer in candidates(question):
        distinct.setdefault(values_of(question, answer) & tests, answer)
    return list(distinct.values())


def named(condition: Condition | None) -> Iterator[Is]:
    """The comparisons in a condition."""
    match condition:
        case Is():
            yield condition
        case Every(parts) | Some(parts):
            for part in parts:
                yield from named(part)
        case Not(part):
            yield from named(part)


def candidates(question: Question) -> Iterator[Answer]:
    """Answers of every form that a question may have; the first is an answer proper."""
    if question.kind is Kind.SEVERAL:
        apart = [choice.value for choice in question.choices if not choice.exclusive]
        yield from ([choice.value] for choice in question.choices)
        yield from ([one, two] for one in apart for two in apart if apart.index(one) < apart.index(two))
        yield from ([apart] if apart else [])
    elif question.kind in CHOSEN:
        yield from question.values
    elif question.kind is Kind.GROUP:
        entry: dict[str, Answer] = {one.id: next(candidates(one)) for one in question.fields}
        yield [dict(entry) for _ in range(max(question.lowest, 1))]
    else:
        yield SAMPLES[question.kind]
    yield from ({"said": said.value} for said in question.allows if said in list(Said))


def _tests(questionnaire: Questionnaire) -> dict[str, set[str]]:
    """The values that conditions compare, by question."""
    tested: dict[str, set[str]] = {}
    conditions = [each for one in questionnaire.screens for each in (one.when, *(two.when for two in one.questions))]
    for condition in (*conditions, questionnaire.danger, questionnaire.unsure):
        for comparison in named(condition):
            tested.setdefault(comparison.question, set()).update(comparison.values)
    return tested


def _named_on(when: Condition | None, questions: tuple[Question, ...]) -> set[str]:
    return {comparison.question for each in (when, *(one.when for one in questions)) for comparison in named(each)}


def _in_section(way: _Way, section: str) -> _Way:
    return _Way(way.answers, way.facts, way.sections | {section})


def _answered(
    ways: list[_Way], questions: tuple[Question, ...], tested: dict[str, set[str]], found: Found
) -> list[_Way]:
    after: list[_Way] = []
    for way in ways:
        shown = [question for question in questions if holds(question.when, way.facts)]
        for question in shown:
            found.questions.setdefault(question.id, way.answers)
        for answers in product(*(samples(question, tested.get(question.id, set())) for question in shown)):
            given = {question.id: answer for question, answer in zip(shown, answers, strict=True)}
            facts = {question.id: values_of(question, given[question.id]) for question in shown}
            after.append(_Way(way.answers | given, way.facts | facts, way.sections))
            if len(after) > MOST:
                raise TooManyWays
    return after


def _distinct(ways: list[_Way], later: set[str]) -> list[_Way]:
    """One way for each that something later can tell apart."""
    kept: dict[object, _Way] = {}
    for way in ways:
        key = (frozenset((id_, values) for id_, values in way.facts.items() if id_ in later), way.sections)
        kept.setdefault(key, way)
    if len(kept) > MOST:
        raise TooManyWays
    return list(kept.values())


def _note_skipped(questionnaire: Questionnaire, ways: list[_Way], found: Found) -> None:
    for way in ways:
        for section in questionnaire.sections:
            if section.id not in way.sections:
                found.skipped.setdefault(section.id, way.answers)
