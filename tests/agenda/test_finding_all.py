"""The quick search finds what the plain one does (tests.agenda.plain_search), in its order, page after page."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from allomediateur.agenda import candidates, listing, question, sheets
from allomediateur.agenda.candidates import Query
from allomediateur.agenda.models import Availability, Listing
from allomediateur.directory.models import Mediator
from tests.agenda import plain_search
from tests.agenda.crowds import make_crowd, pacific, some_query
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def quick(query: Query, now: Any = NOW) -> tuple[list[tuple[Any, ...]], int]:
    page = candidates.page(query, now)
    return [(one.mediator_id, one.bookable, one.km, one.office_id) for one in page.rows], page.total


def rounded(found: tuple[list[tuple[Any, ...]], int]) -> tuple[list[tuple[Any, ...]], int]:
    """The arithmetic of two statements may part at the last digit."""
    return [(pk, free, km and round(km, 6), office) for pk, free, km, office in found[0]], found[1]


@pytest.mark.parametrize("seed", range(6))
def test_the_same_people_in_the_same_order(seed: int) -> None:
    chance = Random(seed)
    make_crowd(chance, 16)
    somebody = 0
    for number in range(30):
        asked = replace(some_query(chance), per_page=50, sort="soonest" if number % 2 else "nearest")
        for now in (NOW, NOW + timedelta(days=3), NOW + timedelta(days=40)):
            found = rounded(quick(asked, now))
            assert found == rounded(plain_search.found(asked, now)), asked
            somebody += found[1]
    assert somebody > 40


@pytest.mark.parametrize("seed", range(3))
def test_the_same_people_on_both_sides_of_the_antimeridian(seed: int) -> None:
    """Around each place of the Pacific, page after page: by phone too, where no radius bounds them."""
    chance = Random(seed)
    make_crowd(chance, 16, pacific)
    somebody = 0
    for number in range(30):
        where = chance.choice(pacific())
        lon, km = where.lon + chance.choice((0, 0.02, -0.02)), chance.choice((600, 900))
        asked = replace(some_query(chance), lat=where.lat, lon=lon, radius_km=km, per_page=50)
        asked = replace(asked, sort="soonest" if number % 2 else "nearest")
        plain = rounded(plain_search.found(asked, NOW))
        assert rounded(quick(asked)) == plain, asked
        leafed = [row for page in range(1, 7) for row in quick(replace(asked, per_page=3, page=page))[0]]
        assert {row[0] for row in plain[0][:18]} <= {row[0] for row in leafed}
        somebody += plain[1]
    assert somebody > 10


def test_around_the_antimeridian_the_search_is_bounded_as_elsewhere() -> None:
    places = ((48.86, 2.35), (-13.28, -176.2), (-14.3, -178.1))  # Paris, Wallis, Futuna
    boxes = [[source.box for source in question.sources(Query(lat=lat, lon=lon))] for lat, lon in places]
    assert boxes == [["near", "reach"], ["near", "reach", "reach_beyond"], ["near", "reach", "reach_beyond"]]
    (here, beyond) = sheets.boxes(-13.28, -176.2, 500)
    assert here.right - here.left == pytest.approx(beyond.right - beyond.left)
    assert here.top == beyond.top
    assert beyond.left < sheets.spot(-13.28, 179.5)[0] < beyond.right


@pytest.mark.parametrize("seed", range(2))
def test_pages_hold_everybody_once(seed: int) -> None:
    chance = Random(seed)
    make_crowd(chance, 16)
    for number in range(12):
        asked = replace(some_query(chance), per_page=3, sort="soonest" if number % 2 else "nearest")
        everybody, total = plain_search.found(replace(asked, per_page=50), NOW)
        pages = [quick(replace(asked, page=page)) for page in range(1, max(1, -(-total // 3)) + 1)]
        leafed = [row[0] for rows, _ in pages for row in rows]
        assert sorted(leafed) == sorted(row[0] for row in everybody)
        assert {total for _, total in pages} == {total}


def test_rows_are_what_availability_gives_and_written_only_when_they_change() -> None:
    make_crowd(Random(3), 8)
    ids = list(Mediator.objects.values_list("pk", flat=True))
    before = _versions()
    assert before
    listing.refresh(ids)
    assert _versions() == before
    assert listing.differences(ids) == 0
    Availability.objects.filter(modality="phone").update(next_starts=[], first_free_day=None)
    assert listing.differences(ids) > 0
    listing.refresh(ids)
    assert listing.differences(ids) == 0
    Availability.objects.all().delete()
    listing.refresh(ids)
    assert {sheet & 7 for sheet in Listing.objects.values_list("sheet", flat=True)} <= {sheets.BARE}


def _versions() -> dict[int, str]:
    """Row by row, the transaction and the place of what is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text FROM agenda_listing")
        return dict(cursor.fetchall())


def test_a_platform_older_than_the_table_is_listed_by_its_migration() -> None:
    """And what code that did not know of it wrote is mended, without touching what is right."""
    make_crowd(Random(4), 4)
    before = set(Listing.objects.values_list("mediator", "sheet", "place", "soonest"))
    Listing.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert set(Listing.objects.values_list("mediator", "sheet", "place", "soonest")) == before
    Listing.objects.filter(sheet=0).update(soonest=None)
    call_command("migrate", verbosity=0)
    assert set(Listing.objects.values_list("mediator", "sheet", "place", "soonest")) != before
    listing.rebuild_all()
    assert set(Listing.objects.values_list("mediator", "sheet", "place", "soonest")) == before
