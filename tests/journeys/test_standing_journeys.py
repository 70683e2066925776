"""Standings in real browsers: a suspension by two people of staff, and a membership that lapses and is renewed."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from allomediateur.agenda import availability, lapsing
from allomediateur.agenda.models import Appointment
from allomediateur.directory.models import Mediator
from allomediateur.directory.rights import day_of
from allomediateur.notify.models import Letter
from tests.agenda.standings import KINDS, make_proven, make_staff
from tests.directory.files import PDF
from tests.factories import book, make_mediator
from tests.journeys.conftest import Visitors, follow
from tests.web.signing_in import enter
from tests.web.times import DAY, NOW, TEN

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    return make_mediator(now=NOW)


def staff(visitors: Visitors, name: str, *, width: int = 1280, javascript: bool = True) -> Page:
    page, session = visitors.open(width=width, javascript=javascript), Client()
    enter(session, make_staff(name))
    visitors.enter(page, session)
    return page


def test_a_suspension_by_two_people_with_three_appointments(visitors: Visitors, bob: Mediator) -> None:
    make_mediator("Carole Petit", now=NOW)
    for number in range(3):
        book(bob, TEN + number * DAY, now=NOW)
    sam, eve = staff(visitors, "Sam"), staff(visitors, "Eve", width=360, javascript=False)
    sam.goto(f"/administration/mediateurs/{bob.pk}/")
    follow(sam, sam.get_by_role("link", name="Proposer une suspension"))
    follow(sam, sam.get_by_role("button", name="Proposer"))
    expect(sam.locator("#erreurs")).to_contain_text("Écrivez le motif")
    sam.get_by_label("Motif, dit au médiateur").fill("Trois personnes attendaient.")
    follow(sam, sam.get_by_role("button", name="Proposer"))
    expect(sam.locator("main")).to_contain_text("une autre personne doit la confirmer")
    follow(sam, sam.get_by_role("link", name="Lire et décider"))
    expect(sam.get_by_role("button", name="Confirmer la décision")).to_have_count(0)

    eve.goto("/administration/")
    follow(eve, eve.get_by_role("link", name="Décisions qui attendent un second avis"))
    follow(eve, eve.locator("main").get_by_role("link", name="Bob Durand"))
    follow(eve, eve.get_by_role("button", name="Confirmer la décision"))
    expect(eve.locator(".messages")).to_contain_text("3 rendez-vous sont annulés")
    assert set(Appointment.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Letter.objects.filter(kind="appointment_cancelled", text__contains="Carole Petit").count() == 3

    visitor = visitors.open()
    answer = visitor.goto(f"/mediateurs/{bob.slug}/")
    assert answer is not None
    assert answer.status == 404
    visitor.goto("/mediateurs/?lieu=Paris")
    expect(visitor.locator("main")).to_contain_text("Carole Petit")
    expect(visitor.locator("main")).not_to_contain_text("Bob Durand")
    own, session = visitors.open(), Client()
    enter(session, bob.user)
    visitors.enter(own, session)
    own.goto("/mediateur/profil/")
    expect(own.locator("main")).to_contain_text("Trois personnes attendaient.")


def test_a_membership_lapses_and_is_renewed(visitors: Visitors, bob: Mediator) -> None:
    """Time passes: the last day was yesterday, and only the morning's job has run."""
    make_proven(bob, KINDS.MEMBERSHIP, until=day_of(NOW) + timedelta(days=3), now=NOW)
    kept = book(bob, TEN, now=NOW)
    yesterday = day_of(NOW) - timedelta(days=1)
    bob.credentials.update(valid_until=yesterday)
    Mediator.objects.filter(pk=bob.pk).update(member_until=yesterday)
    availability.rebuild(bob.pk, NOW - timedelta(days=2))
    visitor = visitors.open()
    visitor.goto("/mediateurs/?lieu=Paris")
    expect(visitor.locator(".results")).to_contain_text("Bob Durand")
    assert visitor.locator(".results .slot").count() == 0
    visitor.goto(f"/mediateurs/{bob.slug}/")
    assert visitor.locator(".slot").count() == 0

    assert lapsing.tell(NOW) == (0, 1)
    assert Appointment.objects.get(pk=kept.pk).state == "confirmed"
    own, session = visitors.open(width=360), Client()
    enter(session, bob.user)
    visitors.enter(own, session)
    own.goto("/mediateur/profil/adhesion/")
    own.get_by_label("Numéro d’adhérent").fill("A-77")
    own.get_by_label("Valable jusqu’au").fill(str(day_of(NOW) + timedelta(days=300)))
    own.locator("input[type=file]").set_input_files(
        {"name": "adhesion.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    follow(own, own.get_by_role("button", name="Enregistrer"))
    expect(own.locator(".messages")).to_contain_text("Nous la vérifions")

    sam = staff(visitors, "Sam")
    sam.goto("/administration/verifications/?vue=pieces")
    follow(sam, sam.locator("main").get_by_role("link", name="Bob Durand"))
    with sam.expect_download() as download:
        sam.get_by_role("link", name="adhesion.pdf").click()
    assert download.value.suggested_filename == "adhesion.pdf"
    follow(sam, sam.get_by_role("button", name="Accepter la pièce"))
    visitor.goto(f"/mediateurs/{bob.slug}/")
    assert visitor.locator(".slot").count() > 0
