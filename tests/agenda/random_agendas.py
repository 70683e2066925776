"""Agendas of all shapes, and operations on them, drawn from a seed: material of the property tests."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from allomediateur.agenda.models import PENDING, Appointment, Busy, Modality, Opening, OpeningException, Service, State
from allomediateur.agenda.openings import slots
from allomediateur.directory.models import Mediator, Office
from tests.factories import book, make_commune, make_mediator, make_office, make_service

ZONES = ("Europe/Paris", "America/Miquelon", "Pacific/Marquesas", "Indian/Reunion")
CHANGES = (
    datetime(2026, 10, 24, 6, tzinfo=UTC),
    datetime(2027, 3, 27, 6, tzinfo=UTC),
    datetime(2027, 3, 13, 6, tzinfo=UTC),
)
"""Days before clocks change in Paris (both ways) and in Saint-Pierre-et-Miquelon."""


def make_agenda(chance: Random, now: datetime) -> Mediator:
    zone = chance.choice(ZONES)
    commune = make_commune("99001", "Quelque-Part", "99", ["99001"], 100, 10.0, 10.0, zone)
    mediator = make_mediator(commune=commune, modalities=("phone", "in_person"), now=now)
    Service.objects.filter(mediator=mediator).delete()
    Opening.objects.filter(mediator=mediator).delete()
    make_office(mediator, commune, zone=chance.choice(ZONES))
    for rank in range(chance.randint(1, 2)):
        add_service(chance, mediator, rank)
    for _ in range(chance.randint(2, 8)):
        add_opening(chance, mediator)
    for _ in range(chance.randint(0, 5)):
        add_exception(chance, mediator, now.date())
    return mediator


def add_service(chance: Random, mediator: Mediator, rank: int) -> Service:
    return make_service(
        mediator, rank=rank, minutes=chance.choice((15, 30, 50, 60, 120)),
        step_minutes=chance.choice((None, 15, 25, 60)),
        before_minutes=chance.choice((0, 0, 10)), after_minutes=chance.choice((0, 15, 45)),
        notice_minutes=chance.choice((0, 60, 1440)), horizon_days=chance.choice((1, 3, 30)),
        modalities=chance.choice((["phone"], ["phone", "in_person"], ["phone", "video", "in_person"])),
    )  # fmt: skip


def add_opening(chance: Random, mediator: Mediator) -> Opening:
    modality, office = _place(chance, mediator)
    start = 5 * chance.randrange(0, 270)
    next_day = chance.random() < 0.2
    end = 5 * chance.randint(0, 288) if next_day else min(1440, start + 5 * chance.randint(3, 80))
    valid = {"valid_until": date(2027, 3, 28)} if chance.random() < 0.1 else {}
    return Opening.objects.create(
        mediator=mediator, modality=modality, office=office, weekday=chance.choice((0, 5, 6, 6)), start_minute=start,
        end_minute=end, ends_next_day=next_day, **valid,
    )  # fmt: skip


def _place(chance: Random, mediator: Mediator) -> tuple[str, Office | None]:
    modality = chance.choice(list(Modality))
    offices = list(Office.objects.filter(mediator=mediator))
    return modality, chance.choice(offices) if modality == Modality.IN_PERSON else None


def add_exception(chance: Random, mediator: Mediator, day: date) -> OpeningException:
    kind = chance.choice(list(OpeningException.Kind))
    modality, office = chance.choice((("", None), _place(chance, mediator), ("in_person", None)))
    start = 5 * chance.randrange(0, 270)
    hours: dict[str, int] = {"start_minute": start, "end_minute": min(1440, start + 5 * chance.randint(3, 120))}
    if kind == "closed" and chance.random() < 0.5:
        hours = {}
    return OpeningException.objects.create(
        mediator=mediator, kind=kind, modality=modality, office=office,
        day=day + timedelta(days=chance.randint(-1, 5)), **hours,
    )  # fmt: skip


def add_busy(chance: Random, mediator: Mediator, now: datetime) -> Busy:
    start = now + timedelta(minutes=chance.randint(-600, 6000))
    return Busy.objects.create(
        mediator=mediator, starts_at=start, ends_at=start + timedelta(minutes=chance.randint(1, 300))
    )


def book_some(chance: Random, mediator: Mediator, now: datetime) -> Appointment | None:
    """One of the free slots, in any state that books."""
    service = chance.choice(list(Service.objects.filter(mediator=mediator)))
    free = slots(mediator, service, since=now, until=now + timedelta(days=6), now=now)
    if not free:
        return None
    # As booking does (R15): a pending one past its expiry makes way.
    Appointment.objects.filter(mediator=mediator, state__in=PENDING, expires_at__lte=now).update(
        state=State.EXPIRED, expires_at=None
    )
    slot = chance.choice(free)
    office = Office.objects.get(pk=slot.office_id) if slot.office_id else None
    state = chance.choice((State.HELD, State.UNCONFIRMED, State.CONFIRMED, State.CANCELLED))
    return book(mediator, slot.start, service=service, modality=slot.modality, office=office, state=state, now=now)
