"""What routing needs of an intake that may be sent, read by the marks of its questions and never by their words."""

from collections.abc import Iterator
from dataclasses import dataclass

from allomediateur.cases.questionnaire.outcomes import Safety, outcome, sent
from allomediateur.cases.questionnaire.shapes import YES, Answer, Answers, Facet, Kind, Question, Questionnaire

MORE = "more"
"""The band of an amount above the last bound; bands are named by their bound in euros: `5000`, `10000`."""


@dataclass(frozen=True)
class Facets:
    """Empty where it is not known, does not matter, or nothing is needed.

    `parties` are the names to cross for independence, the applicant’s among them; `languages` ISO 639-1, or `other`;
    `discreet` the way letters may go, only where it was asked.
    """

    version: int
    role: str = ""
    origin: str = ""
    specialty: str = ""
    commune: str = ""
    modalities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    interpreter: bool = False
    sign_language: bool = False
    accessibility: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    urgency: str = ""
    amount_band: str = ""
    parties: tuple[str, ...] = ()
    discreet: str = ""
    safety: Safety = Safety.NONE
    may_invite: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_in_danger(self) -> bool:
        return self.safety is Safety.DANGER


def facets(questionnaire: Questionnaire, answers: Answers) -> Facets:
    """Nothing but the version when the intake may not be sent: a stop passes on nothing."""
    given = sent(questionnaire, answers)
    if not given:
        return Facets(questionnaire.version)
    marked = _Marked(questionnaire, given)
    reached = outcome(questionnaire, answers)
    return Facets(
        version=questionnaire.version,
        role=marked.one(Facet.ROLE),
        origin=marked.one(Facet.ORIGIN),
        specialty=marked.one(Facet.SPECIALTY),
        commune=marked.one(Facet.COMMUNE),
        modalities=marked.several(Facet.MODALITY),
        languages=marked.several(Facet.LANGUAGES),
        interpreter=marked.one(Facet.INTERPRETER) == YES,
        sign_language=marked.one(Facet.SIGN_LANGUAGE) == YES,
        accessibility=marked.several(Facet.ACCESSIBILITY),
        times=marked.several(Facet.TIMES),
        urgency=marked.one(Facet.URGENCY),
        amount_band=band(questionnaire, next((each for _, each in marked.of(Facet.AMOUNT)), None)),
        parties=tuple(dict.fromkeys(marked.names())),
        discreet=marked.one(Facet.DISCREET),
        safety=reached.safety,
        may_invite=reached.may_invite,
        name=marked.one(Facet.NAME),
        email=marked.one(Facet.EMAIL),
        phone=marked.one(Facet.PHONE),
    )


def band(questionnaire: Questionnaire, answer: Answer | None) -> str:
    """The smallest bound, included, that an amount in cents does not pass; empty when it is not known."""
    if not isinstance(answer, int):
        return ""
    return next((str(bound // 100) for bound in questionnaire.bands if answer <= bound), MORE)


@dataclass(frozen=True)
class _Marked:
    questionnaire: Questionnaire
    given: dict[str, Answer]

    def of(self, facet: Facet) -> Iterator[tuple[Question, Answer]]:
        for _, question in self.questionnaire.each_question():
            if question.facet is facet and question.id in self.given:
                yield question, self.given[question.id]

    def several(self, facet: Facet) -> tuple[str, ...]:
        return tuple(value for question, answer in self.of(facet) for value in _values(question, answer))

    def one(self, facet: Facet) -> str:
        return next(iter(self.several(facet)), "")

    def names(self) -> Iterator[str]:
        """Of the applicant, of who is acted for, and of the others."""
        yield from self.several(Facet.NAME)
        yield from self.several(Facet.PARTY)
        for _, question in self.questionnaire.each_question():
            answer = self.given.get(question.id)
            if question.kind is Kind.GROUP and isinstance(answer, list):
                yield from _names(question, answer)


def _names(group: Question, entries: list[str] | list[dict[str, Answer]]) -> Iterator[str]:
    fields = [field for field in group.fields if field.facet is Facet.PARTY]
    for entry in entries:
        for field in fields:
            if isinstance(entry, dict) and field.id in entry:
                yield from _values(field, entry[field.id])


def _values(question: Question, answer: Answer) -> Iterator[str]:
    """The values that stand for an answer; none for what was said instead, « rien » or « peu importe »."""
    if isinstance(answer, dict):
        yield from filter(None, [answer.get("code", "")])
    for value in answer if isinstance(answer, list) else [answer]:
        if isinstance(value, str) and value:
            choice = question.choice(value)
            if choice is None or not choice.exclusive:
                yield (choice.stands_for if choice else "") or value
