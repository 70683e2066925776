"""The staff room in a real browser: somebody on the phone is found a slot and sent a letter on paper; then called back
to move it, by staff who act for them."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from allomediateur.agenda.models import Appointment
from allomediateur.notify.models import PaperLetter
from tests.journeys.conftest import Visitors, follow
from tests.web.world import World, make_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def book_for_zoe(page: Page) -> None:
    page.goto("/administration/")
    follow(page, page.locator("nav.subnav").get_by_role("link", name="Réserver pour quelqu’un"))
    page.get_by_label("Nom du médiateur").fill("durand")
    follow(page, page.locator("main").get_by_role("button", name="Chercher"))
    follow(page, page.get_by_role("link", name="Bob Durand"))
    follow(page, page.locator(".slots a").nth(3))
    page.get_by_label("Prénom et nom").fill("Zoé Petit")
    page.get_by_label("Téléphone").fill("06 39 98 12 34")
    follow(page, page.get_by_role("button", name="Réserver"))
    expect(page.locator("#erreurs")).to_contain_text("adresse e-mail ou une adresse postale")
    page.get_by_label(re.compile("Adresse postale")).fill("3 rue du Bac\n75007 Paris")
    follow(page, page.get_by_role("button", name="Réserver"))
    expect(page.locator(".messages")).to_contain_text("Sa lettre est à imprimer")


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_on_the_phone(visitors: Visitors, world: World, javascript: bool) -> None:
    page = visitors.open(javascript=javascript, width=360 if javascript else 1280)
    visitors.enter(page, world.visitors["staff"])
    book_for_zoe(page)
    page.goto("/administration/papier/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Un PDF de celles qui sont cochées").click()
    document = Path(download.value.path()).read_bytes()
    assert document.startswith(b"%PDF")
    said = PdfReader(BytesIO(document)).pages[0].extract_text()
    assert all(one in said for one in ("Zoé Petit", "75007 Paris", "Bob Durand"))
    page.goto("/administration/papier/")
    follow(page, page.get_by_role("button", name="Elles sont imprimées"))
    expect(page.locator("main")).to_contain_text("Rien à imprimer")


def test_called_back_and_moved_by_staff_who_act_for_them(visitors: Visitors, world: World) -> None:
    page = visitors.open()
    visitors.enter(page, world.visitors["staff"])
    book_for_zoe(page)
    one = Appointment.objects.latest("pk")
    page.goto("/administration/recherche/")
    page.get_by_label(re.compile("Nom, adresse e-mail")).fill("zoe pet")
    follow(page, page.locator("main").get_by_role("button", name="Chercher"))
    expect(page.locator("#erreurs")).to_contain_text("Choisissez un motif")
    page.get_by_label("Motif").select_option("asked")
    follow(page, page.locator("main").get_by_role("button", name="Chercher"))
    assert "zoe" not in page.url
    follow(page, page.get_by_role("link", name="Zoé Petit"))
    follow(page, page.get_by_role("link", name="Agir pour Zoé Petit"))
    page.get_by_label("Motif").select_option("asked")
    follow(page, page.get_by_role("button", name="Commencer"))
    expect(page.locator(".ribbon-acting")).to_contain_text("Vous agissez pour Zoé Petit.")
    follow(page, page.get_by_role("link", name="Déplacer"))
    follow(page, page.locator(".slots button").nth(5))
    expect(page.locator(".messages")).to_contain_text("déplacé")
    moved = Appointment.objects.get(pk=one.pk)
    assert moved.starts_at != one.starts_at
    assert moved.transitions.latest("pk").by == "staff"
    assert list(PaperLetter.objects.order_by("pk").values_list("kind", flat=True)) == [
        "appointment_confirmed", "appointment_moved",
    ]  # fmt: skip
    follow(page, page.get_by_role("button", name="Terminer"))
    expect(page.locator(".ribbon-acting")).to_have_count(0)
