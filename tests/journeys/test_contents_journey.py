"""Staff keep the pages and the tables of law: a version planned for a day to come, and what it changes, seen before."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from allomediateur.content import rulebook, versions
from allomediateur.law.tables import PriorAttempt
from tests.agenda.standings import make_staff
from tests.journeys.conftest import Visitors, follow
from tests.web.signing_in import enter

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[True, False], ids=["javascript", "without"])
def staff(visitors: Visitors, transactional_db: None, request: pytest.FixtureRequest) -> Page:
    page = visitors.open(javascript=request.param, width=360 if request.param else 1280)
    client = Client()
    enter(client, make_staff())
    visitors.enter(page, client)
    page.goto("/administration/")
    return page


def soon() -> date:
    return versions.today(datetime.now(UTC)) + timedelta(days=30)


def test_a_page_is_planned_for_a_day_and_shows_from_that_day(staff: Page) -> None:
    follow(staff, staff.locator("nav.subnav").get_by_role("link", name="Contenus"))
    follow(staff, staff.get_by_role("link", name="Comment se passe une médiation"))
    follow(staff, staff.get_by_role("link", name=re.compile("^Écrire une version")))
    staff.get_by_label("Titre en français", exact=True).fill("Comment cela se passe ?")
    staff.get_by_label("En vigueur à partir du").fill(str(soon()))
    follow(staff, staff.get_by_role("button", name="Aperçu"))
    expect(staff.locator("#apercu")).to_contain_text("Comment cela se passe")
    follow(staff, staff.get_by_role("button", name="Enregistrer cette version"))
    expect(staff.locator("main")).to_contain_text("Prévue")
    staff.goto("/informations/deroulement/")
    expect(staff.get_by_role("heading", level=1)).to_have_text("Comment se passe une médiation")
    noon = datetime(soon().year, soon().month, soon().day, 12, tzinfo=UTC)
    assert versions.in_force("deroulement", noon).document.fr.title == "Comment cela se passe\u00a0?"


def test_a_rule_is_planned_for_a_day_once_its_effects_were_seen(staff: Page) -> None:
    staff.goto("/administration/contenus/?vue=droit")
    follow(staff, staff.get_by_role("link", name="V3", exact=True))
    follow(staff, staff.get_by_role("link", name="Écrire la version suivante à partir de celle-ci"))
    body = staff.get_by_label("La règle", exact=True)
    body.fill(body.input_value().replace("ceiling: 5000", "ceiling: -5"))
    staff.get_by_label("Nom de la version").fill("V4")
    staff.get_by_label("En vigueur à partir du").fill("2026-09-01")
    staff.get_by_label("Texte qui la crée, en français").fill("décret inventé")
    staff.get_by_label("Le même, en anglais").fill("invented decree")
    follow(staff, staff.get_by_role("button", name="Voir ce qui change"))
    expect(staff.locator("#erreurs")).to_contain_text("il faut un montant en euros")
    body.fill(body.input_value().replace("ceiling: -5", "ceiling: 10000"))
    follow(staff, staff.get_by_role("button", name="Voir ce qui change"))
    expect(staff.locator("#effets")).to_contain_text("1er\u00a0septembre 2026 · 5\u202f000,01\u00a0€")
    assert rulebook.current().on(PriorAttempt, date(2026, 9, 1)).id == "V3"
    follow(staff, staff.get_by_role("button", name="Enregistrer cette version"))
    expect(staff.get_by_role("heading", level=1)).to_have_text("Version V4")
    assert [rulebook.current().on(PriorAttempt, day).id for day in (date(2026, 8, 31), date(2026, 9, 1))] == [
        "V3",
        "V4",
    ]
    follow(staff, staff.get_by_role("button", name="Retirer ce que l’équipe a écrit"))
    assert rulebook.current().on(PriorAttempt, date(2026, 9, 1)).id == "V3"
