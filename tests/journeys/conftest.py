"""A real server and a real browser. A page that breaks the content policy, or logs an error, fails its journey."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from allomediateur.web.ui import zones

# Playwright's loop runs in this thread, and Django would refuse its database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True, scope="session")
def static_root() -> None:
    """Files are served where they lie; that collected and hashed ones are too is proved by tools.bare_machine."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@dataclass
class Watch:
    """What a browser complained of: content policy, script errors, failed requests, other hosts."""

    base: str
    complaints: list[str] = field(default_factory=list)

    def context(self, context: BrowserContext) -> BrowserContext:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", lambda request: self._request(request.url))
        return context

    def _console(self, message: ConsoleMessage) -> None:
        # A status of 4xx is the server's answer, which the journey itself judges.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:", "about:")):
            self.complaints.append(f"another host: {url}")


@dataclass
class Visitors:
    """Opens browsers of their own: one a person."""

    browser: Browser
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        *,
        javascript: bool = True,
        width: int = 1280,
        scheme: str = "light",
        zone: str = "Europe/Paris",
        touch: bool = False,
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.watch.base, java_script_enabled=javascript, viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light", locale="fr-FR", timezone_id=zone, has_touch=touch,
        )  # fmt: skip
        if not javascript and zone != "Europe/Paris":  # a script is what tells the zone
            context.add_cookies([{"name": zones.COOKIE, "value": zone, "url": self.watch.base}])
        self.contexts.append(self.watch.context(context))
        return context.new_page()

    def enter(self, page: Page, client: Client) -> None:
        """The session of a test client, in this browser."""
        if session := client.cookies.get(settings.SESSION_COOKIE_NAME):
            page.context.add_cookies([{"name": session.key, "value": session.value, "url": self.watch.base}])


@pytest.fixture
def visitors(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Visitors]:
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    found = Visitors(browser, Watch(live_server.url))
    yield found
    for context in found.contexts:
        context.close()
    assert found.watch.complaints == []


def follow(page: Page, way: Locator) -> None:
    """A click that leads to another page; back once that page is there (its address may change before: main.js)."""
    with page.expect_event("load"):
        way.click()
