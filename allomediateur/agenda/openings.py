"""A mediator's bookable slots, and why a start is not one: the same reading, the same arithmetic (R9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from allomediateur.agenda import truth
from allomediateur.agenda.models import Appointment, Modality, Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling import slots as core
from allomediateur.scheduling.openings import CALENDAR, Openings
from allomediateur.scheduling.periods import Period, utc

_INSTANT = timedelta.resolution


@dataclass(frozen=True)
class Slot:
    """A bookable period in aware UTC; `office_id` in person only."""

    start: datetime
    end: datetime
    modality: str
    office_id: int | None
    service_id: int


@dataclass(frozen=True)
class OfferedPlace:
    """How and where a mediator receives. `zone`: of the office, or of the main office for phone and video (R14)."""

    modality: str
    office: Office | None
    zone: str


def slots(
    mediator: Mediator,
    service: Service,
    *,
    modality: str | None = None,
    office: Office | None = None,
    since: datetime,
    until: datetime,
    now: datetime,
    ignoring: Appointment | None = None,
) -> list[Slot]:
    """Every slot that starts in `[since, until)` and can be booked at `now`, earliest first, then by modality.

    `modality` and `office` narrow it; `ignoring` is the appointment being moved, whose own time does not count.
    In three queries. Empty when the mediator or the service is not bookable.
    """
    since, until = (
        max(utc(since), utc(now)),
        min(utc(until), utc(now) + timedelta(days=service.horizon_days) + _INSTANT),
    )
    if since >= until or not is_proposed(mediator, service):
        return []
    asked = {modality} if modality else set(service.modalities)
    return sorted(
        (
            slot
            for slot in _slots(mediator, service, asked, Period(since, until), now, ignoring)
            if office is None or slot.office_id == office.pk
        ),
        key=lambda slot: slot.start,
    )


def _slots(
    mediator: Mediator,
    service: Service,
    asked: set[str],
    window: Period,
    now: datetime,
    ignoring: Appointment | None,
) -> Iterator[Slot]:
    rules = truth.slot_rules(service)
    hours = truth.read_hours([mediator.pk], window).get(mediator.pk)
    if hours is None:
        return
    blocked = [
        one.period
        for one in truth.read_blocked([mediator.pk], truth.reach(window, [rules]), now, ignoring)[mediator.pk]
    ]
    for pair in hours.pairs(asked & set(service.modalities)):
        for start in core.free_starts(hours.expand(pair, window), blocked, rules, now, window):
            yield Slot(start, start + rules.duration, pair[0], pair[1], service.pk)


def refusal(
    mediator: Mediator,
    service: Service,
    modality: str,
    office: Office | None,
    start: datetime,
    now: datetime,
    ignoring: Appointment | None = None,
) -> core.Refusal | None:
    """Why that start cannot be booked at `now`, None when it can: exactly when `slots` lists it (R9).

    `ignoring`: the appointment being moved, whose own time does not count. In three queries.
    """
    read = reading(mediator, service, modality, office, start, now, ignoring)
    return core.refusal(utc(start), *read, now) if read else core.Refusal.OUTSIDE_OPENINGS


def reading(
    mediator: Mediator,
    service: Service,
    modality: str,
    office: Office | None,
    start: datetime,
    now: datetime,
    ignoring: Appointment | None = None,
) -> tuple[Openings, list[Period], core.SlotRules] | None:
    """What `core.refusals` judges that start by, None where nothing is ever offered. In three queries."""
    if not is_proposed(mediator, service) or modality not in service.modalities:
        return None
    if not CALENDAR.contains(utc(start)):
        return None
    window = Period(start, utc(start) + _INSTANT)
    hours = truth.read_hours([mediator.pk], window).get(mediator.pk)
    if hours is None:
        return None
    rules = truth.slot_rules(service)
    around = truth.reach(window, [rules])
    blocked = [one.period for one in truth.read_blocked([mediator.pk], around, now, ignoring)[mediator.pk]]
    return hours.expand((modality, office.pk if office else None), window), blocked, rules


def nearest(
    mediator: Mediator,
    service: Service,
    modality: str,
    office: Office | None,
    start: datetime,
    now: datetime,
    count: int = 6,
) -> list[Slot]:
    """At most `count` slots of the service nearest to the wanted `start`, in order: of that modality and office if
    any is free up to the horizon, else of all of them."""
    until = now + timedelta(days=service.horizon_days) + _INSTANT
    free = slots(mediator, service, since=now, until=until, now=now)
    wanted = modality, office.pk if office else None
    alike = [slot for slot in free if (slot.modality, slot.office_id) == wanted] or free
    by_start: dict[datetime, Slot] = {}
    for slot in alike:
        by_start.setdefault(slot.start, slot)
    return [by_start[instant] for instant in core.nearest(list(by_start), start, count)]


def places(mediator: Mediator) -> list[OfferedPlace]:
    """What the mediator's openings offer, phone first, then video, then the offices, main one first.

    Empty when the mediator may not be booked. In two queries.
    """
    if not mediator.rights.bookable:
        return []
    offices = {office.pk: office for office in Office.objects.filter(mediator=mediator).select_related("commune")}
    main = next((office for office in offices.values() if office.is_main), None)
    pairs = truth.offered_pairs(mediator)
    offered = [OfferedPlace(one, None, main.zone) for one in _remote(mediator) if main and (one, None) in pairs]
    return offered + [
        OfferedPlace(Modality.IN_PERSON, office, office.zone)
        for office in offices.values()
        if (Modality.IN_PERSON, office.pk) in pairs
    ]


def _remote(mediator: Mediator) -> list[str]:
    return [Modality.PHONE, Modality.VIDEO] if mediator.video_room else [Modality.PHONE]


def is_proposed(mediator: Mediator, service: Service) -> bool:
    return service.is_active and service.mediator_id == mediator.pk and mediator.rights.bookable
