"""From home to the confirmation by ear: accessibility tree and keyboard only, at a desk and on a phone's width."""

import re
from datetime import UTC, datetime

import pytest

from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.factories import make_commune, make_mediator
from tests.journeys.conftest import Visitors
from tests.journeys.hearing import Listener

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LANDMARKS = {"banner", "main", "contentinfo", "navigation"}
WHEN = r"(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) .* à \d+ h"


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    make_commune("75102", "Paris 2e Arrondissement", "75", ["75002"], 21_000, 48.868, 2.344)
    return make_mediator(now=datetime.now(UTC))


def code() -> str:
    letter = Letter.objects.filter(kind="appointment_to_confirm").order_by("-pk")[0]
    found = re.search(r"^\d{6}$", letter.text, re.MULTILINE)
    assert found
    return found[0]


@pytest.mark.parametrize("width", [1280, 360])
def test_somebody_who_does_not_see_books(visitors: Visitors, bob: Mediator, width: int) -> None:
    alice = Listener(visitors.open(width=width))
    find(alice)
    choose(alice)
    tell(alice)
    check(alice)
    prove(alice)
    assert Appointment.objects.get().state == State.CONFIRMED


def find(alice: Listener) -> None:
    alice.page.goto("/")
    assert "AlloMediateur" in alice.title()
    assert alice.roles() >= LANDMARKS
    assert alice.tab().name == "Aller au contenu"
    alice.press("Enter")
    assert alice.to("combobox", "Où").told.get("expanded") is False
    alice.type("par")
    alice.page.get_by_role("option").first.wait_for()
    assert alice.hears("commune")
    alice.press("ArrowDown")
    assert alice.page.get_by_role("listbox", name="Où").get_by_role("option", selected=True).count() == 1
    alice.press("Enter")
    assert alice.focused().value == "Paris (75)"
    alice.enter()
    assert alice.heading() == "Médiateurs autour de Paris (75)"
    assert alice.title().startswith("Médiateurs autour de Paris (75)")


def choose(alice: Listener) -> None:
    """A slot says its day, its hour and whose it is."""
    slot = alice.to("link", f"{WHEN}.*Bob Durand")
    assert re.search(WHEN, slot.name)
    alice.enter()
    assert alice.heading() == "Bob Durand"
    button = alice.to("button", f"^Réserver {WHEN}")
    assert button.name
    alice.enter()


def tell(alice: Listener) -> None:
    """A mistake is told at once: the title says so, the summary has the focus, its link leads to the field."""
    assert alice.heading() == "Qui prend ce rendez-vous ?"
    assert alice.title().startswith("Vos coordonnées")
    alice.to("textbox", "Prénom et nom")
    alice.type("Véra Lune")
    alice.to("textbox", "Adresse e-mail")
    alice.type("vera@")
    alice.to("textbox", "Téléphone")
    alice.type("06 39 98 01 02")
    alice.enter()
    assert alice.title().startswith("Erreur : ")
    assert alice.focused().role == "alert"
    assert alice.hears("Un point est à revoir")
    alice.to("link", "adresse")
    alice.press("Enter")
    field = alice.focused()
    assert (field.role, field.value, field.told.get("invalid")) == ("textbox", "vera@", "true")
    assert "adresse" in field.description
    alice.press("End")
    alice.type("example.org")
    alice.enter()


def check(alice: Listener) -> None:
    assert alice.heading() == "Tout est juste ?"
    assert "Véra Lune" in alice.page.get_by_role("main").aria_snapshot()
    alice.to("link", "^Modifier l’adresse e-mail")
    alice.to("button", "^Confirmer le rendez-vous")
    alice.enter()


def prove(alice: Listener) -> None:
    assert alice.heading() == "Il reste à confirmer votre adresse"
    assert "#" not in alice.page.url  # the fragment of the summary's link would give the focus to a field of this page
    alice.to("textbox", "Code à six chiffres")
    right = code()
    alice.type(f"{(int(right) + 1) % 10**6:06}")
    alice.enter()
    assert alice.title().startswith("Erreur : ")
    assert alice.focused().role == "alert"
    alice.to("textbox", "Code à six chiffres")
    alice.press("Control+A")
    alice.type(right)
    alice.enter()
    assert alice.title().startswith("Rendez-vous confirmé")
    assert alice.heading() == "Votre rendez-vous"
    said = alice.page.get_by_role("main").aria_snapshot()
    for words in ("C’est confirmé", "Code QR : il ouvre la page de ce rendez-vous", "Et maintenant"):
        assert words in said
    alice.to("link", "^Ajouter à mon agenda")
    alice.to("link", "^Déplacer ou annuler")
    alice.to("link", "^Télécharger en PDF")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_end_of_a_hold_is_said_aloud(visitors: Visitors, bob: Mediator, width: int) -> None:
    """Quiet until two minutes are left; then once, and once at the end."""
    page = visitors.open(width=width)
    page.clock.install()
    alice = Listener(page)
    page.goto(f"/mediateurs/{bob.slug}/?modalite=telephone")
    alice.to("button", WHEN)
    alice.enter()
    assert alice.heading() == "Qui prend ce rendez-vous ?"
    assert not [one for one in alice.live() if "minutes" in one]
    page.clock.fast_forward(8 * 60_000 + 5_000)
    assert alice.hears("Il reste deux minutes pour ce créneau.")
    page.clock.fast_forward(2 * 60_000)
    assert alice.hears("Ce créneau n’est plus gardé.")


def test_leaving_is_within_reach_of_the_ear(visitors: Visitors, bob: Mediator) -> None:
    """Its name says where it leads; the keys that leave say how many are left."""
    alice = Listener(visitors.open(width=360))
    alice.page.goto("/")
    assert "trois fois la touche Échap" in alice.to("link", "^Quitter").name
    alice.press("Escape")
    assert alice.hears("Encore deux fois Échap pour quitter le site.")
    alice.press("Tab")
    assert "Encore deux fois Échap pour quitter le site." not in alice.live()
