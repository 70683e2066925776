"""Addresses of the former site: at 404 time only, to listed mediators only, never to another host."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allomediateur.directory.models import Mediator, Redirect
from tests.agenda.standings import make_staff
from tests.factories import make_mediator
from tests.web.signing_in import enter, text
from tests.web.times import DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    bob = make_mediator(now=NOW)
    for path in ("/annuaire/bob durand", "/fiche.php?id=12", "/mediateurs/bob-ancien"):
        Redirect.objects.create(path=path, mediator=bob)
    return bob


@pytest.mark.parametrize(
    "path",
    ["/annuaire/bob%20durand", "/annuaire/bob%20durand/", "/annuaire/bob%20durand/?utm_source=x", "/fiche.php?id=12",
     "/mediateurs/bob-ancien/"],
)  # fmt: skip
def test_a_known_one_leads_to_the_page_for_good(client: Client, bob: Mediator, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (
        301, f"/mediateurs/{bob.slug}/", "no-cache",
    )  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/annuaire/", "/fiche.php", "/fiche.php?id=13", "/fiche.php?id=12&x=1", "/annuaire/%00", "/" + "x" * 500]
)
def test_another_is_not_found(client: Client, bob: Mediator, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "standing", [{"capm_verified": False}, {"suspended_at": NOW}, {"trained_until": (NOW - 2 * DAY).date()}]
)
def test_who_is_unlisted_is_not_there(client: Client, bob: Mediator, standing: dict[str, Any]) -> None:
    Mediator.objects.filter(pk=bob.pk).update(**standing)
    assert client.get("/fiche.php?id=12").status_code == 404


def test_pages_of_ours_are_never_taken_over(client: Client, bob: Mediator) -> None:
    for path in ("/", "/mediateurs", "/confidentialite", "/compte/connexion"):
        Redirect.objects.get_or_create(path=path, defaults={"mediator": bob})
    for path in ("/", "/mediateurs/", "/confidentialite/", "/compte/connexion/"):
        assert client.get(path).status_code == 200


def test_only_reading_is_led_on_and_other_pages_ask_nothing(client: Client, bob: Mediator) -> None:
    assert client.post("/fiche.php?id=12").status_code == 404
    with CaptureQueriesContext(connection) as captured:
        client.get("/confidentialite/")
    assert not any("directory_redirect" in one["sql"] for one in captured.captured_queries)
    with CaptureQueriesContext(connection) as captured:
        client.get("/nulle-part/")
    assert sum("directory_redirect" in one["sql"] for one in captured.captured_queries) == 1


def test_staff_write_them_in_the_admin_as_a_path_or_a_whole_address(client: Client, bob: Mediator) -> None:
    enter(client, make_staff())
    page = reverse("admin:directory_redirect_add")
    client.post(page, {"path": "https://ancien.example/x/y/", "mediator": bob.pk})
    assert Redirect.objects.filter(path="/x/y", mediator=bob).exists()
    for wrong in ("//evil.example/", "javascript:alert(1)", "\\\\evil", "https://ancien.example/", "x"):
        answer = client.post(page, {"path": wrong, "mediator": bob.pk})
        assert (answer.status_code, "Écrivez le chemin" in text(answer)) == (200, True), wrong
    assert Redirect.objects.count() == 4
