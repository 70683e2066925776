"""What must hold of a questionnaire before anybody is asked its questions. Each fault is a sentence that says where."""

from collections.abc import Iterator
from pathlib import Path

from allomediateur.cases.questionnaire import shelf, texts
from allomediateur.cases.questionnaire.exploring import TooManyWays, explore, named
from allomediateur.cases.questionnaire.loading import Malformed, load
from allomediateur.cases.questionnaire.shapes import (
    ANSWERED,
    BEFORE_ACCEPTANCE,
    CHOSEN,
    LINKS,
    SEND,
    Answers,
    Condition,
    Facet,
    Is,
    Kind,
    Question,
    Questionnaire,
    Reader,
    Said,
    Screen,
)  # fmt: skip

RESERVED = {ANSWERED, *(said.value for said in Said)}
"""Values no choice may have: conditions give them another meaning."""


def lint(questionnaire: Questionnaire) -> list[str]:
    """Empty when all is well. Ways through are explored only when names are right."""
    names = [*_repeated(questionnaire), *_sections(questionnaire), *_conditions(questionnaire), *_cycles(questionnaire)]
    questions = [fault for _, one in questionnaire.each_question() for fault in _question(questionnaire, one)]
    screens = [fault for screen in questionnaire.screens for fault in _screen(screen)]
    ways = [] if names else list(_ways(questionnaire))
    return [*names, *screens, *questions, *_promises(questionnaire), *texts.lint(questionnaire), *ways]


def lint_folder(folder: Path = shelf.FOLDER) -> list[str]:
    """Each version, its name, and that those landed are as they were."""
    faults = [f"{shelf.LANDED}: version {number} has no file any more" for number in shelf.landed(folder)
              if not shelf.path_of(number, folder).is_file()]  # fmt: skip
    for number in shelf.versions(folder):
        faults += [f"{shelf.path_of(number, folder).name}: {fault}" for fault in _version(number, folder)]
    return faults


def _version(number: int, folder: Path) -> Iterator[str]:
    frozen = shelf.landed(folder).get(number)
    if frozen is None:
        yield "not landed: manage.py lint_questionnaires --land freezes it"
    elif frozen != shelf.digest(number, folder):
        yield "frozen, and changed since it landed: write the next version instead"
    try:
        found = load(shelf.path_of(number, folder))
    except Malformed as error:
        yield str(error)
        return
    if found.version != number:
        yield f"says it is version {found.version}"
    yield from lint(found)


def _repeated(questionnaire: Questionnaire) -> Iterator[str]:
    kinds = {
        "screen": [screen.id for screen in questionnaire.screens],
        "question": [question.id for _, question in questionnaire.each_question()],
        "section": [section.id for section in questionnaire.sections],
        "reader": [reader.id for reader in questionnaire.readers],
    }
    for _, question in questionnaire.each_question():
        kinds[f"{question.id}: field"] = [field.id for field in question.fields]
        kinds[f"{question.id}: choice"] = list(question.values)
    for kind, ids in kinds.items():
        yield from (f"{kind} {id_}: twice" for id_ in dict.fromkeys(ids) if ids.count(id_) > 1)


def _sections(questionnaire: Questionnaire) -> Iterator[str]:
    """Screens stand in the order of their sections, so that a step never comes back."""
    ids = [section.id for section in questionnaire.sections]
    last = 0
    for screen in questionnaire.screens:
        if screen.section not in ids:
            yield f"screen {screen.id}: unknown section {screen.section}"
        elif ids.index(screen.section) < last:
            yield f"screen {screen.id}: its section is over"
        else:
            last = ids.index(screen.section)


def _each_condition(questionnaire: Questionnaire) -> Iterator[tuple[str, int, Condition | None]]:
    """Where it stands, its screen’s number, the condition."""
    for index, screen in enumerate(questionnaire.screens):
        yield f"screen {screen.id}", index, screen.when
        for question in screen.questions:
            yield f"question {question.id}", index, question.when
    for name, condition in (("danger", questionnaire.danger), ("unsure", questionnaire.unsure)):
        yield name, len(questionnaire.screens), condition


def _conditions(questionnaire: Questionnaire) -> Iterator[str]:
    place = {one.id: index for index, screen in enumerate(questionnaire.screens) for one in screen.questions}
    for where, index, condition in _each_condition(questionnaire):
        for comparison in named(condition):
            if comparison.question not in place:
                yield f"{where}: its condition names an unknown question, {comparison.question}"
                continue
            if place[comparison.question] >= index:
                yield f"{where}: its condition names a later question, {comparison.question}"
            yield from _values(where, comparison, questionnaire.by_question[comparison.question][1])


def _values(where: str, comparison: Is, question: Question) -> Iterator[str]:
    known = {ANSWERED, *(said.value for said in question.allows), *(question.values if question.kind in CHOSEN else ())}
    for value in comparison.values:
        if value not in known:
            yield f"{where}: its condition names an unknown value, {value} of {question.id}"


def _cycles(questionnaire: Questionnaire) -> Iterator[str]:
    """Screens whose conditions wait for each other."""
    home = {one.id: screen.id for screen in questionnaire.screens for one in screen.questions}
    waits: dict[str, set[str]] = {
        screen.id: {home[each.question] for when in (screen.when, *(one.when for one in screen.questions))
                    for each in named(when) if each.question in home}
        for screen in questionnaire.screens
    }  # fmt: skip
    for start in waits:
        reached: set[str] = set()
        edge = set(waits[start])
        while edge - reached:
            reached |= edge
            edge = {after for one in edge for after in waits[one]}
        if start in reached:
            yield f"screen {start}: waits for itself, by a cycle of conditions"


def _screen(screen: Screen) -> Iterator[str]:
    where = f"screen {screen.id}"
    if not screen.heading:
        yield f"{where}: no title"
    if not screen.questions and not (screen.body or screen.points):
        yield f"{where}: asks nothing and says nothing"
    if screen.is_stop and screen.questions:
        yield f"{where}: a stop asks nothing"
    if screen.is_stop and not screen.links:
        yield f"{where}: a stop leads somewhere, and has no link"
    yield from (f"{where}: unknown link {link.name}" for link in screen.links if link.name not in LINKS)
    asked = [question.id for question in screen.questions]
    yield from (
        f"{where}: needs one of {id_}, which it does not ask" for id_ in screen.needs_one_of if id_ not in asked
    )


def _question(questionnaire: Questionnaire, question: Question) -> Iterator[str]:
    where = f"question {question.id}"
    yield from (f"{where}: {fault}" for fault in _shape(question))
    yield from (f"{where}: {fault}" for fault in _readers(questionnaire, question))
    if not question.unknown and not question.must_know:
        yield f"{where}: no « je ne sais pas », and no must_know to say why"
    if question.is_sensitive and not question.declined:
        yield f"{where}: sensitive, without « je préfère ne pas répondre »"
    consent = questionnaire.by_question.get(question.covered_by)
    if question.covered_by and (consent is None or consent[1].facet is not Facet.CONSENT):
        yield f"{where}: covered by {question.covered_by}, which is no consent"
    for field in question.fields:
        yield from (f"{where}, field {field.id}: {fault}" for fault in _field(questionnaire, question, field))


def _field(questionnaire: Questionnaire, group: Question, field: Question) -> Iterator[str]:
    yield from _shape(field)
    yield from _readers(questionnaire, field)
    if field.kind is Kind.GROUP:
        yield "a group in a group"
    if not field.is_optional and not field.unknown and not field.must_know:
        yield "no « je ne sais pas », not optional, and no must_know to say why"
    if not set(field.seen_by) - {Reader.NOBODY} <= set(group.seen_by):
        yield "shown to somebody to whom its group is not"


def _shape(question: Question) -> Iterator[str]:
    if question.kind in CHOSEN and len(question.choices) < 2:
        yield "fewer than two choices"
    if question.kind not in CHOSEN and question.choices:
        yield "choices that are never shown"
    if question.kind is Kind.GROUP and not question.fields:
        yield "a group without fields"
    if question.preset and question.preset not in question.values:
        yield f"preset {question.preset} is no choice"
    yield from (f"{value} is a reserved value" for value in question.values if value in RESERVED)
    if "-" in question.id:
        yield "a dash in its name, which forms use"


def _readers(questionnaire: Questionnaire, question: Question) -> Iterator[str]:
    if not question.why:
        yield "no why"
    reader = questionnaire.reader(question.read_by)
    if reader is None:
        yield f"read_by names no reader, {question.read_by!r}"
    elif set(reader.seen_by) != set(question.seen_by):
        yield f"seen_by is not what {reader.id} promises"


def _promises(questionnaire: Questionnaire) -> Iterator[str]:
    """Before accepting, a mediator is shown what BEFORE_ACCEPTANCE says and nothing else."""
    for reader in questionnaire.readers:
        if (Reader.NOBODY in reader.seen_by and len(reader.seen_by) > 1) or not reader.seen_by:
            yield f"reader {reader.id}: nobody is alone"
        if Reader.BEFORE in reader.seen_by and Reader.AFTER not in reader.seen_by:
            yield f"reader {reader.id}: shown before accepting, and not after"
    for _, question in questionnaire.each_question():
        for one in question.fields or (question,):
            if Reader.BEFORE in one.seen_by and one.facet not in BEFORE_ACCEPTANCE:
                yield f"question {question.id}: not for a mediator who has not accepted"


def _ways(questionnaire: Questionnaire) -> Iterator[str]:
    try:
        found = explore(questionnaire)
    except TooManyWays:
        yield "too many ways through: ask fewer things that decide"
        return
    yield from (
        f"screen {one.id}: no answers lead there" for one in questionnaire.screens if one.id not in found.screens
    )
    for screen, question in questionnaire.each_question():
        if screen.id in found.screens and question.id not in found.questions:
            yield f"question {question.id}: no answers make it asked"
    yield from (f"dead end: {_told(answers)} end nowhere" for answers in found.dead_ends)
    yield from (
        f"section {id_}: {_told(answers)} skip it, and steps would lie" for id_, answers in found.skipped.items()
    )
    if not any(screen.ends == SEND and screen.id in found.screens for screen in questionnaire.screens):
        yield "dead end: nothing can ever be sent"


def _told(answers: Answers) -> str:
    return f"answers {answers}" if answers else "no answers"
