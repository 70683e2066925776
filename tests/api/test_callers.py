"""Who may do what by API: the token of an appointment, tokens of people with scopes, sessions with their CSRF token."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from allomediateur.accounts import people, tokens
from allomediateur.accounts.models import ApiToken, User
from allomediateur.agenda.models import AccessLink, Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.privacy import erasing
from allomediateur.trail.models import Entry
from tests.agenda import mandates
from tests.agenda.steps import code_of, last_letter, token_of
from tests.api.asking import (
    BOTH,
    READ,
    WRITE,
    booked,
    confirmed,
    held,
    problem,
    program,
    read,
    send,
    token_for,
    wish,
    with_factor,
)
from tests.factories import book, make_mediator, make_user
from tests.web.signing_in import enter
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
ACTS: tuple[tuple[str, Any], ...] = (
    ("confirm", {"code": "000000"}),
    ("move", {"start": HALF_PAST.isoformat()}),
    ("cancel", {"reason": "Empêchée"}),
    ("code", None),
)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alice() -> User:
    return make_user()


@pytest.fixture
def alone() -> Client:
    return program()


def entered(user: User) -> Client:
    client = program()
    enter(client, user)
    return client


def csrf(client: Client) -> dict[str, str]:
    """As a page of ours gives it."""
    client.get(reverse("account_home"))
    return {"X-CSRFToken": client.cookies["csrf"].value}


def untouched(one: Appointment) -> bool:
    return Appointment.objects.filter(pk=one.pk, state=one.state, starts_at=one.starts_at).exists()


def row(made: Any) -> Appointment:
    return Appointment.objects.get(reference=made["id"])


@pytest.mark.parametrize(("act", "body"), ACTS)
def test_without_a_token_nothing_is_done(alone: Client, bob: Mediator, act: str, body: Any) -> None:
    one = row(confirmed(alone, bob))
    answer = send(alone, f"appointments/{one.reference}/{act}", body)
    problem(answer, 401, "unauthorized")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert untouched(one)


@pytest.mark.parametrize(("act", "body"), ACTS)
def test_a_session_without_its_csrf_token_does_nothing(bob: Mediator, alice: User, act: str, body: Any) -> None:
    one = book(bob, TEN, client=alice, now=NOW)
    hers = entered(alice)
    problem(send(hers, f"appointments/{one.reference}/{act}", body), 403, "csrf")
    assert untouched(one)
    assert read(hers, f"appointments/{one.reference}").status_code == 200


def test_a_session_with_its_csrf_token_acts_as_the_person(bob: Mediator, alice: User) -> None:
    one, hers = book(bob, TEN, client=alice, now=NOW), entered(alice)
    told = csrf(hers)
    moved = send(hers, f"appointments/{one.reference}/move", {"start": HALF_PAST.isoformat()}, **told)
    assert moved.status_code == 200
    assert one.transitions.get().by == "client"
    wrong = {"X-CSRFToken": "x" * 64}
    problem(send(hers, f"appointments/{one.reference}/cancel", {}, **wrong), 403, "csrf")


def test_a_session_alone_books_as_anybody(bob: Mediator, alice: User) -> None:
    """Another site cannot make a browser book in somebody's name: the cookie is not looked at."""
    hers = entered(alice)
    made = booked(hers, bob, email=alice.email)
    assert made["state"] == "unconfirmed"
    assert row(made).participants.get(role="client").user is None
    told = csrf(hers)
    hold = send(hers, "holds", wish(bob, HALF_PAST), **told).json()["hold"]
    who = {"hold": hold, "name": "Alice", "email": alice.email, "phone": "06 39 98 01 02"}
    sure = send(hers, "appointments", who, **told).json()
    assert (sure["state"], sure["confirm_by"]) == ("confirmed", None)
    assert row(sure).participants.get(role="client").user == alice


@pytest.mark.parametrize(("act", "body"), ACTS)
def test_the_token_of_another_appointment_opens_nothing(alone: Client, bob: Mediator, act: str, body: Any) -> None:
    one = row(confirmed(alone, bob))
    others = booked(alone, bob, HALF_PAST, email="charlie@example.org")
    answers = [
        send(alone, f"appointments/{reference}/{act}", body, token=others["manage_token"])
        for reference in (one.reference, "A" * 22)
    ]
    problem(answers[0], 404, "unknown_appointment")
    assert answers[0].content == answers[1].content
    assert read(alone, f"appointments/{one.reference}", others["manage_token"]).status_code == 404
    assert untouched(one)


@pytest.mark.parametrize("shown", ["Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer alm.x", "x", "Bearer é\x80"])
def test_a_token_that_opens_nothing_is_no_anonymous_caller(alone: Client, bob: Mediator, shown: str) -> None:
    one = row(confirmed(alone, bob))
    for path, body in (("holds", wish(bob, HALF_PAST)), (f"appointments/{one.reference}/cancel", {}), ("nope/x", {})):
        answer = send(alone, path, body, Authorization=shown)
        problem(answer, 404 if path == "nope/x" else 401)
    there = [
        alone.get(f"/api/v1/appointments/{name}", headers={"Authorization": shown}) for name in (one.reference, "x")
    ]
    assert there[0].status_code == 401
    assert there[0].content == there[1].content
    assert Appointment.objects.count() == 1


def test_a_confirming_link_manages_nothing(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    link = AccessLink.objects.get(purpose="confirm")
    AccessLink.objects.filter(purpose="manage").delete()
    problem(send(alone, f"appointments/{made['id']}/cancel", {}, token=made["manage_token"]), 401)
    assert link.participant.appointment.state == State.UNCONFIRMED


def test_a_token_long_past_its_appointment_is_over(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    AccessLink.objects.filter(purpose="manage").update(expires_at=NOW - MINUTE)
    problem(read(alone, f"appointments/{made['id']}", made["manage_token"]), 401)


def test_a_client_reads_and_books_with_a_token_of_theirs(alone: Client, bob: Mediator, alice: User) -> None:
    token = token_for(alice)
    made = booked(alone, bob, token=token)
    assert made["state"] == "confirmed"
    book(bob, TEN - 30 * DAY, client=alice, state=State.ATTENDED, now=NOW)
    book(bob, HALF_PAST, now=NOW)
    coming = read(alone, "appointments", token).json()
    assert ([one["id"] for one in coming["items"]], coming["total"], coming["page"]) == ([made["id"]], 1, 1)
    assert [one["state"] for one in read(alone, "appointments", token, when="past").json()["items"]] == ["attended"]
    assert send(alone, f"appointments/{made['id']}/cancel", {}, token=token).status_code == 200
    assert row(made).transitions.order_by("-pk")[0].by == "client"


def test_another_address_than_the_accounts_is_to_be_proven(alone: Client, bob: Mediator, alice: User) -> None:
    made = booked(alone, bob, token=token_for(alice), email="zoe@example.org")
    assert made["state"] == "unconfirmed"


@pytest.mark.parametrize("scope", BOTH)
def test_a_scope_opens_what_it_says(alone: Client, bob: Mediator, alice: User, scope: ApiToken.Scope) -> None:
    one = book(bob, TEN, client=alice, now=NOW)
    token, here = token_for(alice, scope), f"appointments/{one.reference}"
    reads = [read(alone, "appointments", token), read(alone, here, token)]
    acts = [send(alone, "holds", wish(bob, TEN + DAY), token=token)]
    acts += [send(alone, f"{here}/{act}", body, token=token) for act, body in ACTS]
    refused = acts if scope == READ else reads
    for answer in refused:
        told = problem(answer, 403, "insufficient_scope")
        assert told["scope"] == str(WRITE if scope == READ else READ)
        assert "insufficient_scope" in answer["WWW-Authenticate"]
    for answer in reads if scope == READ else acts:
        assert answer.status_code not in {401, 403}
    assert untouched(one) == (scope == READ)


def test_a_stranger_s_token_finds_nothing(alone: Client, bob: Mediator) -> None:
    one = row(confirmed(alone, bob))
    charlie = token_for(make_user("charlie@example.org"))
    assert read(alone, "appointments", charlie).json() == {"items": [], "total": 0, "page": 1}
    answers = [read(alone, f"appointments/{name}", charlie) for name in (one.reference, "A" * 22)]
    problem(answers[0], 404, "unknown_appointment")
    assert answers[0].content == answers[1].content
    for act, body in ACTS:
        problem(send(alone, f"appointments/{one.reference}/{act}", body, token=charlie), 404)
    assert untouched(one)


def test_a_mediator_reads_and_changes_their_own_agenda(alone: Client, bob: Mediator) -> None:
    made = confirmed(alone, bob)
    token = token_for(with_factor(bob.user))
    here = f"appointments/{made['id']}"
    assert [one["client"] for one in read(alone, "appointments", token).json()["items"]] == ["Alice Martin"]
    shown = read(alone, here, token).json()
    assert shown["contact"] == {"name": "Alice Martin", "email": "alice@example.org", "phone": "+33639980102"}
    assert Entry.objects.filter(act="seen", actor=bob.user_id, thing=f"appointment:{made['id']}").count() == 1
    problem(send(alone, f"{here}/confirm", {"code": "000000"}, token=token), 403, "role")
    problem(send(alone, f"{here}/cancel", {"reason": " "}, token=token), 422, "invalid")
    assert send(alone, f"{here}/move", {"start": HALF_PAST.isoformat()}, token=token).status_code == 200
    assert send(alone, f"{here}/cancel", {"reason": "Empêché"}, token=token).status_code == 200
    assert list(row(made).transitions.order_by("-pk").values_list("by", flat=True)[:2]) == ["mediator", "mediator"]
    past = read(alone, "appointments", token, when="past").json()["items"]
    assert [one["state"] for one in past] == ["cancelled"]


def test_contact_details_come_with_the_confirmation(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    shown = read(alone, f"appointments/{made['id']}", token_for(with_factor(bob.user))).json()
    assert (shown["state"], shown["client"], shown["contact"]) == ("unconfirmed", "Alice Martin", None)
    assert "alice@example.org" not in str(shown)


def test_another_mediator_s_agenda_is_not_there(alone: Client, bob: Mediator) -> None:
    one = row(confirmed(alone, bob))
    token = token_for(with_factor(make_mediator("Carole Petit", now=NOW).user))
    assert read(alone, "appointments", token).json()["total"] == 0
    problem(read(alone, f"appointments/{one.reference}", token), 404)
    problem(send(alone, f"appointments/{one.reference}/cancel", {"reason": "x"}, token=token), 404)
    assert untouched(one)


def test_without_a_second_factor_a_mediator_s_token_opens_nothing(alone: Client, bob: Mediator) -> None:
    token = token_for(bob.user)
    problem(read(alone, "appointments", token), 403, "second_factor")
    with_factor(bob.user)
    assert read(alone, "appointments", token).status_code == 200


@pytest.mark.parametrize("role", [User.Role.STAFF, User.Role.SECRETARY])
def test_staff_and_secretaries_have_none(alone: Client, bob: Mediator, alice: User, role: User.Role) -> None:
    """Nor keep the ones they had as clients."""
    one, token = book(bob, TEN, client=alice, now=NOW), token_for(alice)
    User.objects.filter(pk=alice.pk).update(role=role)
    with_factor(alice)
    alice.refresh_from_db()
    hers = entered(alice)
    for client, shown in ((alone, token), (hers, "")):
        problem(read(client, "appointments", shown), 403, "role")
        problem(read(client, f"appointments/{one.reference}", shown), 403, "role")
    problem(send(alone, "holds", wish(bob, HALF_PAST), token=token), 403, "role")


def test_tokens_end_with_their_time_and_their_account(alone: Client, bob: Mediator, alice: User) -> None:
    token = token_for(alice)
    assert read(alone, "appointments", token).status_code == 200
    ApiToken.objects.update(expires_at=NOW)
    problem(read(alone, "appointments", token), 401)
    ApiToken.objects.update(expires_at=NOW + DAY, revoked_at=NOW)
    problem(read(alone, "appointments", token), 401)
    ApiToken.objects.update(revoked_at=None)
    User.objects.update(is_active=False)
    problem(read(alone, "appointments", token), 401)
    User.objects.update(is_active=True)
    alice.refresh_from_db()
    people.remove_factors(alice, datetime.now(UTC))
    problem(read(alone, "appointments", token), 401)


def test_an_erased_account_has_no_token(alone: Client, alice: User) -> None:
    token = token_for(alice)
    erasing.erase(alice, datetime.now(UTC))
    problem(read(alone, "appointments", token), 401)
    assert not ApiToken.objects.exists()


def test_calls_of_a_person_are_counted(alone: Client, alice: User, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"api": (2, 60)}
    token = token_for(alice)
    assert [read(alone, "appointments", token).status_code for _time in range(2)] == [200, 200]
    answer = read(alone, "appointments", token)
    problem(answer, 429, "too_many")
    assert int(answer["Retry-After"]) > 0


def test_twenty_a_page_in_the_same_queries(
    alone: Client, bob: Mediator, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    token, counts = token_for(alice), []
    tokens.find(token, datetime.now(UTC))
    for many in (1, 3, 22):
        while (there := Appointment.objects.count()) < many:
            book(bob, TEN + there * 7 * DAY, client=alice, now=NOW)
        with django_assert_max_num_queries(15) as queries:
            page = read(alone, "appointments", token).json()
        counts.append(len(queries))
        assert (len(page["items"]), page["total"]) == (min(many, 20), many)
    assert len(set(counts)) == 1
    assert len(read(alone, "appointments", token, page=2).json()["items"]) == 2
    assert read(alone, "appointments", token, page=50).json()["page"] == 2
    problem(read(alone, "appointments", token, page=0), 422)
    problem(read(alone, "appointments", token, when="never"), 422)


def test_a_hold_is_whose_secret_it_is(alone: Client, bob: Mediator) -> None:
    """Not of the network it was made from, nor of the account: like a browser's."""
    hold = held(alone, bob)
    assert send(program(REMOTE_ADDR="192.0.2.7"), f"holds/{hold}/extend").status_code == 200


def test_whoever_confirms_is_not_signed_in(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    code = code_of(last_letter("appointment_to_confirm"))
    answer = send(alone, f"appointments/{made['id']}/confirm", {"code": code}, token=made["manage_token"])
    assert answer.status_code == 200
    assert "session" not in answer.cookies
    assert User.objects.filter(email="alice@example.org").exists()


def test_tokens_are_kept_hashed(alice: User) -> None:
    token = token_for(alice)
    kept = ApiToken.objects.get()
    assert token not in str(vars(kept))
    assert kept.expires_at - kept.created_at == timedelta(days=90)


@pytest.mark.parametrize("act", ["read", "move", "cancel", "confirm", "code"])
def test_who_is_invited_has_a_page_and_no_say(alone: Client, bob: Mediator, act: str) -> None:
    """The door of a guest's letter is of the same make as the client's."""
    made = confirmed(alone, bob)
    mandates.invite(Appointment.objects.get(reference=made["id"]), now=NOW)
    shown = token_of(last_letter("appointment_guest_invited"))
    bodies: dict[str, Any] = {
        "move": {"start": HALF_PAST.isoformat()},
        "cancel": {"reason": "x"},
        "confirm": {"code": "1"},
    }
    if act == "read":
        answer = alone.get(f"/api/v1/appointments/{made['id']}", headers={"Authorization": f"Bearer {shown}"})
    else:
        answer = send(alone, f"appointments/{made['id']}/{act}", bodies.get(act), token=shown)
    problem(answer, 404, "unknown_appointment")
    now = Appointment.objects.get(reference=made["id"])
    assert (now.state, now.starts_at) == (State.CONFIRMED, TEN)
