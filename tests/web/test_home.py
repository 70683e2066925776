import pytest
from django.test import Client

from tests.factories import make_specialty, make_user
from tests.web.paths import text
from tests.web.signing_in import enter

pytestmark = pytest.mark.django_db


def test_home_leads_to_everything_that_exists(client: Client) -> None:
    page = text(client.get("/"))
    for address in ("/mediateurs/", "/compte/creer/", "/compte/connexion/", "/confidentialite/"):
        assert f'"{address}' in page
    assert "Le conciliateur de justice est gratuit" in page
    assert "https://www.economie.gouv.fr/mediation-conso" in page


def test_who_is_signed_in_is_not_asked_to_sign_in(client: Client) -> None:
    enter(client, make_user())
    page = text(client.get("/"))
    assert "/compte/connexion/" not in page
    assert "/espace/" in page


def test_what_is_free_and_what_is_not_is_said(client: Client) -> None:
    page = text(client.get("/"))
    assert "Réserver ici est gratuit" in page
    assert "Rien n’est encaissé en ligne" in page


def test_the_search_form_works_by_itself(client: Client) -> None:
    make_specialty("voisinage")
    page = text(client.get("/"))
    assert 'role="search" action="/mediateurs/"' in page
    for field in ('name="lieu"', 'name="specialite"', 'value="voisinage"', 'name="modalite"', 'value="visio"'):
        assert field in page


def test_robots_keep_out_of_private_pages_in_both_languages(client: Client) -> None:
    page = text(client.get("/robots.txt"))
    assert "Disallow: /rendez-vous/\n" in page
    assert "Disallow: /en/espace/\n" in page
    assert "/mediateurs/" not in page


def test_the_favicon_is_where_browsers_look(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"].endswith(".svg")


def test_the_chosen_zone_is_kept_and_leads_back(client: Client) -> None:
    answer = client.post("/fuseau/", {"zone": "America/Martinique", "next": "/mediateurs/?lieu=Paris"})
    assert answer["Location"] == "/mediateurs/?lieu=Paris"
    assert client.session["zone"] == "America/Martinique"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_a_zone_never_leads_elsewhere(client: Client, target: str) -> None:
    answer = client.post("/fuseau/", {"zone": "Mars/Olympus", "next": target})
    assert answer["Location"] == "/mediateurs/"
    assert "zone" not in client.session
