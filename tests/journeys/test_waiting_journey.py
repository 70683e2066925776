"""Three people wait for the same hour: the first leaves it, the second lets it pass, the third takes it."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from allomediateur.agenda import availability, changing, offering, suiting
from allomediateur.agenda.models import Appointment, Offer, Opening, State, Transition, Wait
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.waits import token_of
from tests.factories import book, make_mediator
from tests.journeys.conftest import Visitors, follow
from tests.journeys.test_every_page import faults
from tests.web.times import MINUTE, NOW, TEN

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ZONES = ("Europe/Paris", "Pacific/Noumea", "Pacific/Tahiti")


def awake() -> str:
    """A zone in which it is day now: nobody is told at night."""
    return next(zone for zone in ZONES if suiting.is_awake(Wait(zone=zone), datetime.now(UTC) + 2 * MINUTE))


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    """One half hour by phone, and it is taken."""
    found = make_mediator("Bob Durand", modalities=("phone",), now=NOW)
    Opening.objects.filter(mediator=found).delete()
    day = TEN.date()
    Opening.objects.create(
        mediator=found, modality="phone", weekday=day.weekday(), start_minute=600, end_minute=630,
        valid_from=day, valid_until=day,
    )  # fmt: skip
    book(found, TEN, now=NOW)
    availability.rebuild(found.pk, NOW)
    return found


def seen(page: Page, name: str) -> list[str]:
    """What axe finds, where scripts run: it is one."""
    return [] if name == "Yan" else faults(page)


def join(page: Page, bob: Mediator, name: str) -> None:
    page.goto(f"/mediateurs/{bob.slug}/")
    follow(page, page.get_by_role("link", name="Me prévenir si un créneau se libère"))
    assert seen(page, name) == []
    page.get_by_label("Prénom et nom").fill(name)
    page.get_by_label("Adresse e-mail").fill(f"{name.lower()}@example.org")
    page.get_by_label("Téléphone").fill("06 39 98 01 02")
    follow(page, page.get_by_role("button", name="Entrer dans la liste d’attente"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Une lettre vient de partir")
    open_letter(page, "wait_to_confirm", name)
    follow(page, page.get_by_role("button", name="Entrer dans la liste d’attente"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes dans la liste d’attente")
    assert seen(page, name) == []


def open_letter(page: Page, kind: str, name: str) -> None:
    letter = Letter.objects.filter(kind=kind, to=f"{name.lower()}@example.org").order_by("-pk")[0]
    page.goto(f"/attente/{token_of(letter)}/")


def work(bob: Mediator) -> list[str]:
    """The job that the change asked for; who was told."""
    return [one.email for one in offering.offer_freed(bob.pk, datetime.now(UTC))]


def test_three_wait_one_leaves_one_sleeps_one_takes(visitors: Visitors, bob: Mediator) -> None:
    people = {name: visitors.open(zone=awake(), javascript=name != "Yan") for name in ("Zoe", "Yan", "Xena")}
    for name, page in people.items():
        join(page, bob, name)
    changing.cancel(Appointment.objects.get(starts_at=TEN), by=Transition.By.MEDIATOR, reason="x", now=NOW)

    assert work(bob) == ["zoe@example.org"]
    zoe = people["Zoe"]
    open_letter(zoe, "wait_offered", "Zoe")
    expect(zoe.locator("hold-countdown")).to_be_visible()
    assert faults(zoe) == []
    follow(zoe, zoe.get_by_role("button", name="Le laisser à la personne suivante"))
    expect(zoe.locator("main")).to_contain_text("Vous gardez votre place")

    assert work(bob) == ["yan@example.org"]
    late = datetime.now(UTC) - MINUTE
    Appointment.objects.filter(state=State.HELD).update(expires_at=late)
    Offer.objects.filter(outcome="").update(expires_at=late)
    yan = people["Yan"]
    open_letter(yan, "wait_offered", "Yan")
    expect(yan.get_by_role("button", name="Prendre ce créneau")).to_have_count(0)

    assert work(bob) == ["xena@example.org"]
    yan.reload()
    expect(yan.locator("main")).to_contain_text("n’est plus gardé pour vous")
    xena = people["Xena"]
    open_letter(xena, "wait_offered", "Xena")
    follow(xena, xena.get_by_role("button", name="Prendre ce créneau"))
    expect(xena.get_by_role("heading", level=1)).to_have_text("Vous avez un rendez-vous")
    assert faults(xena) == []
    booked = Appointment.objects.get(state=State.CONFIRMED)
    assert (booked.starts_at, booked.participants.get(role="client").email) == (TEN, "xena@example.org")
    assert work(bob) == []
