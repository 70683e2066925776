"""The read API: what it answers, what it never tells, and how it refuses."""

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from allomediateur.agenda.models import Modality
from allomediateur.directory.models import Mediator
from tests.factories import (
    book,
    make_commune,
    make_mediator,
    make_office,
    make_openings,
    office_of,
    refresh,
    service_of,
)
from tests.web.times import DAY, MINUTE, NOW, PARIS, TEN

pytestmark = pytest.mark.django_db
TUESDAY = TEN.astimezone(PARIS).date()


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW, presentation_fr="Je vous reçois.", payment="Virement")


def get(client: Client, path: str, **query: Any) -> Any:
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("application/json")
    return response.json()


def problem(client: Client, path: str, status: int, **query: Any) -> Any:
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def test_search_near_a_place(client: Client, bob: Mediator) -> None:
    answer = get(client, "mediators", near="75001", radius_km=10, specialty="famille", modality="phone", language="fr")
    assert (answer["total"], answer["page"]) == (1, 1)
    item = answer["items"][0]
    assert {name: item[name] for name in ("slug", "name", "bookable", "commune", "distance_km", "price_from")} == {
        "slug": bob.slug, "name": "Bob Durand", "bookable": True, "commune": "Paris", "distance_km": 0.0,
        "price_from": 0.0,
    }  # fmt: skip
    assert item["specialties"] == [{"slug": "famille", "label": "Famille"}]
    assert item["url"] == f"http://localhost:8000/mediateurs/{bob.slug}/"
    assert len(item["next_slots"]) == 3
    first = datetime.fromisoformat(item["next_slots"][0]["start"])
    assert first.utcoffset() == first.astimezone(PARIS).utcoffset()


def test_search_without_a_place_is_the_whole_country(client: Client, bob: Mediator) -> None:
    assert get(client, "mediators", sort="soonest")["total"] == 1
    assert get(client, "mediators", near="48.85,2.35", sort="soonest")["total"] == 1
    assert get(client, "mediators", specialty="famille", language="en")["total"] == 0


def test_namesakes_are_candidates(client: Client, bob: Mediator) -> None:
    make_commune("35093", "Dinard", "35", ["35800"], 10_000, 48.63, -2.06)
    make_commune("99999", "Dinard", "99", ["99999"], 100, 45.0, 3.0)
    body = problem(client, "mediators", 422, near="dinard")
    assert [one["code"] for one in body["candidates"]] == ["35093", "99999"]
    assert body["candidates"][0] == {
        "code": "35093", "name": "Dinard", "department": "35", "postal_codes": ["35800"],
    }  # fmt: skip


def test_an_unknown_place_suggests(client: Client, bob: Mediator) -> None:
    assert problem(client, "mediators", 422, near="Pariss")["suggestions"][0]["name"] == "Paris"
    assert problem(client, "mediators", 422, near="91,181")["suggestions"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"radius_km": "0"},
        {"radius_km": "x"},
        {"radius_km": "nan"},
        {"radius_km": "inf"},
        {"modality": "telephone"},
        {"modality": ""},
        {"language": "français"},
        {"sort": "cheapest"},
        {"page": "0"},
        {"page": "9" * 30},
        {"specialty": "astrologie"},
        {"near": "x" * 201},
        {"near": "\x00"},
    ],
)
def test_a_query_that_cannot_be_read_is_a_problem(client: Client, bob: Mediator, query: dict[str, str]) -> None:
    problem(client, "mediators", 422, **query)


def test_a_page_too_far_is_the_last(client: Client, bob: Mediator) -> None:
    answer = get(client, "mediators", page=50)
    assert (len(answer["items"]), answer["total"], answer["page"]) == (1, 1, 1)


def test_one_mediator(client: Client, bob: Mediator) -> None:
    service, office = service_of(bob), office_of(bob)
    answer = get(client, f"mediators/{bob.slug}")
    assert answer["services"] == [
        {"id": service.pk, "name": "Premier contact", "minutes": 30, "price": 0.0,
         "modalities": ["phone", "video", "in_person"]},
    ]  # fmt: skip
    assert answer["offices"] == [
        {"id": office.pk, "name": "Cabinet", "commune": "Paris", "address": "1 rue de la Paix, 75001 Paris",
         "zone": "Europe/Paris", "lat": office.lat, "lon": office.lon, "step_free": False, "floor": "",
         "transport": "", "parking": ""},
    ]  # fmt: skip
    assert (answer["presentation"], answer["payment"]) == ("Je vous reçois.", "Virement")


def test_no_contact_detail_is_told(client: Client, bob: Mediator) -> None:
    for path in ("mediators", f"mediators/{bob.slug}", f"mediators/{bob.slug}/slots"):
        body = json.dumps(get(client, path))
        for secret in (str(bob.phone), "199000001", bob.user.email, bob.video_room, "example.org"):
            assert secret not in body


def test_the_rights_table_holds(client: Client) -> None:
    certified = make_mediator("Carla", cpmn_member=False, now=NOW)
    hidden = [make_mediator("No", capm_verified=False, now=NOW), make_mediator("Out", suspended_at=NOW, now=NOW)]
    closed = make_mediator("Closed", now=NOW)
    closed.user.is_active = False
    closed.user.save()
    assert [item["slug"] for item in get(client, "mediators")["items"]] == [certified.slug]
    shown = get(client, f"mediators/{certified.slug}")
    assert shown == {
        "slug": certified.slug, "name": "Carla", "url": f"http://localhost:8000/mediateurs/{certified.slug}/",
        "bookable": False, "presentation": "", "specialties": [{"slug": "famille", "label": "Famille"}],
        "languages": [], "payment": "", "services": [],
        "offices": [{"id": office_of(certified).pk, "name": "Cabinet", "commune": "Paris", "address": None,
                     "zone": None, "lat": None, "lon": None, "step_free": None, "floor": None, "transport": None,
                     "parking": None}],
    }  # fmt: skip
    assert get(client, f"mediators/{certified.slug}/slots") == {"items": [], "total": 0, "page": 1}
    for one in (*hidden, closed):
        problem(client, f"mediators/{one.slug}", 404)
        problem(client, f"mediators/{one.slug}/slots", 404)


def test_slots_of_a_day(client: Client, bob: Mediator) -> None:
    answer = get(client, f"mediators/{bob.slug}/slots", **{"from": TUESDAY, "to": TUESDAY, "modality": "phone"})
    assert answer["total"] == len(answer["items"]) == 14
    nine = datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, 9, tzinfo=PARIS)
    assert answer["items"][0] == {
        "start": nine.isoformat(), "end": (nine + 30 * MINUTE).isoformat(), "modality": "phone", "office": None,
    }  # fmt: skip


def test_what_is_taken_is_not_listed(client: Client, bob: Mediator) -> None:
    book(bob, TEN, now=NOW)
    answer = get(client, f"mediators/{bob.slug}/slots", **{"from": TUESDAY, "to": TUESDAY, "modality": "video"})
    assert answer["total"] == 13
    assert all(datetime.fromisoformat(one["start"]) != TEN for one in answer["items"])


def test_slots_narrowed_and_in_another_zone(client: Client, bob: Mediator) -> None:
    office = office_of(bob)
    bounds = {"from": TEN.isoformat(), "to": (TEN + 60 * MINUTE).isoformat()}
    query = bounds | {"service": service_of(bob).pk, "office": office.pk, "tz": "America/Martinique"}
    answer = get(client, f"mediators/{bob.slug}/slots", **query)
    there = TEN.astimezone(ZoneInfo("America/Martinique"))
    assert answer["items"] == [
        {"start": start.isoformat(), "end": (start + 30 * MINUTE).isoformat(), "modality": "in_person",
         "office": office.pk}
        for start in (there, there + 30 * MINUTE)
    ]  # fmt: skip


def test_each_office_on_its_own_clock(client: Client, bob: Mediator) -> None:
    reunion = make_commune("97411", "Saint-Denis", "974", ["97400"], 150_000, -20.88, 55.45, "Indian/Reunion")
    far = make_office(bob, reunion)
    make_openings(bob, Modality.IN_PERSON, far, weekdays=(1,), hours=((20 * 60, 21 * 60),))
    refresh(bob, NOW)
    answer = get(client, f"mediators/{bob.slug}/slots", office=far.pk, **{"from": TUESDAY, "to": TUESDAY})
    assert [one["start"] for one in answer["items"]] == [f"{TUESDAY}T20:00:00+04:00", f"{TUESDAY}T20:30:00+04:00"]


def test_a_plus_that_was_not_encoded_is_understood(client: Client, bob: Mediator) -> None:
    url = f"/api/v1/mediators/{bob.slug}/slots?from={TUESDAY}T10:00:00+01:00&to={TUESDAY}T11:00:00+01:00&modality=phone"
    assert client.get(url).json()["total"] == 2


def test_the_past_is_empty_and_the_present_the_default(client: Client, bob: Mediator) -> None:
    assert get(client, f"mediators/{bob.slug}/slots", **{"from": "2020-01-01", "to": "2020-01-31"})["items"] == []
    starts = [datetime.fromisoformat(one["start"]) for one in get(client, f"mediators/{bob.slug}/slots")["items"]]
    assert starts == sorted(starts)
    assert NOW < starts[0] <= starts[-1] < datetime.now(UTC) + 14 * DAY


@pytest.mark.parametrize(
    "query",
    [
        {"tz": "Mars/Olympus"},
        {"tz": "Europe"},
        {"tz": "../etc/passwd"},
        {"from": "hier"},
        {"from": "2026-02-31"},
        {"to": "2026-13-01"},
        {"from": "9999-12-31", "to": "9999-12-31"},
        {"from": "0001-01-01T00:00:00+14:00"},
        {"from": "2026-12-02", "to": "2026-12-01"},
        {"from": "2026-12-01", "to": "2027-03-01"},
        {"service": "999999"},
        {"service": "x"},
        {"service": "9" * 30},
        {"office": "999999"},
        {"modality": "visio"},
    ],
)
def test_slots_that_cannot_be_asked_are_a_problem(client: Client, bob: Mediator, query: dict[str, str]) -> None:
    problem(client, f"mediators/{bob.slug}/slots", 422, **query)


def test_another_mediators_service_or_office_is_refused(client: Client, bob: Mediator) -> None:
    other = make_mediator("Charlie", now=NOW)
    problem(client, f"mediators/{bob.slug}/slots", 422, service=service_of(other).pk)
    problem(client, f"mediators/{bob.slug}/slots", 422, office=office_of(other).pk)


def test_days_of_the_clock_change_are_whole(client: Client, bob: Mediator) -> None:
    bob_service = service_of(bob)
    bob_service.horizon_days = 366
    bob_service.save()
    sunday = date(2027, 3, 28)
    make_openings(bob, Modality.PHONE, weekdays=(6,), hours=((0, 1440),))
    query = {"from": sunday, "to": sunday, "modality": "phone"}
    assert get(client, f"mediators/{bob.slug}/slots", **query)["total"] == 46


def test_unknown_addresses_and_slugs_are_problems(client: Client, bob: Mediator) -> None:
    for path in ("nowhere", "mediators/nobody", "mediators/nobody/slots", f"mediators/{bob.slug}/x", "mediators/%00"):
        problem(client, path, 404)


def test_nothing_may_be_written(client: Client, bob: Mediator) -> None:
    for path in ("mediators", f"mediators/{bob.slug}", f"mediators/{bob.slug}/slots"):
        assert client.post(f"/api/v1/{path}").status_code == 405


def test_the_description_names_every_operation(client: Client) -> None:
    described = get(client, "openapi.json")
    assert {path.removeprefix("/api/v1/"): sorted(one) for path, one in described["paths"].items()} == {
        "mediators": ["get"], "mediators/{slug}": ["get"], "mediators/{slug}/slots": ["get"],
        "law/prior-attempt": ["post"],
        "holds": ["post"], "holds/{hold}": ["delete"], "holds/{hold}/extend": ["post"],
        "appointments": ["get", "post"], "appointments/{id}": ["get"], "appointments/{id}/confirm": ["post"],
        "appointments/{id}/code": ["post"], "appointments/{id}/move": ["post"], "appointments/{id}/cancel": ["post"],
    }  # fmt: skip
    names = {one["name"] for one in described["paths"]["/api/v1/mediators/{slug}/slots"]["get"]["parameters"]}
    assert names == {"slug", "service", "modality", "office", "from", "to", "tz"}


def test_the_same_queries_for_one_and_for_ten(
    client: Client, bob: Mediator, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    paths = ("mediators?near=75001", f"mediators/{bob.slug}", f"mediators/{bob.slug}/slots")
    counts: list[Any] = []
    for number in range(2):
        for row in range(9 * number):
            make_mediator(f"Other {row}", now=NOW)
            make_office(bob)
        counts.append([])
        for path in paths:
            with django_assert_max_num_queries(12) as queries:
                client.get(f"/api/v1/{path}")
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]
