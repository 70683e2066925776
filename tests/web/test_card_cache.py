"""Cards drawn once: never another one than what the search would draw now."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from allomediateur.agenda import finding
from allomediateur.agenda.finding import Card, Query
from allomediateur.agenda.models import Service
from allomediateur.directory.models import Mediator, Office, Photo, Specialty
from allomediateur.web.public import asking, card_cache, results
from allomediateur.web.public.card_cache import DRAWN
from tests.factories import NOW, book, make_commune, make_mediator, make_specialty, refresh
from tests.web import times

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PARIS = "Europe/Paris"


@pytest.fixture(autouse=True)
def nothing_drawn() -> Iterator[None]:
    DRAWN.clear()
    yield
    DRAWN.clear()


def cards(now: datetime = NOW) -> list[Card]:
    return finding.find(Query(lat=48.8566, lon=2.3522), now).items


def drawn(address: str = "lieu=Paris", zone: str = PARIS, now: datetime = NOW) -> list[str]:
    return [one.html for one in card_cache.drawn(cards(now), asking.read(QueryDict(address)), zone, now)]


def fresh(address: str = "lieu=Paris", zone: str = PARIS, now: datetime = NOW) -> list[str]:
    """As if nothing had been drawn before."""
    shown = results.cards(cards(now), asking.read(QueryDict(address)), zone, now)
    return [card_cache._html(one) for one in shown]


def test_a_card_is_drawn_once_and_shown_as_it_is() -> None:
    make_mediator(now=NOW)
    make_mediator("Dan Roux", now=NOW, cpmn_member=False)
    first = drawn()
    assert (len(first), len(DRAWN)) == (2, 2)
    assert drawn() == first == fresh()
    assert len(DRAWN) == 2


def change(what: str, bob: Mediator) -> None:
    """Something that the card shows."""
    if what == "name":
        Mediator.objects.update(name="Robert Durand")
    elif what == "languages":
        Mediator.objects.update(languages=["fr", "en", "de"])
    elif what == "photo":
        Photo.objects.create(mediator=bob, image=b"face", digest="d" * 64, stored_at=NOW)
    elif what == "specialty":
        bob.specialties.add(make_specialty("voisinage"))
    elif what == "label":
        Specialty.objects.update(label_fr="Parents")
    elif what == "price":
        Service.objects.update(price_cents=5000)
    elif what == "booked":
        book(bob, cards()[0].first[0].start)
    elif what == "moved":
        near = make_commune("92012", "Boulogne-Billancourt", "92", ["92100"], 120_000, 48.8356, 2.2413)
        Office.objects.update(commune=near, lat=near.lat, lon=near.lon)
    else:
        Mediator.objects.update(insured_until=(NOW - 2 * DAY).date())
    refresh(bob)


@pytest.mark.parametrize(
    "what", ["name", "languages", "photo", "specialty", "label", "price", "booked", "moved", "rights"]
)
def test_whatever_changes_is_shown_at_once(what: str) -> None:
    bob = make_mediator(now=NOW)
    before = drawn()
    change(what, bob)
    after = drawn()
    assert after != before
    assert after == fresh()


def test_the_last_day_of_the_rights_closes_the_card_the_day_after() -> None:
    """Nothing is written: the day alone changes. Neither point nor portrait nor slot is left."""
    bob = make_mediator(now=NOW, insured_until=NOW.date())
    Photo.objects.create(mediator=bob, image=b"face", digest="d" * 64, stored_at=NOW)
    [before] = drawn()
    [after] = drawn(now=NOW + DAY)
    assert "data-point" in before
    assert "face-photo" in before
    assert all(word not in after for word in ("data-point", "face-photo", 'class="slot"', "gratuit"))
    assert [after] == fresh(now=NOW + DAY)


@pytest.mark.parametrize(
    ("address", "zone", "language", "now"),
    [
        ("lieu=Paris", "America/Martinique", "fr", NOW),
        ("lieu=Paris", PARIS, "en", NOW),
        ("lieu=75001", PARIS, "fr", NOW),
        ("lieu=Paris&modalite=telephone", PARIS, "fr", NOW),
        ("lieu=Paris&specialite=voisinage", PARIS, "fr", NOW),
        ("lieu=Paris", PARIS, "fr", datetime(2026, 12, 31, 22, 59, tzinfo=UTC)),
        ("lieu=Paris", PARIS, "fr", datetime(2026, 12, 31, 23, 1, tzinfo=UTC)),
    ],
)
def test_each_reader_has_their_own_words(address: str, zone: str, language: str, now: datetime) -> None:
    bob = make_mediator(now=NOW, specialties=("famille", "voisinage"))
    make_mediator("Carole Petit", now=NOW, modalities=("phone",), specialties=("famille",))
    refresh(bob, now)
    drawn()
    drawn(now=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    with translation.override(language):
        assert drawn(address, zone, now) == fresh(address, zone, now)


def test_the_key_follows_every_field_of_a_card() -> None:
    """A field more, in a card or in its slots, is in the key or here."""
    make_mediator(now=NOW)
    [card], asked = cards(), asking.read(QueryDict("lieu=Paris"))
    changed = [
        replace(card, distance_km=3.0), replace(card, modalities=["phone"]), replace(card, price_from_cents=100),
        replace(card, first=card.first[1:]), replace(card, bookable=False), replace(card, office=None),
    ]  # fmt: skip
    keys = {card_cache._key(one, asked, PARIS, NOW) for one in [card, *changed]}
    assert len(keys) == 7
    assert set(vars(card)) == {
        "mediator", "office", "distance_km", "first", "modalities", "price_from_cents", "bookable",
    }  # fmt: skip


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_search_costs_ten_statements_for_any_number_of_cards(client: Client, number: int) -> None:
    for one in range(number):
        make_mediator(f"Médiateur {one}", now=times.NOW)
    client.get("/mediateurs/?lieu=Paris")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/mediateurs/?lieu=Paris")
    assert page.content.decode().count("<article") == number
    assert len(captured) == 10


@pytest.mark.parametrize("number", [1, 3, 20])
def test_a_profile_costs_the_same_for_any_number_of_services(client: Client, number: int) -> None:
    bob = make_mediator(now=times.NOW)
    for rank in range(1, number):
        Service.objects.create(
            mediator=bob, name_fr=f"Rendez-vous {rank}", name_en=f"Meeting {rank}", minutes=30, rank=rank,
            modalities=["phone"],
        )  # fmt: skip
    refresh(bob, times.NOW)
    client.get(f"/mediateurs/{bob.slug}/")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/mediateurs/{bob.slug}/")
    assert len(captured) == 12
