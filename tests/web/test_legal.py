import pytest
from django.test import Client
from pytest_django import Settings

from tests.web.paths import text

PAGES = ("/mentions-legales/", "/confidentialite/", "/cookies/", "/accessibilite/", "/quitter-vite/")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_each_legal_page_is_there_in_both_languages(client: Client, address: str, language: str) -> None:
    assert client.get(f"{language}{address}").status_code == 200


def test_the_publisher_is_named_where_it_is_configured(client: Client, settings: Settings) -> None:
    settings.PUBLISHER = "Association Exemple, 1 rue de la Paix, 75002 Paris"
    assert "Association Exemple, 1 rue de la Paix" in text(client.get("/mentions-legales/"))
    assert "Association Exemple, 1 rue de la Paix" in text(client.get("/confidentialite/"))


@pytest.mark.parametrize("is_demo", [True, False])
def test_without_a_publisher_the_page_says_how_to_know(client: Client, settings: Settings, is_demo: bool) -> None:
    settings.PUBLISHER, settings.DEMO = "", is_demo
    page = text(client.get("/mentions-legales/"))
    assert ("est une démonstration" in page) is is_demo
    assert settings.CONTACT_EMAIL in page


def test_every_cookie_that_is_set_is_told(client: Client) -> None:
    page = text(client.get("/cookies/"))
    for name in ("session", "csrf", "tz", "messages"):
        assert f"<code>{name}</code>" in page


def test_reading_sets_no_session(client: Client) -> None:
    for address in ("/", "/mediateurs/", *PAGES):
        assert "session" not in client.get(address).cookies


def test_accessibility_claims_no_audit(client: Client) -> None:
    assert "pas encore été audité par un tiers" in text(client.get("/accessibilite/"))
