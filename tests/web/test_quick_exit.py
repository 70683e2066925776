"""« Quitter vite »: on every page, a link that needs no script and tells nobody whence one comes."""

import re

import pytest
from django.conf import settings as configured
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.web.paths import text
from tests.web.world import make_world

pytestmark = pytest.mark.django_db
EXIT = re.compile(r'<quick-exit class="exit"[^>]*><a class="exit-link" href="([^"]+)" rel="([^"]+)">')


def test_every_kind_of_page_has_it(settings: Settings) -> None:
    settings.QUICK_EXIT_URL = "https://ailleurs.example.org/"
    world = make_world()
    seen = {
        "anonymous": ["/", "/mediateurs/", f"/mediateurs/{world.bob.slug}/", f"/rendez-vous/{world.manage}/",
                      "/nowhere/",
                      "/accessibilite/", "/assistance/", "/compte/connexion/", "/en/"],
        "client": [reverse("client_home"), reverse("account_home"),
                   reverse("booking_who", args=[world.held.reference])],
        "mediator": [reverse("mediator_week"), "/administration/"],
        "staff": [reverse("staff_home")],
    }  # fmt: skip
    for audience, addresses in seen.items():
        for address in addresses:
            found = EXIT.findall(text(world.visitors[audience].get(address)))
            assert found == [("https://ailleurs.example.org/", "nofollow noopener noreferrer")], address


@pytest.mark.parametrize("name", ["400", "500", "503"])
def test_the_pages_of_failures_too(name: str) -> None:
    page = render_to_string(f"errors/{name}.html", {"brand": {"name": "X", "contact_email": "x@example.org"}})
    assert [address for address, _rel in EXIT.findall(page)] == [configured.QUICK_EXIT_URL]


def test_leaving_signs_nobody_out_and_asks_nothing_of_us() -> None:
    """It is a link to elsewhere: no form, no address of ours."""
    page = text(Client().get("/"))
    (address, _rel), *more = EXIT.findall(page)
    assert more == []
    assert address.startswith("https://")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "/quitter-vite/",
            ("n’efface pas l’historique du navigateur", "trois fois de suite", "meteofrance.com", "3919"),
        ),
        ("/en/quitter-vite/", ("does not clear the browser’s history", "three times", "meteofrance.com", "3919")),
    ],
)
def test_its_page_says_what_it_does_not_do(client: Client, address: str, said: tuple[str, ...]) -> None:
    page = text(client.get(address))
    assert [one for one in said if one not in page] == []


def test_the_help_on_accessibility_tells_the_key(client: Client) -> None:
    page = text(client.get("/accessibilite/"))
    assert "Trois appuis de suite sur la touche Échap" in page
    assert 'href="/quitter-vite/"' in page
