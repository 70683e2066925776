"""Answers in words: to check and mend before sending, and what each reader is shown of them."""

from dataclasses import dataclass, replace
from datetime import date

from phonenumbers import PhoneNumberFormat, format_number, parse

from allomediateur.cases.questionnaire import words
from allomediateur.cases.questionnaire.fitting import said
from allomediateur.cases.questionnaire.outcomes import sent
from allomediateur.cases.questionnaire.shapes import (
    Answer,
    Answers,
    Kind,
    Question,
    Questionnaire,
    Reader,
    Said,
    Screen,
    Text,
)  # fmt: skip
from allomediateur.cases.questionnaire.walking import walk
from allomediateur.scheduling import wording
from allomediateur.scheduling.wording import NB

DIALLED_NATIONALLY = {33, 262, 590, 594, 596}
"""Codes of what is dialled in France without them."""


@dataclass(frozen=True)
class Line:
    """`lines` are one for each choice, paragraph or field of an entry; `screen` is where it is changed."""

    question: str
    screen: str
    label: str
    lines: tuple[str, ...]
    is_missing: bool = False


@dataclass(frozen=True)
class Part:
    """A step, and what was answered there."""

    id: str
    title: str
    lines: tuple[Line, ...]


def summary(questionnaire: Questionnaire, answers: Answers, *, language: str) -> tuple[Part, ...]:
    """For who answers: every question on the way, those still to answer too; steps without any are left out."""
    way = walk(questionnaire, answers)
    return _parts(questionnaire, language, [
        _line(screen, question, way.answers.get(question.id), language)
        for screen, question in way.questions
    ])  # fmt: skip


def shown(questionnaire: Questionnaire, answers: Answers, *, reader: Reader, language: str) -> tuple[Part, ...]:
    """What this reader is shown of an intake that may be sent: the questions, and fields of a group, marked so.

    What was passed by is left out. Nobody is shown anything before it may be sent, nor after a stop.
    """
    return told(questionnaire, share(questionnaire, answers, reader), reader=reader, language=language)


def share(questionnaire: Questionnaire, answers: Answers, reader: Reader) -> dict[str, Answer]:
    """The answers of an intake that may be sent which this reader is shown, with those fields of a group only."""
    given = sent(questionnaire, answers)
    return {
        question.id: _cut(question, given[question.id], reader)
        for _, question in questionnaire.each_question()
        if question.id in given and reader in question.seen_by and said(given[question.id]) is not Said.BLANK
    }


def told(questionnaire: Questionnaire, given: Answers, *, reader: Reader, language: str) -> tuple[Part, ...]:
    """A reader’s share, in words."""
    return _parts(questionnaire, language, [
        _line(screen, narrowed(question, reader), given[question.id], language)
        for screen, question in questionnaire.each_question()
        if question.id in given and reader in question.seen_by
    ])  # fmt: skip


def _cut(question: Question, answer: Answer, reader: Reader) -> Answer:
    if question.kind is not Kind.GROUP or not isinstance(answer, list):
        return answer
    seen = {field.id for field in narrowed(question, reader).fields}
    entries = [entry for entry in answer if isinstance(entry, dict)]
    return [{id_: value for id_, value in entry.items() if id_ in seen} for entry in entries]


def in_words(question: Question, answer: Answer, language: str) -> tuple[str, ...]:
    """An answer as its author would say it."""
    instead = said(answer)
    if instead:
        return (_instead(question, instead).of(language),)
    match answer:
        case {"name": str(name)}:
            return (name,)
        case list(entries) if question.kind is Kind.GROUP:
            return tuple(_entry(question, entry, language) for entry in entries if isinstance(entry, dict))
        case list(values):
            return tuple(_choice(question, str(value), language) for value in values)
        case int(cents):
            return (wording.price(cents, language),)
        case str(text):
            return _text(question, text, language)
        case _:
            return ()


def narrowed(question: Question, reader: Reader) -> Question:
    """A group with the fields that this reader may see."""
    return replace(question, fields=tuple(field for field in question.fields if reader in field.seen_by))


def _parts(questionnaire: Questionnaire, language: str, lines: list[tuple[Screen, Line]]) -> tuple[Part, ...]:
    parts = (
        Part(
            section.id,
            section.title.of(language),
            tuple(line for screen, line in lines if screen.section == section.id),
        )
        for section in questionnaire.sections
    )
    return tuple(part for part in parts if part.lines)


def _line(screen: Screen, question: Question, answer: Answer | None, language: str) -> tuple[Screen, Line]:
    lines = (words.MISSING.of(language),) if answer is None else in_words(question, answer, language)
    return screen, Line(question.id, screen.id, question.label.of(language), lines, is_missing=answer is None)


def _instead(question: Question, instead: Said) -> Text:
    return dict(question.instead).get(instead) or question.blank or words.NOTHING


def _entry(question: Question, entry: dict[str, Answer], language: str) -> str:
    """« Nom : Paul Martin ; Lien : voisin », what was passed by left out."""
    colon, semicolon = (f"{NB}: ", f"{NB}; ") if wording.tongue(language) == "fr" else (": ", "; ")
    given = [(field, entry[field.id]) for field in question.fields if field.id in entry]
    return semicolon.join(
        f"{field.label.of(language)}{colon}{', '.join(in_words(field, answer, language))}"
        for field, answer in given
        if said(answer) is not Said.BLANK
    )


def _choice(question: Question, value: str, language: str) -> str:
    choice = question.choice(value)
    return choice.label.of(language) if choice else value


def _text(question: Question, text: str, language: str) -> tuple[str, ...]:
    match question.kind:
        case Kind.ONE | Kind.YES_NO:
            return (_choice(question, text, language),)
        case Kind.DATE:
            return (_day(date.fromisoformat(text), language),)
        case Kind.MONTH:
            return (wording.month(date.fromisoformat(f"{text}-01"), language),)
        case Kind.PHONE:
            return (_phone(text),)
        case Kind.LONG:
            return tuple(line for line in text.split("\n") if line.strip())
        case _:
            return (text,)


def _phone(text: str) -> str:
    """As it is dialled in France, 06 39 98 00 00; that of another country with its code."""
    number = parse(text)
    home = number.country_code in DIALLED_NATIONALLY
    form = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return format_number(number, form).replace(" ", NB)


def _day(value: date, language: str) -> str:
    return f"{wording.day(value, language)} {value.year}"
