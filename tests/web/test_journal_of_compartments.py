"""Who opened a compartment, as staff and its author read it: who, which, as what and why; no word of what it holds."""

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import members
from allomediateur.cases.compartments.actors import Account, Platform, Purpose, Reason, Role
from tests.cases.confided import MARKER, confide, enter
from tests.factories import make_mediator, make_user
from tests.web.signing_in import enter as sign_in
from tests.web.signing_in import text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db


def test_openings_are_told_in_words_and_without_content(client: Client) -> None:
    alice, bob = make_user("alice@example.org", name="Alice Martin"), make_mediator(now=NOW)
    sam = make_user("sam@example.org", name="Sam", role=User.Role.STAFF)
    confided = confide(alice, {MARKER: MARKER}, now=NOW)
    router = enter(confided, Platform(Purpose.ROUTING, Account.of(sam)), NOW, Reason.ROUTING)
    members.admit(router, Account.of(bob.user), Role.MEDIATOR)
    assert enter(confided, bob.user, NOW, Reason.DECIDING).read(MARKER) == MARKER
    sign_in(client, sam)
    page = text(client.get(reverse("staff_journal")))
    for words in (
        f"compartiment {confided.ref}",
        "plateforme, orienter",
        "médiateur, décider d’accepter",
        "a donné accès",
    ):
        assert words in page
    assert MARKER not in page
    sign_in(client, alice)
    page = text(client.get(reverse("account_looks")))
    assert f"{bob.user}" in page
    assert MARKER not in page
