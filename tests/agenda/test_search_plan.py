"""How PostgreSQL answers a search among thousands: from the indexes of Listing, in order, and no more than it shows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from allomediateur.agenda import candidates, facets, gathering, grid, sheets, tallying
from allomediateur.agenda.candidates import Query, fetch
from allomediateur.agenda.facets import Offered
from allomediateur.agenda.models import Tally
from allomediateur.agenda.question import parameters
from allomediateur.agenda.walking import MOST, statement
from allomediateur.directory.models import Specialty
from benchmarks import crowd

pytestmark = pytest.mark.django_db

MEDIATORS = 2500
PARIS: dict[str, Any] = {"lat": 48.85661, "lon": 2.35222}
SOON = crowd.TODAY + timedelta(days=14)
QUESTIONS = {
    "nearest": {**PARIS, "modality": "phone", "until": SOON},
    "nearest in person": {**PARIS, "modality": "in_person", "until": SOON},
    "nearest any": PARIS,
    "nearest over the antimeridian": {"lat": -13.28, "lon": -179.9},
    "soonest": {},
    "soonest by video": {"modality": "video"},
    "soonest within": {**PARIS, "sort": "soonest"},
    "soonest from far": {**PARIS, "sort": "soonest", "modality": "phone", "until": SOON},
}


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """Written once for the file, and taken away: the id of a specialty that some have."""
    with django_db_blocker.unblock(), transaction.atomic():
        crowd.fill(MEDIATORS)
        yield Specialty.objects.exclude(slug=crowd.RARE).earliest("pk").pk
        transaction.set_rollback(True)


def plan(query: Query, *, need: int = 21) -> dict[str, Any]:
    values = parameters(query, crowd.NOW) | {"skip": 0, "need": need}
    text = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement(query)
    return dict(fetch(text, values)[0][0][0]["Plan"])


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those that ran."""
    if tree["Actual Loops"]:
        yield tree
    for child in tree.get("Plans", ()):
        yield from nodes(child)


@pytest.mark.parametrize("asked", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_no_table_is_read_through(country: int, asked: dict[str, Any]) -> None:
    for fields in (asked, {**asked, "specialty_id": country}, {**asked, "language": "en"}):
        ran = list(nodes(plan(Query(**fields))))
        assert [one["Relation Name"] for one in ran if one["Node Type"] == "Seq Scan"] == []
        assert "agenda_listing" in {one.get("Relation Name") for one in ran}


def test_the_other_side_of_the_antimeridian_is_bounded_too(country: int) -> None:
    """Everybody is in France: whom nothing bounds would be looked at one by one."""
    ran = list(nodes(plan(Query(lat=-13.28, lon=-179.9, modality="in_person", sort="soonest"))))
    conditions = [
        one["Index Cond"] for one in ran if one.get("Relation Name") == "agenda_listing" and "Index Cond" in one
    ]
    assert conditions
    assert sum(one.get("Actual Rows", 0) for one in ran if one.get("Relation Name") == "agenda_listing") == 0


@pytest.mark.parametrize("is_counted", [True, False])
@pytest.mark.parametrize("level", list(grid.LEVELS))
def test_the_map_is_read_from_the_indexes(country: int, level: int, is_counted: bool) -> None:
    """A screen around Paris, before it was counted and after."""
    if not is_counted:
        Tally.objects.all().delete()
    x, y = sheets.spot(PARIS["lat"], PARIS["lon"])
    wide, high = grid.pixels(600, level), grid.pixels(270, level)
    (south, west), (north, east) = grid.degrees_of(x - wide, y - high), grid.degrees_of(x + wide, y + high)
    for query in (Query(), Query(specialty_id=country, until=SOON), Query(modality="in_person", step_free=True)):
        for told in plans_of_map(query, grid.Frame(south, west, north, east), level):
            assert told["Actual Rows"] <= grid.MOST
            assert [one["Relation Name"] for one in read_of_map(told) if one["Node Type"] == "Seq Scan"] == []


def test_the_map_reads_a_few_rows_of_a_square_that_holds_many(country: int) -> None:
    """Not counted yet: of each sheet no more than it needs to say « at least »; counted: none at all."""
    square = grid.Frame(48.8, 2.3, 48.9, 2.4)
    assert grid.count(square, 4) == 1
    [one] = gathering.within(Query(), square, 4, crowd.NOW)
    assert one.people > 10 * tallying.FEW
    assert [read_of_map(told) for told in plans_of_map(Query(), square, 4)] == [[]]
    Tally.objects.all().delete()
    [_counted, told] = plans_of_map(Query(), square, 4)
    rows = [step["Actual Rows"] for step in read_of_map(told) if step["Relation Name"] == "agenda_listing"]
    assert max(rows) == tallying.FEW + 1


def plans_of_map(query: Query, frame: grid.Frame, level: int) -> list[dict[str, Any]]:
    """Of the very statements that the map asks, on a frame that shows somebody."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        assert gathering.within(query, frame, level, crowd.NOW)
    return [fetch("EXPLAIN (ANALYZE, FORMAT JSON) " + text, values)[0][0][0]["Plan"] for text, values in asked]


def read_of_map(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in nodes(told) if one.get("Relation Name") in ("agenda_listing", "agenda_availability")]


@pytest.mark.parametrize("way", ["phone", "in_person"])
def test_the_nearest_come_in_order_from_the_index(country: int, way: str) -> None:
    """With the sheet and the first free day in it; int4 as the index has it."""
    found = nodes(plan(Query(**PARIS, modality=way, specialty_id=country, until=SOON)))
    (walk, *_) = [one for one in found if one.get("Index Name") == "listing_free" and "Order By" in one]
    assert "<->" in walk["Order By"]
    assert "int4range" in walk["Index Cond"]
    assert "daterange" in walk["Index Cond"]
    assert walk["Actual Rows"] <= 21


def test_the_soonest_come_in_order_from_their_own(country: int) -> None:
    found = list(nodes(plan(Query(specialty_id=country))))
    walks = [one for one in found if one.get("Index Name") == "listing_soonest"]
    assert walks
    assert max(one["Actual Rows"] for one in walks if "sheet" in one["Index Cond"]) <= MOST + 1


def test_in_a_crowd_it_is_said_that_there_are_more(country: int) -> None:
    """Pages go as far as what is counted, and the numbers beside the filters are the least there is."""
    page = candidates.page(Query(page=99), crowd.NOW)
    assert (page.total, page.more, page.number, len(page.rows)) == (MOST, True, MOST // 20, 20)
    counts = facets.count(Query(**PARIS), Offered((30,), [SOON]), crowd.NOW)
    assert counts.remote_more
    assert facets.SAMPLE <= counts.by_modality["phone"] <= MEDIATORS
    few = candidates.page(Query(lat=46.5, lon=-30, radius_km=500), crowd.NOW)
    assert (few.total, few.more, few.rows) == (0, False, [])


def test_pages_of_a_crowd_hold_nobody_twice(country: int) -> None:
    for asked in (Query(**PARIS, modality="phone"), Query(), Query(**PARIS, sort="soonest", modality="video")):
        leafed = [
            row.mediator_id
            for number in range(1, MOST // 20 + 1)
            for row in candidates.page(replace(asked, page=number), crowd.NOW).rows
        ]
        assert len(leafed) == len(set(leafed)) == MOST
