"""Who is found, in which order, and what a card says."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from allomediateur.agenda.finding import Found, Query, find
from allomediateur.agenda.models import Availability, Opening, Service, State
from allomediateur.directory.models import Commune, Mediator, Office
from tests.factories import (
    NOW,
    book,
    make_commune,
    make_mediator,
    make_office,
    make_openings,
    make_service,
    make_specialty,
    office_of,
    refresh,
    service_of,
)

pytestmark = pytest.mark.django_db

PARIS: dict[str, Any] = {"lat": 48.85661, "lon": 2.35222}


@pytest.fixture
def lyon() -> Commune:
    return make_commune("69123", "Lyon", "69", ["69001"], 519_000, 45.76, 4.83)


@pytest.fixture
def versailles() -> Commune:
    return make_commune("78646", "Versailles", "78", ["78000"], 84_000, 48.8, 2.13)


def names(found: Found) -> list[str]:
    return [card.mediator.name for card in found.items]


def test_the_nearest_first_within_the_radius(lyon: Commune, versailles: Commune) -> None:
    make_mediator("Versailles", commune=versailles)
    make_mediator("Paris")
    make_mediator("Lyon", commune=lyon)
    found = find(Query(**PARIS), NOW)
    assert names(found) == ["Paris", "Versailles"]
    assert [round(card.distance_km or 0, 1) for card in found.items] == [0.0, 17.4]
    assert (found.total, found.page, found.pages) == (2, 1, 1)
    assert names(find(Query(**PARIS, radius_km=10), NOW)) == ["Paris"]


def test_a_card_has_the_three_earliest_starts_of_the_first_service() -> None:
    bob = make_mediator()
    make_service(bob, name_fr="Entretien", minutes=60, rank=1, price_cents=5000, modalities=["phone"])
    refresh(bob)
    card = find(Query(**PARIS), NOW).items[0]
    assert [f"{slot.start:%H:%M} {slot.modality}" for slot in card.first] == [
        "10:00 phone",
        "10:30 phone",
        "13:00 phone",
    ]
    assert {slot.service_id for slot in card.first} == {service_of(bob).pk}
    assert {slot.zone for slot in card.first} == {"Europe/Paris"}
    assert card.modalities == ["phone", "video", "in_person"]
    assert (card.price_from_cents, card.bookable, card.office) == (0, True, office_of(bob))


def test_the_soonest_first(lyon: Commune) -> None:
    late = make_mediator("Late")
    Service.objects.filter(mediator=late).update(notice_minutes=3 * 1440)
    refresh(late)
    make_mediator("Lyon", commune=lyon)
    assert names(find(Query(**PARIS, sort="soonest", modality="video"), NOW)) == ["Lyon", "Late"]
    assert names(find(Query(**PARIS, modality="video"), NOW)) == ["Late", "Lyon"]
    assert names(find(Query(), NOW)) == ["Lyon", "Late"]
    assert [card.distance_km for card in find(Query(), NOW).items] == [None, None]


def test_phone_and_video_are_found_in_the_whole_country_from_the_main_office(lyon: Commune) -> None:
    bob = make_mediator("Lyon", commune=lyon, modalities=("phone", "video"))
    found = find(Query(**PARIS, modality="video"), NOW)
    assert [(card.mediator, round(card.distance_km or 0), card.office) for card in found.items] == [
        (bob, 392, office_of(bob))
    ]
    assert find(Query(**PARIS, modality="in_person"), NOW).items == []
    assert find(Query(**PARIS), NOW).items == []


def test_the_office_that_answers_gives_the_distance(lyon: Commune) -> None:
    bob = make_mediator("Bob")
    second = make_office(bob, lyon)
    make_openings(bob, "in_person", second, weekdays=(5,))
    refresh(bob)
    near_lyon = find(Query(lat=45.76, lon=4.83), NOW).items[0]
    assert (near_lyon.office, round(near_lyon.distance_km or 0)) == (second, 0)
    assert {slot.office_id for slot in near_lyon.first} <= {None, second.pk}
    in_person = find(Query(lat=45.76, lon=4.83, modality="in_person"), NOW).items[0]
    assert {(slot.office_id, slot.start.weekday()) for slot in in_person.first} == {(second.pk, 5)}


def test_specialty_and_language_narrow() -> None:
    make_mediator("Family", specialties=("famille",), languages=["fr", "es"])
    make_mediator("Both", specialties=("famille", "voisinage"))
    voisinage = make_specialty("voisinage").pk
    assert names(find(Query(**PARIS, specialty_id=voisinage), NOW)) == ["Both"]
    assert names(find(Query(**PARIS, language="es"), NOW)) == ["Family"]
    assert find(Query(**PARIS, specialty_id=voisinage, language="es"), NOW).total == 0


def test_certified_only_are_listed_last_and_bare(versailles: Commune) -> None:
    bare = make_mediator("Bare", cpmn_member=False)
    make_mediator("Far", commune=versailles)
    found = find(Query(**PARIS), NOW)
    assert names(found) == ["Far", "Bare"]
    card = found.items[1]
    assert (card.bookable, card.first, card.modalities, card.distance_km, card.price_from_cents) == (
        False,
        [],
        [],
        None,
        None,
    )
    assert card.office == office_of(bare)
    assert found.total == 2
    for query in (Query(**PARIS, modality="phone"), Query(**PARIS, language="fr"), Query(until=date(2027, 1, 1))):
        assert names(find(query, NOW)) == ["Far"]


@pytest.mark.parametrize("fields", [{"capm_verified": False}, {"suspended_at": NOW}])
def test_others_are_nowhere(fields: dict[str, Any]) -> None:
    make_mediator("Nowhere", **fields)
    assert find(Query(), NOW).total == 0
    assert find(Query(**PARIS), NOW).total == 0


def test_starts_that_fell_under_notice_are_dropped() -> None:
    bob = make_mediator(modalities=("phone",))
    later = NOW + timedelta(hours=1)
    assert Availability.objects.get().next_starts[0] == NOW + timedelta(hours=2)
    first = find(Query(), later).items[0].first
    assert [f"{slot.start:%H:%M}" for slot in first] == ["13:00", "13:30", "14:00"]
    assert first[0].start >= later + timedelta(minutes=service_of(bob).notice_minutes)


def test_the_full_come_after_those_who_have_time(versailles: Commune) -> None:
    full = make_mediator("Full", modalities=("phone",))
    Service.objects.filter(mediator=full).update(horizon_days=1)
    refresh(full)
    _book_all(full)
    make_mediator("Free", commune=versailles)
    assert names(find(Query(**PARIS), NOW)) == ["Free", "Full"]
    assert find(Query(**PARIS), NOW).items[1].first == []
    assert names(find(Query(**PARIS, until=date(2026, 12, 31)), NOW)) == ["Free"]


def _book_all(mediator: Mediator) -> None:
    while starts := Availability.objects.get(mediator=mediator).next_starts:
        book(mediator, starts[0])


def test_until_a_day() -> None:
    bob = make_mediator(modalities=("phone",))
    Service.objects.filter(mediator=bob).update(notice_minutes=2 * 1440)
    refresh(bob)
    assert find(Query(**PARIS, until=date(2026, 11, 24)), NOW).total == 0
    assert find(Query(**PARIS, until=date(2026, 11, 25)), NOW).total == 1


def test_distances_across_the_antimeridian_and_overseas() -> None:
    wallis = make_commune("98613", "Uvea", "986", ["98600"], 8_000, -13.28, -176.2, "Pacific/Wallis")
    make_mediator("Wallis", commune=wallis)
    found = find(Query(lat=-13.28, lon=179.9, radius_km=500), NOW)
    assert [(card.mediator.name, round(card.distance_km or 0)) for card in found.items] == [("Wallis", 422)]
    assert find(Query(lat=-13.28, lon=179.9, radius_km=400), NOW).total == 0
    assert find(Query(lat=89.9, lon=0, radius_km=20_000), NOW).total == 1


def test_an_expired_hold_frees_once_the_worker_passed_and_a_live_one_is_never_listed() -> None:
    bob = make_mediator(modalities=("phone",))
    first = Availability.objects.get().next_starts[0]
    book(bob, first, state=State.HELD)
    assert _first_start() > first


def _first_start() -> datetime:
    return find(Query(), NOW).items[0].first[0].start


def test_pages_are_kept_within_what_there_is() -> None:
    for number in range(5):
        make_mediator(f"Mediator {number}", modalities=("phone",))
    pages = [find(Query(page=page, per_page=2), NOW) for page in (1, 2, 3)]
    assert [len(found.items) for found in pages] == [2, 2, 1]
    assert len({name for found in pages for name in names(found)}) == 5
    beyond = find(Query(page=99, per_page=2), NOW)
    assert (beyond.page, beyond.pages, beyond.total, len(beyond.items)) == (3, 3, 5, 1)
    assert (find(Query(page=-3), NOW).page, find(Query(language="xx"), NOW).pages) == (1, 1)


def test_the_same_queries_for_one_and_thirty(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_mediator("First")
    with CaptureQueriesContext(connection) as one:
        find(Query(**PARIS, per_page=30), NOW)
    for number in range(29):
        make_mediator(f"Mediator {number}", modalities=("phone",))
    with django_assert_num_queries(len(one)):
        assert len(find(Query(**PARIS, per_page=30), NOW).items) == 30
    assert len(one) == 5


def test_a_closed_account_disappears_at_once() -> None:
    bob = make_mediator()
    type(bob.user).objects.filter(pk=bob.user_id).update(is_active=False)
    assert find(Query(**PARIS), NOW).items == []


def test_step_free_limits_meetings_in_person() -> None:
    bob = make_mediator()
    asked = Query(**PARIS, modality="in_person", step_free=True)
    assert find(asked, NOW).total == 0
    assert find(replace(asked, step_free=False), NOW).total == 1
    assert find(replace(asked, modality="phone"), NOW).total == 1
    Office.objects.filter(mediator=bob).update(step_free=True)
    refresh(bob)
    assert find(asked, NOW).total == 1


def test_who_travels_is_found_as_far_as_that() -> None:
    """40 km away: outside the radius, within reach."""
    bob = make_mediator()
    Opening.objects.filter(mediator=bob, modality="in_person").update(office=None)
    Service.objects.filter(mediator=bob).update(travel_km=60)
    refresh(bob)
    asked = Query(lat=PARIS["lat"] + 40 / 111.2, lon=PARIS["lon"], radius_km=10, modality="in_person")
    (card,) = find(asked, NOW).items
    assert (card.mediator, card.first[0].office_id) == (bob, None)
    Service.objects.filter(mediator=bob).update(travel_km=30)
    refresh(bob)
    assert find(asked, NOW).total == 0
    assert find(replace(asked, radius_km=100), NOW).total == 0
