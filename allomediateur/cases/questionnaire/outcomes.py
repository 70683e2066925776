"""What answers come to: go on, be sent, or stop with information; and what fear or violence forbids."""

from dataclasses import dataclass
from enum import StrEnum

from allomediateur.cases.questionnaire.shapes import NO, SEND, YES, Answer, Answers, Facet, Questionnaire, Screen
from allomediateur.cases.questionnaire.walking import Walk, holds, walk

UNFINISHED = "unfinished"


class Safety(StrEnum):
    """UNSURE: no answer, « je ne sais pas » or « je préfère ne pas répondre »: as careful as with DANGER."""

    NONE = "none"
    UNSURE = "unsure"
    DANGER = "danger"


@dataclass(frozen=True)
class Outcome:
    """`ending` is UNFINISHED, SEND or the kind of stop (`consumer`, `administration`, …), whose screen is `stop`.

    `may_invite`: somebody asked that the platform write to the other side, and nothing speaks against it.
    `refused` are the consents answered by no.
    """

    ending: str
    stop: Screen | None
    safety: Safety
    may_invite: bool
    refused: tuple[str, ...] = ()

    @property
    def is_in_danger(self) -> bool:
        return self.safety is Safety.DANGER

    @property
    def can_be_sent(self) -> bool:
        return self.ending == SEND


def outcome(questionnaire: Questionnaire, answers: Answers) -> Outcome:
    """A stop as soon as it is met; SEND once everything up to the last screen is answered."""
    way = walk(questionnaire, answers)
    stop = way.screens[-1] if way.screens and way.screens[-1].is_stop else None
    safety = _safety(questionnaire, way)
    asked_to = any(way.answers.get(id_) == YES for id_ in _marked(questionnaire, Facet.CONTACT_OTHERS))
    refused = tuple(id_ for id_ in _marked(questionnaire, Facet.CONSENT) if way.answers.get(id_) == NO)
    return Outcome(_ending(way, stop), stop, safety, asked_to and safety is Safety.NONE and stop is None, refused)


def sent(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """What leaves with the intake: the answers on the way, when it may be sent, without those whose consent was
    refused; after a stop, nothing."""
    reached = outcome(questionnaire, answers)
    if not reached.can_be_sent:
        return {}
    given = walk(questionnaire, answers).answers
    refused = {one.id for _, one in questionnaire.each_question() if one.covered_by in reached.refused}
    return {id_: answer for id_, answer in given.items() if id_ not in refused}


def _ending(way: Walk, stop: Screen | None) -> str:
    if stop:
        return stop.ends
    return SEND if way.is_over else UNFINISHED


def _safety(questionnaire: Questionnaire, way: Walk) -> Safety:
    if holds(questionnaire.danger, way.facts):
        return Safety.DANGER
    return Safety.UNSURE if holds(questionnaire.unsure, way.facts) else Safety.NONE


def _marked(questionnaire: Questionnaire, facet: Facet) -> list[str]:
    return [question.id for _, question in questionnaire.each_question() if question.facet is facet]
