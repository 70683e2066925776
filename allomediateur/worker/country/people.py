"""Invented mediators: accounts, profiles, offices in real communes."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Agenda
from allomediateur.directory.models import Commune, Mediator, Office, Specialty
from allomediateur.worker.country import names, offers, texts

OVERSEAS = {
    "America/Guadeloupe": 7, "America/Martinique": 6, "America/Cayenne": 4, "America/Miquelon": 2, "Indian/Reunion": 9,
    "Indian/Mayotte": 3, "Pacific/Noumea": 5, "Pacific/Tahiti": 5, "Pacific/Marquesas": 1, "Pacific/Gambier": 1,
    "Pacific/Wallis": 1,
}  # fmt: skip
"""Mediators in three hundred, by zone."""
CITIES = ("Paris", "Lyon", "Marseille")
SMALLEST = 6_000


@dataclass(frozen=True)
class Person:
    """Who a mediator is before there are rows."""

    name: str
    woman: bool
    email: str
    commune: Commune


def communes(chance: Random, number: int) -> list[Commune]:
    """Where they live: every overseas zone first, then towns by population, arrondissements for the three cities."""
    towns = list(Commune.objects.exclude(name__in=CITIES).order_by("code"))
    chosen: list[Commune] = []
    for zone, share in OVERSEAS.items():
        there = sorted((one for one in towns if one.zone == zone), key=lambda one: -one.population)
        chosen += [there[index % min(len(there), 6)] for index in range(max(1, share * number // 300))]
    mainland = [one for one in towns if one.zone == "Europe/Paris" and one.population >= SMALLEST]
    rest = max(0, number - len(chosen))
    chosen += chance.choices(mainland, weights=[one.population for one in mainland], k=rest)
    return chosen[:number]


def invent(chance: Random, number: int, taken: set[str]) -> list[Person]:
    """That many people whose e-mail is not in `taken`, which grows."""
    people = []
    for commune in communes(chance, number):
        woman = chance.random() < 0.62
        name = names.full_name(chance, woman=woman)
        while (email := f"{slugify(name)}@example.org") in taken:
            name = names.full_name(chance, woman=woman)
        taken.add(email)
        people.append(Person(name, woman, email, commune))
    return people


def accounts(people: list[Person], now: datetime) -> list[User]:
    """Their accounts, without password, e-mail verified."""
    nobody = make_password(None)
    users = User.objects.bulk_create(account(one, nobody, now) for one in people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return users


def account(person: Person, password: str, now: datetime) -> User:
    return User(
        email=person.email, name=person.name, role=User.Role.MEDIATOR, zone=person.commune.zone, password=password,
        joined_at=now,
    )  # fmt: skip


def profiles(chance: Random, people: list[Person], users: list[User]) -> list[Mediator]:
    """Verified members; specialties, languages and a presentation drawn for each. An agenda row each."""
    specialties = list(Specialty.objects.all())
    drawn = [chance.sample(specialties, chance.choice((1, 2, 3, 3, 4))) for _ in people]
    mediators = Mediator.objects.bulk_create(
        profile(chance, person, user, sorted(one.slug for one in own))
        for person, user, own in zip(people, users, drawn, strict=True)
    )
    through = Mediator.specialties.through
    through._default_manager.bulk_create(
        through(mediator_id=mediator.pk, specialty_id=one.pk)
        for mediator, own in zip(mediators, drawn, strict=True)
        for one in own
    )
    Agenda.objects.bulk_create(Agenda(mediator=mediator) for mediator in mediators)
    return mediators


def profile(chance: Random, person: Person, user: User, slugs: list[str]) -> Mediator:
    french, english = texts.presentation(chance, slugs, woman=person.woman)
    spoken = sorted(set(chance.sample(offers.LANGUAGES, chance.choice((0, 0, 1, 1, 2)))))
    return Mediator(
        user=user, slug=user.email.partition("@")[0], name=person.name, presentation_fr=french,
        presentation_en=english if chance.random() < 0.7 else "", languages=["fr", *spoken],
        phone=names.landline(user.pk), video_room=f"https://visio.example.org/{user.email.partition('@')[0]}",
        payment=chance.choice(offers.PAYMENTS), capm_verified=True, capm_year=chance.randrange(2004, 2026),
        cpmn_member=True, ethics_version="2023", ethics_signed_on=user.joined_at,
    )  # fmt: skip


def offices(chance: Random, people: list[Person], mediators: list[Mediator]) -> list[Office]:
    """A main office each, a second one in a neighbouring street for some."""
    made = []
    for person, mediator in zip(people, mediators, strict=True):
        made.append(office(chance, mediator, person.commune, is_main=True))
        if chance.random() < 0.12:
            made.append(office(chance, mediator, person.commune, is_main=False))
    return Office.objects.bulk_create(made)


def office(chance: Random, mediator: Mediator, commune: Commune, *, is_main: bool) -> Office:
    streets = names.STREETS if commune.zone == "Europe/Paris" else names.OVERSEAS_STREETS
    return Office(
        mediator=mediator, is_main=is_main, name=chance.choice(names.OFFICES), commune=commune,
        address=f"{chance.randrange(1, 120)} {chance.choice(streets)}", postal_code=commune.postal_codes[0],
        lat=round(commune.lat + chance.uniform(-0.005, 0.005), 5), zone=commune.zone,
        lon=round(commune.lon + chance.uniform(-0.005, 0.005), 5), **chance.choice(names.ACCESS),
    )  # fmt: skip
