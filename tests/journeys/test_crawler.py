"""Every link of every page, in every role and both languages: none is dead, empty or a placeholder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from tests.journeys.reading import Page, read
from tests.web.world import AUDIENCES, make_world

ADMIN = "/administration/donnees/"
MOST_PAGES = 800
LETTER = re.compile(r"/demo/courrier/\d+/")
PLACEHOLDER = re.compile(r"lorem|ipsum|\bTODO\b|\bXXX\b|à compléter|\{\{|\{%|\bundefined\b", re.IGNORECASE)
EMPTY_VALUE = re.compile(r"\bNone\b")  # a word like another in English


@pytest.fixture(autouse=True, scope="module")
def static_root() -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@dataclass
class Crawl:
    """`seen`: by path and names of the query, so that next weeks and filters do not go on for ever."""

    client: Client
    seen: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def from_(self, *starts: str) -> None:
        waiting = [(start, "start") for start in starts]
        while waiting and len(self.seen) < MOST_PAGES:
            address, source = waiting.pop()
            waiting += [(found, address) for found in self._visit(address, source)]

    def _visit(self, address: str, source: str) -> Iterator[str]:
        split = urlsplit(address)
        key = split.path, tuple(sorted(parse_qs(split.query, keep_blank_values=True)))
        if key in self.seen:
            return
        self.seen.add(key)
        response = self.client.get(address, follow=True)
        if response.status_code != 200:
            self.faults.append(f"{source} -> {address}: {response.status_code}")
            return
        here = response.redirect_chain[-1][0] if response.redirect_chain else address
        if response["Content-Type"].startswith("text/html") and ADMIN not in split.path:
            yield from self._read(here, response.content.decode())

    def _read(self, here: str, html: str) -> Iterator[str]:
        page = read(html)
        self.faults += [f"{here}: {fault}" for fault in faults_of(page)]
        if not here.startswith("/en/") and EMPTY_VALUE.search(page.text):
            self.faults.append(f"{here}: an empty value is shown")
        for form in page.forms:
            target = ours(urljoin(here, form.action))
            self.faults += [f"{here}: form to {form.action}"] if target is None or not resolves(target) else []
            if form.method == "get" and target:
                yield target
        for link in page.links:
            target = ours(urljoin(here, link.address))
            if target and not target.startswith("/static/"):
                # The demo shows everybody's letters: their links open for whom they were written to.
                yield from [target] if not LETTER.match(here) else []
                self.faults += [] if resolves(target) else [f"{here} -> {target}: nothing there"]


def ours(address: str) -> str | None:
    """Path and query of an address of this site; None for another's, a mail or a phone number."""
    split = urlsplit(address)
    if split.scheme not in ("", "http", "https") or split.netloc not in ("", urlsplit(settings.SITE_URL).netloc):
        return None
    return f"{split.path}?{split.query}" if split.query else split.path


def resolves(target: str) -> bool:
    path = urlsplit(target).path
    with translation.override("en" if path.startswith("/en/") else "fr"):
        try:
            resolve(path)
        except Resolver404:
            return False
    return True


def faults_of(page: Page) -> Iterator[str]:
    for link in page.links:
        if link.address in ("", "#") or link.address.startswith("javascript:"):
            yield f"link without address: {link.words.strip()}"
        elif link.address.startswith("#") and link.address[1:] not in page.ids:
            yield f"link to nowhere on the page: {link.address}"
        if not link.words.strip():
            yield f"link without words: {link.address}"
    yield from (f"file not found: {one}" for one in page.files if one.startswith("/static/") and not is_there(one))
    yield from (f"another host's file: {one}" for one in page.files if urlsplit(one).netloc and not ours(one))
    yield from ("empty menu entry" for item in page.items if not item.strip())
    yield from ("button without words" for words in page.buttons if not words.strip())
    yield from (f"twice the same id: {one}" for one in sorted(set(page.ids)) if page.ids.count(one) > 1)
    yield from (f"words that are not there: {one}" for one in page.labelled if one not in page.ids)
    if found := PLACEHOLDER.search(page.text):
        yield f"placeholder: {found[0]}"


def is_there(address: str) -> bool:
    return finders.find(urlsplit(address).path.removeprefix("/static/")) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_link_is_dead(audience: str) -> None:
    """Both languages: each page links to the other one."""
    world = make_world()
    crawl = Crawl(world.visitors[audience])
    crawl.from_("/", f"/rendez-vous/{world.manage}/", "/compte/")
    assert crawl.faults == [], "\n".join(crawl.faults)
    assert 30 < len(crawl.seen) < MOST_PAGES
    assert any(path.startswith("/en/") for path, _query in crawl.seen)


def test_the_crawler_sees_faults() -> None:
    """A net is first shown to catch."""
    page = read(
        '<nav><ul><li></li></ul></nav><a href="#">Rien</a><a href="#loin">Loin</a><a href="/x/"></a><p id="a">Lorem</p>'
        '<p id="a"></p><label for="b">B</label><button></button><img src="https://cdn.example/x.png">'
        '<link href="/static/css/nowhere.css">'
    )
    assert len(list(faults_of(page))) == 10
    assert not resolves("/nulle-part/")
