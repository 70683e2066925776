"""How one gets to an office: told by its mediator, read by clients, found by search."""

from typing import Any

import pytest
from django.test import Client

from allomediateur.agenda import availability
from allomediateur.agenda.models import Availability
from allomediateur.directory.models import Mediator
from tests.factories import make_mediator, office_of
from tests.web.signing_in import enter, text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
PAGE = "/mediateur/lieux/"


@pytest.fixture
def bob(client: Client) -> Mediator:
    """Signed in."""
    mediator = make_mediator(now=NOW)
    enter(client, mediator.user)
    return mediator


def told(bob: Mediator, **values: str) -> dict[str, Any]:
    number = office_of(bob).pk
    return {"lieu": str(number)} | {f"{number}-{name}": value for name, value in values.items()}


def test_it_is_read_by_clients_and_found_by_search_at_once(client: Client, bob: Mediator) -> None:
    client.post(PAGE, told(bob, step_free="on", floor="2e étage", transport="tram B", parking="cour", access="Code 12"))
    assert set(Availability.objects.filter(modality="in_person").values_list("step_free", flat=True)) == {True}
    assert set(Availability.objects.exclude(modality="in_person").values_list("step_free", flat=True)) == {False}
    assert availability.differences(NOW) == []
    page = text(Client().get(f"/mediateurs/{bob.slug}/"))
    for words in ("plain-pied", "Étage : 2e étage", "Transports : tram B", "Stationnement : cour", "Code 12"):
        assert words in page
    found = text(Client().get("/mediateurs/?lieu=Paris&modalite=presentiel&acces=plain-pied"))
    assert "Bob Durand" in found
    client.post(PAGE, told(bob))
    assert "Bob Durand" not in text(Client().get("/mediateurs/?lieu=Paris&modalite=presentiel&acces=plain-pied"))
    api = Client().get("/api/v1/mediators?near=Paris&modality=in_person&step_free=true").json()
    assert api["total"] == 0


def test_what_is_too_long_is_explained(client: Client, bob: Mediator) -> None:
    answer = client.post(PAGE, told(bob, floor="x" * 61))
    assert answer.status_code == 422
    assert "60" in text(answer)
    assert office_of(bob).floor == ""


def test_another_mediators_office_is_not_there(client: Client, bob: Mediator) -> None:
    other = make_mediator("Charlie", now=NOW)
    assert client.post(PAGE, told(other, floor="x")).status_code == 404
    assert office_of(other).floor == ""
