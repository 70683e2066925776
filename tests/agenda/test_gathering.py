"""The map shows whom the search finds, each where they are, and nobody whom the rights table leaves out."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import gathering, grid, listing, tallying
from allomediateur.agenda.finding import Query, find
from allomediateur.agenda.gathering import Cluster
from allomediateur.agenda.grid import Frame, WrongFrame, square_at
from allomediateur.agenda.models import Availability, Tally
from allomediateur.directory.models import Mediator, Office
from tests.agenda import plain_map
from tests.agenda.crowds import EARLIER, make_crowd, some_query
from tests.factories import NOW, make_commune, make_mediator, refresh

pytestmark = pytest.mark.django_db

FRANCE = Frame(41.3, -5.3, 51.2, 9.7)
PARIS = Frame(48.3, 1.6, 49.3, 3.2)
WIDE = Frame(-25, -65, 55, 60)
ANTILLES = Frame(13, -63, 17, -59)
FRAMES = ((WIDE, 4), (FRANCE, 5), (FRANCE, 6), (PARIS, 9), (Frame(48.7, 2.0, 49.0, 2.5), 11), (ANTILLES, 8))


def seen(query: Query, frame: Frame, level: int, now: Any = NOW) -> list[Cluster]:
    return gathering.within(query, frame, level, now)


def spots(clusters: list[Cluster]) -> Counter[tuple[int, int]]:
    return Counter((spot.mediator_id, spot.office_id) for one in clusters for spot in one.spots)


@pytest.mark.parametrize("seed", range(3))
def test_everybody_found_is_on_the_map_once_a_place(seed: int) -> None:
    """And nobody else: random mediators, random questions, every level."""
    chance = Random(seed)
    make_crowd(chance, 16)
    somebody = 0
    for _ in range(12):
        query = replace(some_query(chance), lat=None, lon=None)
        for now in (NOW, NOW + timedelta(days=3)):
            expected = plain_map.found(query, now)
            for frame, level in FRAMES:
                squares = set(grid.squares(frame, level))
                there = {key for key, (x, y) in expected.items() if square_at(x, y, level) in squares}
                clusters = seen(query, frame, level, now)
                assert spots(clusters) == Counter(there), (query, frame, level)
                for one in clusters:
                    assert one.people == len({spot.mediator_id for spot in one.spots})
                somebody += len(there)
    assert somebody > 100


def test_numbers_sum_to_what_the_search_finds() -> None:
    for number in range(9):
        make_mediator(f"Paris {number}", now=EARLIER)
    lyon = make_commune("69123", "Lyon", "69", ["69001"], 519_000, 45.76, 4.83)
    for number in range(2):
        make_mediator(f"Lyon {number}", commune=lyon, now=EARLIER)
    total = find(Query(), NOW).total
    assert total == 11
    for frame, level in ((WIDE, 4), (FRANCE, 6)):
        assert sum(one.people for one in seen(Query(), frame, level)) == total
    tallying.refresh(NOW)
    assert not Tally.objects.exists()  # few: nothing but the truth


@pytest.fixture
def many() -> list[Mediator]:
    """One more than a square reads, at one place."""
    return [make_mediator(f"M {number}", now=EARLIER) for number in range(tallying.FEW + 1)]


def test_where_there_are_many_they_are_counted_now_and_then(many: list[Mediator]) -> None:
    [before] = seen(Query(), PARIS, 9)
    assert (before.people, before.is_about, before.more) == (31, False, True)
    tallying.refresh(NOW)
    [after] = seen(Query(), PARIS, 9)
    assert (after.people, after.is_about, after.more, after.spots) == (31, True, False, ())
    for level in grid.LEVELS:
        frame = Frame(48.8, 2.3, 48.9, 2.4)
        assert sum(one.people for one in seen(Query(), frame, level)) == 31
    first = many[0]
    Mediator.objects.filter(pk=first.pk).update(suspended_at=NOW)
    refresh(first, NOW)
    tallying.refresh(NOW)
    assert not Tally.objects.exists()  # thirty are read again
    [left] = seen(Query(), PARIS, 9)
    assert (left.people, left.is_about) == (30, False)


def test_the_numbers_know_days_steps_and_ways(many: list[Mediator]) -> None:
    """As the search would find them."""
    Availability.objects.filter(mediator__in=many[:10]).update(next_starts=[], first_free_day=None)
    Office.objects.filter(mediator__in=many[5:15]).update(step_free=True)
    Availability.objects.filter(mediator__in=many[5:15], modality="in_person").update(step_free=True)
    listing.refresh([one.pk for one in many])
    tallying.refresh(NOW)
    soon = date(2026, 11, 23) + timedelta(days=7)
    for query in (
        Query(), Query(modality="in_person"), Query(modality="phone"), Query(until=soon), Query(step_free=True),
        Query(modality="in_person", step_free=True), Query(modality="in_person", step_free=True, until=soon),
        Query(language="en"), Query(specialty_id=many[0].specialties.first().pk),  # type: ignore[union-attr]
    ):  # fmt: skip
        expected = find(query, NOW).total
        assert sum(one.people for one in seen(query, PARIS, 9)) == expected, query
    assert find(Query(modality="in_person", step_free=True, until=soon), NOW).total == 5


def test_who_has_no_right_to_a_point_has_none() -> None:
    """Even where the derived rows have not heard of it yet."""
    people = [make_mediator(f"M {number}", now=EARLIER) for number in range(7)]
    yesterday = date(2026, 11, 22)
    changes: list[dict[str, Any]] = [
        {"suspended_at": NOW}, {"capm_verified": False}, {"cpmn_member": False}, {"member_until": yesterday},
        {"insured_until": yesterday}, {"trained_until": yesterday},
    ]  # fmt: skip
    for mediator, change in zip(people, changes, strict=False):
        Mediator.objects.filter(pk=mediator.pk).update(**change)
    closed = make_mediator("Closed", now=EARLIER)
    closed.user.is_active = False
    closed.user.save()
    assert {key[0] for key in spots(seen(Query(), PARIS, 9))} == {people[6].pk}
    [number, nobody] = gathering.numbers(Query(), [FRANCE, ANTILLES], NOW)
    assert number
    assert (number.people, number.more, nobody) == (1, False, None)


def test_a_part_of_the_country_has_its_number(many: list[Mediator]) -> None:
    """At least so many before they are counted; then about so many, who are beside it left out."""
    brussels = make_commune("99001", "Bruxelles", "99", ["1000"], 180_000, 50.85, 4.35, "Europe/Brussels")
    make_mediator("Belge", commune=brussels, now=EARLIER)
    frames = [Frame(48.3, 1.6, 49.3, 3.2), Frame(50.7, 4, 51, 4.5)]
    [paris, belgium] = gathering.numbers(Query(), frames, NOW)
    assert paris
    assert belgium
    assert (paris.people, paris.more, paris.is_about, belgium.people) == (31, True, False, 1)
    tallying.refresh(NOW)
    [paris, _belgium] = gathering.numbers(Query(), frames, NOW)
    assert paris
    assert (paris.people, paris.more, paris.is_about) == (31, False, True)


def test_certified_mediators_who_are_no_members_are_never_on_the_map() -> None:
    make_mediator("Bare", now=EARLIER, cpmn_member=False)
    assert find(Query(), NOW).total == 1
    assert seen(Query(), PARIS, 9) == []


def test_near_ones_are_one_and_far_ones_are_not() -> None:
    """Forty pixels: at a lower level, two towns are one number; its box is where they are."""
    versailles = make_commune("78646", "Versailles", "78", ["78000"], 84_000, 48.8, 2.13)
    for commune in (None, versailles):
        make_mediator(str(commune), commune=commune, now=EARLIER)
    [both] = seen(Query(), FRANCE, 5)
    assert (both.people, both.box.left < both.box.right) == (2, True)
    assert [one.people for one in seen(Query(), PARIS, 10)] == [1, 1]


def test_a_frame_over_the_antimeridian_is_two() -> None:
    wallis = make_commune("98613", "Uvea", "986", ["98600"], 8_000, -13.3, -176.2, "Pacific/Wallis")
    fiji = make_commune("00001", "Suva", "988", ["98000"], 90_000, -18.1, 178.4, "Pacific/Fiji")
    for commune in (wallis, fiji):
        make_mediator(commune.name, commune=commune, now=EARLIER)
    assert sum(one.people for one in seen(Query(), Frame(-20, 177, -12, -175), 6)) == 2
    assert sum(one.people for one in seen(Query(), Frame(-20, -180, -12, -175), 6)) == 1
    assert sum(one.people for one in seen(Query(), Frame(-20, 175, -12, 180), 6)) == 1


@pytest.mark.parametrize(
    ("frame", "level"),
    [
        (FRANCE, 3), (FRANCE, 12), (FRANCE, 11), (Frame(50, 0, 40, 1), 5), (Frame(0, -181, 1, 1), 5),
        (Frame(float("nan"), 0, 1, 1), 5), (Frame(0, float("nan"), 1, 1), 5), (Frame(0, 0, float("inf"), 1), 5),
        (Frame(80, 0, 89, 1), 5), (Frame(1e308, 0, 2, 1), 5), (Frame(0, 1, 1, 1), 5),
    ],
)  # fmt: skip
def test_a_frame_that_is_none_is_refused(frame: Frame, level: int) -> None:
    with pytest.raises(WrongFrame):
        seen(Query(), frame, level)


def test_the_number_of_statements_is_the_same_for_one_and_many() -> None:
    counts = []
    for size in (1, 3):
        for number in range(size):
            make_mediator(f"M {size} {number}", now=EARLIER)
        with CaptureQueriesContext(connection) as captured:
            seen(Query(), PARIS, 9)
        counts.append(len(captured))
    assert counts == [2, 2]
