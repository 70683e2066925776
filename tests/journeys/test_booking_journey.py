"""A new visitor books, in a real browser: with and without JavaScript, against somebody else, from far away."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.factories import make_commune, make_mediator
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_every_page import faults

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
EMAIL = "vera@example.org"


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    make_commune("97209", "Fort-de-France", "972", ["97200"], 75_000, 14.6158, -61.0597, "America/Martinique")
    make_commune("75102", "Paris 2e Arrondissement", "75", ["75002"], 21_000, 48.868, 2.344)
    return make_mediator(now=datetime.now(UTC))


def code() -> str:
    letter = Letter.objects.filter(kind="appointment_to_confirm").order_by("-pk")[0]
    found = re.search(r"^\d{6}$", letter.text, re.MULTILINE)
    assert found
    return found[0]


def find_from_home(page: Page, place: str = "Paris", how: str = "Téléphone") -> None:
    page.goto("/")
    page.locator("#lieu").fill(place)
    page.get_by_label("Comment ?").select_option(label=how)
    follow(page, page.get_by_role("button", name="Trouver un médiateur"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(place)


def choose_first(page: Page) -> None:
    """The first slot of the first card, then its button."""
    follow(page, page.locator("article.result .slots a").first)
    follow(page, page.get_by_role("button", name=re.compile("^Réserver ")))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Qui prend ce rendez-vous"))


def tell(page: Page, name: str = "Véra Lune", email: str = EMAIL, phone: str = "06 39 98 01 02") -> None:
    page.get_by_label("Prénom et nom").fill(name)
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Téléphone").fill(phone)
    follow(page, page.get_by_role("button", name="Continuer"))


def confirm(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Confirmer le rendez-vous"))


def prove(page: Page) -> None:
    page.get_by_label("Code à six chiffres").fill(code())
    confirm(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_new_visitor_books(visitors: Visitors, bob: Mediator, javascript: bool) -> None:
    page = visitors.open(javascript=javascript, width=360)
    find_from_home(page)
    choose_first(page)
    tell(page, email="vera@")
    assert page.title().startswith("Erreur\u00a0: ")
    tell(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Tout est juste"))
    confirm(page)
    expect(page.get_by_text(f"Une lettre vient de partir à {EMAIL}")).to_be_visible()
    prove(page)
    expect(page.get_by_text("Votre compte est créé")).to_be_visible()
    assert Appointment.objects.get().state == State.CONFIRMED
    assert set(Letter.objects.values_list("kind", flat=True)) == {
        "appointment_to_confirm", "appointment_confirmed", "mediator_confirmed",
    }  # fmt: skip


def test_a_visitor_books_with_the_keyboard_only(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    to(page, "Où ?")
    page.keyboard.type("par")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#lieu")).to_have_value("Paris (75)")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Médiateurs autour de Paris (75)")
    to(page, ", Bob Durand", "a.slot")
    enter(page)
    to(page, "Réserver ")
    enter(page)
    for label, typed in (("Prénom et nom", "Véra Lune"), ("Adresse e-mail", EMAIL), ("Téléphone", "0639980102")):
        to(page, label)
        page.keyboard.type(typed)
    enter(page)
    to(page, "Confirmer le rendez-vous")
    enter(page)
    to(page, "Code à six chiffres")
    page.keyboard.type(code())
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")


def enter(page: Page) -> None:
    """Enter, on something that leads to another page."""
    with page.expect_event("load"):
        page.keyboard.press("Enter")


def to(page: Page, words: str, selector: str = "input, button, a") -> None:
    """Tab until something with these words has the focus."""
    page.wait_for_load_state("load")
    for _ in range(120):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "s => { const e = document.activeElement; return e.matches(s) ?"
            " [e.getAttribute('aria-label') || '', ...[...(e.labels || [])].map(l => l.textContent), e.textContent]"
            ".join(' ') : '' }",
            selector,
        )
        if words in re.sub(r"\s+", " ", told):
            return
    raise AssertionError(f"the keyboard does not reach {words}")


def test_two_visitors_want_the_same_slot(visitors: Visitors, bob: Mediator) -> None:
    alice, charlie = visitors.open(), visitors.open()
    for page in (alice, charlie):
        page.goto(f"/mediateurs/{bob.slug}/?modalite=telephone")
    wanted = alice.locator("button.slot").first.get_attribute("aria-label")
    alice.locator("button.slot").first.click()
    expect(alice.get_by_role("heading", level=1)).to_have_text(re.compile("Qui prend"))
    charlie.locator("button.slot").first.click()
    expect(charlie.get_by_role("alert")).to_contain_text("Ce créneau vient d’être réservé")
    near = charlie.locator("button.slot").first
    assert near.get_attribute("aria-label") != wanted
    near.click()
    tell(charlie, "Charlie Roux", "charlie@example.org")
    tell(alice)
    for page in (charlie, alice):
        confirm(page)
        prove(page)
    assert Appointment.objects.filter(state=State.CONFIRMED).values("starts_at").distinct().count() == 2


def test_somebody_in_martinique_sees_a_mediator_in_paris_by_video(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open(zone="America/Martinique")
    find_from_home(page, "Fort-de-France", "Visio")
    page.reload()  # the browser has told its zone
    card = page.locator("article.result")
    expect(card.locator(".next")).to_contain_text("à Paris)")
    choose_first(page)
    clocks = re.compile(r"\d+\sh(\s\d\d)?, heure de Fort-de-France \(.*à Paris\)")
    expect(page.locator(".moment")).to_have_text(clocks)
    tell(page, phone="")
    confirm(page)
    prove(page)
    expect(page.locator(".moment")).to_have_text(clocks)
    expect(page.get_by_role("link", name=bob.video_room)).to_be_visible()
    letters = {letter.to: letter for letter in Letter.objects.filter(kind__endswith="_confirmed")}
    assert "heure de Fort-de-France" in letters[EMAIL].text
    assert "heure de Paris" in letters[bob.user.email].text


def test_filters_change_the_list_and_the_address_without_reloading(visitors: Visitors, bob: Mediator) -> None:
    make_mediator("Carole Petit", now=datetime.now(UTC), modalities=("phone",))
    page = visitors.open()
    page.goto("/mediateurs/?lieu=Paris")
    page.evaluate("window.stayed = true")
    expect(page.locator("article.result")).to_have_count(2)
    page.locator(".filter-side").get_by_role("link", name=re.compile("^Visio")).click()
    expect(page.locator("article.result")).to_have_count(1)
    expect(page).to_have_url(re.compile("modalite=visio"))
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator("article.result")).to_have_count(2)


def test_the_hold_is_counted_down_and_extended_without_losing_what_is_typed(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    page.goto(f"/mediateurs/{bob.slug}/?modalite=telephone")
    page.locator("button.slot").first.click()
    expect(page.locator("hold-countdown")).to_contain_text("10\u00a0min")
    page.get_by_label("Prénom et nom").fill("Véra Lune")
    page.get_by_role("button", name="Garder le créneau 10 minutes de plus").click()
    expect(page.locator("hold-countdown")).to_contain_text("20\u00a0min")
    expect(page.get_by_label("Prénom et nom")).to_have_value("Véra Lune")


def test_a_double_click_books_once(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    page.goto(f"/mediateurs/{bob.slug}/?modalite=telephone")
    page.locator("button.slot").first.dblclick()
    tell(page)
    page.get_by_role("button", name="Confirmer le rendez-vous").dblclick()
    expect(page.get_by_label("Code à six chiffres")).to_be_visible()
    assert Appointment.objects.count() == 1
    assert Letter.objects.count() == 1


def test_the_page_goes_on_by_itself_when_the_link_is_opened_elsewhere(visitors: Visitors, bob: Mediator) -> None:
    page, phone = visitors.open(), visitors.open(width=360)
    page.goto(f"/mediateurs/{bob.slug}/?modalite=telephone")
    page.locator("button.slot").first.click()
    tell(page)
    confirm(page)
    expect(page.get_by_label("Code à six chiffres")).to_be_visible()
    link = re.search(r"/rendez-vous/[\w-]{43}/confirmer/", Letter.objects.get().text)
    assert link
    phone.goto(link[0])
    confirm(phone)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("confirmé")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous", timeout=9000)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_no_step_has_an_axe_violation_or_overflows(visitors: Visitors, bob: Mediator, scheme: str, width: int) -> None:
    page, other = visitors.open(scheme=scheme, width=width), visitors.open(scheme=scheme, width=width)
    page.goto("/mediateurs/?lieu=Paris")
    wrong = faults(page)
    follow(page, page.locator("article.result .slots a").first)
    wrong += faults(page)
    address = page.url
    follow(page, page.get_by_role("button", name=re.compile("^Réserver ")))
    follow(page, page.get_by_role("button", name="Continuer"))
    expect(page.get_by_role("alert")).to_be_visible()
    wrong += faults(page)
    other.goto(address)
    wrong += faults(other)
    other.goto(page.url)
    wrong += faults(other)
    tell(page)
    wrong += faults(page)
    confirm(page)
    page.get_by_text("L’adresse est fausse").click()
    wrong += faults(page)
    prove(page)
    wrong += faults(page)
    other.goto(f"/mediateurs/{bob.slug}/?modalite=visio")
    follow(other, other.locator("button.slot").first)
    Appointment.objects.filter(state=State.HELD).update(expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    other.reload()
    expect(other.get_by_role("button", name=re.compile("^Reprendre "))).to_be_visible()
    wrong += faults(other)
    assert wrong == []
