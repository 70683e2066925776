"""What the map is told for a frame: names, numbers, ways on; what it refuses; who is never there."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import tallying
from allomediateur.directory.models import Mediator
from tests.factories import make_commune, make_mediator
from tests.web.times import NOW

pytestmark = pytest.mark.django_db

PARIS = "48.3,1.6,49.3,3.2"


def marks(client: Client, frame: str = PARIS, level: Any = 9, **asked: str) -> str:
    response = client.get("/carte/?" + urlencode({"cadre": frame, "niveau": level, **asked}))
    assert response.status_code == 200
    return unescape(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def names(html: str) -> list[str]:
    return re.findall(r'class="map-pin"[^>]* aria-label="([^"]*)"', html)


def test_one_is_a_link_to_their_page_with_the_question(client: Client) -> None:
    anne = make_mediator("Anne Bourdet", now=NOW)
    html = marks(client, lieu="Paris", modalite="visio")
    assert names(html) == ["Anne Bourdet, Paris"]
    assert f'href="/mediateurs/{anne.slug}/?lieu=Paris&modalite=visio"' in html
    assert "1 médiateur sur la carte" in html
    office = anne.offices.get()
    assert f'data-at="{office.lat:.4f},{office.lon:.4f}"' in html  # as on the card: four decimals


def test_several_at_one_spot_are_named_at_once(client: Client) -> None:
    basile, anne = (make_mediator(name, now=NOW) for name in ("Basile Carré", "Anne Bourdet"))
    html = marks(client, level=6, frame="45,0,50,5")
    assert names(html) == ["2 médiateurs : Anne Bourdet et Basile Carré"]
    assert re.findall(r'data-slug="([^"]+)"', html) == [anne.slug, basile.slug]


def test_too_many_for_a_list_are_searched_there(client: Client) -> None:
    for number in range(13):
        make_mediator(f"M {number}", now=NOW)
    html = marks(client)
    assert names(html) == ["13 médiateurs ici : agrandir"]
    assert "13 médiateurs, {town} et environs : agrandir" in html
    deep = marks(client, frame="48.8,2.3,48.9,2.4", level=11, specialite="famille")
    assert names(deep) == ["13 médiateurs ici : les voir"]
    found = re.search(r'href="(/mediateurs/[^"]+)"', deep)
    assert found
    assert "13" in client.get(found[1]).content.decode()
    assert client.get(found[1]).content.decode().count('data-point="') == 13


def test_numbers_that_are_not_exact_are_said_so(client: Client) -> None:
    for number in range(31):
        make_mediator(f"M {number}", now=NOW)
    html = marks(client)
    assert names(html) == ["au moins 31 médiateurs ici : agrandir"]
    assert "Au moins 31 médiateurs sur la carte" in html
    assert ">31+<" in html
    tallying.refresh(NOW)
    html = marks(client)
    assert names(html) == ["environ 31 médiateurs ici : agrandir"]
    assert "Environ 31 médiateurs sur la carte" in html
    assert ">≈ 31<" in html


def test_who_is_suspended_or_no_member_is_not_there(client: Client) -> None:
    seen, suspended = (make_mediator(name, now=NOW) for name in ("Anne", "Basile"))
    make_mediator("Colette", now=NOW, cpmn_member=False)
    Mediator.objects.filter(pk=suspended.pk).update(suspended_at=NOW)
    html = marks(client, vues="1")
    assert names(html) == [f"{seen.name}, Paris"]
    assert "Basile" not in html
    assert "Colette" not in html
    assert re.search(r"<ul data-views><li>1</li><li></li>", html)


def test_nobody_is_said(client: Client) -> None:
    assert "Personne dans cette partie de la carte" in marks(client, frame="40,-20,41,-19")


@pytest.mark.parametrize(
    "asked",
    [
        "", "cadre=48,1,49,3", "niveau=9", "cadre=48,1,49&niveau=9", "cadre=49,1,48,3&niveau=9",
        "cadre=a,b,c,d&niveau=9", "cadre=nan,1,49,3&niveau=9", "cadre=48,1,inf,3&niveau=9",
        "cadre=48,1,49,300&niveau=9", "cadre=48,1,49,3&niveau=99", "cadre=48,1,49,3&niveau=-1",
        "cadre=48,1,49,3&niveau=3", "cadre=48,1,49,3&niveau=²", "cadre=-80,-180,80,180&niveau=11",
        "cadre=48,1,49,3&niveau=%00", "cadre=%00&niveau=9", "cadre=1e999,1,49,3&niveau=9",
    ],
)  # fmt: skip
def test_a_frame_that_is_none_is_refused(client: Client, asked: str) -> None:
    response = client.get(f"/carte/?{asked}")
    assert response.status_code == 400


def test_it_asks_as_few_questions_for_many_as_for_one(client: Client) -> None:
    counts = []
    for size in (1, 3):
        commune = make_commune("78646", "Versailles", "78", ["78000"], 84_000, 48.8 - size / 10, 2.13)
        for number in range(size):
            make_mediator(f"M {size} {number}", now=NOW, commune=commune)
        with CaptureQueriesContext(connection) as captured:
            marks(client, vues="1")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_it_has_a_tag_and_is_not_sent_twice(client: Client) -> None:
    make_mediator("Anne", now=NOW)
    address = "/carte/?" + urlencode({"cadre": PARIS, "niveau": "9"})
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    Mediator.objects.update(suspended_at=NOW)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
