"""A screen as it was posted, to answers or to sentences that say how to mend. Nothing typed is lost.

Names of a form’s fields: the question’s id; for what is typed, `<id>-said` beside it takes `unknown` or `declined`
(for choices these are values among the others). A group’s are `<id>-<number>-<field>`, from 0.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from allomediateur.cases.questionnaire import deciphering, words
from allomediateur.cases.questionnaire.deciphering import Unclear
from allomediateur.cases.questionnaire.fitting import excluded, longest, most
from allomediateur.cases.questionnaire.shapes import (
    CHOSEN,
    Answer,
    Answers,
    Kind,
    Question,
    Questionnaire,
    Said,
    Screen,
    Text,
    Typed,
)  # fmt: skip
from allomediateur.cases.questionnaire.walking import asked, lacking
from allomediateur.cases.questionnaire.words import Commune, Fault, filled
from allomediateur.scheduling.wording import number

MOST_READ = 50
"""Entries of a group that are looked at, whatever is posted."""


@dataclass(frozen=True)
class Communes:
    """What a text names: one is taken, several are asked « Laquelle ? », none proposes those `near` by name."""

    found: tuple[Commune, ...] = ()
    near: tuple[Commune, ...] = ()


class Resolver(Protocol):
    """From a name, a postal code or an INSEE code to communes."""

    def __call__(self, typed: str) -> Communes: ...


@dataclass(frozen=True)
class Given:
    """`answers` of the questions that were answered well, even beside faults; `typed` to show the form again."""

    answers: dict[str, Answer]
    faults: tuple[Fault, ...]
    typed: dict[str, tuple[str, ...]]

    @property
    def is_right(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class _Desk:
    """What reading one answer needs beside what was typed."""

    typed: Typed
    today: date
    communes: Resolver

    def values(self, name: str) -> list[str]:
        return list(self.typed.get(name, ()))

    def text(self, name: str) -> str:
        return (self.values(name) or [""])[-1]


def validate(
    questionnaire: Questionnaire, screen: Screen, posted: Typed, *, answers: Answers, today: date, communes: Resolver
) -> Given:
    """Never raises, whatever is posted. `answers` are those known so far: they tell which questions are asked."""
    questions = asked(questionnaire, screen, answers)
    desk = _Desk(posted, today, communes)
    given: dict[str, Answer] = {}
    faults: list[Fault] = []
    for question in questions:
        try:
            given[question.id] = _answer(question, question.id, desk)
        except _Faulty as error:
            faults += error.faults
    if not faults and (lacking_ := lacking(screen, given)):
        faults.append(Fault(lacking_[0], lacking_[0], words.ONE_OF))
        given = {id_: answer for id_, answer in given.items() if id_ not in lacking_}
    return Given(given, tuple(faults), _typed(questions, posted))


def fill(screen: Screen, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The form’s values for answers already given; a question never answered has its preset, if it has one."""
    shown: dict[str, tuple[str, ...]] = {}
    for question in screen.questions:
        if question.id in answers:
            shown |= _filled(question, question.id, answers[question.id])
        elif question.preset:
            shown[question.id] = (question.preset,)
    return shown


class _Faulty(Exception):
    def __init__(self, *faults: Fault) -> None:
        self.faults = faults


def _typed(questions: tuple[Question, ...], posted: Typed) -> dict[str, tuple[str, ...]]:
    """What was typed in this screen’s fields, and no other."""
    names = tuple(question.id for question in questions)
    return {
        name: tuple(values)
        for name, values in posted.items()
        if name in names or name.startswith(tuple(f"{id_}-" for id_ in names))
    }


def _answer(question: Question, name: str, desk: _Desk) -> Answer:
    if question.kind in CHOSEN:
        return _chosen(question, name, desk)
    instead = _said(question, name, desk)
    if question.kind is Kind.GROUP:
        return _group(question, name, desk, instead)
    text = desk.text(name)
    if not deciphering.short_text(text):
        return _nothing(question, name, instead)
    if instead:
        raise _fault(question, name, words.BOTH, instead=dict(question.instead)[instead])
    return _deciphered(question, name, text, desk)


def _deciphered(question: Question, name: str, text: str, desk: _Desk) -> Answer:
    _bound(question, name, text)
    if question.kind is Kind.COMMUNE:
        return _commune(question, name, text, desk)
    try:
        answer = _READING[question.kind](text)
    except Unclear as error:
        raise _Faulty(Fault(name, question.id, error.message)) from None
    if question.kind is Kind.DATE:
        _bound_day(question, name, str(answer), desk.today)
    return answer


_READING: dict[Kind, Callable[[str], Answer]] = {
    Kind.SHORT: deciphering.short_text,
    Kind.LONG: deciphering.long_text,
    Kind.DATE: lambda text: deciphering.day(text).isoformat(),
    Kind.MONTH: deciphering.month,
    Kind.AMOUNT: deciphering.cents,
    Kind.PHONE: deciphering.phone,
    Kind.EMAIL: deciphering.email,
}


def _chosen(question: Question, name: str, desk: _Desk) -> Answer:
    ticked = list(dict.fromkeys(value for value in desk.values(name) if value))
    if question.kind is not Kind.SEVERAL:
        ticked = ticked[-1:]
    offered = dict(question.instead)
    instead = [said for said in offered if said.value in ticked]
    if not ticked:
        return _nothing(question, name, None)
    if instead and len(ticked) > 1:
        raise _fault(question, name, words.ALONE, choice=offered[instead[0]])
    if instead:
        return {"said": instead[0].value}
    if not set(ticked) <= set(question.values):
        raise _fault(question, name, words.NOT_OFFERED)
    return _several(question, name, ticked) if question.kind is Kind.SEVERAL else ticked[0]


def _several(question: Question, name: str, ticked: list[str]) -> Answer:
    """In the order of the choices."""
    alone = excluded(question, ticked)
    if alone is not None and len(ticked) > 1:
        choice = next(one for one in question.choices if one.value == alone)
        raise _fault(question, name, words.ALONE, choice=choice.label)
    return [value for value in question.values if value in ticked]


def _said(question: Question, name: str, desk: _Desk) -> Said | None:
    value = desk.text(f"{name}-said")
    return next((said for said, _ in question.instead if said.value == value), None)


def _nothing(question: Question, name: str, instead: Said | None) -> Answer:
    """Nothing was answered: something was said instead, it may be passed by, or it is asked again."""
    if instead:
        return {"said": instead.value}
    if question.is_optional:
        return {"said": Said.BLANK.value}
    chosen = question.kind in CHOSEN
    if not question.instead:
        raise _fault(question, name, words.CHOOSE if chosen else words.WRITE)
    way_out = question.instead[0][1]
    raise _fault(question, name, words.CHOOSE_OR if chosen else words.WRITE_OR, instead=way_out)


def _bound(question: Question, name: str, text: str) -> None:
    most_ = longest(question)
    length = len(deciphering.long_text(text))
    if length > most_:
        message = words.TOO_LONG if question.kind is Kind.LONG else words.TOO_LONG_SHORT
        counted = {"length": _number(length), "longest": _number(most_)}
        raise _fault(question, name, message, **counted)


def _bound_day(question: Question, name: str, answer: str, today: date) -> None:
    given = date.fromisoformat(answer)
    if question.is_past and given > today:
        raise _fault(question, name, words.NOT_PAST)
    if question.is_future and given < today:
        raise _fault(question, name, words.NOT_FUTURE)


def _commune(question: Question, name: str, text: str, desk: _Desk) -> Answer:
    places = desk.communes(deciphering.short_text(text))
    if len(places.found) == 1:
        return {"code": places.found[0].code, "name": places.found[0].name}
    if places.found:
        raise _Faulty(Fault(name, question.id, words.WHICH_COMMUNE, places.found))
    raise _Faulty(Fault(name, question.id, words.UNKNOWN_COMMUNE, places.near))


def _group(question: Question, name: str, desk: _Desk, instead: Said | None) -> Answer:
    """Entries left empty are none; those that hold something are each read whole, and every fault is told."""
    numbers = list(_entries(question, name, desk))
    if not numbers:
        if question.instead and not instead and not question.is_optional:
            raise _fault(
                question, f"{name}-0-{question.fields[0].id}", words.EMPTY_ENTRY, instead=question.instead[0][1]
            )
        return _nothing(question, name, instead)
    if instead:
        raise _fault(question, f"{name}-said", words.BOTH, instead=dict(question.instead)[instead])
    if len(numbers) > most(question):
        counted = {"count": str(len(numbers)), "highest": str(most(question))}
        raise _fault(question, f"{name}-{numbers[most(question)]}-{question.fields[0].id}", words.TOO_MANY, **counted)
    if len(numbers) < question.lowest:
        raise _fault(question, f"{name}-0-{question.fields[0].id}", words.TOO_FEW, lowest=str(question.lowest))
    return _read_entries(question, name, numbers, desk)


def _read_entries(question: Question, name: str, numbers: list[int], desk: _Desk) -> Answer:
    entries: list[dict[str, Answer]] = []
    faults: list[Fault] = []
    for each in numbers:
        entry: dict[str, Answer] = {}
        for field in question.fields:
            try:
                entry[field.id] = _answer(field, f"{name}-{each}-{field.id}", desk)
            except _Faulty as error:
                faults += [replace(fault, question=question.id) for fault in error.faults]
        entries.append(entry)
    if faults:
        raise _Faulty(*faults)
    return entries


def _entries(question: Question, name: str, desk: _Desk) -> Iterator[int]:
    """Numbers of the entries that hold something; a field’s preset and what is said instead hold nothing."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-({'|'.join(re.escape(one.id) for one in question.fields)})")
    fields = {field.id: field for field in question.fields}
    held = {
        int(found[1])
        for key in desk.typed
        if (found := pattern.fullmatch(key)) and _holds(fields[found[2]], desk.values(key))
    }
    yield from sorted(held)[:MOST_READ]


def _holds(field: Question, values: list[str]) -> bool:
    nothing = {"", field.preset, *(said.value for said in field.allows if field.kind in CHOSEN)}
    return any(deciphering.short_text(value) not in nothing for value in values)


def _filled(question: Question, name: str, answer: Answer) -> dict[str, tuple[str, ...]]:
    match answer:
        case {"said": str(value)}:
            field = name if question.kind in CHOSEN else f"{name}-said"
            return {} if value == Said.BLANK else {field: (value,)}
        case {"code": str(code)}:
            return {name: (code,)}
        case list(entries) if question.kind is Kind.GROUP:
            return _filled_entries(question, name, entries)
        case list(values):
            return {name: tuple(str(value) for value in values)}
        case int(amount):
            return {name: (f"{amount // 100},{amount % 100:02}" if amount % 100 else f"{amount // 100}",)}
        case _:
            return {name: (str(answer),)}


def _filled_entries(
    question: Question, name: str, entries: list[str] | list[dict[str, Answer]]
) -> dict[str, tuple[str, ...]]:
    shown: dict[str, tuple[str, ...]] = {}
    for each, entry in enumerate(entries):
        for field in question.fields:
            if isinstance(entry, dict) and field.id in entry:
                shown |= _filled(field, f"{name}-{each}-{field.id}", entry[field.id])
    return shown


def _fault(question: Question, name: str, message: Text, **values: Text | str) -> _Faulty:
    return _Faulty(Fault(name, question.id, filled(message, **values)))


def _number(value: int) -> Text:
    return Text(number(value, "fr"), number(value, "en"))
