"""Passkeys in a real browser, with an authenticator of its own (CDP WebAuthn); codes without JavaScript."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Page, expect

from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from tests.factories import make_mediator, make_user
from tests.journeys.conftest import Visitors, follow
from tests.web.test_second_factor import PASSWORD, shown_by_app
from tests.web.times import NOW

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PLATFORM = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_limit_reached_before(transactional_db: None) -> None:
    cache.clear()


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    mediator = make_mediator(now=NOW)
    mediator.user.set_password(PASSWORD)
    mediator.user.save()
    return mediator


def with_key(page: Page, **options: Any) -> Any:
    """An authenticator in that browser, and the way to speak to it."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM | options})
    return wire


def by_password(page: Page, user: User) -> None:
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse e-mail").fill(user.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Se connecter"))


def confirm_by_password(page: Page) -> None:
    page.get_by_label("Mot de passe").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Continuer"))


def leave(page: Page) -> None:
    page.goto("/compte/deconnexion/")
    follow(page, page.locator("main form button").first)


def test_a_mediator_adds_a_passkey_then_enters_by_it_alone(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open(width=390)
    with_key(page)
    by_password(page, bob.user)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
    expect(page.locator("main")).to_contain_text("Il en faut un pour continuer.")
    follow(page, page.get_by_role("link", name="Ajouter une clé d’accès"))
    confirm_by_password(page)
    page.get_by_label("Nom de la clé").fill("Téléphone de Bob")
    follow(page, page.get_by_role("button", name="Créer la clé"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    follow(page, page.get_by_role("link", name="C’est noté, continuer"))
    expect(page).to_have_url(re.compile("/mediateur/"))
    leave(page)
    page.goto("/compte/connexion/")
    follow(page, page.get_by_role("button", name="Entrer par une clé d’accès"))
    expect(page).to_have_url(re.compile("/mediateur/"))
    page.goto("/compte/second-facteur/")
    expect(page.locator("main")).to_contain_text("Téléphone de Bob")
    expect(page.locator("main")).to_contain_text("servie le")


def test_a_passkey_is_the_second_step_after_a_password(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    with_key(page)
    by_password(page, bob.user)
    follow(page, page.get_by_role("link", name="Ajouter une clé d’accès"))
    confirm_by_password(page)
    follow(page, page.get_by_role("button", name="Créer la clé"))
    leave(page)
    by_password(page, bob.user)
    expect(page.locator("main")).to_contain_text("Une dernière chose, que vous seul avez.")
    follow(page, page.get_by_role("button", name="Entrer par une clé d’accès"))
    expect(page).to_have_url(re.compile("/mediateur/"))


def test_a_key_that_does_not_know_its_owner_is_refused(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    wire = with_key(page, hasUserVerification=False, isUserVerified=False)
    by_password(page, bob.user)
    follow(page, page.get_by_role("link", name="Ajouter une clé d’accès"))
    confirm_by_password(page)
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("alert")).to_contain_text("La clé d’accès n’a pas été lue.")
    assert not Authenticator.objects.exists()
    wire.detach()


def test_another_browser_has_no_key_and_says_so(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    with_key(page)
    page.goto("/compte/connexion/")
    page.get_by_role("button", name="Entrer par une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("La clé d’accès n’a pas été lue.")
    expect(page.get_by_role("button", name="Entrer par une clé d’accès")).to_be_enabled()


def test_an_application_and_its_codes_without_javascript(visitors: Visitors) -> None:
    alice = make_user("alice@example.org", name="Alice", password=PASSWORD)
    page = visitors.open(javascript=False, width=320)
    by_password(page, alice)
    page.goto("/compte/second-facteur/")
    follow(page, page.get_by_role("link", name="Ajouter une application"))
    confirm_by_password(page)
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Code affiché par l’application").fill(shown_by_app(secret))
    follow(page, page.get_by_role("button", name="Ajouter"))
    code = page.locator(".secrets code").first.inner_text()
    leave(page)
    by_password(page, alice)
    page.get_by_label("Code de l’application, ou code de secours").fill(code)
    follow(page, page.get_by_role("button", name="Continuer"))
    expect(page).to_have_url(re.compile("/espace/"))
