"""The services of a mediator: their terms, and what cannot be."""

from typing import Any

import pytest
from django.test import Client

from allomediateur.agenda import availability
from allomediateur.agenda.models import Availability, Service
from allomediateur.directory.models import Mediator
from tests.factories import make_mediator, service_of
from tests.web.signing_in import enter, text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
LIST = "/mediateur/prestations/"


@pytest.fixture
def bob(client: Client) -> Mediator:
    """Signed in."""
    mediator = make_mediator(now=NOW)
    enter(client, mediator.user)
    return mediator


def terms(**told: Any) -> dict[str, Any]:
    values = {
        "name_fr": "Entretien", "minutes": "60", "price": "62,50", "modalities": ["phone", "in_person"],
        "booked_by": "anyone", "notice_minutes": "1440", "horizon_days": "90", "before_minutes": "0",
        "after_minutes": "15", "travel_minutes": "0", "rank": "2", "is_active": "on",
    }  # fmt: skip
    return values | told


def test_a_new_service_is_searched_at_once(client: Client, bob: Mediator) -> None:
    before = Availability.objects.count()
    answer = client.post(f"{LIST}nouvelle/", terms(per_day="2", per_week="5", travel_km="25", travel_minutes="40"))
    assert answer.status_code == 302
    made = Service.objects.get(name_fr="Entretien")
    assert (made.price_cents, made.per_day, made.per_week, made.travel_km) == (6250, 2, 5, 25)
    assert Availability.objects.count() == before + 2
    assert availability.differences(NOW) == []
    page = text(client.get(LIST))
    assert "62,50 €" in page
    assert "2 par jour au plus" in page
    assert "se déplace jusqu’à 25 km" in page


def test_the_terms_are_shown_and_changed(client: Client, bob: Mediator) -> None:
    one = service_of(bob)
    address = f"{LIST}{one.pk}/"
    page = text(client.get(address))
    assert 'value="Premier contact"' in page
    client.post(address, terms(name_fr="Autre", price="0", booked_by="mediator"))
    one.refresh_from_db()
    assert (one.name_fr, one.price_cents, one.is_public) == ("Autre", 0, False)
    assert not Availability.objects.exists()
    assert "réservée par vous" in text(client.get(LIST))


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"name_fr": ""}, "obligatoire"),
        ({"minutes": "0"}, "de 5 à 720"),
        ({"minutes": "x"}, "de 5 à 720"),
        ({"step_minutes": "0"}, "de 5 à 720"),
        ({"horizon_days": "400"}, "de 1 à 366"),
        ({"per_day": "0"}, "de 1 à 50"),
        ({"per_day": "3", "per_week": "2"}, "plus basse que celle du jour"),
        ({"price": "-1"}, "supérieur"),
        ({"price": "cher"}, "Écrivez le prix ainsi"),
        ({"price": ""}, "Donnez le prix"),
        ({"modalities": []}, "Cochez au moins une manière"),
        ({"modalities": ["phone"], "travel_km": "10"}, "Cochez « En présence »"),
        ({"travel_minutes": "30"}, "Dites jusqu’où"),
        ({"price": "0", "paid_before": "on"}, "gratuit"),
        ({"after_minutes": "99999"}, "de 0 à 240"),
        ({"notice_minutes": "7"}, "valide"),
    ],
)
def test_what_cannot_be_is_explained_and_nothing_is_saved(
    client: Client, bob: Mediator, told: dict[str, Any], sentence: str
) -> None:
    answer = client.post(f"{LIST}nouvelle/", terms(**told))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Service.objects.filter(mediator=bob).count() == 1


def test_another_mediators_service_is_not_there(client: Client, bob: Mediator) -> None:
    other = service_of(make_mediator("Charlie", now=NOW))
    for method in (client.get, client.post):
        assert method(f"{LIST}{other.pk}/").status_code == 404


def test_without_a_service_the_list_says_what_it_means(client: Client, bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).delete()
    assert "rien ne peut être réservé" in text(client.get(LIST))
    assert "Rien ne peut encore être réservé" in text(client.get("/mediateur/reserver/"))
