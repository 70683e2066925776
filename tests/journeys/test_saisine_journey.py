"""Five people tell their situation: one is directed, one leaves for a better place, one is afraid, one stops for a
week, one chooses two mediators of whom one cannot."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from allomediateur.agenda.models import Appointment, State
from allomediateur.cases import deciding
from allomediateur.cases.models import Intake, Proposal
from allomediateur.cases.questionnaire import reading, shelf
from allomediateur.cases.questionnaire.shapes import Answer
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.web.ui import intake_slots
from tests.cases import telling
from tests.cases.telling import AFRAID, STORY
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_every_page import faults

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FIRST = shelf.version(1)
NARROW = 320


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    return telling.make_one(now=datetime.now(UTC))


@pytest.fixture
def carole(transactional_db: None) -> Mediator:
    return telling.make_one("Carole Petit", now=datetime.now(UTC))


def begin(page: Page) -> None:
    page.goto("/")
    follow(page, page.get_by_role("link", name="Raconter ma situation").first)
    follow(page, page.get_by_role("button", name="Commencer"))


def here(page: Page) -> str:
    """The screen one is at; nothing on another page."""
    found = re.search(r"/question/(\w+)/", page.url)
    return found[1] if found else ""


def go_on(page: Page) -> None:
    way = page.locator("main").get_by_role("button", name="Continuer", exact=True)
    follow(page, way if way.count() else page.locator("main").get_by_role("link", name="Continuer", exact=True))


def tell(page: Page, answers: Mapping[str, Answer] = STORY, *, until: str = "") -> list[str]:
    """Screen after screen, as long as there is one to answer, or up to that one; the screens that were passed."""
    passed: list[str] = []
    while (name := here(page)) and name != until and not FIRST.by_id[name].is_stop:
        for field, values in reading.fill(FIRST.by_id[name], answers).items():
            write(page, field, values)
        passed.append(name)
        go_on(page)
        assert here(page) != name, page.locator("main").inner_text()
    return passed


def write(page: Page, field: str, values: tuple[str, ...]) -> None:
    inputs = page.locator(f'main [name="{field}"]')
    for value in values:
        if inputs.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f'main [name="{field}"][value="{value}"]').check()
        else:
            inputs.first.fill(value)


def prove(page: Page) -> None:
    """The letter's link, then its button."""
    page.goto(f"/suite/{telling.token_of(telling.last_letter('intake_to_prove'))}/")
    follow(page, page.get_by_role("button", name="Oui, confirmer"))


def title(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def the_only() -> Intake:
    return Intake.objects.get()


def is_as_wide_as_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_neighbour_is_directed_and_takes_the_time_that_is_kept(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    begin(page)
    title(page, "Qui êtes-vous ?")
    go_on_wrongly(page)
    page.get_by_label("La personne concernée").check()
    go_on(page)
    passed = tell(page)
    assert "helplines" not in passed
    assert passed[-1] == "contact"
    title(page, "Tout est juste ?")
    assert faults(page) == []
    change_the_story(page)
    follow(page, page.get_by_role("link", name="Choisir à qui l’envoyer").first)
    expect(page.locator("main")).to_contain_text(bob.name)
    expect(page.locator("main")).to_contain_text("son certificat est vérifié")
    assert faults(page) == []
    follow(page, page.get_by_role("button", name="Envoyer, et être orienté"))
    title(page, "Confirmez votre adresse")
    assert not Proposal.objects.exists()
    prove(page)
    title(page, "Un médiateur a votre demande")
    assert faults(page) == []
    accept(bob)
    page.reload()
    title(page, f"{bob.name} accepte votre demande")
    assert faults(page) == []
    follow(page, page.get_by_role("button", name="Prendre ce rendez-vous"))
    title(page, "Votre rendez-vous est pris")
    expect(page.locator("[aria-current=step]")).to_contain_text("Vous êtes ici")
    assert Appointment.objects.get().state == State.CONFIRMED


def go_on_wrongly(page: Page) -> None:
    """Nothing chosen: said on top, where the keyboard is, and in the tab."""
    go_on(page)
    expect(page.locator("#erreurs")).to_be_focused()
    expect(page).to_have_title(re.compile("^Erreur"))
    assert faults(page) == []


def change_the_story(page: Page) -> None:
    """From the reading, and back to it."""
    follow(page, page.get_by_role("link", name=re.compile("Modifier : Que se passe-t-il")))
    page.get_by_label("Que se passe-t-il").fill("La haie a poussé.")
    go_on(page)
    title(page, "Tout est juste ?")
    expect(page.locator("main")).to_contain_text("La haie a poussé.")


def accept(mediator: Mediator) -> None:
    """With the first of their times that suit."""
    now = datetime.now(UTC)
    intake = the_only()
    slots = deciding.times(telling.before(mediator, intake), now)
    kept = intake_slots.pick(intake_slots.value_of(slots[0]), slots)
    deciding.accept(telling.before(mediator, intake), kept, now)


def test_a_purchase_leaves_for_the_site_of_its_own(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open(width=390)
    begin(page)
    tell(page, STORY | {"other_side": "trader"})
    assert here(page) == "consumer"
    title(page, "Pour un achat, un autre médiateur vous attend")
    way = page.locator("main").get_by_role("link", name="Trouver le médiateur de la consommation")
    assert "economie.gouv.fr" in (way.get_attribute("href") or "")
    assert "?" not in (way.get_attribute("href") or "")
    assert faults(page) == []
    expect(page.locator("main").get_by_role("button")).to_have_count(0)
    page.goto(f"/saisine/{the_only().reference}/a-qui/")
    expect(page).to_have_url(re.compile("/verifier/$"))
    expect(page.get_by_role("link", name="Choisir à qui l’envoyer")).to_have_count(0)
    follow(page, page.get_by_role("link", name="Voir cette aide"))
    follow(page, page.get_by_role("link", name="Effacer ce que j’ai écrit"))
    follow(page, page.get_by_role("button", name="Effacer mon brouillon"))
    title(page, "Raconter ma situation")
    assert not Intake.objects.exists()


def test_who_is_afraid_is_helped_first_and_nobody_is_invited(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open(javascript=False, width=NARROW)
    begin(page)
    tell(page, AFRAID, until="helplines")
    expect(page).to_have_title(re.compile("^Étape 2 sur 9 "))
    expect(page.get_by_role("link", name="3919")).to_have_attribute("href", "tel:3919")
    assert is_as_wide_as_its_window(page)
    passed = tell(page, AFRAID)
    assert "no_letter" in passed
    assert "contact_others" not in passed
    title(page, "Tout est juste ?")
    assert is_as_wide_as_its_window(page)
    assert "peur" not in page.title()
    expect(page.get_by_role("link", name=re.compile("^Quitter")).first).to_be_visible()
    follow(page, page.get_by_role("link", name="Choisir à qui l’envoyer").first)
    assert is_as_wide_as_its_window(page)
    follow(page, page.get_by_role("button", name="Envoyer, et être orienté"))
    prove(page)
    title(page, "Un médiateur a votre demande")
    assert is_as_wide_as_its_window(page)
    assert not Letter.objects.exclude(to__in=["alice@example.org", bob.user.email]).exists()


def test_a_week_later_its_link_takes_it_up_on_another_device(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    begin(page)
    tell(page, until="story")
    page.get_by_label("Que se passe-t-il").fill("La haie.")
    go_on(page)
    follow(page, page.get_by_role("link", name="M’arrêter ici"))
    title(page, "Votre demande vous attend")
    follow(page, page.get_by_role("button", name="Noter un lien pour revenir"))
    link = page.locator(".secret code").inner_text()
    week = timedelta(days=7)
    Intake.objects.update(begun_at=datetime.now(UTC) - week, changed_at=datetime.now(UTC) - week)

    other = visitors.open(width=390, javascript=False)
    other.goto(f"/saisine/{the_only().reference}/")
    title(other, "Cette page n’existe pas, ou plus")
    other.goto(link)
    title(other, "Reprendre où vous en étiez")
    follow(other, other.get_by_role("button", name="Ouvrir"))
    title(other, "Votre demande vous attend")
    follow(other, other.get_by_role("link", name="Reprendre où j’en étais"))
    assert here(other) == "since"
    follow(other, other.get_by_role("link", name="Retour"))
    expect(other.get_by_label("Que se passe-t-il")).to_have_value("La haie.")
    tell(other)
    title(other, "Tout est juste ?")


def test_of_two_chosen_one_cannot_and_the_other_accepts(visitors: Visitors, bob: Mediator, carole: Mediator) -> None:
    page = visitors.open(scheme="dark")
    begin(page)
    tell(page)
    follow(page, page.get_by_role("link", name="Choisir à qui l’envoyer").first)
    follow(page, page.get_by_role("button", name=re.compile(f"Je le choisis.*{bob.name}")))
    page.goto(f"/mediateurs/{carole.slug}/")
    follow(page, page.get_by_role("link", name="Lui raconter ma situation"))
    follow(page, page.get_by_role("button", name=f"Y ajouter {carole.name}"))
    page.goto(f"/saisine/{the_only().reference}/a-qui/")
    assert faults(page) == []
    follow(page, page.get_by_role("button", name="Envoyer à ces 2 médiateurs"))
    prove(page)
    title(page, "2 médiateurs ont votre demande")
    expect(page.locator("main")).not_to_contain_text("Pourquoi")
    intake = the_only()
    deciding.decline(telling.before(bob, intake), Proposal.Decline.CONFLICT, datetime.now(UTC))
    page.reload()
    expect(page.locator("main")).to_contain_text("1 médiateur n’est pas disponible.")
    title(page, "Un médiateur a votre demande")
    expect(page.locator("main")).not_to_contain_text("intérêt")
    assert faults(page) == []
    deciding.accept(telling.before(carole, intake), None, datetime.now(UTC))
    page.reload()
    title(page, f"{carole.name} accepte votre demande")
    follow(page, page.get_by_role("link", name="Choisir un moment"))
    page.locator("main input[name=creneau]").first.check()
    assert faults(page) == []
    follow(page, page.get_by_role("button", name="Prendre ce rendez-vous"))
    title(page, "Votre rendez-vous est pris")
    assert Appointment.objects.get().mediator == carole
