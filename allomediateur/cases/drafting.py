"""A saisine being told: begun, answered screen by screen, taken up again. Each answer is sealed under its own name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allomediateur.cases import steps
from allomediateur.cases.compartments import members
from allomediateur.cases.compartments.actors import Account, Actor, Holder, Reason, Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import DRAFT_KEPT, Compartment, Intake, IntakeStep, Proposal
from allomediateur.cases.questionnaire import shelf
from allomediateur.cases.questionnaire.shapes import Answer, Questionnaire
from allomediateur.directory.models import Mediator

MOST_CHOSEN = 3
"""Mediators whom one request is sent to."""
_ANSWER = "answer:"


class NotDraft(Exception):
    """It is sent, or over: `intake.state` says which."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake.state)
        self.intake = intake


class TooManyChosen(Exception):
    """`MOST_CHOSEN` already."""


@dataclass(frozen=True)
class Draft:
    """An intake opened by who writes it. `versions` are those of its answers, for who has two windows."""

    intake: Intake
    opened: Opened
    questionnaire: Questionnaire
    answers: dict[str, Answer]
    versions: dict[str, int]


def begin(writer: Account | Holder, *, language: str, zone: str, now: datetime, noting: bool = False) -> Intake:
    """A new draft of the newest questionnaire. `noting`: the writer is of staff, and writes what somebody dictates."""
    role = Role.STAFF if noting else Role.AUTHOR
    with transaction.atomic():
        compartment = members.begin(Compartment.Kind.INTAKE, writer, role, now=now)
        made = Intake.objects.create(
            compartment=compartment, version=shelf.newest().version, language=language, zone=zone,
            state=Intake.State.DRAFT, begun_at=now, changed_at=now, due_at=now + DRAFT_KEPT,
            noted_by_id=writer.pk if noting and isinstance(writer, Account) else None,
        )  # fmt: skip
        steps.record(made, IntakeStep.Kind.BEGUN, IntakeStep.By.STAFF if noting else IntakeStep.By.PERSON, now)
    return made


def read(intake: Intake, writer: Actor, *, now: datetime) -> Draft:
    """With its answers so far. Raises gate.NotMember, Purged."""
    reason = Reason.DICTATING if intake.noted_by_id else Reason.ANSWERING
    opened = intake.compartment.open(writer, now=now, reason=reason)
    kept = {
        one.name.removeprefix(_ANSWER): one for one in opened.contents().values() if one.name.startswith(_ANSWER)
    }  # fmt: skip
    return Draft(
        intake, opened, shelf.version(intake.version),
        {name: _read(one.text) for name, one in kept.items()}, {name: one.version for name, one in kept.items()},
    )  # fmt: skip


def save(draft: Draft, given: Mapping[str, Answer], *, seen: Mapping[str, int], now: datetime) -> None:
    """Keep answers; the same again are as they were. `seen`: the versions that were before the writer's eyes, 0 for
    none. Raises NotDraft, gate.ChangedMeanwhile (of `answer:<question>`), TooLong."""
    new = {name: answer for name, answer in given.items() if draft.answers.get(name) != answer}
    with transaction.atomic():
        locked = steps.locked(draft.intake)
        if locked.state != Intake.State.DRAFT:
            raise NotDraft(locked)
        if not new:
            return
        draft.opened.write_all(
            {_ANSWER + name: _written(answer) for name, answer in new.items()},
            seen={_ANSWER + name: seen[name] for name in new if name in seen},
        )
        locked.changed_at, locked.due_at = now, now + DRAFT_KEPT
        locked.save(update_fields=["changed_at", "due_at"])


def question_of(content: str) -> str:
    """The question whose answer a content holds."""
    return content.removeprefix(_ANSWER)


def choose(intake: Intake, mediator: Mediator, now: datetime) -> None:
    """One more mediator to send it to; chosen already, nothing changes. Raises NotDraft, TooManyChosen."""
    with transaction.atomic():
        locked = _choosing(intake)
        if locked.proposals.filter(mediator=mediator).exists():
            return
        if locked.proposals.filter(state=Proposal.State.CHOSEN).count() >= MOST_CHOSEN:
            raise TooManyChosen
        locked.proposals.create(mediator=mediator, state=Proposal.State.CHOSEN, hand=Proposal.Hand.PERSON, made_at=now)


def unchoose(intake: Intake, mediator: Mediator) -> None:
    """Not to that one. Raises NotDraft."""
    with transaction.atomic():
        _choosing(intake).proposals.filter(mediator=mediator, state=Proposal.State.CHOSEN).delete()


def _choosing(intake: Intake) -> Intake:
    locked = steps.locked(intake)
    if locked.state not in (Intake.State.DRAFT, Intake.State.TO_CHOOSE):
        raise NotDraft(locked)
    return locked


def _written(answer: Answer) -> str:
    """A text as it is, so that its length is its own; anything else as JSON."""
    return f"t{answer}" if isinstance(answer, str) else f"j{json.dumps(answer, ensure_ascii=False)}"


def _read(text: str) -> Answer:
    if text[:1] == "t":
        return text[1:]
    told: Answer = json.loads(text[1:])
    return told
