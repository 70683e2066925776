"""Changing what a mediator offers: nobody books there meanwhile, and the derived rows follow at once."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from allomediateur.accounts.idempotency import fingerprint
from allomediateur.agenda import availability, listing, locks
from allomediateur.agenda.models import Agenda, Busy, Modality, Opening, OpeningException, Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.openings import DayException, ExceptionKind, InvalidOpening, WeeklyRule
from allomediateur.scheduling.periods import Period

__all__ = [
    "Changed", "ExceptionDraft", "InvalidOpening", "InvalidPlace", "OpeningDraft",
    "add_busy", "add_exceptions", "check_place", "close_on_holidays", "editing", "openings_seen", "remove_busy",
    "remove_exceptions", "replace_openings", "save_service",
]  # fmt: skip


class InvalidPlace(ValueError):
    """An office is one of the mediator's own, in person; without one it is by phone, video, or where clients wish."""


class Changed(Exception):
    """What is to be replaced is no longer what was shown: another window, or somebody else, has changed it."""


@dataclass(frozen=True)
class OpeningDraft:
    """A weekly opening as typed; minutes after midnight of the wall clock, 1440 is 24 h; weekday 0 is Monday;
    weeks 0 all, 1 A, 2 B; the last day of validity is included."""

    modality: str
    office_id: int | None
    weekday: int
    start_minute: int
    end_minute: int
    ends_next_day: bool = False
    weeks: int = 0
    valid_from: date | None = None
    valid_until: date | None = None

    def check(self) -> None:
        """Raises InvalidOpening."""
        WeeklyRule(
            self.weekday, self.start_minute, self.end_minute, self.ends_next_day,
            self.valid_from, self.valid_until, self.weeks,
        )  # fmt: skip


@dataclass(frozen=True)
class ExceptionDraft:
    """A local day that departs from the rules (R11); no modality or office: all of them."""

    kind: ExceptionKind
    day: date
    modality: str = ""
    office_id: int | None = None
    start_minute: int | None = None
    end_minute: int | None = None
    ends_next_day: bool = False


@contextmanager
def editing(mediator: Mediator, now: datetime) -> Iterator[None]:
    """Around any change of openings, exceptions, busy time, services, offices or standing: one transaction."""
    with transaction.atomic():
        Agenda.objects.get_or_create(mediator=mediator)
        locks.edit([mediator.pk])
        yield
        Agenda.objects.filter(mediator=mediator).update(version=F("version") + 1)
        availability.rebuild(mediator.pk, now)
        listing.refresh([mediator.pk])  # a standing or a main office may change without changing any row


def openings_seen(mediator: Mediator) -> str:
    """A name for the weekly openings as they are."""
    return fingerprint(*Opening.objects.filter(mediator=mediator).order_by("pk").values_list("pk", flat=True))


def replace_openings(
    mediator: Mediator, rows: Sequence[OpeningDraft], now: datetime, seen_as: str | None = None
) -> None:
    """These weekly openings instead of all; appointments stand. `seen_as`: `openings_seen` when they were shown.

    Raises InvalidOpening, InvalidPlace, Changed.
    """
    for row in rows:
        row.check()
    with editing(mediator, now):
        if seen_as is not None and openings_seen(mediator) != seen_as:
            raise Changed
        offices = _offices(mediator)
        for row in rows:
            _check_place(row.modality, row.office_id, offices)
        Opening.objects.filter(mediator=mediator).delete()
        Opening.objects.bulk_create(Opening(mediator=mediator, **vars(row)) for row in dict.fromkeys(rows))


def add_exceptions(mediator: Mediator, drafts: Sequence[ExceptionDraft], now: datetime) -> list[OpeningException]:
    """All or none; one that is there already is not doubled. Raises InvalidOpening, InvalidPlace."""
    for draft in drafts:
        DayException(draft.kind, draft.day, draft.start_minute, draft.end_minute, draft.ends_next_day)
    with editing(mediator, now):
        offices = _offices(mediator)
        if any(draft.office_id is not None and draft.office_id not in offices for draft in drafts):
            raise InvalidPlace
        names = [one.name for one in fields(ExceptionDraft)]
        same_days = OpeningException.objects.filter(mediator=mediator, day__in={draft.day for draft in drafts})
        known = set(same_days.values_list(*names))
        new = [draft for draft in dict.fromkeys(drafts) if tuple(vars(draft).values()) not in known]
        return OpeningException.objects.bulk_create(OpeningException(mediator=mediator, **vars(one)) for one in new)


def remove_exceptions(mediator: Mediator, ids: Collection[int], now: datetime) -> int:
    """Those of the mediator's own among `ids`; how many they were."""
    with editing(mediator, now):
        return OpeningException.objects.filter(mediator=mediator, pk__in=ids).delete()[0]


def save_service(service: Service, now: datetime) -> None:
    """A new one, or one with other terms; appointments keep theirs."""
    with editing(service.mediator, now):
        service.save()


def close_on_holidays(mediator: Mediator, closed: bool, now: datetime) -> None:
    """Whether public holidays are closed days, but for those that an exception opens (R13); appointments stand."""
    with editing(mediator, now):
        mediator.closed_on_holidays = closed
        mediator.save(update_fields=["closed_on_holidays"])


def add_busy(mediator: Mediator, period: Period, now: datetime, source: str = "") -> Busy:
    """Time taken elsewhere; appointments that stand there already stand."""
    with editing(mediator, now):
        return Busy.objects.create(mediator=mediator, starts_at=period.start, ends_at=period.end, source=source)


def remove_busy(busy: Busy, now: datetime) -> None:
    with editing(busy.mediator, now):
        busy.delete()


def check_place(modality: str, office_id: int | None, mediator: Mediator) -> None:
    """Raises InvalidPlace."""
    _check_place(modality, office_id, _offices(mediator))


def _offices(mediator: Mediator) -> set[int]:
    return set(Office.objects.filter(mediator=mediator).values_list("pk", flat=True))


def _check_place(modality: str, office_id: int | None, offices: set[int]) -> None:
    if modality not in Modality.values:
        raise InvalidPlace
    if office_id is not None and (modality != Modality.IN_PERSON or office_id not in offices):
        raise InvalidPlace
