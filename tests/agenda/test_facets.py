"""The number beside a choice is the number that the choice finds: against `find` itself, over random crowds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import facets
from allomediateur.agenda.facets import Counts, Offered
from allomediateur.agenda.finding import Query, find
from allomediateur.agenda.models import Modality, Opening, Service
from allomediateur.directory.models import Commune, Mediator, Office, Specialty
from tests.factories import NOW, make_commune, make_mediator, make_office, make_openings, make_specialty, refresh

pytestmark = pytest.mark.django_db

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


def make_crowd(chance: Random, size: int) -> None:
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
        vary(chance, mediator)
        refresh(mediator, EARLIER)


def vary(chance: Random, mediator: Mediator) -> None:
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


def count(query: Query) -> Counts:
    return facets.count(query, Offered(RADII, UNTILS), NOW)


def told(query: Query) -> list[tuple[Query, int]]:
    """Every other search that the counts speak of, and the number said."""
    counts = count(query)
    fields = [one.pk for one in Specialty.objects.all()]
    return [
        *((replace(query, specialty_id=pk), counts.by_specialty.get(pk, 0)) for pk in fields),
        *((replace(query, modality=one.value), counts.by_modality.get(one.value, 0)) for one in Modality),
        *((replace(query, language=one), counts.by_language.get(one, 0)) for one in TONGUES),
        *((replace(query, radius_km=km), counts.by_radius.get(km, 0)) for km in RADII),
        *((replace(query, until=day), counts.by_until.get(day, 0)) for day in UNTILS),
        (replace(query, step_free=True), counts.step_free),
        (replace(query, specialty_id=None), counts.without["specialty_id"]),
        (replace(query, modality=None), counts.without["modality"]),
        (replace(query, language=None), counts.without["language"]),
        (replace(query, until=None), counts.without["until"]),
        (replace(query, step_free=False), counts.without["step_free"]),
        (Query(lat=query.lat, lon=query.lon, radius_km=query.radius_km), counts.unfiltered),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_number_said_is_the_number_found(seed: int) -> None:
    chance = Random(seed)
    make_crowd(chance, 14)
    wrong, said = [], 0
    for _ in range(12):
        for other, number in told(some_query(chance)):
            said += number
            if (found := find(replace(other, per_page=1), NOW).total) != number:
                wrong.append((other, number, found))
    assert wrong == []
    assert said > 100


def test_counts_leave_their_own_filter_out() -> None:
    lyon = communes()[2]
    make_mediator("Paris", specialties=("famille",), modalities=("phone", "in_person"))
    make_mediator("Lyon", commune=lyon, specialties=("voisinage",), modalities=("phone",))
    make_mediator("Bare", specialties=("famille",), cpmn_member=False)
    famille, voisinage = make_specialty("famille").pk, make_specialty("voisinage").pk
    counts = count(Query(**PARIS))
    assert (counts.by_specialty, counts.by_modality) == ({famille: 2}, {"phone": 2, "in_person": 1})
    assert (counts.by_radius, counts.by_language) == ({10: 2, 30: 2, 200: 2, 2000: 3}, {"fr": 1})
    counts = count(Query(**PARIS, modality="phone", specialty_id=famille))
    assert (counts.by_specialty, counts.by_modality) == ({famille: 1, voisinage: 1}, {"phone": 1, "in_person": 1})
    assert counts.by_radius == dict.fromkeys(RADII, 1)  # by phone the distance does not count


def test_one_statement_whatever_the_crowd(django_assert_num_queries: Callable[[int], CaptureQueriesContext]) -> None:
    make_crowd(Random(1), 3)
    with django_assert_num_queries(1):
        count(Query(**PARIS))
