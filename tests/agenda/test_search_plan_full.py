"""The plan of search where nearly nobody has time: the indexes still know it.

Apart from `test_search_plan`: what is changed of the country here, even taken back, changes what PostgreSQL reckons.
"""

from datetime import timedelta

import pytest

from allomediateur.agenda.candidates import Query
from allomediateur.agenda.models import Availability
from benchmarks import crowd
from tests.agenda.test_search_plan import MEDIATORS, PARIS, SOON, nodes, plan


@pytest.fixture
def country(db: None) -> None:
    """Written for each test, and taken away with its transaction."""
    crowd.fill(MEDIATORS)


def test_what_is_full_is_passed_over_in_the_index(country: None) -> None:
    """Nineteen in twenty have nothing before the window's end: their rows are not visited one by one."""
    crowd.press(full=0.95, rare=0.01, late=SOON + timedelta(days=200))
    found = nodes(plan(Query(**PARIS, modality="phone", until=SOON)))
    (walk, *_) = [one for one in found if one.get("Index Name") == "listing_free" and "Order By" in one]
    assert walk.get("Rows Removed by Filter", 0) == 0
    assert walk["Actual Rows"] == 21


def test_the_full_who_fill_a_page_come_in_order_from_their_own(country: None) -> None:
    """Nobody has time but five: the others are not all reckoned to find the nearest."""
    free = [one.pk for one in crowd.mediators(5)]
    Availability.objects.exclude(mediator__in=free).update(next_starts=[], first_free_day=None)
    crowd.settle()
    found = nodes(plan(Query(**PARIS, modality="phone")))
    (walk, *_) = [one for one in found if one.get("Index Name") == "listing_full" and "Order By" in one]
    assert "<->" in walk["Order By"]
    assert walk["Actual Rows"] <= 4 * 21
