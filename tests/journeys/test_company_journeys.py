"""A lawyer books for somebody who answers in another browser; a client does not come alone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.directory.models import Mediator
from tests.agenda.mandates import code_in, letter
from tests.agenda.steps import token_of
from tests.factories import make_mediator
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_booking_journey import choose_first, confirm, find_from_home, prove, tell
from tests.journeys.test_every_page import faults

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    return make_mediator(now=datetime.now(UTC))


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_lawyer_books_for_somebody_who_says_yes_elsewhere(
    visitors: Visitors, bob: Mediator, javascript: bool
) -> None:
    page = visitors.open(javascript=javascript, width=360)
    find_from_home(page)
    choose_first(page)
    person = page.get_by_label("Son prénom et son nom")
    expect(person).to_be_hidden()
    page.get_by_text("Pour quelqu’un d’autre", exact=True).click()
    expect(person).to_be_visible()
    assert not javascript or faults(page) == []
    page.get_by_label("À quel titre").select_option(label="Avocat")
    person.fill("Véra Lune")
    page.get_by_label("Son e-mail").fill("vera@example.org")
    page.get_by_label("Son numéro").fill("06 39 98 01 02")
    tell(page, "Maître Roux", "roux@example.org", "")
    assert "Maître Roux, avocat" in page.get_by_role("main").inner_text()
    confirm(page)
    page.get_by_label("Code à six chiffres").fill(code_in(letter("appointment_to_prove").text) or "")
    follow(page, page.get_by_role("button", name="Confirmer mon adresse"))
    assert heading(page) == "En attente de la personne concernée"
    assert not javascript or faults(page) == []
    vera = visitors.open(javascript=javascript, width=360)
    vera.goto(f"/rendez-vous/{token_of(letter('appointment_for_you'))}/confirmer/")
    assert heading(vera) == "Ce rendez-vous vous convient-il ?"
    assert not javascript or faults(vera) == []
    follow(vera, vera.get_by_role("button", name="Oui, confirmer"))
    assert heading(vera) == "Votre rendez-vous est confirmé"
    page.reload()
    assert heading(page) == "Le rendez-vous de Véra Lune"
    assert Appointment.objects.get().state == State.CONFIRMED


def test_the_client_invites_two_and_one_does_not_come(visitors: Visitors, bob: Mediator) -> None:
    page = visitors.open()
    find_from_home(page)
    choose_first(page)
    tell(page)
    confirm(page)
    prove(page)
    page.goto("/espace/")
    follow(page, page.get_by_role("link", name=re.compile("avec Bob Durand")).first)
    follow(page, page.get_by_role("link", name="Inviter quelqu’un"))
    for name, role, email in (
        ("Paul Adverse", "Autre partie", "paul@example.org"), ("Inès Li", "Interprète", "ines@example.org"),
    ):  # fmt: skip
        page.get_by_label("Prénom et nom").fill(name)
        page.get_by_label("À quel titre").select_option(label=role)
        page.get_by_label("Adresse e-mail").fill(email)
        follow(page, page.get_by_role("button", name="Envoyer l’invitation"))
    assert faults(page) == []
    answers = {"paul@example.org": "Je viens", "ines@example.org": "Je ne peux pas venir"}
    for email, said in answers.items():
        guest = visitors.open(width=360)
        guest.goto(f"/rendez-vous/{token_of(letter('appointment_guest_invited', email))}/")
        assert faults(guest) == []
        assert not any(other in guest.content() for other in ("vera@example.org", *(answers.keys() - {email})))
        follow(guest, guest.get_by_role("button", name=said))
        assert faults(guest) == []
    page.reload()
    expect(page.get_by_text("Vient", exact=True)).to_be_visible()
    expect(page.get_by_text("Ne vient pas", exact=True)).to_be_visible()
    assert sorted(Participant.objects.exclude(answer="").values_list("email", "answer")) == [
        ("ines@example.org", "declined"), ("paul@example.org", "accepted"), ("vera@example.org", "accepted"),
    ]  # fmt: skip
    assert letter("appointment_guest_declined").to == "vera@example.org"
