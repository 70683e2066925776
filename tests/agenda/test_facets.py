"""The number beside a choice is the number that the choice finds: against `find` itself, over random crowds."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import facets
from allomediateur.agenda.facets import Counts, Offered
from allomediateur.agenda.finding import Query, find
from allomediateur.agenda.models import Modality
from allomediateur.directory.models import Specialty
from tests.agenda.crowds import PARIS, RADII, TONGUES, UNTILS, communes, make_crowd, some_query
from tests.factories import NOW, make_mediator, make_specialty

pytestmark = pytest.mark.django_db


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
