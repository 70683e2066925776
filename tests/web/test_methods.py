"""Every address x every method x every visitor: only POST changes something, and no method opens a door."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from tests.routes import Route, routes
from tests.web.digest import changed, digest
from tests.web.signing_in import enter
from tests.web.test_matrix import MATRIX, answered, six
from tests.web.test_second_factor import protected
from tests.web.world import AUDIENCES, World, make_world

pytestmark = pytest.mark.django_db

UNKNOWN_METHODS = ("OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "MELLOW")
RELEASE = ("DELETE", "/api/v1/holds/unknown")
"""The one address that takes another method: there is no such hold, and staff hold nothing by program."""
GUARDED = ("mediateur/", "espace/", "administration/")
OF_LETTERS = {"appointment", "appointment_confirm", "appointment_move", "appointment_cancel", "appointment_ics"} | {
    "appointment_reminders", "appointment_pdf", "appointment_guests", "appointment_answer",
    "thread", "thread_close", "wait", "wait_leave", "appointment_sooner", "intake_resume",
}  # fmt: skip
OF_THE_DEMO = {"demo_letters", "demo_texts", "demo_letter", "demo_letter_html", "demo_letter_ics"}


def addresses(world: World) -> dict[str, str]:
    return {name: reverse(name, args=row.args(world)) for name, row in MATRIX.items()}


def admin_addresses() -> list[str]:
    return [route.path for route in routes() if route.is_of_the_admin]


def send(visitor: Client, method: str, path: str) -> Any:
    return visitor.generic(method, path, "name=Mallory&reason=x&key=k", "application/x-www-form-urlencoded")


def test_get_changes_nothing_whoever_looks() -> None:
    world, wrong = make_world(), []
    for path in [*addresses(world).values(), *admin_addresses()]:
        before = digest()
        with transaction.atomic():
            for visitor in world.visitors.values():
                visitor.get(path)
            wrong += [f"{path} changes {table}" for table in changed(before)]
            transaction.set_rollback(True)
    assert wrong == []


def test_head_answers_like_get_without_a_body_and_changes_nothing() -> None:
    world, wrong = make_world(), []
    before = digest()
    for name, path in addresses(world).items():
        found = [world.visitors[audience].head(path) for audience in AUDIENCES]
        expected = ["405"] * 6 if name.startswith("api:") else six(MATRIX[name].get)  # django-ninja has no HEAD
        if [answered(one) for one in found] not in (expected, six(MATRIX[name].get)):
            wrong.append(f"{path}: {[answered(one) for one in found]}")
        wrong += [f"{path} has a body" for one in found if not one.streaming and one.content]
    assert wrong == []
    assert changed(before) == []


@pytest.mark.parametrize("method", UNKNOWN_METHODS)
def test_other_methods_are_refused_to_everybody_and_change_nothing(method: str) -> None:
    world = make_world()
    before = digest()
    wrong = [
        (path, audience)
        for path in [*addresses(world).values(), *admin_addresses(), "/en/mediateur/", "/rien-de-tel/"]
        for audience, visitor in world.visitors.items()
        if (answer := send(visitor, method, path)).status_code
        not in ((403, 404) if (method, path) == RELEASE else (405,))
        or (answer.content and (method, path) != RELEASE)
    ]
    assert wrong == []
    assert changed(before) == []


def test_put_is_no_post_that_goes_unseen() -> None:
    """New recovery codes need no field: a class that takes PUT for POST would make the old ones useless."""
    world, bob = make_world(), Client()
    protected(world.bob.user)
    enter(bob, world.bob.user)
    before = digest()
    for method in UNKNOWN_METHODS:
        send(bob, method, reverse("mfa_generate_recovery_codes"))
    assert changed(before) == []
    bob.post(reverse("mfa_generate_recovery_codes"))
    assert changed(before) == ["mfa_authenticator"]


def test_a_method_in_disguise_is_what_it_is() -> None:
    """What some frameworks read to make of a GET or a POST another method."""
    world = make_world()
    before = digest()
    names = ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method")
    for path in addresses(world).values():
        world.visitors["client"].get(path, {"_method": "POST", "reason": "x"}, headers=dict.fromkeys(names, "POST"))
    assert changed(before) == []


def test_pages_open_to_all_tell_nothing_of_anybodys_life() -> None:
    world = make_world()
    secrets = ["alice@example.org", "Alice Martin", "+33612345678", "06 12 34 56 78", world.mine.reference,
               world.bob.user.email, str(world.bob.phone), world.bob.video_room]  # fmt: skip
    wrong = []
    for name, path in addresses(world).items():
        if name in OF_LETTERS | OF_THE_DEMO:
            continue
        for visitor in ("anonymous", "other client"):
            page = world.visitors[visitor].get(path)
            body = "" if page.streaming else page.content.decode(errors="replace")
            wrong += [(path, visitor, one) for one in secrets if one in body.replace(path, "")]
    assert wrong == []


def guarded() -> list[Route]:
    return [route for route in routes() if route.begins(*GUARDED)]


@pytest.mark.parametrize("role", ["mediator", "staff"])
@pytest.mark.parametrize("has_factor", [False, True])
def test_a_password_alone_leads_to_the_second_factor_from_everywhere(role: str, has_factor: bool) -> None:
    world = make_world()
    user = world.bob.user if role == "mediator" else User.objects.get(email="staff@example.org")
    if has_factor:
        protected(user)
    half = Client()
    enter(half, user, "password")
    paths = [route.path for route in guarded()] + list(addresses(world).values())
    own = {"mediator": ("/mediateur/", "/espace/"), "staff": ("/administration/", "/espace/")}[role]
    place = reverse("mfa_reauthenticate" if has_factor else "mfa_index")
    before, wrong = digest(), []
    for path in {one for one in paths if one.startswith(("/mediateur/", "/espace/", "/administration/"))}:
        for method in ("get", "post"):
            answer = getattr(half, method)(path)
            if path.startswith(own):
                is_right = answer.status_code == 302 and answer["Location"].startswith(f"{place}?next=")
            else:
                is_right = answer.status_code == 403
            wrong += [] if is_right else [(method, path, answer.status_code)]
    assert wrong == []
    assert changed(before) == []
