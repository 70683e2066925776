"""What each reader is shown of an intake: made once, when it is sent, apart from the answers, which its author alone
reads. A membership names the copies it opens, so that nothing else is within reach.
"""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from allomediateur.cases.compartments.gate import TEXT_MOST, Opened
from allomediateur.cases.questionnaire import summaries
from allomediateur.cases.questionnaire.facets import Facets, facets
from allomediateur.cases.questionnaire.outcomes import Safety
from allomediateur.cases.questionnaire.shapes import Answers, Questionnaire, Reader
from allomediateur.cases.questionnaire.summaries import Part

_CAREFUL = "-careful"
"""Beside the answers of a copy: the name of no question."""
PIECES = 5
"""Contents of one copy: all that a questionnaire can hold is in less."""


class Copy(StrEnum):
    """BEFORE and AFTER: a mediator's, until they accept and from then on. STAFF's. ROUTING: what the platform needs."""

    BEFORE = "before"
    AFTER = "after"
    STAFF = "staff"
    ROUTING = "routing"


READERS = {Copy.BEFORE: Reader.BEFORE, Copy.AFTER: Reader.AFTER, Copy.STAFF: Reader.STAFF}


def names(*copies: Copy) -> list[str]:
    """The contents that these are kept in, whether or not all are needed: their number says nothing."""
    return [f"{copy}.{piece}" for copy in copies for piece in range(PIECES)]


def make(opened: Opened, questionnaire: Questionnaire, answers: Answers) -> Facets:
    """All four, from answers that may be sent. Returns what routing will read. Raises as Opened.write."""
    found = facets(questionnaire, answers)
    shares: dict[Copy, Any] = {copy: summaries.share(questionnaire, answers, READERS[copy]) for copy in READERS}
    for copy in (Copy.AFTER, Copy.STAFF):
        shares[copy][_CAREFUL] = found.safety is not Safety.NONE
    shares[Copy.ROUTING] = asdict(found)
    opened.write_all({name: piece for copy, share in shares.items() for name, piece in _pieces(copy, share).items()})
    return found


def read(opened: Opened, copy: Copy, questionnaire: Questionnaire, language: str) -> tuple[Part, ...]:
    """A reader's copy, in words. Raises gate.MayNot, NotAuthentic."""
    return summaries.told(questionnaire, _read(opened, copy), reader=READERS[copy], language=language)


def is_careful(opened: Opened, copy: Copy) -> bool:
    """Whether somebody is afraid, or does not say that nobody is: told with AFTER and STAFF. Raises gate.MayNot."""
    return bool(_read(opened, copy).get(_CAREFUL))


def routing(opened: Opened) -> Facets:
    """What routing needs. Raises gate.MayNot, NotAuthentic."""
    told = _read(opened, Copy.ROUTING)
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Facets(**{**told, **lists, "safety": Safety(told["safety"])})


def _pieces(copy: Copy, share: object) -> dict[str, str]:
    text = json.dumps(share, ensure_ascii=False)
    return {
        name: text[first : first + TEXT_MOST]
        for name, first in zip(names(copy), range(0, len(text), TEXT_MOST), strict=False)
    }


def _read(opened: Opened, copy: Copy) -> dict[str, Any]:
    pieces = [opened.read(name) for name in names(copy)]
    told = json.loads("".join(piece or "" for piece in pieces) or "{}")
    return told if isinstance(told, dict) else {}
