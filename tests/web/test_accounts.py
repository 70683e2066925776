"""Signing in and up, by code or password: the same answer whoever asks, and no way out to another site."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.notify.models import Letter
from tests.factories import book, make_mediator, make_user
from tests.web.signing_in import enter
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase facile à retenir"
KNOWN, UNKNOWN = "alice@example.org", "nobody@example.org"


@pytest.fixture(autouse=True)
def no_limit_reached_before() -> None:
    cache.clear()


@pytest.fixture
def alice() -> User:
    return make_user(KNOWN, name="Alice", password=PASSWORD)


def code() -> str:
    found = re.search(r"^\d{6}$", Letter.objects.latest("pk").text, re.MULTILINE)
    assert found, Letter.objects.latest("pk").text
    return found[0]


def post(client: Client, address: str, /, **data: str) -> str:
    """Where the answer leads, or « refused » when the form comes back."""
    response = client.post(reverse(address), data)
    return str(response.headers.get("Location", "refused")) if response.status_code == 302 else "refused"


def test_signing_up_asks_for_the_code_of_the_letter(client: Client) -> None:
    told = {"name": "Alice Martin", "email": KNOWN, "password1": PASSWORD}
    assert post(client, "account_signup", **told) == reverse("account_email_verification_sent")
    assert client.get(reverse("client_home")).status_code == 302
    assert post(client, "account_email_verification_sent", code=code()) == reverse("account_landing")
    alice = User.objects.get()
    assert (alice.name, alice.role, alice.language) == ("Alice Martin", User.Role.CLIENT, "fr")
    assert EmailAddress.objects.get().verified
    assert client.get(reverse("account_landing")).headers["Location"] == reverse("client_home")


def test_a_short_password_is_refused_and_the_rest_is_kept(client: Client) -> None:
    response = client.post(reverse("account_signup"), {"name": "Alice Martin", "email": KNOWN, "password1": "court"})
    page = response.content.decode()
    assert "Alice Martin" in page
    assert KNOWN in page
    assert "12" in page
    assert not User.objects.exists()


def test_a_code_signs_in_without_a_password(client: Client, alice: User) -> None:
    assert post(client, "account_request_login_code", email=KNOWN) == reverse("account_confirm_login_code")
    assert post(client, "account_confirm_login_code", code="000000") == "refused"
    assert post(client, "account_confirm_login_code", code=code()) == reverse("account_landing")
    assert client.get(reverse("client_home")).status_code == 200


def test_a_password_signs_in_and_leads_back_to_our_pages_only(alice: User) -> None:
    asked = reverse("account_home")
    for target, led in ((asked, asked), ("https://evil.example.org/", reverse("account_landing"))):
        client = Client()
        data = {"login": KNOWN, "password": PASSWORD, "next": target}
        assert client.post(reverse("account_login"), data).headers["Location"] == led


def test_a_forgotten_password_is_chosen_anew_by_the_letters_link_once(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.SITE_URL = "https://am.example.org"
    post(client, "account_reset_password", email=KNOWN)
    found = re.search(r"https://am\.example\.org(/compte/mot-de-passe/oublie/\S+)", Letter.objects.get().text)
    assert found
    address = client.get(found[1]).headers["Location"]
    assert Letter.objects.get().text.count("testserver") == 0
    chosen = {"password1": "une tout autre phrase", "password2": "une tout autre phrase"}
    assert client.post(address, chosen).status_code == 302
    assert Client().login(email=KNOWN, password="une tout autre phrase") or User.objects.get().check_password(
        "une tout autre phrase"
    )
    assert "ne peut plus servir" in Client().get(found[1]).content.decode()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("account_request_login_code", {}),
        ("account_reset_password", {}),
        ("account_signup", {"name": "Alice", "password1": PASSWORD}),
    ],
)
def test_the_answer_does_not_tell_whether_an_account_exists(name: str, told: dict[str, str], alice: User) -> None:
    answers = []
    for email in (KNOWN, UNKNOWN):
        client, before = Client(), Letter.objects.count()
        where = post(client, name, email=email, **told)
        page = client.get(where).content.decode().replace(email, "X")
        answers.append((where, re.sub(r'value="[^"]{20,}"', "", page), Letter.objects.count() - before))
    assert answers[0] == answers[1]
    assert answers[0][2] == 1


def test_a_wrong_password_and_an_unknown_address_read_the_same(alice: User) -> None:
    pages = []
    for email in (KNOWN, UNKNOWN):
        page = Client().post(reverse("account_login"), {"login": email, "password": "pas la bonne phrase"})
        pages.append(re.sub(r'value="[^"]*"', "", page.content.decode()))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("name", "field", "told"),
    [
        ("account_signup", "email", {"name": "Alice", "password1": PASSWORD}),
        ("account_signup", "email", {"name": "Alice", "password1": ""}),
        ("account_login", "login", {"password": "pas la bonne phrase"}),
        ("account_request_login_code", "email", {}),
        ("account_reset_password", "email", {}),
    ],
)
def test_a_known_address_costs_the_same_time(
    name: str, field: str, told: dict[str, str], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing a password is what takes time: as many for a known address, one without password, an unknown one."""
    make_user("bob@example.org")
    hashed: list[str] = []
    for verb in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, verb, counting(getattr(Argon2PasswordHasher, verb), hashed))
    counts = []
    for email in (KNOWN, "bob@example.org", UNKNOWN):
        before = len(hashed)
        Client().post(reverse(name), {field: email} | told)
        counts.append(len(hashed) - before)
    assert counts == [counts[0]] * 3


def counting(act: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(act.__name__)
        return act(*args, **kwargs)

    return counted


def test_whoever_registers_anothers_address_gains_nothing_by_its_owners_code(client: Client) -> None:
    stranger = Client()
    post(stranger, "account_signup", name="Mallory", email=KNOWN, password1=PASSWORD)
    post(client, "account_request_login_code", email=KNOWN)
    assert post(client, "account_confirm_login_code", code=code()) == reverse("account_landing")
    assert post(Client(), "account_login", login=KNOWN, password=PASSWORD) == "refused"
    # Nor by the session left waiting for a code, which would come to the owner.
    for data in ({"code": ""}, {"code": "000000"}, {"action": "change", "email": "mallory@example.org"}):
        post(stranger, "account_email_verification_sent", **data)
    post(stranger, "account_login", login=KNOWN, password=PASSWORD)
    assert User.objects.get().email == KNOWN
    assert stranger.get(reverse("client_home")).status_code == 302


def test_a_proven_accounts_password_survives_a_code(client: Client, alice: User) -> None:
    post(client, "account_request_login_code", email=KNOWN)
    post(client, "account_confirm_login_code", code=code())
    assert post(Client(), "account_login", login=KNOWN, password=PASSWORD) == reverse("account_landing")


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_a_code_can_be_sent_again_whoever_asks(client: Client, alice: User, email: str) -> None:
    post(client, "account_request_login_code", email=email)
    assert post(client, "account_confirm_login_code", action="resend") == reverse("account_confirm_login_code")
    assert "Un autre code vient de partir" in client.get(reverse("account_confirm_login_code")).content.decode()
    if email == KNOWN:
        assert post(client, "account_confirm_login_code", code=code()) == reverse("account_landing")


def test_a_code_dies_after_three_wrong_ones(client: Client, alice: User) -> None:
    post(client, "account_request_login_code", email=KNOWN)
    right = code()
    for _ in range(3):
        post(client, "account_confirm_login_code", code="000000" if right != "000000" else "111111")
    assert post(client, "account_confirm_login_code", code=right) == reverse("account_request_login_code")
    assert client.get(reverse("client_home")).status_code == 302


def test_too_many_tries_get_a_calm_page(client: Client) -> None:
    for number in range(21):
        told = {"name": "", "email": f"a{number}@example.org", "password1": ""}
        response = client.post(reverse("account_signup"), told)
    assert response.status_code == 429
    assert "Attendez un peu" in response.content.decode()


def test_a_closed_account_opens_by_no_way(alice: User) -> None:
    User.objects.update(is_active=False)
    client = Client()
    assert post(client, "account_login", login=KNOWN, password=PASSWORD) == reverse("account_inactive")
    post(client, "account_request_login_code", email=KNOWN)
    if re.search(r"^\d{6}$", Letter.objects.latest("pk").text, re.MULTILINE):
        post(client, "account_confirm_login_code", code=code())
    assert client.get(reverse("client_home")).status_code == 302


def test_an_account_made_by_staff_enters_by_code(client: Client) -> None:
    enter(client, make_user("staff@example.org", role=User.Role.STAFF))
    told = {"name": "Carole", "email": "Carole@Example.org", "role": "mediator", "language": "fr", "phone": ""}
    client.post(reverse("admin:accounts_user_add"), told | {"zone": "Europe/Paris", "is_active": "on"})
    carole = User.objects.get(role=User.Role.MEDIATOR)
    assert (carole.email, carole.has_usable_password()) == ("carole@example.org", False)
    client.post(reverse("admin:accounts_user_change", args=[carole.pk]), told | {
        "zone": "Europe/Paris", "is_active": "on", "email": "evil@example.org", "name": "Carole Petit",
    })  # fmt: skip
    carole.refresh_from_db()
    assert (carole.email, carole.name) == ("carole@example.org", "Carole Petit")
    carole_s = Client()
    post(carole_s, "account_request_login_code", email=carole.email)
    assert post(carole_s, "account_confirm_login_code", code=code()) == reverse("account_landing")


def test_staff_cannot_give_an_account_a_zone_that_is_none(client: Client, alice: User) -> None:
    enter(client, make_user("staff@example.org", role=User.Role.STAFF))
    told = {"name": "Alice", "role": "client", "phone": "", "is_active": "on"}
    for wrong in ({"zone": "Europe/Nulle", "language": "fr"}, {"zone": "Europe/Paris", "language": "xx"}):
        assert client.post(reverse("admin:accounts_user_change", args=[alice.pk]), told | wrong).status_code == 200
    right = told | {"zone": "Indian/Reunion", "language": "en"}
    assert client.post(reverse("admin:accounts_user_change", args=[alice.pk]), right).status_code == 302
    alice.refresh_from_db()
    assert (alice.zone, alice.language) == ("Indian/Reunion", "en")


def test_an_account_can_be_made_without_a_password(client: Client) -> None:
    told = {"name": "Alice Martin", "email": KNOWN, "password1": ""}
    assert post(client, "account_signup", **told) == reverse("account_email_verification_sent")
    assert post(client, "account_email_verification_sent", code=code()) == reverse("account_landing")
    assert not User.objects.get().has_usable_password()


def test_a_changed_password_leads_back_to_the_account(client: Client, alice: User) -> None:
    enter(client, alice)
    new = {"password1": "une tout autre phrase", "password2": "une tout autre phrase"}
    assert post(client, "account_change_password", oldpassword="faux", **new) == "refused"
    assert post(client, "account_change_password", oldpassword=PASSWORD, **new) == reverse("account_home")
    assert post(Client(), "account_login", login=KNOWN, password=new["password1"]) == reverse("account_landing")


def test_my_account_changes_what_is_mine_only(client: Client, alice: User) -> None:
    enter(client, alice)
    told = {"name": "Alice M.", "phone": "06 39 98 00 00", "language": "en", "zone": "America/Martinique"}
    client.post(reverse("account_home"), told | {"role": "staff", "email": "evil@example.org", "is_active": ""})
    alice.refresh_from_db()
    assert (alice.name, str(alice.phone), alice.language, alice.zone) == (
        "Alice M.", "+33639980000", "en", "America/Martinique",
    )  # fmt: skip
    assert (alice.role, alice.email, alice.is_active) == (User.Role.CLIENT, KNOWN, True)


def test_a_wrong_phone_says_how_to_mend_it_and_keeps_what_was_typed(client: Client, alice: User) -> None:
    enter(client, alice)
    response = client.post(
        reverse("account_home"), {"name": "Alice M.", "phone": "12", "language": "fr", "zone": "Europe/Paris"}
    )
    assert response.status_code == 422
    assert "Exemple" in response.content.decode()
    assert "Alice M." in response.content.decode()


def test_signing_out_takes_a_post(client: Client, alice: User) -> None:
    enter(client, alice)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get(reverse("client_home")).status_code == 200
    assert post(client, "account_logout") == reverse("home")
    assert client.get(reverse("client_home")).status_code == 302


def test_letters_follow_the_language_of_the_page(client: Client, alice: User) -> None:
    client.post("/en" + reverse("account_request_login_code"), {"email": KNOWN})
    assert Letter.objects.get().language == "en"


def test_another_address_is_proven_there_and_the_former_one_hears_of_it(client: Client, alice: User) -> None:
    bob = make_mediator(now=NOW)
    booked = book(bob, TEN, client=alice, now=NOW)
    enter(client, alice)
    assert post(client, "account_email", email="new@example.org") == reverse("account_email_verification_sent")
    alice.refresh_from_db()
    assert alice.email == KNOWN
    assert post(client, "account_email_verification_sent", code="000000") == "refused"
    post(client, "account_email_verification_sent", code=code())
    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    assert [one.email for one in EmailAddress.objects.filter(user=alice)] == ["new@example.org"]
    told = Letter.objects.get(kind="account_alert")
    assert told.to == KNOWN
    assert "L’adresse de votre compte a été changée" in told.text
    assert booked.participants.get(role="client").email == "new@example.org"
    assert post(Client(), "account_login", login="new@example.org", password=PASSWORD) == reverse("account_landing")
    assert post(Client(), "account_login", login=KNOWN, password=PASSWORD) == "refused"


def test_the_address_of_somebody_else_is_not_taken_nor_told(client: Client, alice: User) -> None:
    zoe = make_user("zoe@example.org", password=PASSWORD)
    enter(client, alice)
    assert post(client, "account_email", email="zoe@example.org") == reverse("account_email_verification_sent")
    post(client, "account_email_verification_sent", code=code())
    alice.refresh_from_db()
    assert alice.email == KNOWN
    assert set(EmailAddress.objects.values_list("user", "email")) == {(alice.pk, KNOWN), (zoe.pk, zoe.email)}
    assert "C’est déjà l’adresse" in client.post(reverse("account_email"), {"email": KNOWN}).content.decode()


def test_changing_the_address_asks_again_who_one_is(client: Client, alice: User) -> None:
    enter(client, alice)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    assert post(client, "account_email", email="new@example.org").startswith(reverse("account_reauthenticate"))
    assert not Letter.objects.exists()


def test_codes_tried_at_once_are_counted_all_the_same(client: Client, alice: User) -> None:
    """Requests that run together read the same session: what it counts is not enough."""
    post(client, "account_request_login_code", email=KNOWN)
    before = dict(client.session.items())
    answers = []
    for number in range(8):
        answers.append(client.post(reverse("account_confirm_login_code"), {"code": f"00000{number}"}).status_code)
        session = client.session
        session.clear()
        session.update(before)
        session.save()
    assert answers[:6] == [200] * 6
    assert answers[6:] == [429, 429]


@pytest.mark.parametrize("password", ["Alice Martinet", "alice@example.org", "password1234", "000000000000"])
def test_a_password_that_others_would_guess_is_refused(client: Client, alice: User, password: str) -> None:
    User.objects.filter(pk=alice.pk).update(name="Alice Martinet")
    alice.refresh_from_db()
    enter(client, alice)
    told = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert post(client, "account_change_password", **told) == "refused"
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
