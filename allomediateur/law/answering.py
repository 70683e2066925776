"""The answer: verdict, why, since when, what to keep, the ways there are, who may help. Pure: facts and tables in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from allomediateur.law import sayings, words
from allomediateur.law.facts import Attempt, Court, Exemption, Facts, Parties, Procedure, check
from allomediateur.law.judging import Branch, Ground, Known, Ruling, Unsettled, Verdict, explore, settle, told
from allomediateur.law.representing import Help, help_before, lawyer_needed
from allomediateur.law.tables import Article, Articles, Assistance, Lawyer, Need, PriorAttempt, Tables, Verified
from allomediateur.law.texts import Text, day, euros, listed


class Way(StrEnum):
    """Who to turn to; CONCILIATOR is always there."""

    CONCILIATOR = "conciliator"
    CONSUMER_MEDIATOR = "consumer_mediator"
    DEFENDER_OF_RIGHTS = "defender_of_rights"
    POINT_JUSTICE = "point_justice"
    MEDIATOR = "mediator"
    PARTICIPATIVE = "participative"


@dataclass(frozen=True)
class Alternative:
    way: Way
    text: Text
    is_free: bool


@dataclass(frozen=True)
class InForce:
    """The version that was applied; `until` is the first day of the next, None while there is none."""

    id: str
    since: date
    until: date | None
    source: Text


@dataclass(frozen=True)
class Answer:
    """`version` is None when nobody knows the day. `missing`: facts that would settle an uncertain verdict."""

    verdict: Verdict
    reasons: tuple[Text, ...]
    articles: tuple[Article, ...]
    version: InForce | None
    evidence: tuple[Text, ...]
    warnings: tuple[Text, ...]
    alternatives: tuple[Alternative, ...]
    lawyer: Need
    assistance: Help
    verified: Verified
    missing: tuple[str, ...]


def prior_attempt(facts: Facts, tables: Tables) -> Answer:
    """Raises BadFacts with what is to be mended."""
    check(facts)
    branches = told(explore(facts, tables, settle), lambda ruling: ruling.verdict)
    verdicts = {branch.found.verdict for branch in branches}
    verdict = verdicts.pop() if len(verdicts) == 1 else Verdict.UNCERTAIN
    missing = _missing(branches) if len({branch.found.verdict for branch in branches}) > 1 else ()
    version = None if facts.date is None else tables.on(PriorAttempt, facts.date)
    lawyer, needed = lawyer_needed(facts, tables)
    help_ = help_before(facts, tables, lawyer)
    cited = _cited(facts, tables, branches, version)
    return Answer(
        verdict=verdict,
        reasons=tuple(_reasons(branches, missing, tables)),
        articles=tuple(tables.article(name) for name in dict.fromkeys((*cited, *needed, *help_.articles))),
        version=_in_force(version, tables) if version else None,
        evidence=tuple(_evidence(facts, branches, verdict)),
        warnings=tuple(dict.fromkeys(_warnings(facts, tables, verdict, version))),
        alternatives=tuple(_alternatives(facts)),
        lawyer=lawyer,
        assistance=help_,
        verified=_verified(facts, tables),
        missing=missing,
    )


def _in_force(version: PriorAttempt, tables: Tables) -> InForce:
    return InForce(version.id, version.since, tables.until(version), version.source)


def _missing(branches: list[Branch[Ruling]]) -> tuple[str, ...]:
    """What was supposed on these ways, in the order it was asked for."""
    return tuple(dict.fromkeys(name for branch in branches for name, _ in branch.supposed))


def _reasons(branches: list[Branch[Ruling]], missing: tuple[str, ...], tables: Tables) -> Iterator[Text]:
    if missing:
        yield sayings.UNKNOWN.filled(names=listed([sayings.NAMES[name] for name in missing]))
        return
    for branch in _distinct(branches):
        yield _reason(branch, tables)
    if branches[0].found.verdict is Verdict.REQUIRED:
        yield sayings.CHOICE


def _distinct(branches: list[Branch[Ruling]]) -> list[Branch[Ruling]]:
    return list({branch.found: branch for branch in reversed(branches)}.values())[::-1]


def _reason(branch: Branch[Ruling], tables: Tables) -> Text:
    ruling, version = branch.found, Known(branch.facts, tables).version
    return sayings.REASONS[ruling.ground].filled(
        ceiling=euros(version.ceiling_cents or 0),
        source=version.source,
        exemptions=listed([words.EXEMPTIONS[one] for one in ruling.exemptions]),
        subjects=listed([words.SUBJECTS[one] for one in ruling.subjects]),
    )


ARTICLES = {
    Ground.FAMILY: ("law-2016-1547-7", "civ-373-2-10"),
    Ground.FAMILY_VIOLENCE: ("civ-373-2-10",),
    Ground.ADMINISTRATION: ("cja-l213-11", "cja-l213-13"),
    Ground.PAYMENT_ORDER: ("cass-25-70013",),
}
"""Beside those of the version."""


def _cited(facts: Facts, tables: Tables, branches: list[Branch[Ruling]], version: PriorAttempt | None) -> Iterator[str]:
    yield from version.articles if version else ("cpc-750-1",)
    for branch in branches:
        yield from ARTICLES.get(branch.found.ground, ())
        for subject in branch.found.subjects:
            yield Known(branch.facts, tables).version.subjects[subject]
        if Exemption.SMALL_CLAIMS_FAILED in branch.found.exemptions:
            yield "cpce-l125-1"
    if version:
        yield from (name for note in version.notes for name in note.articles)
    if facts.parties is Parties.CONSUMER_VS_TRADER:
        yield from ("conso-l612-1", "conso-l612-2", "conso-r612-1")
    yield "civ-2238"


def _evidence(facts: Facts, branches: list[Branch[Ruling]], verdict: Verdict) -> Iterator[Text]:
    exemptions = dict.fromkeys(one for branch in branches for one in branch.found.exemptions)
    yield from (sayings.OF_EXEMPTION[one] for one in exemptions if one in (facts.exemptions or ()) or one in BY_DATES)
    if verdict in (Verdict.REQUIRED, Verdict.UNCERTAIN):
        yield sayings.PROOFS.get(facts.attempt or Attempt.NONE, sayings.TO_GET)
        yield sayings.TWO_DATES
    yield sayings.KEEP


BY_DATES = (Exemption.CONCILIATOR_DELAY,)


def _warnings(facts: Facts, tables: Tables, verdict: Verdict, version: PriorAttempt | None) -> Iterator[Text]:
    if facts.violence:
        yield sayings.VIOLENCE
    if facts.attempt is Attempt.FORMAL_NOTICE:
        yield sayings.FORMAL_NOTICE
    if verdict is Verdict.REQUIRED and facts.attempt not in sayings.PROOFS:
        yield sayings.INADMISSIBLE
    if facts.procedure is Procedure.INTERIM:
        yield sayings.INTERIM
    yield from _of_version(facts, tables, version)
    yield from (sayings.PRESUMED[name] for name in sorted(facts.presumed & _weighed(facts, tables)))
    if facts.claim_cents:
        yield sayings.ADDS_UP
    yield sayings.LIMITATION
    yield sayings.GENERAL


def _of_version(facts: Facts, tables: Tables, version: PriorAttempt | None) -> Iterator[Text]:
    if version and facts.court in (None, Court.JUDICIAIRE, Court.PROXIMITE):
        yield from (note.text for note in version.notes)
    for draft in tables.each(PriorAttempt, enabled=False):
        if facts.date is not None and facts.date >= draft.since and draft.ceiling_cents:
            yield sayings.ANNOUNCED.filled(ceiling=euros(draft.ceiling_cents), day=day(draft.since))


def _weighed(facts: Facts, tables: Tables) -> frozenset[str]:
    """Which of the presumed facts the rules asked for on the way."""
    return frozenset(name for name in facts.presumed if name in _asked_first(facts, tables, name))


def _asked_first(facts: Facts, tables: Tables, name: str) -> tuple[str, ...]:
    """The fact, if it is asked for once nobody tells it."""
    untold: dict[str, Any] = {name: None}
    try:
        settle(Known(replace(facts, **untold), tables))
    except Unsettled as unknown:
        return (unknown.name,)
    return ()


def _alternatives(facts: Facts) -> Iterator[Alternative]:
    """Free ways first."""
    yield Alternative(Way.CONCILIATOR, sayings.CONCILIATOR, is_free=True)
    if facts.parties is Parties.CONSUMER_VS_TRADER:
        yield Alternative(Way.CONSUMER_MEDIATOR, sayings.CONSUMER, is_free=True)
    if facts.parties is Parties.CITIZEN_VS_ADMINISTRATION or facts.court is Court.ADMINISTRATIF:
        yield Alternative(Way.DEFENDER_OF_RIGHTS, sayings.DEFENDER, is_free=True)
    yield Alternative(Way.POINT_JUSTICE, sayings.POINT_JUSTICE, is_free=True)
    if not facts.violence:
        yield Alternative(Way.MEDIATOR, sayings.MEDIATOR, is_free=False)
        yield Alternative(Way.PARTICIPATIVE, sayings.PARTICIPATIVE, is_free=False)


def _verified(facts: Facts, tables: Tables) -> Verified:
    """The oldest of the tables that were read; for an unknown day, of every version."""
    if facts.date is None:
        return Verified.of(tables.versions)
    return Verified.of(tables.on(kind, facts.date) for kind in (PriorAttempt, Lawyer, Assistance, Articles))
