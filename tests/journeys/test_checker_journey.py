"""« Dois-je tenter ? »: to a booking, to the free conciliateur, and to an answer that is not certain."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.law.asking import BY_ID
from tests.factories import make_mediator
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_booking_journey import choose_first, confirm, prove, tell
from tests.journeys.test_every_page import faults
from tests.web.test_checker import TOLD

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    return make_mediator(now=datetime.now(UTC))


def next_screen(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Continuer", exact=True).last)


def answer(page: Page, told: dict[str, str], *, scripts: bool = True) -> list[str]:
    """From the first screen to the answer; what was asked on the way."""
    follow(page, page.get_by_role("button", name="Commencer"))
    asked: list[str] = []
    while page.get_by_role("heading", name="La règle").count() == 0:
        name = page.locator("form[novalidate] input[name=question]").input_value()
        asked.append(name)
        page.locator(f'input[name="{name}"][value="{told[name]}"]').check()
        for box, _ in BY_ID[name].typed:
            page.locator(f'input[name="{box}"]').fill(told.get(box, ""))
        assert not scripts or faults(page) == []
        next_screen(page)
    assert not scripts or faults(page) == []
    return asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_question_to_a_booking(visitors: Visitors, bob: Mediator, scheme: str) -> None:
    page = visitors.open(width=360, scheme=scheme)
    page.goto("/")
    follow(page, page.get_by_role("link", name=re.compile("^Dois-je tenter une médiation avant")))
    answer(page, TOLD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Oui, il faut une tentative avant de saisir le juge")
    assert page.url.endswith("/dois-je-tenter/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Trouver un médiateur").first)
    choose_first(page)
    tell(page)
    confirm(page)
    prove(page)
    assert Appointment.objects.get().state == State.CONFIRMED


def test_an_uncertain_case_says_so_without_javascript(visitors: Visitors, transactional_db: None) -> None:
    page = visitors.open(javascript=False, width=320)
    page.goto("/dois-je-tenter/")
    answer(page, TOLD | {"court": "unknown"}, scripts=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nous ne pouvons pas l’affirmer")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Il nous manque\s: le tribunal"))


def test_from_the_question_to_the_free_conciliateur(visitors: Visitors, transactional_db: None) -> None:
    page = visitors.open(width=320)
    page.goto("/dois-je-tenter/")
    answer(page, TOLD | {"subjects": "nuisance", "claim_amount": "no_sum", "sum": ""})
    free = page.get_by_role("link", name="Saisir un conciliateur de justice")
    assert free.get_attribute("href") == "https://www.conciliateurs.fr/"


def test_an_error_is_said_and_going_back_loses_nothing(visitors: Visitors, transactional_db: None) -> None:
    page = visitors.open(width=320)
    page.goto("/dois-je-tenter/")
    follow(page, page.get_by_role("button", name="Commencer"))
    next_screen(page)
    assert page.title().startswith("Erreur\u00a0: ")
    assert faults(page) == []
    expect(page.locator("#erreurs")).to_be_focused()
    page.get_by_label("Non", exact=True).check()
    next_screen(page)
    page.get_by_label("Le jour", exact=True).fill("31/02/2026")
    next_screen(page)
    expect(page.get_by_label("Le jour", exact=True)).to_have_value("31/02/2026")
    expect(page.get_by_role("main")).to_contain_text("Ce jour n’existe pas")
    assert faults(page) == []
    follow(page, page.get_by_role("button", name="Question précédente"))
    expect(page.get_by_label("Non", exact=True)).to_be_checked()
    next_screen(page)
    expect(page.get_by_label("Le jour", exact=True)).to_have_value("31/02/2026")


def test_the_answer_prints_without_the_buttons(visitors: Visitors, transactional_db: None) -> None:
    page = visitors.open()
    page.goto("/dois-je-tenter/")
    answer(page, TOLD)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Ce qu’il faut garder")).to_be_visible()
    expect(page.get_by_text("Raconter ma situation").first).to_be_hidden()


def test_a_calculator_explains_its_days(visitors: Visitors, transactional_db: None) -> None:
    page = visitors.open(width=320)
    page.goto("/informations/calculs/")
    follow(page, page.get_by_role("link", name="La prescription pendant une médiation"))
    page.get_by_label("Le dernier jour pour agir, sans la médiation").fill("10/01/2026")
    page.get_by_label(re.compile("^Le jour de l’accord écrit")).fill("1er janvier 2026")
    page.get_by_label("Le jour où la médiation est déclarée finie").fill("31/08/2026")
    follow(page, page.get_by_role("button", name="Calculer"))
    expect(page.get_by_role("main")).to_contain_text(re.compile("jusqu’au 28\\s+février 2027"))
    assert faults(page) == []
