"""Random mediators and random questions: every way to be found or not."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from allomediateur.agenda.finding import Query
from allomediateur.agenda.models import Modality, Opening, Service
from allomediateur.directory.models import Commune, Mediator, Office
from tests.factories import NOW, make_commune, make_mediator, make_office, make_openings, make_specialty, refresh

PARIS: dict[str, Any] = {"lat": 48.85661, "lon": 2.35222}
TODAY = date(2026, 11, 23)
RADII = (10, 30, 200, 2000)
UNTILS = tuple(TODAY + timedelta(days=days) for days in (0, 3, 14))
FIELDS = ("famille", "voisinage", "succession")
TONGUES = ("fr", "en", "es")
EARLIER = NOW - timedelta(hours=5)


def communes() -> list[Commune]:
    return [
        make_commune(),
        make_commune("78646", "Versailles", "78", ["78000"], 84_000, 48.8, 2.13),
        make_commune("69123", "Lyon", "69", ["69001"], 519_000, 45.76, 4.83),
        make_commune("97209", "Fort-de-France", "972", ["97200"], 75_000, 14.6158, -61.0597, "America/Martinique"),
    ]


def pacific() -> list[Commune]:
    """On both sides of the antimeridian, and far from it."""
    return [
        make_commune("98613", "Uvea", "986", ["98600"], 8_000, -13.28, -176.2, "Pacific/Wallis"),
        make_commune("98611", "Alo", "986", ["98620"], 2_000, -14.3, -178.1, "Pacific/Wallis"),
        make_commune("99101", "Suva", "991", ["99101"], 90_000, -18.1, 178.4, "Pacific/Fiji"),
        make_commune("99102", "Taveuni", "991", ["99102"], 9_000, -16.8, -179.97, "Pacific/Fiji"),
        make_commune("98818", "Nouméa", "988", ["98800"], 94_000, -22.27, 166.45, "Pacific/Noumea"),
        make_commune("98735", "Papeete", "987", ["98714"], 26_000, -17.53, -149.57, "Pacific/Tahiti"),
    ]


def make_crowd(chance: Random, size: int, communes: Callable[[], list[Commune]] = communes) -> None:
    for number in range(size):
        modalities = tuple(chance.sample(list(Modality), chance.randint(1, 3)))
        mediator = make_mediator(
            f"Médiateur {number}", commune=chance.choice(communes()), modalities=modalities, now=EARLIER,
            specialties=tuple(chance.sample(FIELDS, chance.randint(1, 2))),
            languages=["fr", *chance.sample(("en", "es"), chance.randint(0, 2))],
            cpmn_member=chance.random() < 0.8, insured_until=chance.choice((None, TODAY, TODAY - timedelta(days=1))),
        )  # fmt: skip
        Service.objects.filter(mediator=mediator).update(
            notice_minutes=chance.choice((0, 120, 4 * 1440, 20 * 1440)), travel_km=chance.choice((None, 40))
        )
        Office.objects.filter(mediator=mediator).update(step_free=chance.random() < 0.5)
        vary(chance, mediator, communes)
        refresh(mediator, EARLIER)


def vary(chance: Random, mediator: Mediator, communes: Callable[[], list[Commune]]) -> None:
    """A second office, hours where the client wishes, or no hour at all."""
    fate = chance.randrange(5)
    if fate == 0:
        make_openings(mediator, "in_person", make_office(mediator, chance.choice(communes())), weekdays=(5,))
    elif fate == 1:
        make_openings(mediator, "in_person", None, weekdays=(2,))
    elif fate == 2:
        Opening.objects.filter(mediator=mediator).delete()


def some_query(chance: Random) -> Query:
    where = chance.choice((PARIS, {}, {"lat": 14.6, "lon": -61.0}))
    return Query(
        **where,
        radius_km=chance.choice(RADII),
        specialty_id=chance.choice((None, make_specialty(chance.choice(FIELDS)).pk)),
        modality=chance.choice((None, None, "phone", "video", "in_person")),
        language=chance.choice((None, None, *TONGUES)),
        until=chance.choice((None, None, *UNTILS)),
        step_free=chance.random() < 0.3,
    )
