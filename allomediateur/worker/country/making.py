"""The whole invented country, a few hundred mediators at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, truth
from allomediateur.agenda.models import Appointment, Opening, OpeningException, Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.periods import Period
from allomediateur.worker.country import bookings, offers, people

AT_ONCE = 300
AHEAD = timedelta(days=40)
FULL = 0.08
"""Share of mediators with hardly anything free for weeks."""


@dataclass(frozen=True)
class Made:
    mediators: list[Mediator]
    appointments: int


def generate(number: int, seed: int, now: datetime) -> Made:
    """`number` bookable mediators over all French zones, with agendas and appointments around `now`.

    The same seed gives the same country. Communes and specialties must be there. In one transaction.
    """
    chance = Random(seed)  # noqa: S311 (an invented country, drawn the same every time)
    taken = set(User.objects.values_list("email", flat=True))
    with transaction.atomic():
        invented = people.invent(chance, number, taken)
        parts = [_some(chance, invented[first : first + AT_ONCE], now) for first in range(0, number, AT_ONCE)]
    return Made([one for part in parts for one in part.mediators], sum(part.appointments for part in parts))


def _some(chance: Random, invented: list[people.Person], now: datetime) -> Made:
    mediators = people.profiles(chance, invented, people.accounts(invented, now))
    offices = people.offices(chance, invented, mediators)
    services = propose(chance, mediators, offices, now)
    booked = book(chance, mediators, services, now)
    availability.rebuild_many([one.pk for one in mediators], now)
    return Made(mediators, booked)


def propose(chance: Random, mediators: list[Mediator], offices: list[Office], now: datetime) -> list[Service]:
    """Services, weekly openings and days off of each."""
    services: list[Service] = []
    openings: list[Opening] = []
    exceptions: list[OpeningException] = []
    for mediator in mediators:
        own = offers.style(chance)
        services += offers.services(chance, mediator, own)
        openings += offers.openings(chance, mediator, [one for one in offices if one.mediator_id == mediator.pk], own)
        exceptions += offers.days_off(chance, mediator, now.date())
    Opening.objects.bulk_create(openings)
    OpeningException.objects.bulk_create(exceptions)
    return Service.objects.bulk_create(services)


def book(chance: Random, mediators: list[Mediator], services: list[Service], now: datetime) -> int:
    """Appointments of a fortnight back and some weeks ahead; most agendas have room, some hardly any."""
    window = Period(now - timedelta(days=10), now + AHEAD)
    hours = truth.read_hours([one.pk for one in mediators], window, now)
    booked: list[tuple[Appointment, bookings.Client]] = []
    for mediator in mediators:
        own = [one for one in services if one.mediator_id == mediator.pk]
        places = bookings.starts(own, hours[mediator.pk], window)
        booked += _drawn(chance, mediator, places, now)
    return bookings.write(chance, booked)


def _drawn(
    chance: Random, mediator: Mediator, places: list[bookings.Place], now: datetime
) -> Iterable[tuple[Appointment, bookings.Client]]:
    full = chance.random() < FULL
    until = now + (AHEAD if full else timedelta(days=14))
    near = (place for place in places if place.start < until)
    share = 0.9 if full else chance.choice((0.0, 0.01, 0.02, 0.04, 0.06))
    for place in bookings.draw(chance, near, share):
        state = bookings.state_of(chance, place, now)
        yield bookings.appointment(mediator, place, state, now), bookings.client(chance)
