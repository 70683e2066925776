"""One code sent by eight browsers at the same instant, each on its own connection: it serves once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, State, Transition
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.factories import make_mediator, make_user
from tests.web import paths
from tests.web.signing_in import text
from tests.web.test_accounts import code
from tests.web.test_second_factor import EMAIL, PASSWORD, protected, sign_in
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 8
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def no_limit_reached_before(transactional_db: None) -> None:
    cache.clear()


def all_at_once(clients: list[Client], act: Callable[[Client], Any]) -> list[Any]:
    """What each was answered; a fault of ours fails the test."""
    barrier, answers = threading.Barrier(len(clients)), []

    def deed(client: Client) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE)
            answers.append(act(client))
        finally:
            connection.close()

    threads = [threading.Thread(target=deed, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(answers) == len(clients)
    return answers


def copies(client: Client) -> list[Client]:
    """The same browser, as many requests at once."""
    found = []
    for _ in range(CROWD):
        one = Client(raise_request_exception=False)
        one.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
        found.append(one)
    return found


def entered(clients: list[Client]) -> int:
    """In how many of them somebody is signed in."""
    return sum(one.get(reverse("client_home")).status_code == 200 for one in clients)


def calm(answers: list[Any]) -> bool:
    return all(one.status_code in {200, 302, 422, 429} for one in answers)


def test_a_login_code_opens_one_session() -> None:
    make_user(EMAIL)
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": EMAIL})
    right, clients = code(), copies(client)
    answers = all_at_once(clients, lambda one: one.post(reverse("account_confirm_login_code"), {"code": right}))
    assert calm(answers)
    assert [one.headers.get("Location") for one in answers].count(reverse("account_landing")) == 1
    assert entered(clients) == 1


def test_a_confirming_code_confirms_once_and_makes_one_account() -> None:
    bob, client = make_mediator(now=NOW), Client()
    address = paths.booked(client, bob, TEN)
    right, clients = steps.code_of(steps.last_letter("appointment_to_confirm")), copies(client)
    answers = all_at_once(clients, lambda one: one.post(address, {"code": right}))
    assert calm(answers)
    assert {one.headers.get("Location") for one in answers} == {address.replace("confirmer", "termine")}
    assert Appointment.objects.get().state == State.CONFIRMED
    assert Transition.objects.filter(to_state=State.CONFIRMED).count() == 1
    assert User.objects.filter(email="vera@example.org").count() == 1
    assert Letter.objects.filter(kind="appointment_confirmed", to="vera@example.org").count() == 1
    assert entered(clients) <= 1


def test_wrong_codes_at_once_are_counted_each() -> None:
    bob, client = make_mediator(now=NOW), Client()
    address = paths.booked(client, bob, TEN)
    right, clients = steps.code_of(steps.last_letter("appointment_to_confirm")), copies(client)
    answers = all_at_once(clients, lambda one: one.post(address, {"code": steps.wrong(right)}))
    assert calm(answers)
    assert all("<h1" in text(one) for one in answers)
    assert "ne peut plus servir" in text(client.post(address, {"code": right}))
    assert Appointment.objects.get().state == State.UNCONFIRMED


def test_a_recovery_code_serves_one_browser() -> None:
    _secret, codes = protected(make_user(EMAIL, password=PASSWORD))
    clients = [Client(raise_request_exception=False) for _ in range(CROWD)]
    for client in clients:
        sign_in(client)
    answers = all_at_once(clients, lambda one: one.post(reverse("mfa_authenticate"), {"code": codes[0]}))
    assert calm(answers)
    assert entered(clients) == 1
    refused = [text(one) for one in answers if one.status_code == 200]
    assert all("Ce code ne convient pas" in one or "Trop d’essais" in one for one in refused)
