"""A question of the saisine as its page draws it: what was typed or answered, what may be said instead, its faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from allomediateur.cases.questionnaire.reading import MOST_READ
from allomediateur.cases.questionnaire.shapes import CHOSEN, Kind, Question, Questionnaire, Typed
from allomediateur.cases.questionnaire.words import NO_TEXT, YES_TEXT, Commune, Fault

_INPUTS = {Kind.EMAIL: "email", Kind.PHONE: "tel"}
_MODES = {Kind.AMOUNT: "decimal"}
_WIDTHS = {Kind.DATE: "short", Kind.MONTH: "short", Kind.AMOUNT: "short", Kind.PHONE: "medium", Kind.EMAIL: "medium"}


@dataclass(frozen=True)
class Option:
    """`name` is that of its input; `id` its own."""

    name: str
    value: str
    label: str
    id: str
    hint: str = ""
    checked: bool = False


@dataclass(frozen=True)
class Entry:
    """One of a group, counted from 1."""

    number: int
    fields: tuple["Field", ...]
    is_empty: bool


@dataclass(frozen=True)
class Field:
    """`options` of a choice, `instead` what may be said instead of typing, `entries` of a group; `candidates` are
    communes to choose among."""

    name: str
    kind: str
    label: str
    hint: str
    why: str
    read_by: str
    value: str
    errors: tuple[str, ...]
    options: tuple[Option, ...] = ()
    instead: tuple[Option, ...] = ()
    entries: tuple[Entry, ...] = ()
    candidates: tuple[Commune, ...] = ()
    autocomplete: str = ""
    is_optional: bool = False
    may_grow: bool = False
    id: str = field(default="")

    @property
    def input_type(self) -> str:
        return _INPUTS.get(Kind(self.kind), "text")

    @property
    def input_mode(self) -> str:
        return _MODES.get(Kind(self.kind), "")

    @property
    def width(self) -> str:
        return _WIDTHS.get(Kind(self.kind), "")

    @property
    def is_choice(self) -> bool:
        return self.kind in CHOSEN

    @property
    def many(self) -> bool:
        return self.kind == Kind.SEVERAL


@dataclass(frozen=True)
class _Sheet:
    """What a page is drawn from. `more`: one entry more than there are, of each group."""

    questionnaire: Questionnaire
    typed: Typed
    faults: Sequence[Fault]
    language: str
    more: bool


def fields(
    questionnaire: Questionnaire,
    questions: Sequence[Question],
    typed: Mapping[str, Sequence[str]],
    faults: Sequence[Fault],
    language: str,
    *,
    more: bool = False,
) -> list[Field]:
    """In the order of the screen."""
    sheet = _Sheet(questionnaire, typed, faults, language, more)
    return [_field(sheet, question, question.id) for question in questions]


def _field(sheet: _Sheet, question: Question, name: str) -> Field:
    reader = sheet.questionnaire.reader(question.read_by)
    own = [fault for fault in sheet.faults if fault.name in (name, f"{name}-said")]
    instead = () if question.kind in CHOSEN else _instead(sheet, question, name)
    entries = _entries(sheet, question, name) if question.kind is Kind.GROUP else ()
    return Field(
        name=name, kind=question.kind.value, label=question.label.of(sheet.language),
        hint=question.hint.of(sheet.language), why=question.why.of(sheet.language),
        read_by=reader.text.of(sheet.language) if reader else "", value=_last(sheet, name),
        errors=tuple(fault.message.of(sheet.language) for fault in own),
        options=_options(sheet, question, name), instead=instead, entries=entries,
        candidates=tuple(one for fault in own for one in fault.candidates), autocomplete=question.autocomplete,
        is_optional=question.is_optional, may_grow=len(entries) < (question.highest or len(entries)), id=f"q-{name}",
    )  # fmt: skip


def _options(sheet: _Sheet, question: Question, name: str) -> tuple[Option, ...]:
    """The choices, then what may be said instead, which is a choice like others."""
    if question.kind not in CHOSEN:
        return ()
    ticked = set(sheet.typed.get(name, ()))
    words = [(one.value, one.label.of(sheet.language), one.hint.of(sheet.language)) for one in question.choices]
    if question.kind is Kind.YES_NO:
        words = [("yes", YES_TEXT.of(sheet.language), ""), ("no", NO_TEXT.of(sheet.language), "")]
    words += [(said.value, text.of(sheet.language), "") for said, text in question.instead]
    return tuple(
        Option(name, value, label, f"q-{name}-{number}", hint, checked=value in ticked)
        for number, (value, label, hint) in enumerate(words)
    )


def _instead(sheet: _Sheet, question: Question, name: str) -> tuple[Option, ...]:
    said = f"{name}-said"
    ticked = set(sheet.typed.get(said, ()))
    return tuple(
        Option(said, one.value, text.of(sheet.language), f"q-{said}-{number}", checked=one.value in ticked)
        for number, (one, text) in enumerate(question.instead)
    )


def _entries(sheet: _Sheet, question: Question, name: str) -> tuple[Entry, ...]:
    """As many as were typed, one at least, one more when it was asked for."""
    count = 1 + max((number for number in range(MOST_READ) if _is_there(sheet, question, name, number)), default=-1)
    shown = min(max(count + (1 if sheet.more else 0), 1), question.highest or MOST_READ)
    return tuple(_entry(sheet, question, name, number) for number in range(max(shown, count)))


def _entry(sheet: _Sheet, question: Question, name: str, number: int) -> Entry:
    drawn = tuple(_field(sheet, one, f"{name}-{number}-{one.id}") for one in question.fields)
    return Entry(number + 1, drawn, not _is_there(sheet, question, name, number))


def _is_there(sheet: _Sheet, question: Question, name: str, number: int) -> bool:
    names = (f"{name}-{number}-{one.id}" for one in question.fields)
    return any(value.strip() for one in names for value in sheet.typed.get(one, ()))


def _last(sheet: _Sheet, name: str) -> str:
    return next(iter(reversed(list(sheet.typed.get(name, ())))), "")
