"""Over the whole map of addresses: nobody who is not entitled is answered one word of what somebody told."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from allomediateur.cases import deciding, sending
from allomediateur.cases.compartments.actors import Account, Holder
from allomediateur.cases.models import Intake, Proposal
from tests.cases import telling
from tests.cases.marked import EMAIL, MARKED, NAME, leaks
from tests.cases.telling import before
from tests.factories import make_user
from tests.routes import routes
from tests.web.signing_in import enter
from tests.web.test_matrix import MATRIX
from tests.web.times import NOW
from tests.web.world import AUDIENCES, World, make_world

pytestmark = pytest.mark.django_db
BEFORE = frozenset({"forwhom", "party", "second", "name"})
"""Names, which a mediator crosses with those they know before accepting, and the team with whom it asks."""
STAFFS = BEFORE | {"email", "tongue", "access"}
"""And what the team needs to find somebody, and to reach the person."""
ADDRESSED = ("demo_letter", "demo_letter_html", "demo_letters", "staff_", "account_")
"""Where an address that letters went to is shown: to staff, and in the demo, where all letters are anybody's."""


def told(world: World) -> Intake:
    """Alice has told everything, to Bob."""
    draft = telling.tell({**MARKED, "domain": "famille", "place": telling.UNKNOWN}, Account.of(world.alice), now=NOW)
    return telling.send(draft, to=(world.bob,), now=NOW)


def prove(intake: Intake) -> None:
    """The letter's link is opened."""
    sending.prove(intake, Holder.of(telling.token_of(telling.last_letter("intake_to_prove"))), NOW)


def answers(world: World, intake: Intake, audience: str) -> list[tuple[str, set[str]]]:
    """Each address, as that audience asks for it, with the markers in the answer."""
    found = []
    own = {name: [intake.reference] for name in MATRIX if "intake" in name}
    for name, row in MATRIX.items():
        many = [row.args(world)]
        if name in own and len(many[0]) == 1 and name != "intake_resume":
            many.append(own[name])
        if name == "intake_screen":
            many += [[intake.reference, one] for one in ("story", "parties", "safety", "contact")]
        for args in many:
            for method in ("get", "post"):
                with transaction.atomic():
                    answer = getattr(world.visitors[audience], method)(reverse(name, args=args))
                    found.append((name, leaks(_all_of(answer))))
                    transaction.set_rollback(True)
    return found


def _all_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers} {body.decode(errors='replace')}"


def leaking(world: World, intake: Intake, audience: str, entitled: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    wrong: dict[str, set[str]] = {}
    for name, found in answers(world, intake, audience):
        left = found - entitled - ({"email"} if name.startswith(ADDRESSED) else set())
        if left:
            wrong[name] = left
    return wrong


@pytest.mark.parametrize("audience", [one for one in AUDIENCES if one not in ("client", "mediator", "staff")])
def test_strangers_are_answered_nothing(audience: str) -> None:
    world = make_world()
    assert leaking(world, told(world), audience) == {}


def test_the_mediator_it_is_before_reads_names_and_no_more() -> None:
    world = make_world()
    intake = told(world)
    prove(intake)
    assert leaking(world, intake, "mediator", BEFORE) == {}


def test_once_declined_nothing_at_all() -> None:
    world = make_world()
    intake = told(world)
    prove(intake)
    deciding.decline(before(world.bob, intake), Proposal.Decline.TIME, NOW)
    assert leaking(world, intake, "mediator") == {}


def test_staff_never_read_the_story() -> None:
    world = make_world()
    intake = told(world)
    prove(intake)
    assert leaking(world, intake, "staff", STAFFS) == {}
    for route in routes():
        if route.is_of_the_admin:
            assert leaks(_all_of(world.visitors["staff"].get(route.path))) <= {"email"}, route


def test_the_other_side_sees_no_difference() -> None:
    """Paul, who is named in it, has an account: his pages are the same before and after, to the byte."""
    world = make_world()
    paul = Client()
    enter(paul, make_user("paul@example.org", name="Paul zzmarkparty"))
    pages = [reverse(name) for name in ("client_home", "account_home", "client_threads")]
    pages.append(reverse("mediator", args=[world.bob.slug]))
    first = [paul.get(page).content for page in pages]
    intake = told(world)
    prove(intake)
    deciding.accept(before(world.bob, intake), None, NOW)
    assert [_bare(paul.get(page).content) for page in pages] == [_bare(one) for one in first]


def _bare(body: bytes) -> bytes:
    """Without the tokens that every page has anew."""
    return re.sub(rb'name="(csrfmiddlewaretoken|key)" value="[^"]*"', b"", body)


def test_the_markers_are_there_for_who_is_entitled() -> None:
    """Else the tests above would prove nothing."""
    world = make_world()
    intake = told(world)
    page = world.visitors["client"].get(reverse("intake_print", args=[intake.reference])).content.decode()
    assert leaks(page) >= {"story", "project", "party", "contact", "court"}
    assert NAME in page
    assert EMAIL in page
