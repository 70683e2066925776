"""An appointment's page, printed by the browser: one sheet, with its QR code, without what only a screen is for."""

import io
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from allomediateur.agenda import confirming
from allomediateur.agenda.models import Modality
from tests.agenda import steps
from tests.factories import make_mediator, office_of
from tests.journeys.conftest import Visitors
from tests.web.times import NOW, TEN

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_the_page_prints_on_one_sheet_with_its_code(visitors: Visitors) -> None:
    bob = make_mediator(now=NOW)
    steps.book(bob, TEN, now=NOW, modality=Modality.IN_PERSON, office=office_of(bob))
    confirming.confirm_with_link(steps.token_of(steps.last_letter("appointment_to_confirm")), datetime.now(UTC))
    page = visitors.open()
    page.goto(f"/rendez-vous/{steps.token_of(steps.last_letter('appointment_confirmed'))}/")
    expect(page.get_by_role("button", name="Imprimer cette page")).to_be_visible()
    found = PdfReader(io.BytesIO(page.pdf(format="A4")))
    said = " ".join(found.pages[0].extract_text().split())
    assert len(found.pages) == 1
    assert "Rendez-vous avec Bob Durand" in said
    assert "1 rue de la Paix" in said
    for screen in ("Quitter", "Menu", "Déplacer", "Itinéraire", "Imprimer", "Mentions légales"):
        assert screen not in said.replace("peut le déplacer", "")
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name="Code QR")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
