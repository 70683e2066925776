"""What a first visit weighs and asks for, gzipped, without the map: 120 kB at most. Figures, not times."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_commune, make_mediator
from tests.web.times import NOW

pytestmark = pytest.mark.django_db

MOST = 120_000
MAP = ("js/map.js", "js/ground.js", "css/map.css", "js_lib_leaflet/leaflet.js", "js_lib_leaflet/leaflet.css")
_LOADED = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="/static/([^"]+)"')
_IMPORTED = re.compile(r'^import (?:[^;]*? from )?"\./([^"]+)";', re.MULTILINE)


@pytest.fixture(autouse=True)
def crowd() -> None:
    """A full page of results."""
    make_commune()
    for number in range(20):
        make_mediator(f"Médiateur au nom assez long {number}", now=NOW, languages=["fr", "en"])


def file(name: str) -> bytes:
    found = finders.find(name)
    assert found, name
    return Path(str(found)).read_bytes()


def loaded(html: str) -> set[str]:
    """Static files the page asks for, and the modules that these import at once."""
    names, waiting = set(), list(_LOADED.findall(html))
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += list(imports(name))
    return names


def imports(name: str) -> Iterator[str]:
    if name.endswith(".js") and name.startswith("js/"):
        yield from (f"js/{one}" for one in _IMPORTED.findall(file(name).decode()))


def weight(contents: Iterator[bytes]) -> int:
    return sum(len(gzip.compress(one, 6)) for one in contents)


def pages() -> list[tuple[str, int]]:
    """Address and most queries: a session, the settings, the crowd's size changes none."""
    slug = make_mediator("Bob", now=NOW).slug
    return [("/", 8), ("/mediateurs/?lieu=Paris", 16), (f"/mediateurs/{slug}/", 20)]


def test_a_first_visit_is_light(client: Client) -> None:
    for address, _queries in pages():
        html = client.get(address).content
        names = loaded(html.decode())
        assert {"css/base.css", "js/main.js", "js/near-me.js"} <= names
        assert names.isdisjoint(MAP), address
        assert weight(iter([html, *map(file, names)])) <= MOST, address


def test_the_map_says_what_it_weighs() -> None:
    """Fetched when it is wanted, and never by a phone that does not ask."""
    assert weight(map(file, MAP)) <= 80_000
    assert weight(iter([file("js/ground.js")])) <= 25_000


def test_a_page_asks_few_questions(client: Client) -> None:
    for address, most in pages():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        assert len(captured) <= most, (address, len(captured))
