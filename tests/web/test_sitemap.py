"""What search engines are given: who is entitled, in both languages, without contact details, and nobody else."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allomediateur.directory.models import Mediator
from allomediateur.web.public import sitemaps
from tests.factories import make_mediator
from tests.web.signing_in import text
from tests.web.times import DAY, NOW

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL
UNENTITLED: list[dict[str, Any]] = [
    {"capm_verified": False}, {"suspended_at": NOW}, {"trained_until": (NOW - 2 * DAY).date()},
]  # fmt: skip


def locations(client: Client, path: str) -> list[str]:
    found = client.get(path)
    assert (found.status_code, found["Content-Type"], found["Cache-Control"]) == (
        200, "application/xml; charset=utf-8", "no-cache",
    )  # fmt: skip
    tree = ElementTree.fromstring(found.content)  # noqa: S314 - our own
    return [one.text or "" for one in tree.iter() if one.tag.endswith("}loc")]


def in_sitemap(client: Client) -> list[str]:
    """Every page the index leads to."""
    parts = locations(client, "/sitemap.xml")
    return [page for part in parts for page in locations(client, part.removeprefix(SITE))]


def test_robots_name_it_and_it_leads_to_pages_and_mediators_in_both_languages(client: Client) -> None:
    bob = make_mediator(now=NOW)
    assert f"Sitemap: {SITE}/sitemap.xml" in text(client.get("/robots.txt"))
    found = in_sitemap(client)
    for path in ("/", "/en/", "/mediateurs/", "/en/mentions-legales/", f"/mediateurs/{bob.slug}/"):
        assert f"{SITE}{path}" in found
    assert f"{SITE}/en/mediateurs/{bob.slug}/" in found
    assert all(client.get(one.removeprefix(SITE)).status_code == 200 for one in found)


def test_each_address_names_its_other_languages(client: Client) -> None:
    bob = make_mediator(now=NOW)
    page = text(client.get("/sitemap-mediateurs-1.xml"))
    for code, prefix in (("fr", ""), ("en", "/en"), ("x-default", "")):
        assert page.count(f'hreflang="{code}" href="{SITE}{prefix}/mediateurs/{bob.slug}/"') == 2


@pytest.mark.parametrize("standing", UNENTITLED)
def test_who_is_not_entitled_leaves_at_once(client: Client, standing: dict[str, Any]) -> None:
    bob = make_mediator(now=NOW)
    make_mediator("Carole", now=NOW)
    assert any(bob.slug in one for one in in_sitemap(client))
    assert client.get(reverse("mediator_data", args=[bob.slug])).status_code == 200
    Mediator.objects.filter(pk=bob.pk).update(**standing)
    assert not any(bob.slug in one for one in in_sitemap(client))
    assert client.get(reverse("mediator_data", args=[bob.slug])).status_code == 404


def test_a_bare_listing_is_in_it(client: Client) -> None:
    dan = make_mediator("Dan", now=NOW, cpmn_member=False)
    assert f"{SITE}/mediateurs/{dan.slug}/" in in_sitemap(client)


@pytest.mark.parametrize("number", ["0", "2", "999999999999999999999999"])
def test_a_part_that_is_not_there_is_not_found(client: Client, number: str) -> None:
    make_mediator(now=NOW)
    assert client.get(f"/sitemap-mediateurs-{number}.xml").status_code == 404


def test_without_anybody_it_has_the_pages_only(client: Client) -> None:
    assert locations(client, "/sitemap.xml") == [f"{SITE}/sitemap-pages.xml"]


def test_parts_hold_so_many_and_cost_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    make_mediator("A", now=NOW)
    few = queries("/sitemap.xml"), queries("/sitemap-mediateurs-1.xml")
    for name in "BCDE":
        make_mediator(name, now=NOW)
    assert (queries("/sitemap.xml"), queries("/sitemap-mediateurs-1.xml")) == few
    monkeypatch.setattr(sitemaps, "A_PAGE", 2)
    assert len(locations(client, "/sitemap.xml")) == 4
    everybody = [one for number in (1, 2, 3) for one in locations(client, f"/sitemap-mediateurs-{number}.xml")]
    assert len(set(everybody)) == 10


def links(page: str) -> dict[str, str]:
    found = re.findall(r'<link rel="(?:canonical|alternate)"(?: hreflang="([^"]*)")? href="([^"]*)">', page)
    return {code or "canonical": url for code, url in found}


@pytest.mark.parametrize("path", ["/", "/mediateurs/", "/confidentialite/", "/devenir-mediateur/"])
def test_public_pages_name_themselves_without_a_query(client: Client, path: str) -> None:
    expected = {"fr": SITE + path, "en": f"{SITE}/en{path}", "x-default": SITE + path}
    assert links(text(client.get(f"{path}?lieu=Paris&x=1"))) == expected | {"canonical": SITE + path}
    assert links(text(client.get(f"/en{path}"))) == expected | {"canonical": f"{SITE}/en{path}"}


def test_other_pages_name_none(client: Client) -> None:
    hidden = make_mediator(now=NOW, capm_verified=False)
    for path in ("/compte/connexion/", f"/mediateurs/{hidden.slug}/", "/rien/"):
        assert links(text(client.get(path))) == {}


def test_the_page_leads_to_its_data_which_say_what_it_says(client: Client) -> None:
    bob = make_mediator(now=NOW)
    path = f"/mediateurs/{bob.slug}/fiche.jsonld"
    assert f'<link rel="alternate" type="application/ld+json" href="{path}">' in text(
        client.get(f"/mediateurs/{bob.slug}/")
    )
    answer = client.get(path)
    told = json.loads(answer.content)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/ld+json; charset=utf-8", "no-cache")
    assert (told["@type"], told["name"], told["url"]) == ("Person", "Bob Durand", f"{SITE}/mediateurs/{bob.slug}/")
    assert told["workLocation"]["address"]["addressLocality"] == "Paris"
    assert told["description"] == "Je vous reçois."
    assert client.get(f"/en{path}").json()["url"] == f"{SITE}/en/mediateurs/{bob.slug}/"


def test_data_hold_no_contact_detail_and_no_street(client: Client) -> None:
    bob = make_mediator(now=NOW, contact_email="pro@cabinet.example")
    told = client.get(f"/mediateurs/{bob.slug}/fiche.jsonld").content.decode()
    for hidden in ("199000001", "cabinet.example", bob.user.email, "rue de la Paix", bob.video_room, "telephone"):
        assert hidden not in told


def test_data_of_a_bare_listing_are_bare(client: Client) -> None:
    dan = make_mediator("Dan", now=NOW, cpmn_member=False)
    told = client.get(f"/mediateurs/{dan.slug}/fiche.jsonld").json()
    assert set(told) == {
        "@context", "@type", "@id", "url", "name", "jobTitle", "knowsAbout", "hasCredential", "workLocation",
    }  # fmt: skip


def test_words_of_a_mediator_cannot_end_the_data(client: Client) -> None:
    bob = make_mediator('</script><b>"\\', now=NOW, presentation_fr='"}],"telephone":"0', presentation_en="")
    told = client.get(f"/mediateurs/{bob.slug}/fiche.jsonld").json()
    assert (told["name"], told["description"], "telephone" in told) == (bob.name, bob.presentation_fr, False)
