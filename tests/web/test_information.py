"""/informations/ for readers and machines, /administration/contenus/ for staff."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from allomediateur.content import shelf, versions
from allomediateur.content.documents import to_raw
from allomediateur.content.models import PageVersion
from allomediateur.trail.models import Entry
from allomediateur.web.ui import pictures
from tests.agenda.standings import make_staff
from tests.content.contents import filled, verify_all
from tests.web.signing_in import enter, text

pytestmark = pytest.mark.django_db
EDIT = "/administration/contenus/couts/modifier/"


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_staff())
    return client


def soon() -> Any:
    return versions.today(datetime.now(UTC)) + timedelta(days=30)


@pytest.mark.parametrize("slug", shelf.SLUGS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_says_what_its_document_says_with_each_source(client: Client, slug: str, prefix: str) -> None:
    page = text(client.get(f"{prefix}/informations/{slug}/"))
    document = shelf.shipped(slug).document
    for number, source in enumerate(document.sources, start=1):
        assert f'href="{escape(source.url)}"' in page
        assert page.count(f'href="#source-{number}"') >= 1
    assert f"{settings.SITE_URL}{prefix}/informations/{slug}/" in page
    assert f'property="og:image" content="{settings.SITE_URL}{prefix}/informations/{slug}/image.png"' in page
    assert settings.CONCILIATOR_SITE_URL in page


def test_the_list_costs_one_query_for_all_pages(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        page = text(client.get("/informations/"))
    assert all(f'href="/informations/{slug}/"' in page for slug in shelf.SLUGS)


def test_an_unknown_page_is_not_there(client: Client) -> None:
    for rest in ("", "donnees.jsonld", "image.png"):
        assert client.get(f"/informations/rien/{rest}").status_code == 404


def test_data_are_questions_or_an_article_and_the_way_to_it(client: Client) -> None:
    asked = client.get("/informations/couts/donnees.jsonld").json()["@graph"]
    assert [one["@type"] for one in asked] == ["FAQPage", "BreadcrumbList"]
    assert len(asked[0]["mainEntity"]) == len(shelf.shipped("couts").document.fr.sections)
    told = client.get("/en/informations/deroulement/donnees.jsonld").json()["@graph"]
    assert (told[0]["@type"], told[0]["inLanguage"]) == ("Article", "en")
    assert [one["position"] for one in told[1]["itemListElement"]] == [1, 2, 3]


def test_the_picture_is_drawn_here(client: Client) -> None:
    answer = client.get("/informations/couts/image.png")
    assert (answer["Content-Type"], answer.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert [int.from_bytes(answer.content[at : at + 4], "big") for at in (16, 20)] == [1200, 630]


@pytest.mark.parametrize(
    ("path", "name", "title"),
    [
        ("/", "home", "Un médiateur professionnel, un rendez-vous garanti"),
        ("/dois-je-tenter/", "prior_attempt", "Dois-je tenter une médiation avant de saisir le juge ?"),
        ("/informations/calculs/prescription/", "home", ""),
    ],
)
def test_a_shared_link_shows_a_picture_of_ours(client: Client, path: str, name: str, title: str) -> None:
    page = text(client.get(path))
    assert f'property="og:image" content="{settings.SITE_URL}/partage/{name}.png"' in page
    assert ('property="og:title"' in page, f'content="{title}"' in page) == (bool(title), bool(title))
    shown = client.get(f"/partage/{name}.png")
    assert (shown.status_code, shown.content[:4]) == (200, b"\x89PNG")


def test_there_is_no_picture_of_another_page(client: Client) -> None:
    assert client.get("/partage/staff_home.png").status_code == 404


@pytest.mark.parametrize("title", ["mot " * 49 + "mot?", "Anticonstitutionnellement " * 7, "W" * 200])
def test_a_title_as_long_as_may_be_has_its_picture(title: str) -> None:
    made = pictures.titled(title, "fr")
    assert [int.from_bytes(made[at : at + 4], "big") for at in (16, 20)] == [1200, 630]


def test_the_site_map_has_the_pages(client: Client) -> None:
    told = client.get(reverse("sitemap_pages")).content.decode()
    assert f"{settings.SITE_URL}/en/informations/homologation/" in told


def test_a_version_planned_for_a_day_is_read_from_that_day_on(staff: Client) -> None:
    answer = staff.post(EDIT, filled("couts", soon(), fr_title="Combien ça coûte ?"))
    assert answer.status_code == 302
    assert "Combien ça coûte" not in text(staff.get("/informations/couts/"))
    shown = text(staff.get("/administration/contenus/couts/?version=2"))
    assert ("Combien ça coûte" in shown, "Prévue" in shown) == (True, True)
    noon = datetime(soon().year, soon().month, soon().day, 12, tzinfo=UTC)
    assert versions.in_force("couts", noon - timedelta(days=1)).number == 1
    assert versions.in_force("couts", noon).document.fr.title == "Combien ça coûte\u00a0?"
    assert Entry.objects.filter(act="configured", thing="content:couts").count() == 1


def test_the_preview_keeps_nothing_and_loses_nothing(staff: Client) -> None:
    page = text(staff.post(EDIT, filled("couts", fr_title="Autre titre", acte="apercu")))
    assert ("Aperçu" in page, page.count("Autre titre") >= 2, PageVersion.objects.exists()) == (True, True, False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"en_0_title": "", "en_0_text": ""}, "Il manque une traduction"),
        ({"fr_0_text": "La loi le veut."}, "parle de la loi sans appeler de source"),
        ({"fr_0_text": "<script>alert(1)</script>"}, "ne s’écrit pas dans un texte"),
        ({"since": "2020-01-01"}, "Ce jour est passé"),
        ({"since": "demain"}, "Écrivez la date ainsi"),
        ({"source_0_since": ""}, "Écrivez depuis quand ce texte est en vigueur"),
        ({"source_0_url": "http://example.org"}, "commence par https://"),
        ({"parts": "x"}, "error-summary"),
        ({"parts": "9999"}, "error-summary"),
        ({"parts": "9" * 5000}, "error-summary"),
        ({"source_0_url": "https://["}, "commence par https://"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(staff: Client, changed: dict[str, str], said: str) -> None:
    answer = staff.post(EDIT, filled("couts", soon(), fr_summary="Un résumé à moi.") | changed)
    assert (answer.status_code, said in text(answer), "Un résumé à moi." in text(answer)) == (422, True, True)
    assert not PageVersion.objects.exists()


def test_two_at_once_do_not_overwrite_each_other_unseen(staff: Client) -> None:
    versions.verify_again("couts", by=make_staff("Léa"), now=datetime.now(UTC))
    late = staff.post(EDIT, filled("couts", soon(), fr_summary="Un résumé à moi."))
    said = text(late)
    assert (late.status_code, "Quelqu’un a changé cette page" in said, "Un résumé à moi." in said) == (422, True, True)
    assert PageVersion.objects.count() == 1
    assert 'name="began" value="2"' in said
    assert staff.post(EDIT, filled("couts", soon(), began="2")).status_code == 302


def test_sent_twice_it_is_kept_once(staff: Client) -> None:
    answers = [staff.post(EDIT, filled("couts", soon())).status_code for _ in range(2)]
    assert (answers, PageVersion.objects.count()) == ([302, 422], 1)


def test_an_old_page_waits_until_somebody_verifies_it(staff: Client) -> None:
    now = datetime.now(UTC)
    verify_all(make_staff("Léa"), now)
    PageVersion.objects.create(
        slug="couts", number=3, in_force_from=versions.today(now), verified_on="2020-01-01", created_at=now,
        document=to_raw(shelf.shipped("couts").document),
    )  # fmt: skip
    late, place = "/administration/contenus/?vue=a-verifier", 'href="/administration/contenus/couts/"'
    assert f'href="{late}"' in text(staff.get("/administration/"))
    assert (place in text(staff.get(late)), "Rien à vérifier" in text(staff.get(late))) == (True, False)
    assert staff.post("/administration/contenus/couts/verifier/").status_code == 302
    assert (place in text(staff.get(late)), "Rien à vérifier" in text(staff.get(late))) == (False, True)
    assert f'href="{late}"' not in text(staff.get("/administration/"))


def test_a_page_says_whether_it_was_compared_with_the_official_text(staff: Client) -> None:
    assert "pas encore été comparés avec Légifrance" in text(staff.get("/informations/couts/"))
    staff.post("/administration/contenus/couts/verifier/")
    page = text(staff.get("/informations/couts/"))
    assert ("Page vérifiée le" in page, "pas encore été comparés" in page) == (True, False)


def test_the_lists_read_the_tables_of_law_once(staff: Client, django_assert_max_num_queries: Any) -> None:
    staff.get("/administration/contenus/?vue=droit")
    with django_assert_max_num_queries(14):
        staff.get("/administration/contenus/?vue=droit")


@pytest.mark.parametrize("path", ["rien/", "rien/modifier/", "couts/?version=9", "couts/modifier/?version=x"])
def test_what_is_not_there_is_not_there(staff: Client, path: str) -> None:
    assert staff.get(f"/administration/contenus/{path}").status_code == 404
