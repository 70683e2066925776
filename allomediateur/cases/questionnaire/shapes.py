"""What a version of the questionnaire is made of. Texts are in both languages, frozen with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from allomediateur.scheduling.wording import tongue

Answer = str | int | list[str] | list[dict[str, "Answer"]] | dict[str, str]
"""As JSON: a text or a value, cents, values, entries of a group; a dict is a commune (`code`, `name`) or what was
`said` instead of an answer. Dates are ISO 8601, months `2026-11`."""
Answers = Mapping[str, Answer]
"""By question, whatever the screen they were given on."""
Typed = Mapping[str, Sequence[str]]
"""A form as the browser posts it: name -> values."""

SEND = "send"
"""The ending of a screen after which the intake may be sent; any other one stops and informs."""


class Kind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    YES_NO = "yes_no"
    SHORT = "short"
    LONG = "long"
    DATE = "date"
    MONTH = "month"
    AMOUNT = "amount"
    COMMUNE = "commune"
    PHONE = "phone"
    EMAIL = "email"
    GROUP = "group"


CHOSEN = (Kind.ONE, Kind.SEVERAL, Kind.YES_NO)
YES, NO = "yes", "no"


class Said(StrEnum):
    """What stands for an answer: `{"said": "unknown"}`. BLANK is an optional question passed by."""

    UNKNOWN = "unknown"
    DECLINED = "declined"
    BLANK = "blank"


ANSWERED = "answered"
"""In a condition: anything but what is `Said`."""


class Reader(StrEnum):
    """Who is shown an answer: a mediator before and after accepting, staff who route it; nobody but its author."""

    BEFORE = "before_acceptance"
    AFTER = "after_acceptance"
    STAFF = "staff"
    NOBODY = "nobody"


class Facet(StrEnum):
    """What an answer is for, once the intake is sent (`facets.py`)."""

    ROLE = "role"
    ORIGIN = "origin"
    SPECIALTY = "specialty"
    COMMUNE = "commune"
    MODALITY = "modality"
    LANGUAGES = "languages"
    INTERPRETER = "interpreter"
    SIGN_LANGUAGE = "sign_language"
    ACCESSIBILITY = "accessibility"
    TIMES = "times"
    URGENCY = "urgency"
    AMOUNT = "amount"
    PARTY = "party"
    CONTACT_OTHERS = "contact_others"
    DISCREET = "discreet"
    CONSENT = "consent"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"


LINKS = ("consumer_site", "conciliator_site", "find_mediator", "assistance")
"""What a screen may lead to; whoever shows it knows the addresses."""

BEFORE_ACCEPTANCE = (Facet.SPECIALTY, Facet.COMMUNE, Facet.MODALITY, Facet.URGENCY, Facet.PARTY, Facet.NAME)
"""All that a mediator may be shown before accepting: domain, place, ways to meet, urgency, names of the parties."""


@dataclass(frozen=True)
class Text:
    fr: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)

    def of(self, language: str) -> str:
        """French unless `language` is English."""
        return self.en if tongue(language) == "en" else self.fr


@dataclass(frozen=True)
class Is:
    """The question has one of these values; of several choices, any of them. `Said` and ANSWERED are values too."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Every:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    part: Condition


Condition = Is | Every | Some | Not


@dataclass(frozen=True)
class Choice:
    """`exclusive`: ticked alone (« rien de cela »). `stands_for`: the specialty's slug, for the domain."""

    value: str
    label: Text
    hint: Text = Text()
    exclusive: bool = False
    stands_for: str = ""


@dataclass(frozen=True)
class Question:
    """`unknown`, `declined`: the words of « je ne sais pas », « je préfère ne pas répondre »; empty when not offered.

    `must_know` says why it cannot be unknown. `blank` are the summary’s words for an optional one passed by;
    `fields` are the questions of each entry of a group, `lowest` and `highest` how many entries; `longest` is in
    characters; `preset` a choice already ticked; `is_past`, `is_future` bound a date by today. `covered_by` is the
    consent without which the answer is not sent.
    """

    id: str
    kind: Kind
    label: Text
    why: Text
    read_by: str
    seen_by: tuple[Reader, ...]
    hint: Text = Text()
    choices: tuple[Choice, ...] = ()
    unknown: Text = Text()
    declined: Text = Text()
    must_know: str = ""
    is_sensitive: bool = False
    is_optional: bool = False
    blank: Text = Text()
    preset: str = ""
    longest: int = 0
    fields: tuple[Question, ...] = ()
    lowest: int = 0
    highest: int = 0
    is_past: bool = False
    is_future: bool = False
    autocomplete: str = ""
    facet: Facet | None = None
    covered_by: str = ""
    when: Condition | None = None

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)

    def choice(self, value: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)

    @property
    def instead(self) -> tuple[tuple[Said, Text], ...]:
        """What may be said instead of an answer, with its words, in the order of the screen."""
        offered = ((Said.UNKNOWN, self.unknown), (Said.DECLINED, self.declined))
        return tuple((said, words) for said, words in offered if words)

    @property
    def allows(self) -> tuple[Said, ...]:
        """The same and, when it may be passed by, BLANK."""
        blank = (Said.BLANK,) if self.is_optional else ()
        return tuple(said for said, _ in self.instead) + blank


@dataclass(frozen=True)
class Helpline:
    number: str
    label: Text


@dataclass(frozen=True)
class Link:
    """`name` is resolved by the caller (`consumer_site`, `conciliator_site`, …): no address is frozen in a version."""

    name: str
    label: Text


@dataclass(frozen=True)
class Screen:
    """One idea: questions, or information with a way on. `ends` is SEND or the kind of stop."""

    id: str
    section: str
    title: Text = Text()
    body: tuple[Text, ...] = ()
    points: tuple[Text, ...] = ()
    helplines: tuple[Helpline, ...] = ()
    links: tuple[Link, ...] = ()
    questions: tuple[Question, ...] = ()
    needs_one_of: tuple[str, ...] = ()
    ends: str = ""
    when: Condition | None = None

    @property
    def is_stop(self) -> bool:
        return self.ends not in ("", SEND)

    @property
    def heading(self) -> Text:
        """The page's title: its own, else its only question."""
        return self.title or (self.questions[0].label if self.questions else Text())


@dataclass(frozen=True)
class Section:
    """A step: « Étape 3 sur 9 ». Every intake that can be sent goes through all of them, in order."""

    id: str
    title: Text


@dataclass(frozen=True)
class ReadBy:
    """The sentence under a question, and what it promises."""

    id: str
    text: Text
    seen_by: tuple[Reader, ...]


@dataclass(frozen=True)
class Questionnaire:
    """`danger` and `unsure` are conditions on the answers about safety; `bands` upper bounds of amounts, in cents."""

    version: int
    title: Text
    minutes: int
    sections: tuple[Section, ...]
    readers: tuple[ReadBy, ...]
    screens: tuple[Screen, ...]
    danger: Condition
    unsure: Condition
    bands: tuple[int, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Screen]:
        return {screen.id: screen for screen in self.screens}

    @cached_property
    def by_question(self) -> dict[str, tuple[Screen, Question]]:
        return {question.id: (screen, question) for screen, question in self.each_question()}

    def each_question(self) -> Iterator[tuple[Screen, Question]]:
        return ((screen, question) for screen in self.screens for question in screen.questions)

    def screen(self, id_: str) -> Screen | None:
        return self.by_id.get(id_)

    def reader(self, id_: str) -> ReadBy | None:
        return next((reader for reader in self.readers if reader.id == id_), None)
