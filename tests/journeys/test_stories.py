"""Stories with two sides: what the mediator sees, a change from a letter, somebody far from Paris."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.factories import make_mediator
from tests.journeys.conftest import Visitors
from tests.web.test_second_factor import shown_by_app

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASSWORD = "une phrase de médiateur"
CONTINUE, CONFIRM = "Continuer", re.compile("^Confirmer")


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    found = make_mediator("Bob Durand", now=timezone.now())
    found.user.set_password(PASSWORD)
    found.user.save()
    return found


def letter_to(email: str) -> Letter:
    found = Letter.objects.filter(to=email).order_by("-pk").first()
    assert found, "no letter was written"
    return found


def code_of(email: str) -> str:
    found = re.search(r"^\d{6}$", letter_to(email).text, re.MULTILINE)
    assert found
    return found[0]


def door_of(letter: Letter, act: str) -> str:
    """The path of the letter's address for that act."""
    found = re.search(rf"https?://\S+/rendez-vous/\S+/{act}/", letter.text)
    assert found
    return urlsplit(found[0]).path


def choose_first_slot(page: Page, bob: Mediator, modality: str = "telephone") -> str:
    """The first slot of the mediator's page; its whole name."""
    page.goto(f"/mediateurs/{bob.slug}/?modalite={modality}")
    slot = page.locator("button.slot").first
    name = slot.get_attribute("aria-label") or ""
    slot.click()
    return name


def tell(page: Page, email: str) -> None:
    page.get_by_label("Prénom et nom").fill("Alice Martin")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Téléphone").fill("06 39 98 12 34")
    page.get_by_role("button", name=CONTINUE).click()


def confirm(page: Page, email: str) -> None:
    """From the check of the answers to the confirmation."""
    page.get_by_role("button", name=CONFIRM).click()
    page.get_by_label(re.compile("Code")).fill(code_of(email))
    page.get_by_role("button", name=CONFIRM).click()
    expect(page.locator("main")).to_contain_text("confirmé")


def test_the_mediator_sees_what_a_new_visitor_books(bob: Mediator, visitors: Visitors) -> None:
    page = visitors.open(javascript=False, width=360)
    page.goto("/")
    page.locator("#lieu").fill("Paris")
    page.get_by_role("button", name="Trouver un médiateur").click()
    page.locator(".result .slot").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bob Durand")
    page.locator("button[name=slot]").first.click()
    tell(page, "alice@example.org")
    expect(page.locator(".summary")).to_contain_text("alice@example.org")
    confirm(page, "alice@example.org")
    mine = Appointment.objects.get(state=State.CONFIRMED)
    assert {one.to for one in Letter.objects.all()} == {"alice@example.org", bob.user.email}

    page.goto("/espace/")
    expect(page.locator("main")).to_contain_text("Bob Durand")

    his = visitors.open()
    his.goto("/compte/connexion/")
    his.get_by_label("Adresse e-mail").fill(bob.user.email)
    his.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    his.get_by_role("button", name="Se connecter", exact=True).click()
    his.get_by_role("link", name="Ajouter une application").click()
    his.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    his.get_by_role("button", name="Continuer").click()
    secret = his.locator("code.secret").inner_text()
    his.get_by_label("Code affiché par l’application").fill(shown_by_app(secret))
    his.get_by_role("button", name="Ajouter").click()
    his.get_by_role("link", name="C’est noté, continuer").click()
    expect(his).to_have_url(re.compile("/mediateur/$"))
    his.goto("/mediateur/liste/")
    expect(his.locator("main")).to_contain_text("Alice Martin")
    his.goto(f"/mediateur/rendez-vous/{mine.reference}/")
    expect(his.locator("main")).to_contain_text("06 39 98 12 34")


def test_an_appointment_is_moved_then_cancelled_from_its_letter(bob: Mediator, visitors: Visitors) -> None:
    page = visitors.open(javascript=False)
    choose_first_slot(page, bob)
    tell(page, "alice@example.org")
    confirm(page, "alice@example.org")
    before = Appointment.objects.get(state=State.CONFIRMED)

    elsewhere = visitors.open(javascript=False, width=360)
    elsewhere.goto(door_of(letter_to("alice@example.org"), "deplacer"))
    elsewhere.locator("button.slot").nth(3).click()
    expect(elsewhere.locator("main")).to_contain_text("Le rendez-vous est déplacé")
    after = Appointment.objects.get(pk=before.pk)
    assert (after.uid, after.sequence, after.starts_at > before.starts_at) == (before.uid, before.sequence + 1, True)

    elsewhere.goto(door_of(letter_to("alice@example.org"), "annuler"))
    elsewhere.get_by_role("button", name=re.compile("Annuler")).click()
    expect(elsewhere.locator("main")).to_contain_text("annulé")
    assert Appointment.objects.get(pk=before.pk).state == State.CANCELLED
    assert letter_to(bob.user.email).ics_method == "CANCEL"


def test_somebody_in_martinique_books_by_video_with_a_mediator_in_paris(bob: Mediator, visitors: Visitors) -> None:
    page = visitors.open(zone="America/Martinique")
    page.goto("/")
    page.goto(f"/mediateurs/{bob.slug}/?modalite=visio")
    expect(page.locator("main")).to_contain_text("heure de Fort-de-France")
    expect(page.locator("button.slot").first).to_contain_text("Paris")
    page.locator("button.slot").first.click()
    tell(page, "alice@example.org")
    expect(page.locator(".summary")).to_contain_text("Fort-de-France")
    confirm(page, "alice@example.org")
    expect(page.locator("main")).to_contain_text(bob.video_room)
    text = letter_to("alice@example.org").text
    assert "Fort-de-France" in text
    assert "Paris" in text
