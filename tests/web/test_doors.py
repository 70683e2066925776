"""Headers of every answer, and doors shut to whoever has another role."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from allomediateur.accounts.models import User
from allomediateur.web.ui import middleware
from tests.factories import make_user
from tests.web.signing_in import enter

pytestmark = pytest.mark.django_db


def test_every_page_carries_the_strict_policy(client: Client) -> None:
    for path in ("/", "/en/", "/rien-de-tel/", "/healthz", "/compte/connexion/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_signed_in_pages_are_kept_by_no_cache(client: Client) -> None:
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")
    enter(client, make_user())
    for path in ("/", "/espace/", "/compte/", "/mediateur/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_whoever_is_not_signed_in_comes_back_after_signing_in(client: Client) -> None:
    response = client.get("/mediateur/liste/?page=2")
    assert response.headers["Location"] == f"{reverse('account_login')}?next=%2Fmediateur%2Fliste%2F%3Fpage%3D2"


def test_each_door_opens_to_its_role_only() -> None:
    doors = {
        "/mediateur/": (User.Role.MEDIATOR, User.Role.SECRETARY),
        "/mediateur/profil/": (User.Role.MEDIATOR,),
        "/administration/": (User.Role.STAFF,),
    }
    for role in User.Role.values:
        client = Client()
        enter(client, make_user(f"{role}@example.org", role=role))
        for path, wanted in doors.items():
            assert client.get(path).status_code == (200 if role in wanted else 403)
            assert client.get(f"/en{path}").status_code == (200 if role in wanted else 403)


def test_an_address_nobody_thought_of_is_shut() -> None:
    with translation.override("fr"):
        assert middleware.door("/espace/") == middleware.SIGNED_IN
        assert middleware.door("/mediateurs/") == middleware.OPEN
        assert middleware.door("/rien-de-tel/") == middleware.OPEN
    with translation.override("en"):
        assert middleware.door("/en/administration/donnees/agenda/appointment/") == User.Role.STAFF


def test_the_admin_has_the_same_doors(client: Client) -> None:
    assert client.get(reverse("admin:index")).headers["Location"].startswith(reverse("account_login"))
    enter(client, make_user(role=User.Role.MEDIATOR))
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get(reverse("admin:login")).status_code == 403


def test_a_form_without_its_token_gets_a_calm_page() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a@example.org"})
    assert response.status_code == 403
    assert "<h1" in response.content.decode()


def test_a_forged_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example.org"}).status_code == 400
