"""« Quitter vite » in a real browser: the other site is a page of this machine, which no name server is asked for."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ELSEWHERE = "https://meteo.example.org/"


class Elsewhere:
    """The other site, as far as the browser knows."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def answer(self, route: Route) -> None:
        self.asked.append(route.request)
        route.fulfill(
            content_type="text/html; charset=utf-8", body="<!doctype html><title>Météo</title><h1>Beau temps</h1>"
        )


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def page(
    browser: Browser, live_server: LiveServer, settings: Settings, elsewhere: Elsewhere, request: pytest.FixtureRequest
) -> Iterator[Page]:
    settings.SITE_URL, settings.QUICK_EXIT_URL = live_server.url, ELSEWHERE
    context = browser.new_context(base_url=live_server.url, viewport={"width": request.param, "height": 800})
    context.route(f"{ELSEWHERE}**", elsewhere.answer)
    yield context.new_page()
    context.close()


def has_left(page: Page, elsewhere: Elsewhere) -> None:
    expect(page.get_by_role("heading", name="Beau temps")).to_be_visible()
    assert page.url == ELSEWHERE
    assert [one.headers.get("referer") for one in elsewhere.asked] == [None]


def test_the_button_replaces_the_page_in_the_history(page: Page, elsewhere: Elsewhere) -> None:
    page.goto("/cookies/")
    page.goto("/mediateurs/?lieu=Paris")
    before = page.evaluate("history.length")
    page.get_by_role("link", name="Quitter").first.click()
    has_left(page, elsewhere)
    assert page.evaluate("history.length") == before
    page.go_back()
    assert page.url.endswith("/cookies/")


def test_three_times_escape_leaves_and_is_told_aloud(page: Page, elsewhere: Elsewhere) -> None:
    page.goto("/mediateurs/?lieu=Paris")
    said = page.locator("quick-exit [role=status]")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Encore deux fois Échap pour quitter le site.")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Encore une fois Échap pour quitter le site.")
    page.keyboard.press("Escape")
    has_left(page, elsewhere)


def test_twice_is_not_three_times(page: Page, elsewhere: Elsewhere) -> None:
    page.goto("/mediateurs/")
    for key in ("Escape", "Escape", "Tab", "Escape", "Escape"):
        page.keyboard.press(key)
    expect(page.locator("quick-exit [role=status]")).to_have_text("Encore une fois Échap pour quitter le site.")
    assert elsewhere.asked == []


def test_what_one_typed_does_not_keep_the_keyboard_from_leaving(page: Page, elsewhere: Elsewhere) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Où ?").fill("par")
    for _ in range(3):
        page.keyboard.press("Escape")
    has_left(page, elsewhere)


def test_nothing_of_the_page_is_seen_while_the_other_site_is_awaited(page: Page, elsewhere: Elsewhere) -> None:
    page.goto("/cookies/")
    page.evaluate(
        "addEventListener('pagehide', () => localStorage.setItem('seen', `${document.body.hidden} ${document.title}`))"
    )
    page.get_by_role("link", name="Quitter").first.click()
    has_left(page, elsewhere)
    page.goto("/cookies/")
    assert page.evaluate("localStorage.getItem('seen')") == "true meteo.example.org"


def test_without_a_script_it_is_a_link(browser: Browser, live_server: LiveServer, settings: Settings) -> None:
    settings.SITE_URL, settings.QUICK_EXIT_URL = live_server.url, ELSEWHERE
    context, elsewhere = browser.new_context(base_url=live_server.url, java_script_enabled=False), Elsewhere()
    context.route(f"{ELSEWHERE}**", elsewhere.answer)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Quitter").first.click()
    has_left(page, elsewhere)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_button_covers_nothing_and_is_covered_by_nothing(
    browser: Browser, live_server: LiveServer, settings: Settings, width: int, scheme: str
) -> None:
    settings.SITE_URL = live_server.url
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 640},
        color_scheme="dark" if scheme == "dark" else "light",
    )  # fmt: skip
    page = context.new_page()
    page.goto("/accessibilite/")
    button, heading = page.locator(".exit-link").bounding_box(), page.locator("h1").bounding_box()
    assert button
    assert heading
    assert button["height"] >= 44
    assert button["x"] + button["width"] <= width
    assert button["y"] + button["height"] <= heading["y"]
    at = [button["x"] + button["width"] / 2, button["y"] + button["height"] / 2]
    assert page.evaluate("([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.exit-link'))", at)
    page.emulate_media(media="print")
    expect(page.locator(".exit-link")).to_be_hidden()
    context.close()
