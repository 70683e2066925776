"""Invented appointments on real slots of invented agendas."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from django.utils.text import slugify

from allomediateur.accounts.models import User
from allomediateur.agenda import truth
from allomediateur.agenda.models import PENDING, Appointment, Participant, Service, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules, free_starts
from allomediateur.worker.country import names

REASONS = (
    "Empêchement de dernière minute.",
    "Les parties se sont entendues entre elles.",
    "Date devenue impossible.",
    "",
)
_LONG = timedelta(days=400)


@dataclass(frozen=True)
class Place:
    """A start somewhere in a mediator's openings."""

    service: Service
    modality: str
    office_id: int | None
    start: datetime


@dataclass(frozen=True)
class Client:
    name: str
    email: str
    phone: str
    user: User | None = None


def starts(services: list[Service], hours: truth.Hours, window: Period) -> list[Place]:
    """Every start of the grid in the window, past ones too, whatever is already booked; in time order."""
    found = []
    for service in services:
        for modality, office_id in truth.pairs_of(hours, service):
            rules = _any_time(truth.slot_rules(service, (modality, office_id)))
            openings = hours.expand((modality, office_id), window)
            found += [
                Place(service, modality, office_id, start)
                for start in free_starts(openings, (), rules, window.start, window)
            ]
    return sorted(found, key=lambda place: (place.start, -place.service.minutes))


def _any_time(rules: SlotRules) -> SlotRules:
    return replace(rules, notice=timedelta(), horizon=_LONG)


def draw(chance: Random, places: Iterable[Place], share: float) -> Iterator[Place]:
    """Some of them, about `share` of the time, that do not overlap with their buffers."""
    end = None
    for place in places:
        blocked = blocked_by(place)
        if (end is None or end <= blocked[0]) and chance.random() < share:
            end = blocked[1]
            yield place


def blocked_by(place: Place) -> tuple[datetime, datetime]:
    end = place.start + timedelta(minutes=place.service.minutes)
    rules = truth.slot_rules(place.service, (place.modality, place.office_id))
    return place.start - rules.before, end + rules.after


AGREED_ADDRESS = "8 rue des Vignes, Vincennes (94)"


def client(chance: Random) -> Client:
    name = names.full_name(chance, woman=chance.random() < 0.5)
    return Client(
        name, f"{slugify(name)}{chance.randrange(10, 99)}@example.org", names.mobile(chance.randrange(10_000))
    )


def state_of(chance: Random, place: Place, now: datetime) -> State:
    """Past ones were held or missed; a few were called off."""
    if place.start < now:
        return chance.choices((State.ATTENDED, State.NO_SHOW, State.CANCELLED), weights=(82, 8, 10))[0]
    return chance.choices((State.CONFIRMED, State.CANCELLED), weights=(94, 6))[0]


def appointment(mediator: Mediator, place: Place, state: str, now: datetime) -> Appointment:
    """Not yet in the database. Made some days before the start, one to confirm a moment ago."""
    made = min(now - timedelta(minutes=20), place.start - timedelta(days=4))
    if state in PENDING:
        made = now - timedelta(minutes=20)
    return Appointment(
        mediator=mediator, service=place.service, modality=place.modality, office_id=place.office_id,
        place=AGREED_ADDRESS if (place.modality, place.office_id) == truth.AGREED else "",
        starts_at=place.start, ends_at=place.start + timedelta(minutes=place.service.minutes),
        blocked=blocked_by(place), state=state, price_cents=place.service.price_cents, created_at=made, changed_at=made,
        expires_at=min(place.start, now + timedelta(hours=2)) if state in PENDING else None,
    )  # fmt: skip


def write(chance: Random, booked: list[tuple[Appointment, Client]]) -> int:
    """The appointments, their participants and what happened to them. Returns how many."""
    made = [one for one, _ in booked]
    for one in made:
        if one.state == State.CANCELLED:
            one.cancel_reason = chance.choice(REASONS)
    Appointment.objects.bulk_create(made, batch_size=1000)
    Participant.objects.bulk_create((part for one, who in booked for part in _participants(one, who)), batch_size=2000)
    Transition.objects.bulk_create((step for one in made for step in _transitions(one)), batch_size=2000)
    return len(made)


def _participants(one: Appointment, who: Client) -> Iterator[Participant]:
    outcome = one.state if one.state in (State.ATTENDED, State.NO_SHOW) else ""
    zone = one.mediator.user.zone
    yield Participant(
        appointment=one, role=Participant.Role.MEDIATOR, user=one.mediator.user, name=one.mediator.name,
        email=one.mediator.user.email, zone=zone,
    )  # fmt: skip
    yield Participant(
        appointment=one, role=Participant.Role.CLIENT, user=who.user, name=who.name, email=who.email, phone=who.phone,
        zone=who.user.zone if who.user else zone, outcome=outcome,
    )  # fmt: skip


def _transitions(one: Appointment) -> Iterator[Transition]:
    by = Transition.By
    path = [(State.HELD, by.VISITOR), (State.UNCONFIRMED, by.VISITOR)]
    if one.state != State.UNCONFIRMED:
        path.append((State.CONFIRMED, by.CLIENT))
    if one.state == State.CANCELLED:
        path.append((State.CANCELLED, by.CLIENT))
    if one.state in (State.ATTENDED, State.NO_SHOW):
        path.append((State(one.state), by.MEDIATOR))
    before = ""
    for index, (state, who) in enumerate(path):
        at = one.ends_at if who == by.MEDIATOR else one.created_at + timedelta(minutes=2 * index)
        reason = one.cancel_reason if state == State.CANCELLED else ""
        yield Transition(appointment=one, at=at, by=who, from_state=before, to_state=state, reason=reason)
        before = state
