"""Where one is signed in, and out again from afar."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.web.client.devices import device
from tests.factories import make_user
from tests.web.signing_in import text

pytestmark = pytest.mark.django_db
PAGE = "/compte/appareils/"
PHRASE = "une phrase assez longue"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", password=PHRASE)


def signed_in(agent: str, email: str = "alice@example.org", address: str = "203.0.113.9") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post("/compte/connexion/", {"login": email, "password": PHRASE}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_each_device_is_listed_and_can_be_signed_out(alice: User) -> None:
    desk, phone = signed_in(DESK), signed_in(PHONE, address="198.51.100.7")
    page = desk.get(PAGE)
    assert [(one.device, one.network, one.is_current) for one in page.context["sessions"]] == [
        ("Firefox, Windows", "203.0.113.9", True), ("Safari, iPhone", "198.51.100.7", False),
    ]  # fmt: skip
    other = page.context["sessions"][1].pk
    assert "1 appareil est déconnecté" in text(desk.post(PAGE, {"fermer": other}, follow=True))
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert "déjà déconnecté" in text(desk.post(PAGE, {"fermer": other}, follow=True))
    assert "Aucun autre appareil" in text(desk.get(PAGE))


def test_all_the_others_at_once(alice: User) -> None:
    here, there, elsewhere = (signed_in(DESK) for _ in range(3))
    assert "2 appareils sont déconnectés" in text(here.post(PAGE, {"autres": "1"}, follow=True))
    assert [is_in(one) for one in (here, there, elsewhere)] == [True, False, False]


def test_the_sessions_of_others_are_out_of_reach(alice: User) -> None:
    make_user("charlie@example.org", password=PHRASE)
    charlie, desk = signed_in(PHONE, "charlie@example.org"), signed_in(DESK)
    theirs = UserSession.objects.get(user__email="charlie@example.org").pk
    desk.post(PAGE, {"fermer": theirs})
    desk.post(PAGE, {"autres": "1"})
    assert is_in(charlie)
    assert "iPhone" not in text(desk.get(PAGE))


def test_what_is_over_is_forgotten(alice: User) -> None:
    desk = signed_in(DESK)
    signed_in(PHONE)
    desk.post("/compte/deconnexion/")
    people.forget_sessions()
    assert [device(one.user_agent) for one in UserSession.objects.all()] == ["Safari, iPhone"]


def test_a_device_that_says_nothing(alice: User) -> None:
    assert device("curl/8") == "Appareil inconnu"
