"""No form changes a column that it does not show, and no form reaches what is somebody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.urls import reverse

from allomediateur.agenda.models import Appointment, OpeningException
from allomediateur.directory.models import Mediator
from tests.factories import office_of, service_of
from tests.web.digest import changed, digest
from tests.web.filling import DAY, FORMS, LATER, fill, terms
from tests.web.paths import value
from tests.web.test_matrix import MATRIX
from tests.web.world import World, make_world

pytestmark = pytest.mark.django_db

ROOMS = ("configuration", "content", "accounts", "account", "mfa", "directory", "agenda", "support", "notify", "cases")
COUNTED = "accounts.Bucket"
BY_CHANCE = {
    "sealed", "opened_at", "last_at", "due_at", "closed_at", "answered_at",
    "reference", "uid", "browser", "created_at", "changed_at", "joined_at", "last_login", "at", "seen_at", "sent",
    "token_hash", "code_hash", "message_id", "text", "html", "ics", "next_attempt_at", "expires_at", "computed_at",
    "touched_at", "submitted_at", "claimed_at", "decided_at", "settled_at", "stored_at", "image", "digest",
    "stale_at", "subject", "content", "key", "fingerprint", "answer", "password", "used_at", "topic", "first_slots",
    "ref", "ciphertext", "slot", "wrapped", "made_at", "sent_at", "begun_at", "since", "until",
    "destroyed_at", "purged_at", "proofs",
    "tokens", "invited_at", "accepted_at", "ended_at", "founded_at",
}  # fmt: skip
"""Columns that differ from one time to the next; whether a password was set is asked apart."""
WORDS = {
    "role": "staff", "email": "mallory@example.org", "password": "une phrase de Mallory", "is_staff": "on",
    "is_superuser": "on", "username": "mallory", "verified": "on", "primary": "on", "slug": "mallory", "pk": "1",
    "state": "confirmed", "currency": "XXX", "price": "0", "price_cents": "1", "next": "https://evil.example/",
    "user": "1", "mediator": "1", "staff": "on", "admin": "on", "groups": "1", "user_permissions": "1",
}  # fmt: skip


def hostile(world: World) -> dict[str, str]:
    """Every column of every table of ours, with a value that would be of use to somebody."""
    other = world.visitors["other mediator"].session["_auth_user_id"]
    found: dict[str, str] = {}
    for model in apps.get_models():
        if model._meta.app_label in ROOMS:
            for field in model._meta.concrete_fields:
                found[field.name] = found[field.attname] = _value(field, other)
    return found | WORDS | {"user": other, "user_id": other, "id": other, "pk": other}


def _value(field: "models.Field[Any, Any]", other: str) -> str:
    if isinstance(field, models.BooleanField):
        return "" if field.default is True else "on"
    if isinstance(field, models.DateTimeField):
        return LATER.isoformat()
    if isinstance(field, models.DateField):
        return DAY
    return other if isinstance(field, models.ForeignKey) or field.primary_key else "1"


def rows() -> dict[str, list[dict[str, Any]]]:
    """All of our tables; the ids of what is new are not compared, those of what was there are."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ROOMS and model._meta.label != COUNTED:
            kept = [one.attname for one in model._meta.concrete_fields if one.name not in BY_CHANCE]
            found[model._meta.label] = list(model._base_manager.order_by("pk").values(*kept))
    return found


def settled(found: dict[str, list[dict[str, Any]]], before: dict[str, set[Any]]) -> dict[str, list[str]]:
    told = {}
    for label, every in found.items():
        links = {
            one.attname: one.related_model._meta.label
            for one in apps.get_model(label)._meta.concrete_fields
            if isinstance(one, models.ForeignKey)
        } | {"id": label}
        told[label] = sorted(
            str({name: _known(links.get(name), word, before) for name, word in row.items()}) for row in every
        )
    return told


def _known(label: str | None, word: Any, before: dict[str, set[Any]]) -> Any:
    return "new" if label in before and word is not None and word not in before[label] else word


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside did not happen."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", FORMS)
def test_fields_beside_those_of_the_form_change_nothing(name: str) -> None:
    world = make_world()
    first = rows()
    before = {label: {row["id"] for row in every if "id" in row} for label, every in first.items()}
    ends = []
    for more in ({}, hostile(world)):
        with undone():
            answer = fill(world, name, more)
            ends.append((answer.status_code, settled(rows(), before)))
    assert ends[0][0] in {200, 302}, "the form was not right"
    assert ends[0][1] != settled(first, before), "the form did nothing"
    wrong = {label: (ends[0][1][label], found) for label, found in ends[1][1].items() if found != ends[0][1][label]}
    assert wrong == {}
    assert ends[1][0] == ends[0][0]


def test_every_form_that_changes_something_is_filled() -> None:
    """Those of allauth have their own tests; the others ask for a code, a file, a reason or a button
    only, or keep nothing (tests/web/test_checker.py)."""
    left = {"choose_zone", "reveal", "booking_code", "appointment_confirm", "mediator_openings", "mediator_copy",
            "mediator_exceptions_remove", "mediator_late", "staff_retry", "demo_enter", "apply_start",
            "apply_submit", "staff_accept", "staff_announcement_end", "staff_reinstate", "staff_search",
            "staff_act_account", "staff_act_guest", "staff_act_end", "staff_send_again", "staff_papers_pdf",
            "staff_papers_printed", "staff_import", "staff_import_confirm", "staff_import_abandon",
            "staff_second", "secretary_accept", "mediator_agendas", "mediator_secretary_again", "client_answer",
            "mediator_secretary_end", "mediator_practice_leave", "mediator_practice_code",
            "mediator_practice_out", "staff_letter_settled", "bounces", "wait", "client_wait",
            "intake_link", "intake_book", "intake_resume", "intake_letter", "staff_content_verified",
            "staff_rule_verified", "staff_rule_withdraw", "prior_attempt", "calculator"}  # fmt: skip
    allauths = ("account_", "mfa_", "api:")
    taking = {name for name, row in MATRIX.items() if "405" not in row.post.split() and not name.startswith(allauths)}
    assert taking - left == {name for name in FORMS if not name.startswith("account_")}


def test_an_account_made_by_signing_up_is_a_clients(world: World) -> None:
    fill(world, "account_signup", hostile(world) | {"role": "staff"})
    made = apps.get_model("accounts.User").objects.get(email="nina@example.org")
    assert (made.role, made.is_active, made.is_staff, made.has_usable_password()) == ("client", True, False, True)
    assert not apps.get_model("account.EmailAddress").objects.get(user=made).verified


@pytest.fixture
def world() -> World:
    return make_world()


def carole() -> Mediator:
    return Mediator.objects.get(name="Carole Petit")


def test_ids_of_another_mediator_open_nothing(world: World) -> None:
    """In the address or in the body: a service, an office, an exception, an appointment, a participant of Bob's."""
    bobs = OpeningException.objects.create(mediator=world.bob, day=DAY, kind="closed")
    office, reference = office_of(world.bob).pk, world.mine.reference
    word, moved = f"presentiel-{office}", {"slot": value(LATER), "reason": "x"}
    who = {"kind": "closed", "first": DAY, "place": word}
    line = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-weekday": "0", "form-0-places": [word],
            "form-0-start": "9:00", "form-0-end": "12:00", "vu": ""}  # fmt: skip
    tries: list[tuple[str, list[Any], dict[str, Any], set[int]]] = [
        ("mediator_service", [world.mine.service_id], terms(), {404}),
        ("mediator_offices", [], {"lieu": str(office), f"{office}-access": "x"}, {404}),
        ("mediator_exceptions_remove", [], {"lesquelles": str(bobs.pk), "tous": "keep"}, {302}),
        ("mediator_exceptions", [], who, {422}),
        ("mediator_lines", [], line, {422}),
        ("mediator_move", [reference], moved, {404}),
        ("mediator_cancel", [reference], {"reason": "x"}, {404}),
        ("mediator_attend", [reference], {}, {404}),
        ("mediator_late", [reference], {"minutes": "10"}, {404}),
    ]
    before = digest()
    for name, args, told, expected in tries:
        answer = world.visitors["other mediator"].post(reverse(name, args=args), told)
        assert answer.status_code in expected, name
        assert changed(before) == [], name


def test_a_change_of_hours_decides_on_ones_own_appointments_only(world: World) -> None:
    told = {"kind": "closed", "first": str(world.mine.starts_at.date()), "tous": "cancel", "motif": "x", "decide": "1",
            f"choix-{world.mine.reference}": "cancel"}  # fmt: skip
    assert world.visitors["other mediator"].post(reverse("mediator_exceptions"), told).status_code == 302
    assert OpeningException.objects.get().mediator == carole()
    world.mine.refresh_from_db()
    assert (world.mine.state, world.mine.cancel_reason) == ("confirmed", "")


def test_booking_for_somebody_stays_in_ones_own_agenda(world: World) -> None:
    asked: dict[str, Any] = {"creneau": f"{LATER:%Y-%m-%dT%H:%MZ}", "prestation": service_of(world.bob).pk,
             "lieu": f"presentiel-{office_of(world.bob).pk}", "suite": world.mine.reference}  # fmt: skip
    visitor, path = world.visitors["other mediator"], reverse("mediator_reserve")
    assert "Alice" not in visitor.get(path, asked).content.decode()
    told = {"name": "Zoé", "phone": "06 39 98 12 34", "date": [LATER.isoformat()], "email": "alice@example.org"}
    address = f"{path}?{'&'.join(f'{name}={word}' for name, word in asked.items())}"
    assert visitor.post(address, told).status_code == 302
    made = Appointment.objects.latest("pk")
    assert (made.mediator, made.service.mediator) == (carole(), carole())
    assert made.office is None or made.office.mediator == carole()
    assert made.participants.get(role="client").user is None


def test_a_visitor_holds_with_the_mediators_own_services_and_offices(world: World) -> None:
    visitor, path, hers = world.visitors["anonymous"], reverse("hold"), carole()
    before = digest()
    told = {"mediateur": hers.slug, "prestation": service_of(world.bob).pk, "slot": value(LATER)}
    assert visitor.post(path, told).status_code == 404
    told |= {"prestation": service_of(hers).pk, "slot": value(LATER, "in_person", office_of(world.bob).pk)}
    assert visitor.post(path, told).status_code == 302
    assert changed(before) == []
    visitor.post(path, told | {"slot": value(LATER), "ancien": world.held.reference})
    world.held.refresh_from_db()
    assert world.held.state == "held"
    assert not Appointment.objects.latest("pk").participants.exists()


def test_the_api_reads_its_own_parameters_only(world: World) -> None:
    visitor, extra = world.visitors["anonymous"], hostile(world)
    own = {"page", "sort", "language", "modality", "near", "specialty", "step_free", "radius_km", "service", "office",
           "from", "to", "tz"}  # fmt: skip
    extra = {name: word for name, word in extra.items() if name not in own}
    for path in (
        "/api/v1/mediators",
        f"/api/v1/mediators/{world.bob.slug}",
        f"/api/v1/mediators/{world.bob.slug}/slots",
    ):
        plain, more = visitor.get(path), visitor.get(path, extra)
        assert (plain.status_code, more.status_code) == (200, 200)
        assert more.json() == plain.json()
        before = digest()
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(visitor, method)(path, extra, content_type="application/json")
            assert answer.status_code == 405
        assert changed(before) == []


@pytest.mark.parametrize("name", ["service", "office"])
def test_the_api_refuses_what_is_another_mediators(world: World, name: str) -> None:
    theirs = {"service": service_of(world.bob).pk, "office": office_of(world.bob).pk}[name]
    answer = world.visitors["anonymous"].get(f"/api/v1/mediators/{carole().slug}/slots", {name: theirs})
    assert answer.status_code == 422
