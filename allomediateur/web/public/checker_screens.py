"""The checker's form: what it sends from screen to screen, and a question as its page draws it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import QueryDict
from django.utils.translation import get_language

from allomediateur.law.asking import QUESTIONS, Question, Reply
from allomediateur.law.facts import Fault
from allomediateur.law.texts import Text
from allomediateur.web.ui import written as told
from allomediateur.web.ui.written import Unclear

LONGEST = 40
"""Characters of what is written in a box."""
SEEN = "seen"
"""What a question without choices sends, so that an empty answer is one."""


@dataclass(frozen=True)
class Posted:
    """`replies`: those understood; `raw`: what was sent, by name; `wrong`: by question, what cannot be understood."""

    raw: dict[str, list[str]]
    replies: dict[str, Reply]
    wrong: dict[str, list[Fault]]

    @classmethod
    def of(cls, sent: QueryDict) -> "Posted":
        posted = cls({}, {}, {})
        for question in QUESTIONS:
            posted._read(question, sent)
        return posted

    def _read(self, question: Question, sent: QueryDict) -> None:
        known = [value for value, _ in question.choices] or [SEEN]
        chosen = tuple(value for value in known if value in sent.getlist(question.id))
        if not question.many:
            chosen = tuple(value for value in sent.getlist(question.id)[-1:] if value in known)
        texts = {name: sent.get(name, "").strip()[:LONGEST] for name, _ in question.typed}
        self.raw[question.id] = [*chosen]
        self.raw.update({name: [text] for name, text in texts.items() if text})
        written: dict[str, date | int] = {}
        wrong: list[Fault] = []
        for name, text in texts.items():
            try:
                if text:
                    written[name] = told.amount(text) if name == "sum" else told.day(text)
            except Unclear as unclear:
                wrong.append(Fault(name, told.message(unclear)))
        if wrong:
            self.wrong[question.id] = wrong
        elif chosen or written:
            self.replies[question.id] = Reply(chosen or _implied(question), written)

    def carried(self, question: Question | None) -> list[tuple[str, str]]:
        """Name and value of what goes on hidden: all but what that question shows."""
        shown = {question.id, *(name for name, _ in question.typed)} if question else set()
        return [(name, value) for name, values in self.raw.items() if name not in shown for value in values]


def _implied(question: Question) -> tuple[str, ...]:
    """Who writes a day without choosing « yes » has said it."""
    return (question.wants,) if question.wants else ()


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Box:
    name: str
    label: str
    hint: str
    value: str
    mode: str
    errors: list[str]


@dataclass(frozen=True)
class Screen:
    question: Question
    posted: Posted
    number: int
    wrong: tuple[Fault, ...]

    @cached_property
    def language(self) -> str:
        return get_language() or "fr"

    def _of(self, text: Text) -> str:
        return text.of(self.language)

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def title(self) -> str:
        return self._of(self.question.title)

    @property
    def hint(self) -> str:
        return self._of(self.question.hint)

    @property
    def faults(self) -> list[tuple[str, str]]:
        return [(fault.name, self._of(fault.message)) for fault in self.wrong]

    @property
    def errors(self) -> list[str]:
        """Those of the choice; a box has its own."""
        return [message for name, message in self.faults if name == self.question.id]

    @property
    def options(self) -> list[Option]:
        chosen = self.posted.raw.get(self.question.id, [])
        return [
            Option(value, self._of(label.begun), value in chosen or self._is_implied(value))
            for value, label in self.question.choices
        ]

    def _is_implied(self, value: str) -> bool:
        reply = self.posted.replies.get(self.question.id)
        return reply is not None and value in reply.chosen

    @property
    def boxes(self) -> list[Box]:
        return [
            Box(
                name=name,
                label=self._of(label),
                hint=told.hint(name == "sum"),
                value="".join(self.posted.raw.get(name, [])),
                mode="decimal" if name == "sum" else "text",
                errors=[message for wrong, message in self.faults if wrong == name],
            )
            for name, label in self.question.typed
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        return self.posted.carried(self.question)

    @property
    def seen(self) -> str:
        return "" if self.question.choices else SEEN
