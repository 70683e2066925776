"""Which version of a page is in force on a day, and how staff plan the next one. Days are those of Paris."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max

from allomediateur.accounts.models import User
from allomediateur.content import checking, shelf
from allomediateur.content.documents import Document, from_raw, to_raw
from allomediateur.content.locking import alone
from allomediateur.content.models import PageVersion
from allomediateur.scheduling.wall import local_day

ZONE = "Europe/Paris"
OLD = timedelta(days=183)
"""Six months."""


class TooLate(Exception):
    """A version is planned for a day that is over."""


@dataclass(frozen=True)
class Version:
    """`in_force_from` of the shipped one is date.min: it holds until another does."""

    slug: str
    number: int
    document: Document
    in_force_from: date
    verified_on: date

    @property
    def at_source(self) -> bool:
        """Staff verify with the sources before them; shipped pages were written without Légifrance at hand."""
        return self.number > 1

    def is_to_verify(self, now: datetime) -> bool:
        return is_due(self.verified_on, now, at_source=self.at_source)


def today(now: datetime) -> date:
    return local_day(now, ZONE)


def is_due(verified_on: date, now: datetime, *, at_source: bool) -> bool:
    """Whether staff have to verify it, a page or a table of law: nobody has compared it with the official text, or not
    for six months."""
    return not at_source or today(now) - verified_on > OLD


def in_force(slug: str, now: datetime) -> Version:
    """The last written of those that began last. Raises KeyError for a slug that is none."""
    found = PageVersion.objects.filter(slug=slug, in_force_from__lte=today(now))
    return _version(found.order_by("-in_force_from", "-number").first(), slug)


def all_in_force(now: datetime) -> list[Version]:
    """One a page, in the order of the list, in one query."""
    rows = PageVersion.objects.filter(in_force_from__lte=today(now)).order_by("in_force_from", "number")
    last = {row.slug: row for row in rows}
    return [_version(last.get(slug), slug) for slug in shelf.SLUGS]


def planned(now: datetime) -> dict[str, list[Version]]:
    """By slug, those whose day has not come, the next one first."""
    found: defaultdict[str, list[Version]] = defaultdict(list)
    for row in PageVersion.objects.filter(in_force_from__gt=today(now)).order_by("in_force_from", "number"):
        found[row.slug].append(_version(row, row.slug))
    return dict(found)


def history(slug: str) -> list[Version]:
    """All of a page, the newest number first. Raises KeyError."""
    rows = PageVersion.objects.filter(slug=slug).order_by("-number")
    return [*(_version(row, slug) for row in rows), _version(None, slug)]


def to_verify(now: datetime) -> list[Version]:
    return [one for one in all_in_force(now) if one.is_to_verify(now)]


def last(slug: str) -> int:
    """The newest number; the shipped one is 1."""
    found: int | None = PageVersion.objects.filter(slug=slug).aggregate(last=Max("number"))["last"]
    return found or 1


def plan(slug: str, document: Document, since: date, *, by: User, now: datetime) -> Version:
    """Written today, in force from the first minute of `since`. Raises KeyError, Refused, TooLate."""
    shelf.shipped(slug)
    checking.check(document)
    if since < today(now):
        raise TooLate
    with alone(slug):
        return _add(slug, document, since, by, now)


def verify_again(slug: str, *, by: User, now: datetime) -> Version:
    """The words in force are right today too: the same, in a version of today's."""
    with alone(slug):
        return _add(slug, in_force(slug, now).document, today(now), by, now)


def _add(slug: str, document: Document, since: date, by: User, now: datetime) -> Version:
    """Numbers follow each other."""
    row = PageVersion.objects.create(
        slug=slug, number=last(slug) + 1, document=to_raw(document), in_force_from=since, verified_on=today(now),
        by=by, created_at=now,
    )  # fmt: skip
    return _version(row, slug)


def _version(row: PageVersion | None, slug: str) -> Version:
    if row is None:
        found = shelf.shipped(slug)
        return Version(slug, 1, found.document, date.min, found.verified_on)
    return Version(slug, row.number, from_raw(row.document), row.in_force_from, row.verified_on)
