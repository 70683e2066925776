"""What the law says, as dated versions: plain data. `Tables` holds them all and finds the one in force on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from allomediateur.law.facts import FIRST_YEAR, Court, Exemption, Parties, Procedure, Subject, Territory
from allomediateur.law.texts import Text, day


class Table(StrEnum):
    PRIOR_ATTEMPT = "prior_attempt"
    LAWYER = "lawyer"
    ASSISTANCE = "assistance"
    LIMITATION = "limitation"
    CONSUMER = "consumer"
    ADMINISTRATIVE = "administrative"
    COURT_ORDERED = "court_ordered"
    ARTICLES = "articles"


@dataclass(frozen=True)
class Note:
    """A sentence that belongs to a version, with the articles it rests on."""

    text: Text
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """`since`: its first day in force. One that is not `enabled` is known, shown as announced, and never applied.

    `at_source`: on `verified_on` it was compared with the official text itself, not only with the project's notes.
    """

    table: Table
    id: str
    since: date
    verified_on: date
    at_source: bool
    enabled: bool
    source: Text
    articles: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def cited(self) -> frozenset[str]:
        """Every article it names."""
        return frozenset(self.articles) | {name for note in self.notes for name in note.articles}


@dataclass(frozen=True)
class Verified:
    """When what was read was last verified: the oldest day; `at_source` when all of it was compared with the text."""

    on: date
    at_source: bool

    @classmethod
    def of(cls, versions: Iterable[Version]) -> Verified:
        """At least one."""
        read = tuple(versions)
        return cls(min(one.verified_on for one in read), all(one.at_source for one in read))


class Force(StrEnum):
    """Whether an exemption is in that version of the text: certainly, or so it seems and nobody could say."""

    APPLIES = "applies"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Dispensation:
    """`number` is its place in the article."""

    number: int
    force: Force


class Elsewhere(StrEnum):
    """What is answered before a court the text does not speak of."""

    NOT_REQUIRED = "not_required"
    OTHER_SCHEME = "other_scheme"


@dataclass(frozen=True)
class PriorAttempt(Version):
    """`ceiling_cents` included; `subjects`: the article that names each one; both empty: nothing is required.

    `conciliator_months`: a conciliator is out of reach past so many; None: the judge says what is too long.
    """

    ceiling_cents: int | None
    subjects: Mapping[Subject, str]
    exemptions: Mapping[Exemption, Dispensation]
    conciliator_months: int | None
    elsewhere: Mapping[Court, Elsewhere]
    outside_procedures: tuple[Procedure, ...]
    outside_territories: tuple[Territory, ...]

    @property
    def requires(self) -> bool:
        return self.ceiling_cents is not None or bool(self.subjects)

    @property
    def cited(self) -> frozenset[str]:
        return super().cited | set(self.subjects.values())


class Need(StrEnum):
    """BY_CEILING: by the amount of the claim, and by what it is about."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"
    UNCERTAIN = "uncertain"
    BY_CEILING = "by_ceiling"


@dataclass(frozen=True)
class CourtNeed:
    need: Need
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Lawyer(Version):
    """`parties` and `procedures` come before the amount; `subjects` need a lawyer whatever it is."""

    ceiling_cents: int | None
    courts: Mapping[Court, CourtNeed]
    parties: Mapping[Parties, Need]
    procedures: Mapping[Procedure, Need]
    subjects: tuple[Subject, ...]

    @property
    def cited(self) -> frozenset[str]:
        return super().cited | {name for one in self.courts.values() for name in one.articles}


@dataclass(frozen=True)
class CourtAssistance:
    """`others`: who, beside a lawyer, may assist or represent somebody there. Not `certain`: to be verified."""

    others: tuple[Text, ...]
    certain: bool
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Assistance(Version):
    courts: Mapping[Court, CourtAssistance]

    @property
    def cited(self) -> frozenset[str]:
        return super().cited | {name for one in self.courts.values() for name in one.articles}


@dataclass(frozen=True)
class Limitation(Version):
    """At least so many months are left when the mediation is over."""

    floor_months: int


@dataclass(frozen=True)
class Consumer(Version):
    """From the written complaint, the mediator is asked within `complaint_months`; the rest is the mediator's time."""

    complaint_months: int
    admissibility_weeks: int
    outcome_days: int


@dataclass(frozen=True)
class Administrative(Version):
    appeal_months: int


@dataclass(frozen=True)
class CourtOrdered(Version):
    first_months: int
    renewal_months: int


@dataclass(frozen=True)
class Article:
    """`link` is what to look for on Légifrance: no address is kept here."""

    id: str
    label: Text
    link: str


@dataclass(frozen=True)
class Articles(Version):
    by_id: Mapping[str, Article]


V = TypeVar("V", bound=Version)


class NoVersion(LookupError):
    """No version of that table reaches back to that day."""


class Inconsistent(ValueError):
    """Versions that cannot stand beside each other; `message` says which."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


TWICE = Text(
    "La version « {id} » de la table « {table} » est écrite deux fois.",
    "Version “{id}” of the table “{table}” is written twice.",
)
SAME_DAY = Text(
    "Les versions « {first} » et « {second} » de la table « {table} » commencent le même jour. Changez une date.",
    "Versions “{first}” and “{second}” of the table “{table}” begin on the same day. Change one of the dates.",
)
NO_ARTICLE = Text(
    "La version « {id} » de la table « {table} » cite « {article} », qui n’est pas dans la table des articles.",
    "Version “{id}” of the table “{table}” cites “{article}”, which is not in the table of articles.",
)
MISSING = Text("La table « {table} » n’a aucune version en vigueur.", "The table “{table}” has no version in force.")
SHORT = Text(
    "La table « {table} » ne dit rien avant le {day}. Une de ses versions doit valoir dès le {first}.",
    "The table “{table}” says nothing before {day}. One of its versions must hold from {first}.",
)


@dataclass(frozen=True)
class Tables:
    """Every version, in the order of table and day. Made by `of`, which refuses what contradicts itself."""

    versions: tuple[Version, ...]

    @classmethod
    def of(cls, versions: Iterable[Version]) -> Tables:
        """Raises Inconsistent."""
        tables = cls(tuple(sorted(versions, key=lambda one: (one.table, one.since, one.id))))
        if fault := tables._fault():
            raise Inconsistent(fault)
        return tables

    def having(self, version: Version) -> Tables:
        """With that one too, or instead of the one of the same name. Raises Inconsistent."""
        others = (one for one in self.versions if (one.table, one.id) != (version.table, version.id))
        return Tables.of((*others, version))

    def on(self, kind: type[V], day: date) -> V:
        """The version in force that day. Raises NoVersion."""
        found = [one for one in self.each(kind) if one.since <= day]
        if not found:
            raise NoVersion(f"{kind.__name__} on {day}")
        return found[-1]

    def each(self, kind: type[V], *, enabled: bool = True) -> tuple[V, ...]:
        """Those that apply one after the other or, not `enabled`, those only announced."""
        return tuple(one for one in self.versions if isinstance(one, kind) and one.enabled is enabled)

    def until(self, version: Version) -> date | None:
        """The first day of the next one; None while there is none."""
        later = (one.since for one in self.each(type(version)) if one.since > version.since)
        return min(later, default=None)

    def article(self, name: str) -> Article:
        return self._articles[name]

    @cached_property
    def _articles(self) -> dict[str, Article]:
        return {name: one for version in self.each(Articles) for name, one in version.by_id.items()}

    def _fault(self) -> Text | None:
        names = [(one.table, one.id) for one in self.versions]
        for one in self.versions:
            if names.count((one.table, one.id)) > 1:
                return TWICE.filled(id=one.id, table=one.table)
            for name in sorted(one.cited - set(self._articles)):
                return NO_ARTICLE.filled(id=one.id, table=one.table, article=name)
        return self._same_day() or self._missing() or self._short()

    def _same_day(self) -> Text | None:
        begun: dict[tuple[Table, date], str] = {}
        for one in self.versions:
            if one.enabled and (one.table, one.since) in begun:
                return SAME_DAY.filled(first=begun[one.table, one.since], second=one.id, table=one.table)
            if one.enabled:
                begun[one.table, one.since] = one.id
        return None

    def _missing(self) -> Text | None:
        there = {one.table for one in self.versions if one.enabled}
        return next((MISSING.filled(table=one) for one in Table if one not in there), None)

    def _short(self) -> Text | None:
        """Any case may be asked about, of any day that a fact may tell."""
        first = date(FIRST_YEAR, 1, 1)
        for kind in (PriorAttempt, Lawyer, Assistance, Articles):
            begun = self.each(kind)[0]
            if begun.since > first:
                return SHORT.filled(table=begun.table, day=day(begun.since), first=day(first))
        return None
