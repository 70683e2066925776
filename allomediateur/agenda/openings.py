"""A mediator's bookable slots, and why a start is not one: the same reading, the same arithmetic (R9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from allomediateur.agenda import truth
from allomediateur.agenda.models import Appointment, Modality, Service
from allomediateur.agenda.truth import Asker
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
    """How and where a mediator receives. `zone`: of the office, or of the main one where there is none (R14)."""

    modality: str
    office: Office | None
    zone: str

    @property
    def pair(self) -> truth.Pair:
        return self.modality, self.office.pk if self.office else None

    @property
    def is_agreed(self) -> bool:
        """Where the client wishes."""
        return self.pair == truth.AGREED

    def serves(self, service: Service) -> bool:
        return truth.gives(service, self.pair)


def slots(
    mediator: Mediator,
    service: Service,
    *,
    modality: str | None = None,
    office: Office | None = None,
    at: truth.Pair | None = None,
    since: datetime,
    until: datetime,
    now: datetime,
    ignoring: Appointment | None = None,
    asker: Asker = "visitor",
) -> list[Slot]:
    """Every slot that starts in `[since, until)` and can be booked at `now`, earliest first, then by modality.

    `modality` and `office`, or `at` exactly, narrow it; `ignoring` is the appointment being moved, whose own time
    does not count. `asker`: who wants it. In three queries. Empty when the mediator or the service is not bookable.
    """
    horizon = truth.slot_rules(service, asker=asker).horizon
    since, until = max(utc(since), utc(now)), min(utc(until), utc(now) + horizon + _INSTANT)
    if since >= until or not is_proposed(mediator, service, now, asker=asker):
        return []
    found = _slots(mediator, service, Period(since, until), now, ignoring, asker=asker)
    wanted = (
        slot
        for slot in found
        if modality in (None, slot.modality)
        and (office is None or slot.office_id == office.pk)
        and at in (None, (slot.modality, slot.office_id))
    )
    return sorted(wanted, key=lambda slot: slot.start)


def _slots(
    mediator: Mediator,
    service: Service,
    window: Period,
    now: datetime,
    ignoring: Appointment | None,
    *,
    asker: Asker,
) -> Iterator[Slot]:
    hours = truth.read_hours([mediator.pk], window, now).get(mediator.pk)
    if hours is None:
        return
    blocked = truth.read_blocked([mediator.pk], truth.reach(window, [service]), now, ignoring)[mediator.pk]
    periods, full = [one.period for one in blocked], _full(service, hours, blocked)
    for pair in truth.pairs_of(hours, service):
        rules = truth.slot_rules(service, pair, asker=asker)
        for start in core.free_starts(hours.expand(pair, window), periods, rules, now, window, full):
            yield Slot(start, start + rules.duration, pair[0], pair[1], service.pk)


def _full(service: Service, hours: truth.Hours, blocked: list[truth.Blocked]) -> list[Period]:
    return truth.full_periods(service, blocked, hours.main.zone) if hours.main else []


@dataclass(frozen=True)
class Reading:
    """What one start is judged by; `full`: days and weeks whose limit is reached."""

    openings: Openings
    blocked: list[Period]
    rules: core.SlotRules
    full: list[Period]

    def refusals(self, start: datetime, now: datetime) -> list[core.Refusal]:
        return core.refusals(start, self.openings, self.blocked, self.rules, now, self.full)


def refusal(
    mediator: Mediator,
    service: Service,
    modality: str,
    office: Office | None,
    start: datetime,
    now: datetime,
    ignoring: Appointment | None = None,
    *,
    asker: Asker = "visitor",
) -> core.Refusal | None:
    """Why that start cannot be booked at `now`, None when it can: exactly when `slots` lists it (R9).

    `ignoring`: the appointment being moved, whose own time does not count. In three queries.
    """
    read = reading(mediator, service, modality, office, start, now, ignoring, asker=asker)
    return next(iter(read.refusals(utc(start), now)), None) if read else core.Refusal.OUTSIDE_OPENINGS


def reading(
    mediator: Mediator,
    service: Service,
    modality: str,
    office: Office | None,
    start: datetime,
    now: datetime,
    ignoring: Appointment | None = None,
    *,
    asker: Asker = "visitor",
) -> Reading | None:
    """None where nothing is ever offered. In three queries."""
    pair = modality, office.pk if office else None
    if not is_proposed(mediator, service, now, asker=asker) or not truth.gives(service, pair):
        return None
    if not CALENDAR.contains(utc(start)):
        return None
    window = Period(start, utc(start) + _INSTANT)
    hours = truth.read_hours([mediator.pk], window, now).get(mediator.pk)
    if hours is None:
        return None
    blocked = truth.read_blocked([mediator.pk], truth.reach(window, [service]), now, ignoring)[mediator.pk]
    rules = truth.slot_rules(service, pair, asker=asker)
    return Reading(hours.expand(pair, window), [one.period for one in blocked], rules, _full(service, hours, blocked))


def nearest(
    mediator: Mediator,
    service: Service,
    modality: str,
    office: Office | None,
    start: datetime,
    now: datetime,
    count: int = 6,
    *,
    asker: Asker = "visitor",
) -> list[Slot]:
    """At most `count` slots of the service nearest to the wanted `start`, in order: of that modality and office if
    any is free up to the horizon, else of all of them."""
    until = now + truth.slot_rules(service, asker=asker).horizon + _INSTANT
    free = slots(mediator, service, since=now, until=until, now=now, asker=asker)
    wanted = modality, office.pk if office else None
    alike = [slot for slot in free if (slot.modality, slot.office_id) == wanted] or free
    by_start: dict[datetime, Slot] = {}
    for slot in alike:
        by_start.setdefault(slot.start, slot)
    return [by_start[instant] for instant in core.nearest(list(by_start), start, count)]


def places(mediator: Mediator, now: datetime) -> list[OfferedPlace]:
    """What the mediator's openings offer: phone, video, the offices, main one first, a place to be agreed.

    Empty when the mediator may not be booked. In two queries.
    """
    if not mediator.rights_at(now).bookable:
        return []
    offices = {office.pk: office for office in Office.objects.filter(mediator=mediator).select_related("commune")}
    main = next((office for office in offices.values() if office.is_main), None)
    pairs = truth.offered_pairs(mediator)
    offered = [OfferedPlace(one, None, main.zone) for one in _remote(mediator) if main and (one, None) in pairs]
    offered += [
        OfferedPlace(Modality.IN_PERSON, office, office.zone)
        for office in offices.values()
        if (Modality.IN_PERSON, office.pk) in pairs
    ]
    if main and truth.AGREED in pairs:
        offered.append(OfferedPlace(Modality.IN_PERSON, None, main.zone))
    return offered


def _remote(mediator: Mediator) -> list[str]:
    return [Modality.PHONE, Modality.VIDEO] if mediator.video_room else [Modality.PHONE]


def is_proposed(mediator: Mediator, service: Service, now: datetime, *, asker: Asker = "visitor") -> bool:
    """Whether that asker may have it: what mediators book themselves is proposed to nobody else."""
    shown = service.is_public if asker == "visitor" else service.is_active
    return shown and service.mediator_id == mediator.pk and mediator.rights_at(now).bookable
