"""One mediator of a country at size: drawn from the seed and a number, whoever makes it and in whatever order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import cast

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.utils.text import slugify

from allomediateur.agenda import truth
from allomediateur.agenda.models import Agenda, Opening, OpeningException, Service
from allomediateur.directory.models import Commune, Mediator, Office, Specialty
from allomediateur.directory.models.mediators import SIGNS
from allomediateur.scheduling.openings import DayException, ExceptionKind, WeeklyRule
from allomediateur.worker.country import names, offers, people

SPECIALTIES = (1, 2, 2, 3, 3, 4)
MOST_SERVICES = 4
PASSWORD = UNUSABLE_PASSWORD_PREFIX + "country"
_STRIDE = 160_481_183
"""Odd and prime to the number of codes: each number has a code of its own."""


@dataclass(frozen=True)
class Keys:
    """The first free key of each table."""

    user: int
    mediator: int
    office: int
    service: int


@dataclass(frozen=True)
class Person:
    mediator: Mediator
    offices: list[Office]
    services: list[Service]
    openings: list[Opening]
    exceptions: list[OpeningException]
    others: list[models.Model]

    def rows(self) -> Iterator[models.Model]:
        """Whatever is referred to first."""
        yield self.mediator.user
        yield self.mediator
        yield from (*self.offices, *self.services, *self.others, *self.openings, *self.exceptions)


def invent(chance: Random, number: int, commune: Commune, keys: Keys, now: datetime) -> Person:
    """Bookable, with specialties the first of which are asked for most (Zipf), services, weeks and days off."""
    woman = chance.random() < 0.62
    name = names.full_name(chance, woman=woman)
    person = people.Person(name, woman, f"{slugify(name)}-{number}@example.org", commune)
    user = people.account(person, PASSWORD, now)
    user.pk = keys.user + number
    specialties = _specialties(chance)
    mediator = people.profile(chance, person, user, sorted(one.slug for one in specialties))
    mediator.pk, mediator.code, mediator.created_at = keys.mediator + number, _code(number), now
    offices = [people.office(chance, mediator, commune, is_main=True)]
    if chance.random() < 0.12:
        offices.append(people.office(chance, mediator, commune, is_main=False))
    own = offers.style(chance)
    services = offers.services(chance, mediator, own)
    for rank, office in enumerate(offices):
        office.pk = keys.office + 2 * number + rank
    for rank, service in enumerate(services):
        service.pk = keys.service + MOST_SERVICES * number + rank
    through = Mediator.specialties.through
    return Person(
        mediator, offices, services, offers.openings(chance, mediator, offices, own),
        offers.days_off(chance, mediator, now.date()),
        [
            EmailAddress(user=user, email=user.email, verified=True, primary=True),
            Agenda(mediator=mediator),
            *(through(mediator_id=mediator.pk, specialty_id=one.pk) for one in specialties),
        ],
    )  # fmt: skip


def hours(person: Person) -> truth.Hours:
    """As `truth.read_hours` will read them."""
    found = truth.Hours(bool(person.mediator.video_room), person.mediator.closed_on_holidays)
    for office in person.offices:
        place = truth.Point(office.lon, office.lat, office.zone, office.holidays_of, office.step_free)
        found.offices[office.pk] = place
        found.main = found.main or place
    for one in person.openings:
        rule = WeeklyRule(one.weekday, one.start_minute, one.end_minute, one.ends_next_day)
        found.rules[one.modality, one.office_id].append(rule)
    for day in person.exceptions:
        exception = DayException(
            cast("ExceptionKind", day.kind), day.day, day.start_minute, day.end_minute, day.ends_next_day
        )
        found.exceptions.append((day.modality, day.office_id, exception))
    return found


def homes(chance: Random, count: int) -> list[str]:
    """Codes of communes: the largest of each overseas zone, then by population, arrondissements for three cities."""
    towns = [one for one in communes().values() if one.name not in people.CITIES and one.population]
    overseas = [max((one for one in towns if one.zone == zone), key=_population) for zone in people.OVERSEAS]
    drawn = chance.choices(towns, weights=[one.population for one in towns], k=max(0, count - len(overseas)))
    return [one.code for one in (*overseas, *drawn)][:count]


def _population(one: Commune) -> int:
    return one.population


@lru_cache(maxsize=1)
def communes() -> dict[str, Commune]:
    return {one.code: one for one in Commune.objects.order_by("code")}


@lru_cache(maxsize=1)
def _known_specialties() -> list[Specialty]:
    return list(Specialty.objects.order_by("rank", "slug"))


def _specialties(chance: Random) -> list[Specialty]:
    known = _known_specialties()
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(known))))
    count, chosen = chance.choice(SPECIALTIES), dict[int, Specialty]()
    while len(chosen) < min(count, len(known)):
        one = chance.choices(known, cum_weights=weights)[0]
        chosen[one.pk] = one
    return [chosen[pk] for pk in sorted(chosen)]


def _code(number: int) -> str:
    left, signs = (number + 1) * _STRIDE % len(SIGNS) ** 8, ""
    for _ in range(8):
        left, sign = divmod(left, len(SIGNS))
        signs += SIGNS[sign]
    return signs
