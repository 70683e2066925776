"""`Idempotency-Key`: sent again, a request acts once and is answered alike."""

from typing import Any

import pytest
from django.test import Client

from allomediateur.accounts import idempotency
from allomediateur.accounts.models import IdempotencyKey
from allomediateur.agenda.models import AccessLink, Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.steps import code_of, last_letter, wrong
from tests.api.asking import KEY, WHO, booked, confirmed, held, problem, program, read, send, token_for, wish
from tests.factories import make_mediator, make_user
from tests.web.times import HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alone() -> Client:
    return program()


def alike(one: Any, other: Any) -> bool:
    assert "Idempotency-Replayed" not in one
    assert other["Idempotency-Replayed"] == "true"
    return (one.status_code, one.content, one["Content-Type"]) == (
        other.status_code,
        other.content,
        other["Content-Type"],
    )


def test_each_post_acts_once_and_answers_alike(alone: Client, bob: Mediator) -> None:
    first, again = (send(alone, "holds", wish(bob), key=KEY) for _time in range(2))
    assert alike(first, again)
    hold = first.json()["hold"]
    assert alike(*(send(alone, f"holds/{hold}/extend", key=KEY) for _time in range(2)))
    first, again = (send(alone, "appointments", {"hold": hold, **WHO}, key=KEY) for _time in range(2))
    assert alike(first, again)
    here, token = f"appointments/{first.json()['id']}", again.json()["manage_token"]
    assert alike(*(send(alone, f"{here}/code", token=token, key=KEY) for _time in range(2)))
    code = code_of(last_letter("appointment_to_confirm"))
    assert alike(*(send(alone, f"{here}/confirm", {"code": code}, token=token, key=KEY) for _time in range(2)))
    there = {"start": HALF_PAST.isoformat()}
    assert alike(*(send(alone, f"{here}/move", there, token=token, key=KEY) for _time in range(2)))
    assert alike(*(send(alone, f"{here}/cancel", {}, token=token, key=KEY) for _time in range(2)))
    assert Appointment.objects.count() == 1
    kinds = list(Letter.objects.values_list("kind", flat=True))
    assert (kinds.count("appointment_to_confirm"), kinds.count("appointment_moved")) == (2, 1)
    assert AccessLink.objects.filter(token_hash__isnull=False, purpose="manage").count() >= 1


def test_the_same_key_for_another_body_is_refused(alone: Client, bob: Mediator) -> None:
    hold = send(alone, "holds", wish(bob), key=KEY).json()["hold"]
    problem(send(alone, "holds", wish(bob, HALF_PAST), key=KEY), 422, "idempotency_key_reused")
    assert Appointment.objects.count() == 1
    assert send(alone, "appointments", {"hold": hold, **WHO}, key=KEY).status_code == 201
    other = {"hold": hold, **WHO, "name": "Mallory"}
    problem(send(alone, "appointments", other, key=KEY), 422, "idempotency_key_reused")


def test_nobody_reads_the_answer_of_another(alone: Client, bob: Mediator) -> None:
    """The same key and the same body, of another network, another account or another appointment's token."""
    mine = send(alone, "holds", wish(bob), key=KEY).json()
    problem(send(program(REMOTE_ADDR="192.0.2.7"), "holds", wish(bob), key=KEY), 409, "taken")
    token = token_for(make_user("charlie@example.org"))
    problem(send(alone, "holds", wish(bob), key=KEY, token=token), 409, "taken")
    other = token_for(make_user("dora@example.org"))
    hers = send(alone, "holds", wish(bob, HALF_PAST), key=KEY, token=token).json()
    problem(send(alone, "holds", wish(bob, HALF_PAST), key=KEY, token=other), 409, "taken")
    assert mine["hold"] != hers["hold"]
    made = booked(alone, bob, TEN + 60 * MINUTE)
    assert send(alone, f"appointments/{made['id']}/cancel", {}, key=KEY, token=made["manage_token"]).status_code == 200
    problem(send(alone, f"appointments/{made['id']}/cancel", {}, key=KEY, token=token), 404)


def test_secrets_are_kept_sealed(alone: Client, bob: Mediator) -> None:
    hold = send(alone, "holds", wish(bob), key=KEY).json()["hold"]
    made = send(alone, "appointments", {"hold": hold, **WHO}, key=KEY).json()
    for kept in IdempotencyKey.objects.all():
        for secret in (hold, made["manage_token"], made["id"], KEY):
            assert secret not in f"{kept.key} {kept.fingerprint} {kept.answer}"


def test_what_was_refused_is_judged_anew(alone: Client, bob: Mediator) -> None:
    hold = held(alone, bob)
    problem(send(alone, "holds", wish(bob), key=KEY), 409, "taken")
    alone.delete(f"/api/v1/holds/{hold}")
    assert send(alone, "holds", wish(bob), key=KEY).status_code == 201


def test_a_wrong_code_sent_twice_loses_one_try(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    code = code_of(last_letter("appointment_to_confirm"))
    here, token = f"appointments/{made['id']}/confirm", made["manage_token"]
    first, again = (send(alone, here, {"code": wrong(code)}, token=token, key=KEY) for _time in range(2))
    assert alike(first, again)
    assert problem(first, 422, "wrong_code")["left"] == 4
    problem(send(alone, here, {"code": code}, token=token, key=KEY), 422, "idempotency_key_reused")
    assert problem(send(alone, here, {"code": wrong(code)}, token=token), 422)["left"] == 3


def test_an_answer_stays_what_it_was(alone: Client, bob: Mediator) -> None:
    """What became of the appointment since is read elsewhere."""
    made = confirmed(alone, bob)
    here, token = f"appointments/{made['id']}", made["manage_token"]
    there = {"start": HALF_PAST.isoformat()}
    first = send(alone, f"{here}/move", there, token=token, key=KEY)
    assert send(alone, f"{here}/cancel", {}, token=token).status_code == 200
    assert alike(first, send(alone, f"{here}/move", there, token=token, key=KEY))
    assert read(alone, here, token).json()["state"] == "cancelled"


@pytest.mark.parametrize("key", ["1", "short", "x" * 15, "x" * 201, "é" * 20, "a b" * 10])
def test_a_key_that_others_may_have_is_refused(alone: Client, bob: Mediator, key: str) -> None:
    answer = send(alone, "holds", wish(bob), key=key)
    problem(answer, 422, "idempotency_key_invalid")
    assert not Appointment.objects.exists()


def test_a_replay_costs_no_limit(alone: Client, bob: Mediator) -> None:
    """Letters to an address are eight: the answer that got lost nine times is still the answer."""
    hold = held(alone, bob)
    answers = [send(alone, "appointments", {"hold": hold, **WHO}, key=KEY) for _time in range(12)]
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert Letter.objects.count() == 1


def test_forgotten_keys_act_anew(alone: Client, bob: Mediator) -> None:
    hold = send(alone, "holds", wish(bob), key=KEY).json()["hold"]
    idempotency.forget(NOW + 60 * MINUTE)
    problem(send(alone, "holds", wish(bob), key=KEY), 409, "taken")
    assert send(alone, f"holds/{hold}/extend").status_code == 200
    assert Appointment.objects.get().state == State.HELD
