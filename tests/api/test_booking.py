"""Booking by API: the whole path, and how each step refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Opening, Service, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.steps import code_of, last_letter, wrong
from tests.api.asking import WHO, booked, confirmed, held, problem, program, read, send, wish
from tests.factories import make_mediator, make_office, make_service, make_user, office_of, refresh, service_of
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alone() -> Client:
    return program()


def run_out(**which: Any) -> None:
    Appointment.objects.filter(**which).update(expires_at=NOW - MINUTE)


def test_the_token_of_who_typed_the_address_rules_none_of_its_reminders(alone: Client, bob: Mediator) -> None:
    made = confirmed(alone, bob)
    here = f"/rendez-vous/{made['manage_token']}/"
    assert alone.get(here).status_code == 200
    assert alone.get(f"{here}rappels/")["Location"] == here


def test_from_a_slot_to_a_cancelled_appointment(alone: Client, bob: Mediator) -> None:
    first = send(alone, "holds", wish(bob))
    assert (first.status_code, sorted(first.json())) == (201, ["expires_at", "hold"])
    hold = first.json()["hold"]
    longer = send(alone, f"holds/{hold}/extend").json()
    assert (longer["hold"], longer["expires_at"] > first.json()["expires_at"]) == (hold, True)
    made = send(alone, "appointments", {"hold": hold, **WHO}).json()
    assert made["state"] == "unconfirmed"
    assert made["confirm_by"] > longer["expires_at"]
    here, token = f"appointments/{made['id']}", made["manage_token"]
    code = code_of(last_letter("appointment_to_confirm"))
    done = send(alone, f"{here}/confirm", {"code": code}, token=token).json()
    assert (done["id"], done["state"], done["confirm_by"]) == (made["id"], "confirmed", None)
    moved = send(alone, f"{here}/move", {"start": HALF_PAST.isoformat()}, token=token).json()
    assert moved["start"].endswith(("+01:00", "+02:00"))
    shown = read(alone, here, token).json()
    assert (shown["start"], shown["may_change"], shown["client"], shown["contact"]) == (
        moved["start"],
        True,
        None,
        None,
    )
    assert send(alone, f"{here}/cancel", {"reason": "Empêchée"}, token=token).json()["state"] == "cancelled"
    assert send(alone, f"{here}/cancel", {}, token=token).json()["state"] == "cancelled"
    kinds = list(Letter.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds.count("appointment_to_confirm") == kinds.count("appointment_cancelled") == 1
    assert Appointment.objects.get().transitions.count() == 5


def test_the_hold_is_a_secret_of_its_own(alone: Client, bob: Mediator) -> None:
    """Neither the appointment's reference, nor anything the database has in clear."""
    hold = held(alone, bob)
    row = Appointment.objects.get()
    assert len(hold) == 43
    assert hold not in {row.reference, row.browser, str(row.uid)}
    problem(send(alone, f"holds/{row.reference}/extend"), 404, "unknown_hold")
    problem(send(alone, f"holds/{row.browser}/extend"), 404, "unknown_hold")
    problem(send(alone, "appointments", {"hold": row.reference, **WHO}), 404, "unknown_hold")


def test_two_programs_hold_two_slots(alone: Client, bob: Mediator) -> None:
    """One live hold a browser: a program is not one browser for all its people."""
    assert held(alone, bob) != held(alone, bob, HALF_PAST)
    assert Appointment.objects.filter(state=State.HELD).count() == 2


def test_a_taken_slot_tells_the_nearest(alone: Client, bob: Mediator) -> None:
    held(alone, bob)
    told = problem(send(alone, "holds", wish(bob)), 409, "taken")
    near = told["nearest"]
    assert len(near) == 6
    assert send(alone, "holds", wish(bob) | {"start": near[0]["start"]}).status_code == 201


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (TEN + 17 * MINUTE, "off_grid"),
        (TEN - 8 * 60 * MINUTE, "outside_openings"),
        (TEN + 2100 * DAY, "horizon"),
        (TEN - 14 * DAY, "notice"),
    ],
)
def test_an_impossible_slot_says_why(alone: Client, bob: Mediator, start: Any, code: str) -> None:
    told = problem(send(alone, "holds", wish(bob, start)), 422)
    assert told["code"] == code
    assert isinstance(told["nearest"], list)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "2026-12-01T10:00:00"},
        {"start": "2026-12-01"},
        {"start": "demain"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": "9999-12-31T23:59:59-14:00"},
        {"start": "2026-12-01T10:00:00+01:00\x00"},
        {"start": 1_800_000_000},
        {"start": None},
        {"modality": "telephone"},
        {"modality": "in_person", "office": 0},
        {"modality": "in_person", "office": 2**63},
        {"modality": "in_person", "office": True},
        {"service": "1"},
        {"service": -1},
        {"service": 10**30},
        {"mediator": ""},
        {"mediator": ["bob"]},
        {"price": 0},
        {"browser": "x"},
        {"mediator": "\ud800"},
        {"\ud800": 1},
    ],
)
def test_a_wish_that_cannot_be_read_is_a_problem(alone: Client, bob: Mediator, wrong: dict[str, Any]) -> None:
    told = problem(send(alone, "holds", wish(bob) | wrong), 422)
    assert told["code"] == "invalid"
    assert told["errors"]
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "{}", "[" * 5000, b"\xff\xfe", '{"start": NaN}', "1"])
def test_a_body_that_is_no_object_is_a_problem(alone: Client, bob: Mediator, body: Any) -> None:
    for path in ("holds", "appointments"):
        answer = send(alone, path, body)
        problem(answer, 400 if answer.status_code == 400 else 422)


def test_a_megabyte_is_too_much(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    big = {"code": "1" * 1_000_000}
    for path in ("holds", "appointments", f"appointments/{made['id']}/confirm"):
        problem(send(alone, path, big, token="" if path in {"holds", "appointments"} else made["manage_token"]), 413)


def test_a_form_is_not_json(alone: Client, bob: Mediator) -> None:
    asked = {name: str(word) for name, word in wish(bob).items()}
    problem(alone.post("/api/v1/holds", asked), 400, "unreadable")
    problem(alone.post("/api/v1/holds", "mediator=x", content_type="application/x-www-form-urlencoded"), 400)


def test_only_what_the_mediator_has(alone: Client, bob: Mediator) -> None:
    carole = make_mediator("Carole Petit", now=NOW)
    problem(send(alone, "holds", wish(bob, service=service_of(carole).pk)), 422, "unknown_service")
    theirs = wish(bob, modality="in_person", office=office_of(carole).pk)
    problem(send(alone, "holds", theirs), 422, "unknown_office")
    problem(send(alone, "holds", wish(bob, office=office_of(bob).pk)), 422, "office_not_in_person")
    problem(send(alone, "holds", wish(bob, modality="in_person", office=None)), 422, "outside_openings")
    elsewhere = wish(bob, modality="in_person", office=make_office(bob).pk)
    problem(send(alone, "holds", elsewhere), 422, "outside_openings")
    private = make_service(bob, booked_by="mediator")
    problem(send(alone, "holds", wish(bob, service=private.pk)), 422, "unknown_service")
    problem(send(alone, "holds", wish(bob) | {"mediator": "nobody"}), 404)
    problem(send(alone, "holds", wish(bob) | {"mediator": "no\x00body"}), 404)
    assert not Appointment.objects.exists()


def test_who_may_not_be_booked_is_not(alone: Client) -> None:
    shown = make_mediator("Carla", cpmn_member=False, now=NOW)
    gone = make_mediator("Out", suspended_at=NOW, now=NOW)
    assert problem(send(alone, "holds", wish(shown)), 422)["known"] == []
    problem(send(alone, "holds", wish(gone)), 404)


def test_extending_twice_changes_nothing(alone: Client, bob: Mediator) -> None:
    hold = held(alone, bob)
    once = send(alone, f"holds/{hold}/extend").json()
    assert send(alone, f"holds/{hold}/extend").json() == once


def test_a_hold_given_back_is_free_again(alone: Client, bob: Mediator) -> None:
    hold = held(alone, bob)
    for _time in range(2):
        answer = alone.delete(f"/api/v1/holds/{hold}")
        assert (answer.status_code, answer.content) == (204, b"")
    problem(send(alone, f"holds/{hold}/extend"), 410, "hold_expired")
    problem(send(alone, "appointments", {"hold": hold, **WHO}), 410, "hold_expired")
    assert held(alone, bob)
    problem(alone.delete("/api/v1/holds/unknown"), 404, "unknown_hold")


def test_an_expired_hold_is_gone(alone: Client, bob: Mediator) -> None:
    hold = held(alone, bob)
    run_out()
    problem(send(alone, f"holds/{hold}/extend"), 410, "hold_expired")
    problem(send(alone, "appointments", {"hold": hold, **WHO}), 410, "hold_expired")


def test_what_is_booked_is_no_longer_held(alone: Client, bob: Mediator) -> None:
    hold = held(alone, bob)
    assert send(alone, "appointments", {"hold": hold, **WHO}).status_code == 201
    problem(send(alone, "appointments", {"hold": hold, **WHO}), 409, "already_booked")
    problem(alone.delete(f"/api/v1/holds/{hold}"), 409, "already_booked")
    problem(send(alone, f"holds/{hold}/extend"), 409, "already_booked")
    assert Appointment.objects.get().state == State.UNCONFIRMED


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "x" * 121}, ["name"]),
        ({"name": "A\x00lice"}, ["name"]),
        ({"email": "alice"}, ["email"]),
        ({"email": "alice@example.org\r\nBcc: eve@example.org"}, ["email"]),
        ({"email": ""}, ["email"]),
        ({"phone": ""}, ["phone"]),
        ({"phone": "12"}, ["phone"]),
        ({"name": "", "email": ""}, ["name", "email"]),
        ({"language": "de"}, ["language"]),
        ({"user": 1}, ["user"]),
        ({"state": "confirmed"}, ["state"]),
        ({"place": {"address": "x", "town": "y", "km": 1}}, ["km"]),
    ],
)
def test_who_one_is_says_what_to_mend(alone: Client, bob: Mediator, told: dict[str, Any], names: list[str]) -> None:
    hold = held(alone, bob)
    wrong = problem(send(alone, "appointments", {"hold": hold, **WHO, **told}), 422, "invalid")
    assert [one["parameter"] for one in wrong["errors"]] == names
    assert all(one["message"] for one in wrong["errors"])
    assert Appointment.objects.get().state == State.HELD
    assert send(alone, "appointments", {"hold": hold, **WHO}).status_code == 201


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe/Paris\x00", "."])
def test_a_zone_that_does_not_exist(alone: Client, bob: Mediator, zone: str) -> None:
    problem(send(alone, "appointments", {"hold": held(alone, bob), **WHO, "zone": zone}), 422)


def test_letters_in_the_language_and_zone_that_are_told(alone: Client, bob: Mediator) -> None:
    booked(alone, bob, language="en", zone="Indian/Reunion")
    client = Appointment.objects.get().participants.get(role="client")
    assert (client.language, client.zone, str(client.phone)) == ("en", "Indian/Reunion", "+33639980102")
    assert last_letter("appointment_to_confirm").text.startswith("Hello")


def test_where_the_client_wishes(alone: Client, bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(travel_km=20)
    Opening.objects.create(mediator=bob, modality="in_person", weekday=1, start_minute=540, end_minute=1080)
    refresh(bob, NOW)
    hold = held(alone, bob, modality="in_person", office=None)
    lacking = problem(send(alone, "appointments", {"hold": hold, **WHO}), 422, "invalid")
    assert [one["parameter"] for one in lacking["errors"]] == ["address", "town"]
    there = {"hold": hold, **WHO, "place": {"address": "3 rue du Bac", "town": "Nullepart"}}
    problem(send(alone, "appointments", there), 422, "invalid")
    made = send(alone, "appointments", there | {"place": {"address": "3 rue du Bac", "town": "Paris"}}).json()
    assert read(alone, f"appointments/{made['id']}", made["manage_token"]).json()["place"].startswith("3 rue du Bac, ")
    other = held(alone, bob, HALF_PAST + 30 * MINUTE)
    problem(send(alone, "appointments", there | {"hold": other}), 422, "place_not_asked")


def test_a_wrong_code_loses_a_try_and_five_are_all(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    here, token = f"appointments/{made['id']}", made["manage_token"]
    code = code_of(last_letter("appointment_to_confirm"))
    for left in (4, 3, 2, 1, 0):
        told = problem(send(alone, f"{here}/confirm", {"code": wrong(code)}, token=token), 422, "wrong_code")
        assert told["left"] == left
    problem(send(alone, f"{here}/confirm", {"code": code}, token=token), 429, "too_many_tries")
    assert send(alone, f"{here}/code", token=token).status_code == 204
    other = code_of(last_letter("appointment_to_confirm"))
    done = send(alone, f"{here}/confirm", {"code": f" {other[:3]} {other[3:]} "}, token=token)
    assert done.json()["state"] == "confirmed"
    assert send(alone, f"{here}/confirm", {"code": "x"}, token=token).json() == done.json()
    problem(send(alone, f"{here}/code", token=token), 409, "already_confirmed")


def test_what_nobody_confirmed_in_time_is_gone(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    code = code_of(last_letter("appointment_to_confirm"))
    run_out()
    here, token = f"appointments/{made['id']}", made["manage_token"]
    problem(send(alone, f"{here}/confirm", {"code": code}, token=token), 410, "not_confirmed_in_time")
    problem(send(alone, f"{here}/code", token=token), 410, "not_confirmed_in_time")
    problem(send(alone, f"{here}/move", {"start": HALF_PAST.isoformat()}, token=token), 410, "expired")
    problem(send(alone, f"{here}/cancel", {}, token=token), 410, "expired")
    assert read(alone, here, token).json()["state"] == "expired"


def test_moving_to_what_cannot_be_leaves_it_where_it_is(alone: Client, bob: Mediator) -> None:
    made = confirmed(alone, bob)
    here, token = f"appointments/{made['id']}/move", made["manage_token"]
    held(alone, bob, HALF_PAST)
    assert problem(send(alone, here, {"start": HALF_PAST.isoformat()}, token=token), 409, "taken")["nearest"]
    problem(send(alone, here, {"start": (TEN + 17 * MINUTE).isoformat()}, token=token), 422, "off_grid")
    problem(send(alone, here, {"start": "2026-12-01T10:00"}, token=token), 422, "invalid")
    elsewhere = {"start": (TEN + DAY).isoformat(), "modality": "in_person", "office": make_office(bob).pk}
    told = problem(send(alone, here, elsewhere, token=token), 422, "not_offered")
    assert {"modality": "in_person", "office": office_of(bob).pk} in told["known"]
    assert Appointment.objects.get(reference=made["id"]).starts_at == TEN
    there = elsewhere | {"office": office_of(bob).pk}
    assert send(alone, here, there, token=token).json()["office"] == office_of(bob).pk


def test_too_late_to_change(alone: Client, bob: Mediator) -> None:
    made = confirmed(alone, bob)
    Service.objects.filter(mediator=bob).update(change_until_hours=24 * 30)
    here, token = f"appointments/{made['id']}", made["manage_token"]
    problem(send(alone, f"{here}/cancel", {}, token=token), 409, "too_late")
    problem(send(alone, f"{here}/move", {"start": HALF_PAST.isoformat()}, token=token), 409, "too_late")
    assert read(alone, here, token).json()["may_change"] is False


def test_a_letter_to_a_known_address_is_all_that_tells_of_an_account(alone: Client, bob: Mediator) -> None:
    """The same answers, and the appointment stays unattached, as in the pages."""
    make_user("alice@example.org")
    answers = []
    for email, start in (("alice@example.org", TEN), ("nobody@example.org", HALF_PAST)):
        made = booked(alone, bob, start, email=email)
        code = code_of(last_letter("appointment_to_confirm"))
        done = send(alone, f"appointments/{made['id']}/confirm", {"code": code}, token=made["manage_token"])
        shown = read(alone, f"appointments/{made['id']}", made["manage_token"])
        answers.append((made["state"], done.status_code, sorted(done.json()), sorted(shown.json())))
    assert answers[0] == answers[1]
    participants = Appointment.objects.get(starts_at=TEN).participants
    assert participants.get(role="client").user is None
    assert User.objects.filter(email="nobody@example.org").exists()


def test_holds_of_a_network_are_counted(alone: Client, bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"hold": (2, 60)}
    held(alone, bob)
    held(alone, bob, HALF_PAST)
    answer = send(alone, "holds", wish(bob, TEN + 60 * MINUTE))
    problem(answer, 429, "too_many")
    assert answer["Retry-After"] == "60"
    assert held(program(REMOTE_ADDR="192.0.2.7"), bob, TEN + 60 * MINUTE)


def test_letters_to_an_address_are_counted(alone: Client, bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"letter": (1, 1)}
    made = booked(alone, bob)
    hold = held(alone, bob, HALF_PAST)
    problem(send(alone, "appointments", {"hold": hold, **WHO, "email": "ALICE@example.org"}), 429, "too_many")
    problem(send(alone, f"appointments/{made['id']}/code", token=made["manage_token"]), 429, "too_many")
    assert send(alone, "appointments", {"hold": hold, **WHO, "email": "zoe@example.org"}).status_code == 201


def test_answers_are_kept_by_no_cache(alone: Client, bob: Mediator) -> None:
    made = booked(alone, bob)
    for answer in (
        send(alone, "holds", wish(bob, HALF_PAST)),
        read(alone, f"appointments/{made['id']}", made["manage_token"]),
        send(alone, f"appointments/{made['id']}/cancel", {}, token=made["manage_token"]),
        send(alone, "appointments", {}),
    ):
        assert "no-store" in answer["Cache-Control"]


def test_addresses_that_are_not_there(alone: Client) -> None:
    for path in ("holds/%00/extend", "holds/a/b/c", "appointments/x/nothing", "nowhere", "holds/é"):
        problem(send(alone, path, {}), 404)
    assert alone.delete("/api/v1/mediators").status_code == 405


def test_the_answer_is_in_the_language_asked_for(alone: Client, bob: Mediator) -> None:
    held(alone, bob)
    answer = send(alone, "holds", wish(bob), **{"Accept-Language": "en"})
    assert "choose another one" in problem(answer, 409)["detail"]


def test_time_passes(alone: Client, bob: Mediator) -> None:
    """The end that is told is the one that counts."""
    made = booked(alone, bob)
    row = Appointment.objects.get(reference=made["id"])
    assert row.expires_at is not None
    assert made["confirm_by"][:19] == row.expires_at.isoformat()[:19]
    assert timedelta(minutes=100) < row.expires_at - row.created_at < timedelta(minutes=121)
