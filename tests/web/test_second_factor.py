"""Second factors: required of mediators and staff, offered to all; codes serve once; what matters is proven again."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.notify.models import Letter
from allomediateur.vault import sealing
from allomediateur.web.client.second_factor_adapter import PURPOSE
from tests.factories import make_mediator, make_user
from tests.web.signing_in import enter, text

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase facile à retenir"
EMAIL = "alice@example.org"


@pytest.fixture(autouse=True)
def no_limit_reached_before() -> None:
    cache.clear()


@pytest.fixture
def alice() -> User:
    return make_user(EMAIL, name="Alice", password=PASSWORD)


def shown_by_app(secret: str, steps: int = 0) -> str:
    """What the application shows now, or so many half-minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def add_app(client: Client) -> str:
    """Its secret."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = str(page.context["form"].secret)
    answer = client.post(reverse("mfa_activate_totp"), {"code": shown_by_app(secret)})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def protected(user: User) -> tuple[str, list[str]]:
    """The secret of that person's application, and the recovery codes."""
    client = Client()
    enter(client, user)
    secret = add_app(client)
    return secret, list(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"])


def sign_in(client: Client, email: str = EMAIL) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": PASSWORD})


def second(client: Client, code: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": code})


@pytest.mark.parametrize(("role", "page"), [("mediator", "mediator_week"), ("staff", "staff_home")])
def test_a_password_alone_opens_no_door_of_those_who_see_others_lives(client: Client, role: str, page: str) -> None:
    user = make_mediator().user if role == "mediator" else make_user("staff@example.org", role=User.Role.STAFF)
    enter(client, user, "password")
    for address in (reverse(page), reverse("client_home"), reverse("account_data")):
        answer = client.get(address)
        assert answer.headers["Location"] == f"{reverse('mfa_index')}?next={address.replace('/', '%2F')}"
    assert "Il en faut un pour continuer." in text(client.get(reverse("mfa_index")))
    add_app(client)
    assert client.get(reverse(page)).status_code == 200


def test_the_admin_is_behind_the_same_door(client: Client) -> None:
    enter(client, make_user("staff@example.org", role=User.Role.STAFF), "password")
    answer = client.get("/administration/donnees/")
    assert answer.headers["Location"].startswith(reverse("mfa_index"))


def test_a_session_without_the_factor_one_has_is_asked_for_it(client: Client) -> None:
    bob = make_mediator().user
    secret, _codes = protected(bob)
    enter(client, bob, "password")
    asked = client.get(reverse("mediator_week")).headers["Location"]
    assert asked.startswith(reverse("mfa_reauthenticate"))
    answer = client.post(asked, {"code": shown_by_app(secret, 1)})
    assert answer.headers["Location"] == reverse("mediator_week")
    assert client.get(reverse("mediator_week")).status_code == 200


def test_a_client_may_have_one_and_is_then_asked(client: Client, alice: User) -> None:
    assert sign_in(client).headers["Location"] == reverse("account_landing")
    secret, _codes = protected(alice)
    other = Client()
    assert sign_in(other).headers["Location"] == reverse("mfa_authenticate")
    assert other.get(reverse("client_home")).status_code == 302
    assert "Ce code ne convient pas" in text(second(other, "000000"))
    assert second(other, shown_by_app(secret, 1)).headers["Location"] == reverse("account_landing")
    assert other.get(reverse("client_home")).status_code == 200


def test_a_mailed_code_does_not_go_round_it(client: Client, alice: User) -> None:
    protected(alice)
    client.post(reverse("account_request_login_code"), {"email": EMAIL})
    found = re.search(r"^\d{6}$", Letter.objects.filter(kind="account_login_code").latest("pk").text, re.MULTILINE)
    assert found
    answer = client.post(reverse("account_confirm_login_code"), {"code": found[0]})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("client_home")).status_code == 302


def test_a_code_serves_once(alice: User) -> None:
    secret, _codes = protected(alice)
    code = shown_by_app(secret, 1)
    answers = []
    for client in (Client(), Client()):
        sign_in(client)
        answers.append(second(client, code).status_code)
    cache.clear()  # what allauth remembers for thirty seconds; the code is good for ninety
    late = Client()
    sign_in(late)
    answers.append(second(late, code).status_code)
    assert answers == [302, 200, 200]


def test_a_recovery_code_serves_once(alice: User) -> None:
    _secret, codes = protected(alice)
    assert len(codes) == 10
    answers = []
    for code in (codes[0], codes[0], codes[1]):
        client = Client()
        sign_in(client)
        answers.append(second(client, code).status_code)
    assert answers == [302, 200, 302]


def test_codes_are_tried_a_few_times_only(alice: User) -> None:
    protected(alice)
    client = Client()
    sign_in(client)
    said = [text(second(client, f"{number:06}")) for number in range(8)]
    assert "Ce code ne convient pas" in said[0]
    assert "Trop d’essais" in said[-1]


def test_recovery_codes_are_shown_once(client: Client, alice: User) -> None:
    enter(client, alice)
    add_app(client)
    address = reverse("mfa_view_recovery_codes")
    codes = client.get(address).context["unused_codes"]
    again = text(client.get(address))
    assert not any(code in again for code in codes)
    assert "Il en reste 10" in again
    client.post(reverse("mfa_generate_recovery_codes"))
    assert not set(client.get(address).context["unused_codes"]) & set(codes)


def test_secrets_are_sealed_at_rest(alice: User) -> None:
    secret, codes = protected(alice)
    stored = " ".join(str(one.data) for one in Authenticator.objects.all())
    assert secret not in stored
    assert not any(code in stored for code in codes)
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert sealing.unseal(app.data["secret"], PURPOSE) == secret


def test_the_last_factor_of_a_mediator_stays(client: Client) -> None:
    enter(client, make_mediator().user, "password")
    add_app(client)
    page = client.get(reverse("mfa_deactivate_totp"))
    assert "Votre rôle demande un second facteur" in text(page)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_last_key_of_a_mediator_stays_too(client: Client) -> None:
    bob = make_mediator().user
    enter(client, bob)
    key = Authenticator.objects.create(user=bob, type="webauthn", data={"name": "Téléphone", "credential": {}})
    answer = client.post(reverse("mfa_remove_webauthn", args=[key.pk]), follow=True)
    assert "Votre rôle demande un second facteur" in text(answer)
    assert Authenticator.objects.get() == key


def test_a_key_of_somebody_else_is_not_there(client: Client, alice: User) -> None:
    key = Authenticator.objects.create(
        user=make_user("zoe@example.org"), type="webauthn", data={"name": "Téléphone", "credential": {}}
    )
    enter(client, alice)
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
    assert Authenticator.objects.get() == key


def test_a_client_takes_theirs_away_and_is_told_by_letter(
    client: Client, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    enter(client, alice)
    with django_capture_on_commit_callbacks(execute=True):
        add_app(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    told = [one.text for one in Letter.objects.filter(kind="account_alert", to=EMAIL).order_by("pk")]
    assert "Une application de codes protège maintenant votre compte." in told[0]
    assert "ne protège plus" in told[-1]


SENSITIVE = ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "account_set_password")


@pytest.mark.parametrize("name", SENSITIVE)
def test_a_screen_left_open_does_not_do_what_matters(client: Client, alice: User, name: str) -> None:
    if name == "account_set_password":
        User.objects.filter(pk=alice.pk).update(password="!")
        alice.refresh_from_db()
    enter(client, alice)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    kind = "account_reauthenticate_letter" if name == "account_set_password" else "account_reauthenticate"
    for answer in (client.get(reverse(name)), client.post(reverse(name), {"code": "123456"})):
        assert answer.headers["Location"].startswith(reverse(kind))
    assert not Authenticator.objects.exists()


def test_what_was_sent_before_the_proof_is_not_kept(client: Client) -> None:
    enter(client, make_user(EMAIL))
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert PASSWORD not in str(dict(client.session.items()))


def test_the_file_of_ones_data_leads_back_to_its_page(client: Client, alice: User) -> None:
    enter(client, alice)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    asked = client.post(reverse("account_export")).headers["Location"]
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == reverse("account_data")
    assert client.post(reverse("account_export")).status_code == 200


def test_the_password_confirms_that_it_is_you_and_leads_back(client: Client, alice: User) -> None:
    enter(client, alice, "code")
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    asked = client.get(reverse("mfa_activate_totp")).headers["Location"]
    assert client.post(asked, {"password": "autre chose"}).status_code == 200
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_letter_confirms_it_where_there_is_no_password(client: Client) -> None:
    enter(client, make_user(EMAIL), "letter")
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    asked = client.get(reverse("account_set_password")).headers["Location"]
    assert client.post(asked, {"code": "123456"}).status_code == 200
    client.post(asked, {"action": "send"})
    found = re.search(r"^\d{6}$", Letter.objects.latest("pk").text, re.MULTILINE)
    assert found
    wrong = "000000" if found[0] != "000000" else "111111"
    assert client.post(asked, {"code": wrong}).status_code == 200
    assert client.post(asked, {"code": found[0]}).headers["Location"] == reverse("account_set_password")
    assert client.get(reverse("account_set_password")).status_code == 200


def test_entering_from_another_browser_is_told_and_not_the_first_time(alice: User) -> None:
    first = Client()
    sign_in(first)
    first.post(reverse("account_logout"))
    sign_in(first)
    assert not Letter.objects.filter(kind="account_alert").exists()
    sign_in(Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"))
    told = Letter.objects.get(kind="account_alert")
    assert told.to == EMAIL
    assert "depuis un appareil que nous ne connaissions pas" in told.text
    assert "Firefox, Windows" in told.text
    assert reverse("account_sessions") in told.text


def test_the_demo_enters_by_its_buttons_and_nowhere_else(client: Client, settings: Settings) -> None:
    make_user("staff@example.org", role=User.Role.STAFF)
    client.post("/demo/entrer/", {"email": "staff@example.org"})
    assert client.get(reverse("staff_home")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("staff_home")).status_code == 302


def test_the_first_member_of_staff_enters_by_a_code_then_adds_a_factor(client: Client) -> None:
    """docs/operations.md."""
    call_command("createsuperuser", "--noinput", "--email", "first@example.org", verbosity=0)
    client.post(reverse("account_request_login_code"), {"email": "first@example.org"})
    found = re.search(r"^\d{6}$", Letter.objects.latest("pk").text, re.MULTILINE)
    assert found
    client.post(reverse("account_confirm_login_code"), {"code": found[0]})
    assert "Il en faut un pour continuer." in text(client.get(reverse("staff_home"), follow=True))
