"""The demo: enter as somebody with one button, read the letters. Nothing of it elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allomediateur.accounts import demo
from allomediateur.accounts.models import User
from allomediateur.notify.models import Letter
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
LANDINGS = {
    demo.CLIENT: "client_home",
    demo.MEDIATOR: "mediator_week",
    demo.SECRETARY: "mediator_week",
    demo.STAFF: "staff_home",
}
ROLES = {
    demo.CLIENT: User.Role.CLIENT,
    demo.MEDIATOR: User.Role.MEDIATOR,
    demo.SECRETARY: User.Role.SECRETARY,
    demo.STAFF: User.Role.STAFF,
}


@pytest.fixture
def cast() -> None:
    for email, role in ROLES.items():
        make_user(email, name=email, role=role)


def letter(**changes: str) -> Letter:
    now = timezone.now()
    values = {
        "kind": "test", "to": "alice@example.org", "language": "fr", "subject": "Votre rendez-vous",
        "text": "Bonjour\n\nGérer\n" + configured.SITE_URL + "/rendez-vous/abc/?x=1\nhttps://evil.example.org/\n",
        "html": '<p style="color:#14524c">Bonjour</p>',
    }  # fmt: skip
    return Letter.objects.create(**(values | changes), created_at=now, next_attempt_at=now)


@pytest.mark.parametrize("email", demo.ACCOUNTS)
def test_one_button_enters_as_each_account(cast: None, client: Client, email: str) -> None:
    assert f'value="{email}"' in client.get(reverse("account_login")).content.decode()
    response = client.post(reverse("demo_enter"), {"email": email}, follow=True)
    assert response.redirect_chain[-1] == (reverse(LANDINGS[email]), 302)
    assert response.status_code == 200


def test_entering_leads_back_to_our_pages_only(cast: None) -> None:
    landing = reverse("account_landing")
    for target, led in (
        ("/espace/?a=1", "/espace/?a=1"), ("https://evil.example.org/", landing), ("//evil.example.org", landing),
        ("javascript:alert(1)", landing), ("", landing),
    ):  # fmt: skip
        response = Client().post(reverse("demo_enter"), {"email": demo.CLIENT, "next": target})
        assert response.headers["Location"] == led


def test_nobody_else_is_entered_as(cast: None, client: Client) -> None:
    make_user("alice@example.org")
    for email in ("alice@example.org", "CLIENT@example.org", "", "x\x00"):
        assert client.post(reverse("demo_enter"), {"email": email}).status_code == 404
    assert client.get(reverse("client_home")).status_code == 302


def test_entering_takes_a_post_of_ours(cast: None) -> None:
    assert Client().get(reverse("demo_enter")).status_code == 405
    foreign = Client(enforce_csrf_checks=True)
    assert foreign.post(reverse("demo_enter"), {"email": demo.STAFF}).status_code == 403


def test_letters_are_found_by_address(client: Client) -> None:
    mine, other = letter(), letter(to="bob@example.org", subject="Autre objet")
    page = client.get(reverse("demo_letters"), {"pour": "alice"}).content.decode()
    assert mine.subject in page
    assert other.subject not in page


@pytest.mark.parametrize("query", [{"pour": "\x00"}, {"pour": "%"}, {"page": "x"}, {"page": "-1"}, {"page": "9" * 30}])
def test_odd_questions_get_a_page(client: Client, query: dict[str, str]) -> None:
    letter()
    assert client.get(reverse("demo_letters"), query).status_code == 200


def test_a_letters_own_links_open_here_and_no_others(client: Client) -> None:
    page = client.get(reverse("demo_letter", args=[letter().pk])).content.decode()
    assert 'href="/rendez-vous/abc/?x=1"' in page
    assert 'href="https://evil.example.org/' not in page


def test_the_illustrated_letter_has_its_styles_and_no_script(client: Client) -> None:
    response = client.get(reverse("demo_letter_html", args=[letter().pk]))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_calendar_file_comes_as_a_file(client: Client) -> None:
    ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    response = client.get(reverse("demo_letter_ics", args=[letter(ics=ics, ics_method="REQUEST").pk]))
    assert (response.content.decode(), response.headers["Content-Type"]) == (
        ics, "text/calendar; charset=utf-8; method=REQUEST",
    )  # fmt: skip
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("demo_letter_ics", args=[letter().pk])).status_code == 404


def test_outside_the_demo_there_is_no_demo() -> None:
    """A process of its own: addresses are read once, when it starts."""
    asked = (
        "import django; django.setup()\n"
        "from django.urls import resolve, Resolver404\n"
        "for path in ('/demo/entrer/', '/demo/courrier/', '/demo/courrier/1/', '/demo/courrier/1/html/'):\n"
        "    try: resolve(path); print('open', path)\n"
        "    except Resolver404: pass\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "DEMO"}
    found = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert found.stdout == b""
