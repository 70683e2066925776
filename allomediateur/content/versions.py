"""Which version of a page is in force on a day, and how staff plan the next one. Days are those of Paris."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from allomediateur.accounts.models import User
from allomediateur.content import checking, shelf
from allomediateur.content.documents import Document, from_raw, to_raw
from allomediateur.content.models import PageVersion
from allomediateur.scheduling.wall import local_day

ZONE = "Europe/Paris"
OLD = timedelta(days=183)
"""A page verified longer ago is to be verified again: six months."""


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

    def is_old(self, now: datetime) -> bool:
        return today(now) - self.verified_on > OLD

    @property
    def at_source(self) -> bool:
        """Staff verify with the sources before them; shipped pages were written without Légifrance at hand."""
        return self.number > 1

    def is_to_verify(self, now: datetime) -> bool:
        return self.is_old(now) or not self.at_source


def today(now: datetime) -> date:
    return local_day(now, ZONE)


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
    """The newest number. Raises KeyError."""
    shelf.shipped(slug)
    return _last(slug)


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


@contextmanager
def alone(slug: str) -> Iterator[None]:
    """One writer of a page at a time, to the end of the transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"content:{slug}"])
        yield


def _add(slug: str, document: Document, since: date, by: User, now: datetime) -> Version:
    """Numbers follow each other."""
    row = PageVersion.objects.create(
        slug=slug, number=_last(slug) + 1, document=to_raw(document), in_force_from=since, verified_on=today(now),
        by=by, created_at=now,
    )  # fmt: skip
    return _version(row, slug)


def _last(slug: str) -> int:
    found: int | None = PageVersion.objects.filter(slug=slug).aggregate(last=Max("number"))["last"]
    return found or 1


def _version(row: PageVersion | None, slug: str) -> Version:
    if row is None:
        found = shelf.shipped(slug)
        return Version(slug, 1, found.document, date.min, found.verified_on)
    return Version(slug, row.number, from_raw(row.document), row.in_force_from, row.verified_on)
