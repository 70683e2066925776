"""Somebody becomes a mediator: twelve steps, a question of staff’s, a second factor, first hours, a first booking."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from allomediateur.agenda import availability
from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Application, Mediator
from allomediateur.notify.models import Letter
from tests.agenda.standings import make_staff
from tests.directory.files import PDF, picture
from tests.factories import make_commune, make_specialty
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_agenda_journeys import MONDAY_9, cell
from tests.journeys.test_agenda_journeys import save as save_hours
from tests.journeys.test_booking_journey import choose_first, confirm, prove, tell
from tests.journeys.test_door_journeys import confirm_by_password, with_key
from tests.journeys.test_every_page import faults
from tests.journeys.test_stories import code_of
from tests.web.signing_in import enter
from tests.web.test_second_factor import PASSWORD
from tests.web.times import NOW

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
EMAIL = "nora@example.org"
NEXT_YEAR = NOW + timedelta(days=365)


@pytest.fixture(autouse=True)
def place(transactional_db: None) -> None:
    cache.clear()
    make_commune()
    make_specialty()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "piece.pdf").write_bytes(PDF)
    (tmp_path / "faux.pdf").write_bytes(b"<html>")
    (tmp_path / "moi.jpg").write_bytes(picture("JPEG", (600, 800)))
    return tmp_path


def title(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def go_on(page: Page, button: str = "Enregistrer et continuer") -> None:
    follow(page, page.get_by_role("button", name=button, exact=True))


def sign_up(page: Page) -> None:
    page.goto("/")
    follow(page, page.get_by_role("contentinfo").get_by_role("link", name="Devenir médiateur"))
    follow(page, page.get_by_role("link", name="Créer un compte pour candidater"))
    page.get_by_label("Prénom et nom").fill("Nora Villemin")
    page.get_by_label("Adresse e-mail").fill(EMAIL)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    follow(page, page.locator("main form button.button").first)
    page.locator("input[autocomplete=one-time-code]").fill(code_of(EMAIL))
    follow(page, page.locator("main form button.button").first)


def tell_steps(page: Page, files: Path, looked_at: bool = True) -> list[str]:
    """Every step, a wrong file among them; the faults that axe finds on the way (it needs JavaScript)."""
    wrong: list[str] = []
    title(page, "Votre candidature")
    follow(page, page.get_by_role("link", name="Continuer"))
    title(page, "Qui êtes-vous ?")
    page.get_by_label("Téléphone professionnel").fill("06 39 98 00 07")
    go_on(page)
    title(page, "Votre certificat")
    page.get_by_label("Numéro du certificat").fill("C-12")
    page.get_by_label("Année d’obtention").fill("2015")
    page.get_by_label("Le document").set_input_files(files / "faux.pdf")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("ni un PDF, ni une photo")
    wrong += faults(page) if looked_at else []
    page.get_by_label("Le document").set_input_files(files / "piece.pdf")
    go_on(page)
    for number, label in (("A-1", "Numéro d’adhérent"), ("P-9", "Numéro du contrat")):
        page.get_by_label(label).fill(number)
        if label == "Numéro du contrat":
            page.get_by_label("Assureur").fill("Mutuelle")
        page.get_by_label("Valable jusqu’au").fill(f"{NEXT_YEAR:%Y-%m-%d}")
        page.get_by_label("Le document").set_input_files(files / "piece.pdf")
        go_on(page)
    title(page, "Votre formation continue")
    follow(page, page.get_by_role("link", name="Passer cette étape"))
    page.get_by_label("Je m’engage").check()
    go_on(page)
    page.get_by_label("Nom du lieu").fill("Cabinet")
    page.get_by_label("Numéro et rue").fill("3 rue du Puits")
    page.get_by_label("Code postal").fill("75001")
    page.locator("#id_town").fill("Paris")
    go_on(page, "Ajouter ce lieu")
    wrong += faults(page) if looked_at else []
    follow(page, page.get_by_role("link", name="Continuer"))
    page.get_by_role("checkbox").first.check()
    go_on(page)
    page.go_back()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.goto("/devenir-mediateur/")
    follow(page, page.get_by_role("link", name="Reprendre ma candidature"))
    follow(page, page.get_by_role("link", name="Langues et visio"))
    page.get_by_label("anglais", exact=True).check()
    go_on(page)
    go_on(page, "Ajouter cette prestation")
    follow(page, page.get_by_role("link", name="Continuer"))
    page.get_by_label("Votre photo").set_input_files(files / "moi.jpg")
    go_on(page)
    page.get_by_label("Présentation", exact=True).fill("Je vous reçois d’abord seul.")
    go_on(page)
    return wrong


def send(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Envoyer ma candidature"))
    expect(page.locator("main")).to_contain_text("Votre candidature est envoyée")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_an_application_from_the_footer_to_the_queue(visitors: Visitors, files: Path, javascript: bool) -> None:
    page = visitors.open(javascript=javascript, width=360)
    sign_up(page)
    go_on(page, "Commencer ma candidature")
    assert tell_steps(page, files, looked_at=javascript) == []
    follow(page, page.get_by_role("link", name="Voir l’aperçu"))
    expect(page.locator("main")).to_contain_text("Je vous reçois d’abord seul.")
    expect(page.locator("img.face-photo")).to_be_visible()
    follow(page, page.get_by_role("link", name="Votre candidature"))
    send(page)
    assert Application.objects.get().state == "submitted"
    assert Letter.objects.filter(kind="application_received", to=EMAIL).count() == 1
    assert Mediator.objects.listed(NOW).count() == 0


def staff_ask(page: Page) -> None:
    page.goto("/administration/verifications/")
    follow(page, page.get_by_role("link", name="Nora Villemin"))
    page.get_by_text("Demander des précisions", exact=True).click()
    page.get_by_label("Ce qui manque").fill("La page 2 du certificat")
    go_on(page, "Envoyer la demande")


def staff_accept(page: Page) -> None:
    page.goto("/administration/verifications/")
    follow(page, page.get_by_role("link", name="Nora Villemin"))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="piece.pdf").first.click()
    assert waiting.value.suggested_filename == "piece.pdf"
    for _ in range(3):
        go_on_first(page, "Accepter")
    go_on(page, "Accepter la candidature")


def go_on_first(page: Page, button: str) -> None:
    follow(page, page.get_by_role("button", name=re.compile(f"^{button}")).first)


def test_from_a_draft_to_the_first_booking(visitors: Visitors, files: Path) -> None:
    page, office, alice = visitors.open(), visitors.open(), visitors.open(width=360)
    with_key(page)
    sam = Client()
    enter(sam, make_staff())
    visitors.enter(office, sam)
    sign_up(page)
    go_on(page, "Commencer ma candidature")
    assert tell_steps(page, files) == []
    send(page)
    staff_ask(office)
    page.reload()
    expect(page.locator("main")).to_contain_text("La page 2 du certificat")
    follow(page, page.get_by_role("link", name="Votre certificat"))
    page.get_by_label("Un autre document").set_input_files(files / "piece.pdf")
    go_on(page)
    page.goto("/devenir-mediateur/etapes/")
    send(page)
    staff_accept(office)
    page.goto("/mediateur/plages/")
    title(page, "Second facteur")
    follow(page, page.get_by_role("link", name="Ajouter une clé d’accès"))
    confirm_by_password(page)
    page.get_by_label("Nom de la clé").fill("Téléphone")
    go_on(page, "Créer la clé")
    follow(page, page.get_by_role("link", name="C’est noté, continuer"))
    page.goto("/mediateur/plages/")
    for hour in ("9 h 00 à 9 h 30", "9 h 30 à 10 h 00", "10 h 00 à 10 h 30"):
        for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi"):
            cell(page, f"{day}, {hour}").check()
    expect(cell(page, MONDAY_9)).to_be_checked()
    save_hours(page)
    alice.goto("/mediateurs/?lieu=Paris")
    expect(alice.locator("article.result img.face-photo")).to_be_visible()
    choose_first(alice)
    tell(alice)
    confirm(alice)
    prove(alice)
    made = Appointment.objects.get()
    assert (made.state, made.mediator.name) == (State.CONFIRMED, "Nora Villemin")
    assert availability.differences(datetime.now(NOW.tzinfo)) == []
