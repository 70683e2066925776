"""A mediator's working day: hours by mouse, finger and keys, a week closed, a call, two windows."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from allomediateur.agenda import availability, patterns
from allomediateur.agenda.models import Appointment, Opening, OpeningException, Service, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling import wording
from tests.factories import book, make_mediator, make_user
from tests.journeys.conftest import Visitors, follow
from tests.web.signing_in import enter
from tests.web.times import NOW, TEN

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
GRID = "/mediateur/plages/"
SAVE = "Enregistrer ces heures"
MONDAY_9, MONDAY_930, MONDAY_11 = "lundi, 9 h 00 à 9 h 30", "lundi, 9 h 30 à 10 h 00", "lundi, 11 h 00 à 11 h 30"
WEDNESDAY_11 = "mercredi, 11 h 00 à 11 h 30"
COVERED = """cell => {
  const box = cell.getBoundingClientRect();
  return Boolean(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest(".grid-actions"));
}"""


@pytest.fixture
def bob(transactional_db: None) -> Mediator:
    """Whose agenda was never opened, but for the video."""
    found = make_mediator("Bob Durand", now=NOW)
    Opening.objects.filter(mediator=found).exclude(modality="video").delete()
    return found


def sign_in(visitors: Visitors, bob: Mediator, page: Page) -> Page:
    client = Client()
    enter(client, bob.user)
    visitors.enter(page, client)
    return page


def cell(page: Page, name: str) -> Locator:
    """Exactly that one, with the no-break spaces of clocks."""
    words = re.escape(name).replace(r"\ ", r"[ \u00a0]")
    return page.get_by_role("checkbox", name=re.compile(f"^{words}$"))


def centre(of: Locator) -> tuple[float, float]:
    """Where nothing covers it: the bar that saves stays at the foot of the window, over what is there."""
    of.scroll_into_view_if_needed()
    if of.evaluate(COVERED):
        of.evaluate("cell => cell.scrollIntoView({block: 'center'})")
    box = of.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def hours(bob: Mediator) -> list[Any]:
    return patterns.pattern(bob, ("phone", None)).a


def save(page: Page) -> None:
    follow(page, page.get_by_role("button", name=SAVE))
    expect(page.locator("main")).to_contain_text("Mes heures d’ouverture")


THREE_MORNINGS = [[(540, 690)], [(540, 690)], [(540, 690)], [], [], [], []]


def test_a_week_opened_by_mouse(visitors: Visitors, bob: Mediator) -> None:
    page = sign_in(visitors, bob, visitors.open())
    page.goto(GRID)
    page.mouse.move(*centre(cell(page, MONDAY_9)))
    page.mouse.down()
    page.mouse.move(*centre(cell(page, MONDAY_930)))
    page.mouse.move(*centre(cell(page, WEDNESDAY_11)))
    expect(cell(page, "mardi, 10 h 00 à 10 h 30")).to_be_checked()
    page.mouse.up()
    expect(page.locator("main").get_by_role("status")).to_have_text("Cases ouvertes : 15")
    save(page)
    assert hours(bob) == THREE_MORNINGS
    # A click changes one, a drag that comes back changes none but the first.
    cell(page, MONDAY_9).click()
    expect(cell(page, MONDAY_9)).not_to_be_checked()
    page.mouse.move(*centre(cell(page, MONDAY_11)))
    page.mouse.down()
    page.mouse.move(*centre(cell(page, WEDNESDAY_11)))
    page.mouse.move(*centre(cell(page, MONDAY_11)))
    page.mouse.up()
    expect(cell(page, MONDAY_11)).not_to_be_checked()
    expect(cell(page, WEDNESDAY_11)).to_be_checked()
    save(page)
    assert hours(bob)[0] == [(570, 660)]


def test_a_week_opened_by_touch(visitors: Visitors, bob: Mediator) -> None:
    page = sign_in(visitors, bob, visitors.open(width=390, touch=True))
    page.goto(GRID)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    centre(cell(page, MONDAY_9))
    end = centre(cell(page, WEDNESDAY_11))
    start = centre(cell(page, MONDAY_9))
    assert centre(cell(page, WEDNESDAY_11)) == end
    touch("touchStart", start)
    # A finger that rests begins to paint.
    expect(page.locator("week-grid.is-painting")).to_be_attached()
    touch("touchMove", (start[0] + 4, start[1] + 20))
    touch("touchMove", end)
    expect(cell(page, WEDNESDAY_11)).to_be_checked()
    touch("touchEnd")
    expect(page.locator("week-grid.is-painting")).not_to_be_attached()
    expect(cell(page, MONDAY_9)).to_be_checked()
    save(page)
    assert hours(bob) == THREE_MORNINGS


def test_a_finger_that_moves_at_once_scrolls_and_paints_nothing(visitors: Visitors, bob: Mediator) -> None:
    page = sign_in(visitors, bob, visitors.open(width=390, touch=True))
    page.goto(GRID)
    finger = page.context.new_cdp_session(page)
    x, y = centre(cell(page, MONDAY_11))
    for kind, points in (
        ("touchStart", [(x, y)]), ("touchMove", [(x, y - 30)]), ("touchMove", [(x, y - 90)]), ("touchEnd", []),
    ):  # fmt: skip
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]})
    expect(page.locator("week-grid input:checked")).to_have_count(0)


def test_a_week_opened_by_keyboard(visitors: Visitors, bob: Mediator) -> None:
    page = sign_in(visitors, bob, visitors.open())
    page.goto(GRID)
    grid = page.locator("week-grid")
    assert grid.locator("input[tabindex='0']").count() == 1
    page.locator(".chip").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator("week-grid input:focus")).to_have_count(1)
    for key in ("ArrowDown",) * 4:
        page.keyboard.press(key)
    expect(cell(page, MONDAY_9)).to_be_focused()
    page.keyboard.press("Space")
    for key in ("Shift+ArrowDown",) * 4:
        page.keyboard.press(key)
    expect(cell(page, MONDAY_11)).to_be_checked()
    # Back to nine with Shift pressed, two columns at a time would leave holes: each day from its own first cell.
    for _ in range(2):
        for key in ("ArrowUp",) * 4 + ("ArrowRight", "Space") + ("Shift+ArrowDown",) * 4:
            page.keyboard.press(key)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=SAVE)).to_be_focused()
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    assert hours(bob) == THREE_MORNINGS


def test_a_week_opened_without_javascript(visitors: Visitors, bob: Mediator) -> None:
    page = sign_in(visitors, bob, visitors.open(javascript=False, width=360))
    page.goto(GRID)
    cell(page, MONDAY_9).check()
    cell(page, MONDAY_930).check()
    follow(page, page.get_by_role("button", name=SAVE))
    assert hours(bob)[0] == [(540, 600)]


def test_two_windows_the_second_is_told_and_nothing_is_lost(visitors: Visitors, bob: Mediator) -> None:
    first, second = visitors.open(), visitors.open()
    for page in (first, second):
        sign_in(visitors, bob, page)
        page.goto(GRID)
    cell(first, MONDAY_9).check()
    save(first)
    cell(second, WEDNESDAY_11).check()
    follow(second, second.get_by_role("button", name=SAVE))
    expect(second.locator("main")).to_contain_text("Ces heures ont changé dans une autre fenêtre")
    expect(second.locator("input.is-other:checked")).to_have_count(1)
    assert hours(bob) == [[(540, 570)], [], [], [], [], [], []]
    save(second)
    assert hours(bob) == [[], [], [(660, 690)], [], [], [], []]


def test_a_week_with_appointments_is_closed(visitors: Visitors, bob: Mediator) -> None:
    alice = make_user("alice@example.org", name="Alice Martin")
    moved = book(bob, TEN, modality="video", client=alice, now=NOW)
    gone = book(bob, TEN + timedelta(hours=1), modality="video", now=NOW)
    page = sign_in(visitors, bob, visitors.open(width=390))
    page.goto("/mediateur/")
    follow(page, page.get_by_role("link", name="Je suis empêché"))
    page.get_by_label("Premier jour").fill(str(TEN.date()))
    page.get_by_label("Dernier jour").fill(str(TEN.date() + timedelta(days=2)))
    follow(page, page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_role("heading", level=1)).to_have_text("2 rendez-vous sont concernés")
    assert not OpeningException.objects.exists()
    page.locator("fieldset").nth(1).get_by_label("L’annuler").check()
    page.get_by_label("Ce que lisent les personnes").fill("Je suis souffrant, veuillez m’excuser.")
    follow(page, page.get_by_role("button", name="Enregistrer"))
    expect(page.locator("body")).to_contain_text("3 jours sont fermés.")
    moved.refresh_from_db()
    gone.refresh_from_db()
    assert moved.starts_at.date() > TEN.date() + timedelta(days=2)
    assert gone.state == State.CANCELLED
    told = Letter.objects.filter(kind__in=("appointment_moved", "appointment_cancelled"))
    assert [letter.text.count("souffrant") for letter in told] == [1, 1]


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_on_the_phone(visitors: Visitors, bob: Mediator, javascript: bool) -> None:
    page = sign_in(visitors, bob, visitors.open(javascript=javascript, width=390))
    page.goto("/mediateur/")
    follow(page, page.get_by_role("link", name=re.compile("^Réserver")))
    slot = page.locator("a.slot").first
    name = slot.get_attribute("aria-label") or ""
    follow(page, slot)
    page.get_by_label("Prénom et nom").fill("Zoé Petit")
    page.get_by_label("Téléphone").fill("06 39 98 12 34")
    follow(page, page.get_by_role("button", name="Réserver"))
    expect(page.locator("body")).to_contain_text("Aucune lettre ne part")
    made = Appointment.objects.get()
    assert (made.state, made.modality) == (State.CONFIRMED, "video")
    page.goto(f"/mediateur/jour/?jour={made.starts_at.date()}")
    expect(page.locator("main")).to_contain_text("Zoé Petit")
    assert wording.when(made.starts_at, "Europe/Paris", "fr") in name


def test_why_a_time_is_not_proposed(visitors: Visitors, bob: Mediator) -> None:
    page = sign_in(visitors, bob, visitors.open(width=390))
    page.goto("/mediateur/plages/")
    follow(page, page.get_by_role("link", name=re.compile("Pourquoi ce créneau")))
    page.get_by_label("Comment").select_option("visio")
    page.get_by_label("Jour").fill(str(TEN.date()))
    page.get_by_label("Heure").fill("13:10")
    follow(page, page.locator("main form button").first)
    expect(page.locator("main")).to_contain_text("Hors des plages d’ouverture")


def test_a_visitor_where_they_wish(visitors: Visitors, bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(travel_km=25, travel_minutes=30)
    Opening.objects.create(mediator=bob, modality="in_person", weekday=1, start_minute=540, end_minute=720)
    availability.rebuild(bob.pk, datetime.now(TEN.tzinfo))
    page = visitors.open(width=390)
    page.goto(f"/mediateurs/{bob.slug}/")
    with page.expect_response(lambda answer: "lieu-exercice=convenu" in answer.url):
        page.get_by_role("link", name="Au lieu de votre choix").click()
    expect(page.locator("#choix")).to_contain_text("jusqu’à 25 km de Paris")
    follow(page, page.locator("button.slot").first)
    page.get_by_label("Prénom et nom").fill("Alice Martin")
    page.get_by_label("Adresse e-mail").fill("alice@example.org")
    page.get_by_label("Adresse du rendez-vous").fill("3 rue des Lilas")
    page.get_by_role("combobox", name="Commune ou code postal").fill("75011")
    follow(page, page.get_by_role("button", name="Continuer"))
    expect(page.locator("main")).to_contain_text("3 rue des Lilas, Paris")
    follow(page, page.get_by_role("button", name=re.compile("^Confirmer")))
    assert Appointment.objects.get().place.startswith("3 rue des Lilas")
