"""The country at size, in one transaction: drawn by several processes, copied by one."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from django.db import connection, transaction

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment
from allomediateur.directory.models import Mediator
from allomediateur.worker import spreading
from allomediateur.worker.country.bulk import bookings, copying
from allomediateur.worker.country.bulk import people as bulk_people
from allomediateur.worker.country.bulk.people import Keys

AT_ONCE = 200
MOST = 300
"""Appointments a mediator, over all: the busiest has 480, which four years hold."""
BARE = ("agenda_appointment", "agenda_opening", "agenda_openingexception")


class CannotMake(Exception):
    """Why, and what to do, in a sentence."""


@dataclass(frozen=True)
class Part:
    """Mediators from `first` on, with the commune and the appointments of each."""

    seed: int
    now: datetime
    keys: Keys
    first: int
    homes: list[str]
    counts: list[int]


def generate(
    mediators: int, appointments: int, seed: int, now: datetime, processes: int, told: Callable[[int], object]
) -> None:
    """Exactly so many, in a database without mediators; the same seed and instant give the same country. Availability
    is to be rebuilt. `told` hears how many mediators are written. Raises CannotMake."""
    check(mediators, appointments)
    try:
        with transaction.atomic(), copying.bare(BARE):
            _check_empty()
            parts = spreading.over(make, _parts(mediators, appointments, seed, now), processes)
            for number, rows in enumerate(parts, 1):
                copying.copy(rows)
                told(min(mediators, number * AT_ONCE))
    except bookings.NoMorePlaces as reason:
        raise CannotMake("Les semaines de l’un d’eux sont pleines : demandez moins de rendez-vous.") from reason
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def check(mediators: int, appointments: int) -> None:
    """Raises CannotMake."""
    if mediators < 1 or appointments < 0:
        raise CannotMake("Il faut au moins un médiateur, et zéro rendez-vous ou plus.")
    if appointments > MOST * mediators:
        most = f"{mediators} médiateurs ont la place de {MOST * mediators} rendez-vous au plus ({MOST} chacun)"
        raise CannotMake(f"{most} : demandez-en moins que {appointments}, ou plus de médiateurs.")


def make(part: Part) -> copying.Rows:
    """The lines of its mediators."""
    rows: dict[Any, list[bytes]] = defaultdict(list)
    for index, (home, count) in enumerate(zip(part.homes, part.counts, strict=True)):
        number = part.first + index
        chance = Random(f"{part.seed}:{number}")  # noqa: S311 (an invented country, drawn the same every time)
        person = bulk_people.invent(chance, number, bulk_people.communes()[home], part.keys, part.now)
        made = copying.lines(person.rows())
        made[bookings.TABLE] = bookings.lines(chance, person.services, bulk_people.hours(person), count, part.now)
        for table, text in made.items():
            rows[table].append(text)
    return {table: b"".join(texts) for table, texts in rows.items()}


def _parts(mediators: int, appointments: int, seed: int, now: datetime) -> Iterator[Part]:
    keys = copying.reserve({
        "accounts_user": mediators, "directory_mediator": mediators, "directory_office": 2 * mediators,
        "agenda_service": bulk_people.MOST_SERVICES * mediators,
    })  # fmt: skip
    chance = Random(seed)  # noqa: S311 (as above)
    homes = bulk_people.homes(chance, mediators)
    counts = list(bookings.shares(chance, mediators, appointments))
    for first in range(0, mediators, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        yield Part(seed, now, Keys(*keys.values()), first, homes[some], counts[some])


def _check_empty() -> None:
    if Mediator.objects.exists() or Appointment.objects.exists() or User.objects.filter(email__endswith="@example.org"):
        raise CannotMake("La base a déjà des médiateurs : le pays en grand se fait dans une base neuve.")
