"""A visitor of the demo, for tools that look at its pages: enters, holds a slot, books."""

import re
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

BASTIEN = "/mediateurs/bastien-lacroix/"
EMAIL = "vera@example.org"
CODE = re.compile(r"^\d{6}$", re.MULTILINE)


@dataclass(frozen=True)
class Visit:
    """A page in a browser of its own; `browser` opens another one, for somebody else."""

    page: Page
    browser: Browser

    def go(self, address: str) -> Page:
        self.page.goto(address)
        return self.page

    def enter(self, name: str, address: str) -> Page:
        """As one of the demo's accounts."""
        self.go("/compte/connexion/")
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        return self.go(address)

    def hold(self, how: str = "telephone") -> Page:
        """The first slot of the demo's mediator."""
        self.go(f"{BASTIEN}?modalite={how}")
        self.page.locator("button.slot").first.click()
        self.page.get_by_role("heading", name="Qui prend ce rendez-vous").wait_for()
        return self.page

    def tell(self, email: str = EMAIL) -> Page:
        self.page.get_by_label("Prénom et nom").fill("Véra Lune")
        self.page.get_by_label("Adresse e-mail").fill(email)
        self.page.get_by_label("Téléphone").fill("06.39 98-01 02")
        self.page.get_by_role("button", name="Continuer").click()
        self.page.wait_for_load_state()
        return self.page

    def book(self, how: str = "telephone") -> Page:
        """Until the page that ends a booking, as somebody new."""
        self.hold(how)
        email = f"vera{abs(hash(self.page.url)) % 10**6}@example.org"
        self.tell(email)
        self.page.get_by_role("button", name="Confirmer le rendez-vous").click()
        self.page.get_by_label("Code à six chiffres").wait_for()
        code = self._code(email)
        self.page.get_by_label("Code à six chiffres").fill(code)
        self.page.get_by_role("button", name="Confirmer le rendez-vous").click()
        self.page.get_by_role("heading", name="Votre rendez-vous").wait_for()
        return self.page

    def _code(self, email: str) -> str:
        letters = self.page.context.new_page()
        letters.goto(f"/demo/courrier/?pour={email}")
        letters.locator("main table a").first.click()
        found = CODE.search(letters.locator("main").inner_text())
        letters.close()
        if not found:
            raise LookupError("no code in the letter")
        return found[0]
