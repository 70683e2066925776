"""A visitor asks, staff answer, the visitor replies by the letter's link; a complaint; all in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from allomediateur.notify.models import Letter
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_every_page import faults
from tests.web.world import World, make_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
EMAIL = "vera@example.org"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def link(kind: str) -> str:
    """Of the last letter of that kind to Véra."""
    letter = Letter.objects.filter(kind=kind, to=EMAIL).order_by("-pk")[0]
    found = re.search(r"https?://\S+/assistance/echanges/\S+", letter.text)
    assert found
    return found[0]


def write(page: Page, label: str, text: str, button: str) -> None:
    page.get_by_label(label).fill(text)
    follow(page, page.get_by_role("button", name=button, exact=True))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_visitor_asks_staff_answer_the_visitor_replies(visitors: Visitors, world: World, javascript: bool) -> None:
    vera = visitors.open(javascript=javascript, width=360)
    vera.goto("/mediateurs/")
    follow(vera, vera.get_by_role("link", name="Assistance"))
    vera.get_by_text("Les lettres n’arrivent pas", exact=True).first.click()
    expect(vera.get_by_text("courriers indésirables").first).to_be_visible()
    vera.get_by_label("De quoi s’agit-il").select_option(label="Les lettres n’arrivent pas")
    write(vera, "Votre question", "Rien ne vient.", "Envoyer")
    assert vera.title().startswith("Erreur\u00a0: ")
    assert faults(vera) == [] if javascript else True
    vera.get_by_label("Prénom et nom").fill("Véra Lune")
    write(vera, "Adresse e-mail", EMAIL, "Envoyer")
    expect(vera.get_by_role("heading", level=1)).to_have_text("Votre message est envoyé")

    sam = visitors.open()
    visitors.enter(sam, world.visitors["staff"])
    sam.goto("/administration/")
    follow(sam, sam.get_by_role("link", name="Échanges de l’assistance à répondre"))
    follow(sam, sam.get_by_role("link", name="Véra Lune"))
    expect(sam.get_by_text("/mediateurs/")).to_be_visible()
    write(sam, "Votre réponse", "Regardez dans les indésirables.", "Envoyer la réponse")
    expect(sam.get_by_text("La réponse est envoyée.")).to_be_visible()

    vera.goto(link("support_answer"))
    expect(vera.get_by_text("Regardez dans les indésirables.")).to_be_visible()
    write(vera, "Votre message", "Elle y était, merci !", "Envoyer")
    expect(vera.get_by_text("Votre message est envoyé.")).to_be_visible()

    sam.goto("/administration/assistance/")
    follow(sam, sam.get_by_role("link", name="Véra Lune"))
    expect(sam.get_by_text("Elle y était, merci !")).to_be_visible()
    follow(sam, sam.get_by_role("button", name="Clore"))
    vera.goto(link("support_received"))
    expect(vera.get_by_text("Cet échange est clos.")).to_be_visible()


def test_somebody_complains_from_the_mediators_page(visitors: Visitors, world: World) -> None:
    page = visitors.open()
    page.goto(f"/mediateurs/{world.bob.slug}/")
    follow(page, page.get_by_role("link", name="Signaler un problème avec ce médiateur"))
    page.get_by_text("Qui lira votre message").click()
    expect(page.get_by_text("ne sait pas qu’il existe")).to_be_visible()
    page.get_by_label("Ce qui s’est passé").fill("Il a parlé de moi à mon voisin.")
    page.get_by_label("Prénom et nom").fill("Véra Lune")
    write(page, "Adresse e-mail", EMAIL, "Envoyer")
    page.goto(link("support_received"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre réclamation")
    expect(page.get_by_text("Il a parlé de moi à mon voisin.")).to_be_visible()
