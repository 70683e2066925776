"""The steps that lead to the details of docs/users/ in the demo: each finds what it shows, or fails."""

import re

from playwright.sync_api import Locator, Page

from tools.visiting import BASTIEN, Visit


def commune(visit: Visit) -> Locator:
    page = visit.go("/")
    box = page.get_by_role("combobox", name="Où")
    box.press_sequentially("saint den", delay=20)
    page.get_by_role("option").first.wait_for()
    return page.locator("form.search-form, .hero-search, main form").first


def lost(visit: Visit) -> Locator:
    """Somebody else is quicker."""
    page = visit.go(f"{BASTIEN}?modalite=telephone")
    other = visit.browser.new_context(base_url=page.url.split("/mediateurs/")[0], locale="fr-FR").new_page()
    other.goto(f"{BASTIEN}?modalite=telephone")
    wanted = page.locator("button.slot").first.get_attribute("value")
    other.locator(f"button.slot[value='{wanted}']").click()
    other.get_by_role("heading", name="Qui prend ce rendez-vous").wait_for()
    other.context.close()
    page.locator(f"button.slot[value='{wanted}']").click()
    page.get_by_role("alert").wait_for()
    return page.locator("main")


def main(page: Page) -> Locator:
    return page.locator("main")


def defs(visit: Visit) -> Locator:
    return visit.go(f"{BASTIEN}?modalite=telephone").locator("#creneaux dl, dl.defs").first


def by_letter(visit: Visit) -> Locator:
    page = visit.book()
    page.goto("/demo/courrier/?pour=vera")
    page.get_by_role("link", name=re.compile("Votre rendez-vous")).first.click()
    page.get_by_role("heading", level=1).wait_for()
    links = [str(one.get_attribute("href")) for one in page.locator("main a[href*='/rendez-vous/']").all()]
    page.goto(min(links, key=len))  # that of its page, before those to move and to cancel it
    page.get_by_role("link", name="Déplacer").wait_for()
    return page.locator("main .form-actions").first


def pins(visit: Visit) -> Locator:
    page = visit.go("/mediateurs/?lieu=Lyon")
    page.locator(".map-pin").first.wait_for()
    return page.locator(".found-map")


def for_another(visit: Visit) -> Locator:
    visit.hold().get_by_text("Pour quelqu’un d’autre", exact=True).click()
    return visit.page.locator("form.mandate")


def waiting(visit: Visit) -> Locator:
    page = visit.go(f"{BASTIEN}?modalite=telephone")
    page.get_by_role("link", name="Me prévenir si un créneau se libère").first.click()
    page.get_by_role("heading", level=1, name="Me prévenir").wait_for()
    return page.locator("main")


def company(visit: Visit) -> Locator:
    """The appointment to which Alice has invited others."""
    page = visit.enter("Alice", "/espace/")
    for address in [str(one.get_attribute("href")) for one in page.locator("main h3 a").all()]:
        page.goto(address)
        if page.locator("section[aria-labelledby='invites'] li").count():
            return page.locator("section[aria-labelledby='invites']")
    raise LookupError("no appointment of Alice's has guests")


def question(visit: Visit) -> Locator:
    """The second screen of a request, where a choice may be declined."""
    page = visit.go("/saisine/")
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label("La personne concernée").check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", level=1, name="D’où vient l’idée").wait_for()
    return page.locator("main")


def request(visit: Visit, who: str, address: str, text: str) -> Locator:
    """The first request of a list whose line says that."""
    page = visit.enter(who, address)
    page.locator("main article, main li").filter(has_text=text).get_by_role("link").first.click()
    page.get_by_role("heading", level=1).wait_for()
    return page.locator("main")


_SMALL_CLAIM = {
    "violence": "no", "date": "not_yet", "parties": "individuals", "court": "judiciaire", "territory": "metropole",
    "procedure": "ordinary", "subjects": "none_of_these", "claim_amount": "a_sum", "exemptions": "none_of_these",
    "attempt": "none",
}  # fmt: skip


def verdict(visit: Visit) -> Locator:
    """The answer of the checker for a small claim between neighbours."""
    page = visit.go("/dois-je-tenter/")
    page.get_by_role("button", name="Commencer").click()
    while page.get_by_role("heading", name="La règle").count() == 0:
        question = page.locator("form[novalidate] input[name=question]").input_value()
        page.locator(f'input[name="{question}"][value="{_SMALL_CLAIM[question]}"]').check()
        if question == "claim_amount":
            page.get_by_label("La somme, en euros").fill("1 200")
        page.get_by_role("button", name="Continuer", exact=True).last.click()
        page.wait_for_load_state()
    return page.locator("main")


def changed_rule(visit: Visit) -> Locator:
    """A table of law changed, before anything is kept."""
    page = visit.enter("Camille", "/administration/contenus/droit/prior_attempt/V3/modifier/")
    body = page.get_by_label("La règle", exact=True)
    body.fill(body.input_value().replace("ceiling: 5000", "ceiling: 10000"))
    page.get_by_role("button", name="Voir ce qui change").click()
    return page.locator("#effets")
