"""Which screens matter, in which order, and how far one is.

Screens stand in the order of the file; a condition names earlier questions only, so one walk settles everything and
ends. An answer counts when its question was met on the way: what was answered on a screen left aside decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from allomediateur.cases.questionnaire.fitting import fits, said, values_of
from allomediateur.cases.questionnaire.shapes import (
    Answer,
    Answers,
    Condition,
    Every,
    Is,
    Not,
    Question,
    Questionnaire,
    Screen,
    Section,
    Some,
)  # fmt: skip


@dataclass(frozen=True)
class Walk:
    """`questions` are those asked on the way, with their screens; `answers` are those that count, `facts` their values
    for conditions; `missing` the questions still to answer."""

    screens: tuple[Screen, ...]
    questions: tuple[tuple[Screen, Question], ...]
    answers: dict[str, Answer]
    facts: dict[str, frozenset[str]]
    missing: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        """Stopped, or everything answered up to the last screen."""
        return bool(self.screens) and (self.screens[-1].is_stop or (not self.missing and bool(self.screens[-1].ends)))


@dataclass(frozen=True)
class Progress:
    """« Étape `step` sur `steps` »; `share` is the part of the screens on today’s way that are answered, 0 to 100."""

    step: int
    steps: int
    section: Section
    share: int


def walk(questionnaire: Questionnaire, answers: Answers) -> Walk:
    """The way these answers make. Answers that do not fit their question count as not given."""
    screens: list[Screen] = []
    questions: list[tuple[Screen, Question]] = []
    live: dict[str, Answer] = {}
    facts: dict[str, frozenset[str]] = {}
    missing: list[str] = []
    for screen in questionnaire.screens:
        if not holds(screen.when, facts):
            continue
        screens.append(screen)
        shown = [question for question in screen.questions if holds(question.when, facts)]
        questions += [(screen, question) for question in shown]
        given = _given(screen, shown, answers)
        missing += [one.id for one in shown if one.id not in given]
        live |= given
        facts |= {one.id: values_of(one, given[one.id]) for one in shown if one.id in given}
        if screen.ends:
            break
    return Walk(tuple(screens), tuple(questions), live, facts, tuple(missing))


def _given(screen: Screen, shown: list[Question], answers: Answers) -> dict[str, Answer]:
    """What was answered well; where one of some is needed and none was given, these are still to answer."""
    given = {one.id: answers[one.id] for one in shown if one.id in answers and fits(one, answers[one.id])}
    return {id_: answer for id_, answer in given.items() if id_ not in lacking(screen, given)}


def lacking(screen: Screen, given: Mapping[str, Answer]) -> tuple[str, ...]:
    """The questions of which one needs an answer proper, when none has it."""
    proper = any(id_ in given and said(given[id_]) is None for id_ in screen.needs_one_of)
    return () if proper else screen.needs_one_of


def path(questionnaire: Questionnaire, answers: Answers) -> tuple[Screen, ...]:
    """The screens that matter, in order, as far as these answers tell; a stop is the last one."""
    return walk(questionnaire, answers).screens


def asked(questionnaire: Questionnaire, screen: Screen, answers: Answers) -> tuple[Question, ...]:
    """The questions of a screen that these answers call for."""
    facts = walk(questionnaire, answers).facts
    return tuple(question for question in screen.questions if holds(question.when, facts))


def next_screen(questionnaire: Questionnaire, answers: Answers, *, after: str | None = None) -> Screen | None:
    """The one that follows `after` on the way; None after the last: the summary is next.

    Without `after`, where to go on: the first screen with something to answer, or the stop that was met. A screen that
    is not on the way is as if there were none.
    """
    way = walk(questionnaire, answers)
    ids = [screen.id for screen in way.screens]
    if after in ids:
        return next(iter(way.screens[ids.index(after) + 1 :]), None)
    waiting = (screen for screen in way.screens if any(one.id in way.missing for one in screen.questions))
    stopped = way.screens[-1] if way.screens and way.screens[-1].is_stop else None
    return next(waiting, stopped)


def previous_screen(questionnaire: Questionnaire, answers: Answers, before: str) -> Screen | None:
    """The « Retour » of a screen; None on the first one, or when it is not on the way."""
    way = path(questionnaire, answers)
    ids = [screen.id for screen in way]
    return way[ids.index(before) - 1] if before in ids[1:] else None


def progress(questionnaire: Questionnaire, answers: Answers, screen: Screen) -> Progress:
    """Steps are sections, which no branch adds nor takes away (linted): their number never moves."""
    way = walk(questionnaire, answers)
    sections = [section.id for section in questionnaire.sections]
    step = sections.index(screen.section)
    with_questions = [one for one in way.screens if one.questions]
    done = sum(1 for one in with_questions if not any(each.id in way.missing for each in one.questions))
    share = 100 * done // len(with_questions) if with_questions else 100
    return Progress(step + 1, len(sections), questionnaire.sections[step], share)


def apart(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """What was answered and no longer counts: kept for who comes back to it, shown to nobody, never sent."""
    live = walk(questionnaire, answers).answers
    return {id_: answer for id_, answer in answers.items() if id_ not in live}


def holds(condition: Condition | None, facts: Mapping[str, frozenset[str]]) -> bool:
    """Whether answers that count meet a condition; one that is not given has no value."""
    match condition:
        case None:
            return True
        case Is(question, values):
            return not facts.get(question, frozenset()).isdisjoint(values)
        case Every(parts):
            return all(holds(part, facts) for part in parts)
        case Some(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)
