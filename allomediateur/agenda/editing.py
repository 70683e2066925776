"""Changing what a mediator offers: nobody books there meanwhile, and the derived rows follow at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from allomediateur.agenda import availability, locks
from allomediateur.agenda.models import Agenda, Busy, Modality, Opening, OpeningException
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.openings import DayException, ExceptionKind, InvalidOpening, WeeklyRule
from allomediateur.scheduling.periods import Period

__all__ = [
    "ExceptionDraft", "InvalidOpening", "InvalidPlace", "OpeningDraft",
    "add_busy", "add_exception", "close_on_holidays", "editing", "remove_busy", "remove_exception",
    "replace_openings",
]  # fmt: skip


class InvalidPlace(ValueError):
    """In person wants an office of the mediator's own; phone and video want none."""


@dataclass(frozen=True)
class OpeningDraft:
    """A weekly opening as typed; minutes after midnight of the wall clock, 1440 is 24 h; weekday 0 is Monday."""

    modality: str
    office_id: int | None
    weekday: int
    start_minute: int
    end_minute: int
    ends_next_day: bool = False


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


def replace_openings(mediator: Mediator, rows: Sequence[OpeningDraft], now: datetime) -> None:
    """These weekly openings instead of the undated ones; appointments stand. Raises InvalidOpening, InvalidPlace."""
    for row in rows:
        WeeklyRule(row.weekday, row.start_minute, row.end_minute, row.ends_next_day)
    with editing(mediator, now):
        offices = _offices(mediator)
        for row in rows:
            _check_place(row.modality, row.office_id, offices)
        Opening.objects.filter(mediator=mediator, valid_from=None, valid_until=None).delete()
        Opening.objects.bulk_create(Opening(mediator=mediator, **vars(row)) for row in dict.fromkeys(rows))


def add_exception(mediator: Mediator, draft: ExceptionDraft, now: datetime) -> OpeningException:
    """Raises InvalidOpening, InvalidPlace."""
    DayException(draft.kind, draft.day, draft.start_minute, draft.end_minute, draft.ends_next_day)
    with editing(mediator, now):
        if draft.office_id is not None and draft.office_id not in _offices(mediator):
            raise InvalidPlace
        return OpeningException.objects.create(mediator=mediator, **vars(draft))


def remove_exception(exception: OpeningException, now: datetime) -> None:
    with editing(exception.mediator, now):
        exception.delete()


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


def _offices(mediator: Mediator) -> set[int]:
    return set(Office.objects.filter(mediator=mediator).values_list("pk", flat=True))


def _check_place(modality: str, office_id: int | None, offices: set[int]) -> None:
    if modality not in Modality.values:
        raise InvalidPlace
    if (office_id in offices) if modality == Modality.IN_PERSON else office_id is None:
        return
    raise InvalidPlace
