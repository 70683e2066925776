"""The verdict, and the ground it stands on. What nobody knows is tried every way: only what always holds is certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar

from allomediateur.law.facts import (
    NOT_BEFORE,
    PAYMENT_ORDERS,
    Court,
    Exemption,
    Facts,
    Parties,
    Procedure,
    Subject,
    Territory,
    faults,
    waited,
)  # fmt: skip
from allomediateur.law.tables import Elsewhere, Force, Lawyer, PriorAttempt, Tables

Found = TypeVar("Found")
Value = TypeVar("Value", bound=StrEnum)


class Verdict(StrEnum):
    REQUIRED = "required"
    EXEMPT = "exempt"
    NOT_REQUIRED = "not_required"
    OTHER_SCHEME = "other_scheme"
    UNCERTAIN = "uncertain"


class Ground(StrEnum):
    """Why. The words of each one are in `sayings.py`."""

    OUTSIDE_TERRITORY = "outside_territory"
    FAMILY = "family"
    FAMILY_VIOLENCE = "family_violence"
    ADMINISTRATION = "administration"
    OTHER_COURT = "other_court"
    PAYMENT_ORDER = "payment_order"
    NO_TEXT = "no_text"
    OUT_OF_FIELD = "out_of_field"
    EX_PARTE = "ex_parte"
    EXEMPTION = "exemption"
    UNSURE_EXEMPTION = "unsure_exemption"
    VIOLENCE = "violence"
    AMOUNT = "amount"
    SUBJECT = "subject"


@dataclass(frozen=True)
class Ruling:
    verdict: Verdict
    ground: Ground
    exemptions: tuple[Exemption, ...] = ()
    subjects: tuple[Subject, ...] = ()


class Unsettled(Exception):
    """A fact is needed that nobody knows."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Known:
    """The facts, one of them asked for at a time: raises Unsettled for what is not known."""

    def __init__(self, facts: Facts, tables: Tables) -> None:
        self.facts = facts
        self.tables = tables

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.facts, name)
        if value is None:
            raise Unsettled(name)
        return value

    @property
    def version(self) -> PriorAttempt:
        return self.tables.on(PriorAttempt, self.date)


Rule = Callable[[Known], Ruling | None]


def settle(known: Known) -> Ruling:
    """The rules in their order; the last one always answers. Raises Unsettled."""
    return next(ruling for rule in RULES if (ruling := rule(known)))


def _outside_territory(known: Known) -> Ruling | None:
    if outside := known.version.outside_territories:
        return Ruling(Verdict.OTHER_SCHEME, Ground.OUTSIDE_TERRITORY) if known.territory in outside else None
    return None


def _family(known: Known) -> Ruling | None:
    """Violence excludes family mediation: C. civ. 373-2-10."""
    if known.parties is not Parties.FAMILY:
        return None
    if known.violence:
        return Ruling(Verdict.EXEMPT, Ground.FAMILY_VIOLENCE)
    return Ruling(Verdict.OTHER_SCHEME, Ground.FAMILY)


def _elsewhere(known: Known) -> Ruling | None:
    answer = known.version.elsewhere.get(known.court)
    if answer is Elsewhere.OTHER_SCHEME:
        return Ruling(Verdict.OTHER_SCHEME, Ground.ADMINISTRATION)
    return Ruling(Verdict.NOT_REQUIRED, Ground.OTHER_COURT) if answer else None


def _no_text(known: Known) -> Ruling | None:
    return None if known.version.requires else Ruling(Verdict.NOT_REQUIRED, Ground.NO_TEXT)


def _outside_procedure(known: Known) -> Ruling | None:
    if known.procedure in known.version.outside_procedures:
        return Ruling(Verdict.NOT_REQUIRED, Ground.PAYMENT_ORDER)
    return None


def _out_of_field(known: Known) -> Ruling | None:
    """An amount within the ceiling, or one of the subjects: whichever is known first is enough."""
    if _in_field(known, known.facts.claim_cents, known.facts.subjects):
        return None
    if _in_field(known, known.claim_cents, known.subjects):
        return None
    return Ruling(Verdict.NOT_REQUIRED, Ground.OUT_OF_FIELD)


def _in_field(known: Known, cents: int | None, subjects: tuple[Subject, ...] | None) -> bool:
    return is_within(known.version, cents) or bool(named(known.version, subjects))


def is_within(version: PriorAttempt, cents: int | None) -> bool:
    """Money is asked for, and no more than the ceiling, included."""
    return version.ceiling_cents is not None and cents is not None and 0 < cents <= version.ceiling_cents


def named(version: PriorAttempt, subjects: tuple[Subject, ...] | None) -> tuple[Subject, ...]:
    """Those that the text names."""
    return tuple(one for one in subjects or () if one in version.subjects)


def _exempted(known: Known) -> Ruling | None:
    """A certain exemption first, then one that nobody can be sure of."""
    by_procedure = (Exemption.EX_PARTE,) if known.procedure is Procedure.EX_PARTE else ()
    if by_procedure and force(known, Exemption.EX_PARTE) is Force.APPLIES:
        return Ruling(Verdict.EXEMPT, Ground.EX_PARTE)
    invoked = {one: force(known, one) for one in (*known.exemptions, *_by_dates(known), *by_procedure)}
    certain = tuple(one for one, how in invoked.items() if how is Force.APPLIES)
    unsure = tuple(one for one, how in invoked.items() if how is Force.UNSURE)
    if certain:
        return Ruling(Verdict.EXEMPT, Ground.EXEMPTION, certain)
    return Ruling(Verdict.UNCERTAIN, Ground.UNSURE_EXEMPTION, unsure) if unsure else None


def _by_dates(known: Known) -> tuple[Exemption, ...]:
    """A conciliator's delay is invoked by whoever tells its dates, where the text counts months."""
    months = known.version.conciliator_months
    return () if months is None or waited(known.facts, months) is False else (Exemption.CONCILIATOR_DELAY,)


def force(known: Known, exemption: Exemption) -> Force | None:
    """How far that exemption holds, for these dates; None: it does not."""
    written = known.version.exemptions.get(exemption)
    if written is None:
        return None
    months = known.version.conciliator_months
    if exemption is not Exemption.CONCILIATOR_DELAY or months is None:
        return written.force
    late = waited(known.facts, months)
    return Force.UNSURE if late is None else (Force.APPLIES if late else None)


def _violence(known: Known) -> Ruling | None:
    """Between others than a family, the judge says whether it made an attempt impossible."""
    return Ruling(Verdict.UNCERTAIN, Ground.VIOLENCE) if known.violence else None


def _required(known: Known) -> Ruling:
    facts, version = known.facts, known.version
    if is_within(version, facts.claim_cents):
        return Ruling(Verdict.REQUIRED, Ground.AMOUNT)
    return Ruling(Verdict.REQUIRED, Ground.SUBJECT, subjects=named(version, facts.subjects))


RULES: tuple[Rule, ...] = (
    _outside_territory, _family, _elsewhere, _no_text, _outside_procedure, _out_of_field, _exempted, _violence,
    _required,
)  # fmt: skip


@dataclass(frozen=True)
class Branch(Generic[Found]):
    """One of the ways things may be: what was supposed of the unknown facts, in order, and what follows."""

    supposed: tuple[tuple[str, Any], ...]
    facts: Facts
    found: Found


def explore(facts: Facts, tables: Tables, decide: Callable[[Known], Found]) -> Iterator[Branch[Found]]:
    """Every way: only facts that `decide` asks for are supposed, and never what would contradict the others."""
    try:
        yield Branch((), facts, decide(Known(facts, tables)))
    except Unsettled as unknown:
        name = unknown.name
    else:
        return
    for value in possible(name, facts, tables):
        for branch in explore(replace(facts, **{name: value}), tables, decide):
            yield Branch(((name, value), *branch.supposed), branch.facts, branch.found)


def possible(name: str, facts: Facts, tables: Tables) -> list[Any]:
    """Values that stand for all the others: those the rules tell apart, and that what is known allows."""
    values: Iterable[Any] = _values(name, tables)
    return [value for value in values if not faults(replace(facts, **{name: value}))]


def _values(name: str, tables: Tables) -> Iterable[Any]:
    """Of values that no version tells apart, one."""
    versions, lawyers = tables.each(PriorAttempt), tables.each(Lawyer)
    match name:
        case "date":
            return sorted({one.since for one in (*versions, *lawyers)})
        case "claim_cents":
            return _amounts(tables)
        case "violence":
            return [False, True]
        case "court":
            return Court
        case "territory":
            return _distinct(Territory, lambda value: [value in one.outside_territories for one in versions])
        case "parties":
            return _distinct(
                Parties, lambda value: [NOT_BEFORE.get(value), *(one.parties.get(value) for one in lawyers)]
            )
        case "procedure":
            return _distinct(
                Procedure,
                lambda value: [
                    value if value in TOLD_APART else None,
                    *(value in one.outside_procedures for one in versions),
                    *(one.procedures.get(value) for one in lawyers),
                ],
            )
        case "subjects":
            subjects = _distinct(
                Subject,
                lambda value: [
                    *(value in one.subjects for one in versions),
                    *(value in one.subjects for one in lawyers),
                ],
            )
            return [(), *((value,) for value in subjects)]
        case "exemptions":
            exemptions = _distinct(Exemption, lambda value: [one.exemptions.get(value) for one in versions])
            return [(), *((value,) for value in exemptions)]
    raise AssertionError(name)


TOLD_APART = (*PAYMENT_ORDERS, Procedure.EX_PARTE, Procedure.JOINT_REQUEST)
"""Procedures that a rule or a contradiction speaks of by name."""


def _distinct(values: Iterable[Value], signature: Callable[[Value], list[Any]]) -> list[Value]:
    kept: dict[str, Value] = {}
    for value in values:
        kept.setdefault(repr(signature(value)), value)
    return list(kept.values())


def _amounts(tables: Tables) -> list[int]:
    """None asked for, and on both sides of each ceiling."""
    ceilings = {one.ceiling_cents for one in tables.each(PriorAttempt)}
    ceilings |= {one.ceiling_cents for one in tables.each(Lawyer)}
    return [0, *(cents for ceiling in sorted(filter(None, ceilings)) for cents in (ceiling, ceiling + 1))]


def told(branches: Iterable[Branch[Found]], same: Callable[[Found], object]) -> list[Branch[Found]]:
    """The ways, up to the first that disagrees with the one before: past it nothing is certain any more."""
    seen: list[Branch[Found]] = []
    for branch in branches:
        seen.append(branch)
        if same(branch.found) != same(seen[0].found):
            break
    return seen
