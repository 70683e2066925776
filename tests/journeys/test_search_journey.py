"""Finding somebody: the map and the list, filters, the month, from far away; with and without JavaScript."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Commune, Mediator
from tests.factories import make_commune, make_mediator
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_booking_journey import confirm, prove, tell
from tests.journeys.test_every_page import faults

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MAP = re.compile(r"leaflet|/map\.|/ground\.")


def fort_de_france() -> Commune:
    return make_commune("97209", "Fort-de-France", "972", ["97200"], 75_000, 14.6158, -61.0597, "America/Martinique")


@pytest.fixture
def crowd(transactional_db: None) -> list[Mediator]:
    """Two at one address of Paris, one in Versailles."""
    now = datetime.now(UTC)
    versailles = make_commune("78646", "Versailles", "78", ["78000"], 84_000, 48.8, 2.13)
    return [
        make_mediator("Anne Bourdet", now=now),
        make_mediator("Basile Carré", now=now, languages=["fr", "en"], specialties=("voisinage",)),
        make_mediator("Colette Dumas", commune=versailles, now=now),
    ]


def asked_for(page: Page) -> list[str]:
    """What of the map this page asks for, from now on."""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url) if MAP.search(request.url) else None)
    return urls


def test_the_map_and_the_list_lead_to_each_other(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(width=1440)
    page.goto("/mediateurs/?lieu=Paris")
    pin = page.get_by_role("link", name="Colette Dumas, Versailles")
    expect(pin).to_be_visible()
    pin.click()
    expect(page.get_by_role("link", name="Colette Dumas", exact=True)).to_be_focused()
    expect(page.locator(".is-on-map")).to_have_count(1)
    page.get_by_role("button", name="2 médiateurs : Anne Bourdet et Basile Carré".replace(" :", "\u00a0:")).click()
    page.locator(".map-list").get_by_role("link", name="Basile Carré", exact=True).click()
    expect(page.locator("article").get_by_role("link", name="Basile Carré", exact=True)).to_be_focused()
    page.get_by_role("button", name="Sur la carte, Colette Dumas").click()
    expect(page.locator(".map-pin.is-current")).to_be_focused()
    expect(page.locator(".map-pin.is-current")).to_have_accessible_name("Colette Dumas, Versailles")
    assert faults(page) == []


def test_the_keyboard_alone_walks_the_map(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(width=1440)
    page.goto("/mediateurs/?lieu=Paris")
    expect(page.locator(".map-pin").first).to_be_visible()
    page.get_by_role("button", name="Fermer la carte").focus()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name=re.compile("^Passer la carte"))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".map-pin").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".map-list").get_by_role("link", name="Anne Bourdet", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".map-pin").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Colette Dumas", exact=True)).to_be_focused()


@pytest.mark.parametrize("by_keyboard", [False, True], ids=["click", "keyboard"])
def test_a_number_comes_apart_when_it_is_entered(visitors: Visitors, crowd: list[Mediator], by_keyboard: bool) -> None:
    """From the whole country, those of the page and those who are not; the focus stays where one is looking."""
    now = datetime.now(UTC)
    rennes = make_commune("35238", "Rennes", "35", ["35000"], 220_000, 48.11, -1.68)
    for number in range(20):
        make_mediator(f"Rennais {number}", commune=rennes, now=now)
    page = visitors.open(width=1440)
    page.goto("/mediateurs/?lieu=Paris")  # nobody of Rennes is on this page
    page.get_by_role("button", name=re.compile("^Métropole")).click()
    expect(page.get_by_text("23 médiateurs sur la carte")).to_be_visible()
    three = page.get_by_role("button", name=re.compile("^3 médiateurs, Paris et environs"))
    expect(three).to_be_visible()
    if by_keyboard:
        three.focus()
        page.keyboard.press("Enter")
    else:
        three.click()
    both = page.get_by_role("button", name=re.compile(r"^2 médiateurs\s: Anne"))
    expect(both).to_be_visible()
    expect(page.get_by_role("link", name="Colette Dumas, Versailles")).to_be_visible()
    expect(page.locator(".map-pin:focus")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Métropole")).click()
    page.get_by_role("button", name=re.compile("^20 médiateurs, Rennes et environs")).click()
    there = page.get_by_role("link", name=re.compile("^20 médiateurs, Rennes et environs"))
    expect(there).to_be_focused()  # no nearer: they are searched there
    follow(page, there)
    expect(page.locator("article.result")).to_have_count(20)


def test_who_is_on_the_map_and_not_on_the_page_has_a_page(visitors: Visitors, crowd: list[Mediator]) -> None:
    lyon = make_commune("69123", "Lyon", "69", ["69001"], 519_000, 45.76, 4.83)
    make_mediator("Dominique Faure", commune=lyon, now=datetime.now(UTC))
    page = visitors.open(width=1440)
    page.goto("/mediateurs/?lieu=Paris")
    page.get_by_role("button", name=re.compile("^Métropole")).click()
    follow(page, page.get_by_role("link", name="Dominique Faure, Lyon"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dominique Faure")


def test_targets_of_the_map_are_large_enough(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(width=1440)
    page.goto("/mediateurs/?lieu=Paris")
    expect(page.locator(".map-pin").first).to_be_visible()
    for target in page.locator(".map :is(button, a:not(.map-skip)):visible").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24, target.inner_text()


def test_a_phone_fetches_the_map_when_it_is_asked_for(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(width=360, scheme="dark", touch=True)
    urls = asked_for(page)
    page.goto("/mediateurs/?lieu=Paris")
    page.wait_for_load_state("networkidle")
    assert urls == []
    page.get_by_role("button", name="Voir sur la carte").click()
    expect(page.locator(".map-pin").first).to_be_visible()
    assert urls
    assert faults(page) == []
    page.get_by_role("button", name="Filtres").or_(page.locator("summary", has_text="Filtres")).first.click()
    page.locator(".filter-fold .filter", has_text="Visio").click()
    expect(page.locator("a.chip-remove", has_text="Visio")).to_be_visible()
    expect(page.locator(".map-pin").first).to_be_visible()  # what was opened stays open
    page.get_by_role("button", name="Fermer la carte").click()
    expect(page.locator(".map")).to_be_hidden()


def test_a_map_that_does_not_load_leaves_the_list(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(width=360)
    page.route("**/ground*.js", lambda route: route.fulfill(status=404))
    page.goto("/mediateurs/?lieu=Paris")
    page.get_by_role("button", name="Voir sur la carte").click()
    expect(page.get_by_text("La carte ne se charge pas. La liste dit tout.")).to_be_visible()
    expect(page.get_by_role("link", name="Anne Bourdet", exact=True)).to_be_visible()


def test_moving_the_map_offers_to_search_there(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(width=1440)
    page.goto("/mediateurs/?lieu=Paris")
    expect(page.locator(".map-pin").first).to_be_visible()
    page.get_by_role("button", name="Agrandir").click()
    follow(page, page.get_by_role("link", name="Chercher dans cette zone"))
    assert re.search(r"lieu=48\.\d+%2C2\.\d+&rayon=\d+", page.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Médiateurs autour de")


def test_without_javascript_the_list_says_everything(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(javascript=False, width=360)
    page.goto("/mediateurs/?lieu=Paris")
    expect(page.locator("result-map")).to_be_hidden()
    expect(page.locator("article.result")).to_have_count(3)
    page.locator("summary", has_text="Filtres").click()
    follow(page, page.locator(".filter-fold .filter", has_text="Voisinage"))
    expect(page.locator("article.result")).to_have_count(1)
    follow(page, page.get_by_role("link", name="Basile Carré", exact=True))
    follow(page, page.get_by_role("link", name="Mois suivant"))
    follow(page, page.locator("a.month-day").nth(2))
    expect(page.locator("a.month-day[aria-current=date]")).to_have_count(1)
    expect(page.locator("button.slot").first).to_be_visible()


def test_a_day_of_the_month_brings_its_slots_and_keeps_the_focus(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open(width=360)
    page.goto(f"/mediateurs/{crowd[0].slug}/")
    before = page.locator(".month-title").inner_text()
    page.get_by_role("link", name="Mois suivant").click()
    expect(page.locator(".month-title")).not_to_have_text(before)
    day = page.locator("a.month-day").nth(3)
    name = day.get_attribute("aria-label") or ""
    day.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".slot-day-title").first).to_have_text(name.split(",")[0])
    expect(page.locator("a.month-day[aria-current=date]")).to_be_focused()
    assert "du=" in page.url
    assert faults(page) == []


def test_the_position_is_asked_for_on_a_click_and_never_before(visitors: Visitors, crowd: list[Mediator]) -> None:
    page = visitors.open()
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 48.8566, "longitude": 2.3522})
    page.add_init_script(
        "window.asked = 0; const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);"
        "navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; ask(...all); };"
    )
    for address in ("/", "/mediateurs/", "/mediateurs/?lieu=Paris"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.asked") == 0
    follow(page, page.get_by_role("button", name="Autour de moi"))
    assert "lieu=48.857%2C2.352" in page.url


def test_somebody_in_paris_meets_somebody_in_fort_de_france(visitors: Visitors, crowd: list[Mediator]) -> None:
    """The place's clock comes first, both are shown, up to the end; the map opens there."""
    make_mediator("Dina Ébène", commune=fort_de_france(), modalities=("in_person",), now=datetime.now(UTC))
    page = visitors.open(width=1440)
    page.goto("/")
    page.locator("#lieu").fill("Fort-de-France")
    page.get_by_label("Comment ?").select_option(label="En présence")
    follow(page, page.get_by_role("button", name="Trouver un médiateur"))
    expect(page.locator("article.result")).to_have_count(1)
    expect(page.get_by_role("button", name="Martinique (1)")).to_be_visible()
    expect(page.locator(".map-pin")).to_have_count(1)
    expect(page.locator(".map-town", has_text="Fort-de-France")).to_have_count(1)
    slot = page.locator("article.result a.slot").first
    assert re.search(r"en présence, \d+\sh(\s\d+)? à Paris", slot.get_attribute("aria-label") or "")
    follow(page, slot)
    expect(page.get_by_text("Les heures sont en heure de Fort-de-France")).to_be_visible()
    follow(page, page.get_by_role("button", name=re.compile("^Réserver ")))
    expect(page.locator("main")).to_contain_text("heure de Fort-de-France")
    expect(page.locator("main")).to_contain_text("à Paris")
    tell(page)
    expect(page.locator("main")).to_contain_text("à Paris")
    confirm(page)
    prove(page)
    expect(page.locator("main")).to_contain_text("heure de Fort-de-France")
    appointment = Appointment.objects.get()
    assert (appointment.state, appointment.modality) == (State.CONFIRMED, "in_person")


def test_the_map_goes_overseas_and_back(visitors: Visitors, crowd: list[Mediator]) -> None:
    make_mediator("Dina Ébène", commune=fort_de_france(), now=datetime.now(UTC))
    page = visitors.open(width=1440)
    page.goto("/mediateurs/")
    expect(page.get_by_role("button", name="Métropole (3)")).to_be_visible()
    page.get_by_role("button", name="Martinique (1)").click()
    expect(page.get_by_role("link", name="Dina Ébène, Fort-de-France")).to_be_in_viewport()
    page.get_by_role("button", name="Nouvelle-Calédonie").click()
    expect(page.locator(".map-town", has_text="Nouméa")).to_have_count(1)
    page.get_by_role("button", name="Métropole (3)").click()
    expect(page.get_by_role("button", name=re.compile("^3 médiateurs"))).to_be_in_viewport()
