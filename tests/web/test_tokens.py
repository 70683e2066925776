"""« Accès par programme »: tokens made after a fresh proof, shown once, told by letter, taken back at once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.accounts import tokens
from allomediateur.accounts.models import ApiToken, User
from allomediateur.accounts.tokens import MOST
from allomediateur.notify.models import Letter
from allomediateur.privacy import exporting
from allomediateur.trail.models import Entry
from tests.api.asking import token_for, with_factor
from tests.factories import make_mediator, make_user
from tests.web.signing_in import enter, text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("account_tokens"), reverse("account_token_new")
TOLD = {"name": "Agenda du cabinet", "scopes": ["appointments:read"], "days": "90"}


@pytest.fixture
def alice() -> User:
    return make_user()


@pytest.fixture
def hers(alice: User) -> Client:
    client = Client()
    enter(client, alice)
    return client


def test_a_token_is_shown_once_told_by_letter_and_opens_the_api(hers: Client, alice: User) -> None:
    page: Any = hers.post(NEW, TOLD)
    secret = re.findall(r"<code>(alm\.[\w-]{43})</code>", text(page))[0]
    assert "no-store" in page["Cache-Control"]
    assert secret not in text(hers.get(LIST))
    assert "Agenda du cabinet" in text(hers.get(LIST))
    shown = Client().get("/api/v1/appointments", headers={"Authorization": f"Bearer {secret}"})
    assert shown.json() == {"items": [], "total": 0, "page": 1}
    letter = Letter.objects.get(kind="account_alert")
    assert (letter.to, "jeton d’accès par programme" in letter.text) == (alice.email, True)
    assert secret not in letter.text + letter.html
    assert Entry.objects.filter(act="token_made", actor=alice.pk, person=alice.pk).count() == 1
    assert exporting.portrait(alice, NOW)["account"]["api_tokens"][0]["name"] == "Agenda du cabinet"


def test_taken_back_it_opens_nothing(hers: Client, alice: User) -> None:
    secret = token_for(alice)
    made = ApiToken.objects.get()
    for status in (302, 404):
        assert hers.post(reverse("account_token_revoke", args=[made.pk])).status_code == status
    shown = Client().get("/api/v1/appointments", headers={"Authorization": f"Bearer {secret}"})
    assert shown.status_code == 401
    assert Entry.objects.filter(act="token_revoked").count() == 1


def test_nobody_takes_back_another_s(hers: Client) -> None:
    token_for(make_user("charlie@example.org"))
    assert hers.post(reverse("account_token_revoke", args=[ApiToken.objects.get().pk])).status_code == 404
    assert ApiToken.objects.get().revoked_at is None
    assert "Programme" not in text(hers.get(LIST))


def test_who_has_not_proven_lately_proves_again(alice: User) -> None:
    stale = Client()
    enter(stale, alice, "letter")
    session = stale.session
    session["account_authentication_methods"] = [{"method": "letter", "at": 1.0}]
    session.save()
    for answer in (stale.get(NEW), stale.post(NEW, TOLD)):
        assert answer.status_code == 302
        assert "/compte/confirmer/" in answer.headers["Location"]
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 61}, {"scopes": []}, {"scopes": ["admin"]}, {"days": "3650"}, {"days": ""}]
)
def test_a_form_that_is_not_right_makes_nothing(hers: Client, wrong: dict[str, Any]) -> None:
    assert hers.post(NEW, TOLD | wrong).status_code == 422
    assert not ApiToken.objects.exists()


def test_one_name_one_token_and_ten_at_most(hers: Client, alice: User) -> None:
    assert hers.post(NEW, TOLD).status_code == 200
    again = hers.post(NEW, TOLD)
    assert (again.status_code, "porte déjà ce nom" in text(again)) == (422, True)
    for number in range(MOST - 1):
        token_for(alice, name=f"Programme {number}")
    assert hers.post(NEW, TOLD | {"name": "De trop"}).headers["Location"] == LIST
    assert tokens.live(alice, NOW).count() == MOST
    assert "retirez-en un" in text(hers.get(LIST))


def test_a_mediator_has_a_second_factor_first() -> None:
    bob, his = make_mediator(now=NOW).user, Client()
    enter(his, bob)
    assert "Un second facteur d’abord" in text(his.get(LIST))
    assert his.post(NEW, TOLD).headers["Location"] == LIST
    with_factor(bob)
    assert his.post(NEW, TOLD).status_code == 200


@pytest.mark.parametrize("role", [User.Role.STAFF, User.Role.SECRETARY])
def test_staff_and_secretaries_make_none(role: User.Role) -> None:
    theirs = Client()
    enter(theirs, make_user(f"{role}@example.org", role=role))
    assert [theirs.get(LIST).status_code, theirs.post(NEW, TOLD).status_code] == [404, 404]
    assert "Accès par programme" not in text(theirs.get(reverse("account_home")))
