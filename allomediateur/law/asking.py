"""The checker’s questions, in their order, and which are left: one that can change nothing is not asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from allomediateur.law import words
from allomediateur.law.facts import (
    Attempt,
    Court,
    Exemption,
    Facts,
    Fault,
    Parties,
    Procedure,
    Subject,
    Territory,
    faults,
)  # fmt: skip
from allomediateur.law.judging import Verdict, explore, settle, told
from allomediateur.law.representing import needs_amount
from allomediateur.law.tables import Tables
from allomediateur.law.texts import Text

UNKNOWN, NONE, YES, NO = "unknown", "none_of_these", "yes", "no"
NOT_YET, ON_DAY, A_SUM, NO_SUM = "not_yet", "on_day", "a_sum", "no_sum"


@dataclass(frozen=True)
class Question:
    """`id` is the fact it settles. `many`: several answers. `typed` may be written, with the answer `wants`."""

    id: str
    title: Text
    hint: Text
    choices: tuple[tuple[str, Text], ...] = ()
    many: bool = False
    typed: tuple[tuple[str, Text], ...] = ()
    wants: str = ""


@dataclass(frozen=True)
class Reply:
    """`written`: days, or cents for a sum, already understood."""

    chosen: tuple[str, ...] = ()
    written: Mapping[str, date | int] = field(default_factory=dict)


def _choices(kind: type[StrEnum], names: Mapping[str, Text], *, none: bool = False) -> tuple[tuple[str, Text], ...]:
    last = ((NONE, words.NONE),) if none else ()
    return (*((str(one), names[one]) for one in kind), *last, (UNKNOWN, words.UNKNOWN))


QUESTIONS = (
    Question(
        "violence",
        Text("Y a-t-il des violences, des menaces ou de la peur ?", "Is there violence, threats or fear?"),
        Text(
            "De la part de l’autre personne, envers vous ou un proche.",
            "From the other person, against you or a relative.",
        ),
        ((YES, words.YES), (NO, words.NO), (UNKNOWN, words.UNKNOWN)),
    ),
    Question(
        "date",
        Text("Le juge est-il déjà saisi ?", "Has the court action already been started?"),
        Text(
            "La règle a changé plusieurs fois. Celle qui compte est celle du jour où le juge est saisi.",
            "The rule changed several times. The one of the day when the action is started counts.",
        ),
        ((NOT_YET, words.NOT_YET), (ON_DAY, words.ON_DAY), (UNKNOWN, words.UNKNOWN)),
        typed=(("day", Text("Le jour", "The day")),),
        wants=ON_DAY,
    ),
    Question(
        "parties",
        Text("De quel litige s’agit-il ?", "Which kind of dispute is it?"),
        Text("Qui demande, et contre qui.", "Who claims, and against whom."),
        _choices(Parties, words.PARTIES),
    ),
    Question(
        "court",
        Text("Devant quel tribunal ?", "Before which court?"),
        Text(
            "Le tribunal judiciaire juge la plupart des litiges entre particuliers.",
            "The tribunal judiciaire judges most disputes between private persons.",
        ),
        _choices(Court, words.COURTS),
    ),
    Question(
        "territory",
        Text("Où se trouve ce tribunal ?", "Where is this court?"),
        Text(
            "La Nouvelle-Calédonie et la Polynésie française ont leur propre procédure.",
            "New Caledonia and French Polynesia have a procedure of their own.",
        ),
        _choices(Territory, words.TERRITORIES),
    ),
    Question(
        "procedure",
        Text("Quelle demande au juge ?", "Which request to the judge?"),
        Text("Dans le doute, c’est le plus souvent une demande ordinaire.", "Most often it is an ordinary claim."),
        _choices(Procedure, words.PROCEDURES),
    ),
    Question(
        "subjects",
        Text("Le litige porte-t-il sur un de ces sujets ?", "Is the dispute about one of these subjects?"),
        Text("Plusieurs réponses sont possibles.", "Several answers are possible."),
        tuple(one for one in _choices(Subject, words.SUBJECTS, none=True) if one[0] != Subject.OTHER),
        many=True,
    ),
    Question(
        "claim_amount",
        Text("Combien demandez-vous ?", "How much do you claim?"),
        Text(
            "Sans compter les frais. Additionnez ce que vous demandez à la même personne pour un même contrat.",
            "Without costs. Add up what you claim from the same person under one contract.",
        ),
        ((A_SUM, words.A_SUM), (NO_SUM, words.NO_SUM), (UNKNOWN, words.UNKNOWN)),
        typed=(("sum", Text("La somme, en euros", "The sum, in euros")),),
        wants=A_SUM,
    ),
    Question(
        "exemptions",
        Text("Êtes-vous dans un de ces cas ?", "Are you in one of these situations?"),
        Text("Ils peuvent dispenser de la tentative.", "They may exempt you from the attempt."),
        _choices(Exemption, words.EXEMPTIONS, none=True),
        many=True,
    ),
    Question(
        "conciliator",
        Text("Quand le conciliateur peut-il vous recevoir ?", "When can the conciliateur see you?"),
        Text("Laissez vide ce que vous ne savez pas.", "Leave empty what you don’t know."),
        typed=(
            ("referred", Text("Le jour de votre demande au conciliateur", "The day you asked the conciliateur")),
            ("meeting", Text("Le jour de la première réunion", "The day of the first meeting")),
        ),
    ),
    Question(
        "attempt",
        Text("Avez-vous déjà tenté un règlement amiable ?", "Have you already attempted an amicable settlement?"),
        Text(
            "Conciliation, médiation, ou procédure participative.",
            "Conciliation, mediation or a participative procedure.",
        ),
        _choices(Attempt, words.ATTEMPTS),
    ),
)
BY_ID = {one.id: one for one in QUESTIONS}


def objections(question: Question, reply: Reply) -> Iterator[Fault]:
    """What is missing or does not go together in an answer."""
    labels, written = dict(question.choices), question.typed and reply.written
    if question.choices and not reply.chosen:
        yield Fault(question.id, words.CHOOSE)
    for alone in {UNKNOWN, NONE}.intersection(reply.chosen) if len(reply.chosen) > 1 else ():
        yield Fault(question.id, words.ALONE.filled(choice=labels[alone].begun))
    if question.wants in reply.chosen and not written and question.wants:
        yield Fault(question.typed[0][0], words.WRITE_DAY if question.wants == ON_DAY else words.WRITE_SUM)
    if question.wants and written and reply.chosen and question.wants not in reply.chosen:
        yield Fault(question.id, words.BOTH.filled(choice=labels[reply.chosen[0]].begun))


def facts(replies: Mapping[str, Reply], today: date) -> Facts:
    """What is told so far; the rest is unknown, nothing is presumed."""
    values: dict[str, Any] = dict.fromkeys(("date", "subjects", "procedure", "parties", "exemptions", "territory"))
    values["violence"] = None
    for name, reply in replies.items():
        values |= _values(name, reply, today)
    return Facts(**values)


def _values(name: str, reply: Reply, today: date) -> dict[str, Any]:
    one = reply.chosen[0] if reply.chosen else UNKNOWN
    written = reply.written
    match name:
        case "violence":
            return {name: {YES: True, NO: False}.get(one)}
        case "date":
            return {name: today if one == NOT_YET else written.get("day")}
        case "claim_amount":
            return {"claim_cents": 0 if one == NO_SUM else written.get("sum")}
        case "conciliator":
            return {
                "conciliator_referred_on": written.get("referred"),
                "conciliator_meeting_on": written.get("meeting"),
            }
        case "subjects" | "exemptions":
            kind = Subject if name == "subjects" else Exemption
            said = None if UNKNOWN in reply.chosen else tuple(kind(each) for each in reply.chosen if each != NONE)
            return {name: said}
    kinds: dict[str, type[StrEnum]] = {
        "parties": Parties, "court": Court, "territory": Territory, "procedure": Procedure, "attempt": Attempt,
    }  # fmt: skip
    return {name: None if one == UNKNOWN else kinds[name](one)}


def path(replies: Mapping[str, Reply], tables: Tables, today: date) -> tuple[Question, ...]:
    """The questions that these replies lead through; the last one has no reply, unless the answer is next."""
    asked: list[Question] = []
    known: dict[str, Reply] = {}
    for question in QUESTIONS:
        if not _matters(question, facts(known, today), tables):
            continue
        asked.append(question)
        if question.id not in replies:
            break
        known[question.id] = replies[question.id]
    return tuple(asked)


def kept(questions: Iterable[Question], replies: Mapping[str, Reply]) -> dict[str, Reply]:
    """The replies to these questions only: one given on a way that was left decides nothing."""
    return {one.id: replies[one.id] for one in questions if one.id in replies}


def _matters(question: Question, known: Facts, tables: Tables) -> bool:
    if question.id == "conciliator":
        return Exemption.CONCILIATOR_DELAY in (known.exemptions or ())
    if faults(known):
        return False
    verdicts = {branch.found.verdict for branch in told(explore(known, tables, settle), lambda ruling: ruling.verdict)}
    if len(verdicts) > 1 or verdicts == {Verdict.UNCERTAIN}:
        return True
    if question.id == "attempt":
        return verdicts == {Verdict.REQUIRED}
    if question.id == "court":
        return not known.violence
    return question.id == "claim_amount" and known.court is not None and needs_amount(known, tables)
