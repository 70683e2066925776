"""What is confided and the person: taken away, erased, forgotten."""

from datetime import timedelta

import pytest

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import members, purging
from allomediateur.cases.compartments.actors import Account, Holder, Role
from allomediateur.cases.models import Compartment, Membership
from allomediateur.privacy import erasing, exporting, retention
from allomediateur.trail.keeping import Act
from allomediateur.trail.models import Entry
from tests.cases.confided import MARKER, ROUTING, confide, enter
from tests.factories import NOW, make_mediator, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


def test_one_takes_away_what_one_confided_and_nothing_that_others_did(alice: User) -> None:
    bob = make_mediator()
    mine = confide(alice, story="Le mur", project="La paix")
    gone = confide(alice, story="Avant")
    purging.purge(gone, NOW)
    confide(make_user("zoe@example.org"), story=MARKER)
    theirs = confide(make_user("vera@example.org"), story=MARKER)
    members.admit(enter(theirs, ROUTING), Account.of(bob.user), Role.MEDIATOR)
    told = exporting.portrait(alice, NOW)["confided"]
    assert [(one["reference"], one["role"]) for one in told] == [(mine.ref, "author"), (gone.ref, "author")]
    assert [(one["name"], one["text"]) for one in told[0]["contents"]] == [("story", "Le mur"), ("project", "La paix")]
    assert (told[1]["contents"], told[1]["destroyed"]) == (None, NOW.isoformat())
    assert Entry.objects.filter(act=Act.SEEN, actor=alice.pk, detail="author exporting").count() == 1
    (bobs,) = exporting.portrait(bob.user, NOW)["confided"]
    assert bobs["role"] == "mediator"
    assert "contents" not in bobs
    assert MARKER not in str(exporting.portrait(bob.user, NOW)) + str(told)


def test_an_erased_persons_words_are_purged_and_others_are_not(alice: User) -> None:
    mine, other = confide(alice, story=MARKER), confide(make_user("zoe@example.org"), story="x")
    _token, holder = Holder.new()
    draft = confide(holder, story="x")
    erasing.erase(alice, NOW)
    mine.refresh_from_db()
    assert mine.purged_at == NOW
    assert mine.key.wrapped is None
    assert not mine.contents.exists()
    assert not mine.members.exists()
    assert set(Compartment.objects.filter(purged_at=None)) == {other, draft}
    assert Membership.objects.filter(role=Role.AUTHOR).count() == 2


def test_the_dates_of_what_was_purged_are_forgotten_after_a_year(alice: User) -> None:
    old, late, kept = (confide(alice, now=NOW - 400 * DAY) for _each in range(3))
    purging.purge(old, NOW - 366 * DAY)
    purging.purge(late, NOW - 364 * DAY)
    assert dict(retention.forget(NOW))["compartments"] == 1
    assert set(Compartment.objects.all()) == {late, kept}
    assert dict(retention.forget(NOW))["compartments"] == 0
