"""Limits against abuse, through the pages: networks, persons, addresses that nobody has proven."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from allomediateur.accounts import limits
from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.web.ui.limiting import network
from tests.factories import make_mediator, make_user, service_of
from tests.web.signing_in import enter, text
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db
ELSEWHERE = "203.0.113.9"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def hold(client: Client, bob: Mediator, number: int = 0, **extra: Any) -> Any:
    start = TEN + number % 4 * timedelta(minutes=30) + number // 4 * timedelta(days=7)
    data = {"mediateur": bob.slug, "prestation": service_of(bob).pk, "slot": f"{start.isoformat()}|phone|"}
    return client.post(reverse("hold"), data, **extra)


def tell(client: Client, email: str = "alice@example.org") -> Any:
    """From the held slot to the booking."""
    ref = Appointment.objects.filter(state=State.HELD).latest("pk").reference
    client.post(reverse("booking_who", args=[ref]), {"name": "Alice", "email": email, "phone": "06 39 98 12 34"})
    return client.post(reverse("booking_check", args=[ref]), {})


def test_a_storm_of_holds_from_one_source_leaves_the_agenda_bookable(bob: Mediator, settings: Settings) -> None:
    """A browser each time, and another forged address: only the network is the same."""
    settings.LIMITS = settings.LIMITS | {"hold": (12, 60)}
    forged = [{"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"} for number in range(120)]
    answers = [hold(Client(), bob, number % 24, **told).status_code for number, told in enumerate(forged)]
    assert answers[:12] == [302] * 12
    assert set(answers) <= {429, 302, 409}
    held = Appointment.objects.filter(state=State.HELD).count()
    assert held == answers.count(302) < 24
    assert hold(Client(), bob, 27, REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_one_is_told_calmly_when_to_come_back(bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"hold": (1, 60)}
    hold(Client(), bob)
    answer = hold(Client(), bob, 1)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "Rien n’est perdu" in text(answer)
    assert "Revenir à l’accueil" in text(answer)


def test_a_person_is_one_wherever_they_are(bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"hold_person": (2, 1)}
    alice = make_user()
    codes = []
    for number in range(3):
        client = Client()
        enter(client, alice)
        codes.append(hold(client, bob, number, REMOTE_ADDR=f"203.0.113.{number + 1}").status_code)
    assert codes == [302, 302, 429]


def test_an_unproven_address_is_written_to_so_often_and_no_more(bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"letter": (2, 0.5)}
    codes = []
    for number in range(3):
        client = Client()
        hold(client, bob, number)
        codes.append(tell(client, "Victim@example.org" if number == 1 else "victim@example.org").status_code)
    assert codes == [302, 302, 429]
    assert Letter.objects.filter(kind="appointment_to_confirm", to="victim@example.org").count() == 2
    # What was typed is kept, the slot too: another address goes on.
    assert tell(client, "other@example.org").status_code == 302


def test_other_letters_of_the_code_page_count_too(bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"letter": (2, 0.5)}
    client = Client()
    hold(client, bob)
    tell(client)
    page = reverse("booking_code", args=[Appointment.objects.get().reference])
    assert client.post(page, {"acte": "envoyer"}).status_code == 302
    assert client.post(page, {"acte": "envoyer"}).status_code == 429
    assert client.post(page, {"acte": "adresse", "email": "other@example.org"}).status_code == 302
    assert client.post(page, {"acte": "adresse", "email": "alice@example.org"}).status_code == 429


def test_when_limits_cannot_be_counted_nothing_is_held(bob: Mediator, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(limits, "take", fail)
    client = Client(raise_request_exception=False)
    assert hold(client, bob).status_code == 500
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "headers", "found"),
    [
        (0, {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "10.0.0.1"}, "203.0.113.9"),
        (1, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9"}, "203.0.113.9"),
        (2, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 10.0.0.2"}, "203.0.113.9"),
        (2, {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "10.0.0.2"}, "203.0.113.9"),
        (1, {"REMOTE_ADDR": "203.0.113.9"}, "203.0.113.9"),
        (0, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
        (0, {"REMOTE_ADDR": "::ffff:203.0.113.9"}, "203.0.113.9"),
    ],
)
def test_a_network_is_what_the_proxies_we_know_say(
    settings: Settings, proxies: int, headers: dict[str, str], found: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert network(RequestFactory().get("/", **headers)) == found  # type: ignore[arg-type]


def test_signing_out_makes_the_browser_forget(bob: Mediator) -> None:
    client = Client()
    enter(client, make_user())
    assert "Clear-Site-Data" not in client.get(reverse("home"))
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get(reverse("home"))


def test_whom_to_tell_about_a_weakness() -> None:
    page = Client().get("/.well-known/security.txt")
    said = dict(line.split(": ", 1) for line in page.content.decode().splitlines())
    assert said["Contact"].startswith("mailto:")
    assert said["Canonical"].endswith("/.well-known/security.txt")
    assert NOW.isoformat() < said["Expires"] < (NOW + timedelta(days=365)).isoformat()
