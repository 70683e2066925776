"""Conflicts of interest: names found however they are written, after a change of keys too, and never shown."""

import secrets
import string
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import blind, crossing, members, purging, rotation
from allomediateur.cases.compartments.actors import Account, Role
from allomediateur.cases.compartments.gate import NAMES_MOST, MayNot, TooLong
from allomediateur.cases.models import Compartment, PartyName
from allomediateur.directory.models import Mediator
from tests.cases.confided import ROUTING, confide, enter
from tests.factories import NOW, make_mediator, make_user
from tests.support.exchanges import tables_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def naming(*names: str, mediator: Mediator | None = None, only: list[str] | None = None) -> Compartment:
    author = make_user(f"{secrets.token_hex(4)}@example.org")
    made = confide(author)
    enter(made, author).name_parties(names)
    if mediator:
        members.admit(enter(made, ROUTING), Account.of(mediator.user), Role.MEDIATOR, only=only)
    return made


def conflicted(compartment: Compartment, *among: Mediator) -> set[int]:
    return crossing.conflicted(enter(compartment, ROUTING), among=[one.user.pk for one in among])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jean-Pierre Martin", "MARTIN Jean Pierre"),
        ("Élise d’Œuvre", "D'OEUVRE Elise"),
        ("Mme Zoé Lenoir", "  lenoir   zoe "),
        ("Maître Paul Roux", "M. Paul Roux"),
        ("E\u0301lise Roux", "Élise Roux"),
        ("SARL Dupont & Fils", "dupont fils, S.A.R.L".replace("S.A.R.L", "sarl")),
    ],
)
def test_one_person_written_in_two_ways_is_found(bob: Mediator, one: str, other: str) -> None:
    naming(one, mediator=bob)
    assert conflicted(naming("Véra Lune", other), bob) == {bob.user.pk}


@pytest.mark.parametrize("other", ["Jean Martin", "Jean-Pierre Martinez", "Pierre Martin", "", "M.", "…"])
def test_another_is_not(bob: Mediator, other: str) -> None:
    naming("Jean-Pierre Martin", "", mediator=bob)
    assert conflicted(naming(other), bob) == set()


def test_only_mediators_who_read_the_whole_of_another_one_are_concerned(bob: Mediator) -> None:
    nina, paul = make_mediator("nina@example.org"), make_mediator("paul@example.org")
    naming("Zoé Lenoir", mediator=bob)
    declined = naming("Zoé Lenoir", mediator=nina, only=["domain"])
    members.dismiss(enter(declined, ROUTING), Account.of(nina.user))
    asked = naming("Zoé Lenoir", mediator=paul)
    assert conflicted(asked, bob, nina, paul) == {bob.user.pk}
    over = naming("Zoé Lenoir", mediator=nina)
    members.dismiss(enter(over, ROUTING), Account.of(nina.user))
    assert conflicted(asked, bob, nina, paul) == {bob.user.pk, nina.user.pk}
    purging.purge(over, NOW)
    assert conflicted(asked, bob, nina, paul) == {bob.user.pk}
    assert conflicted(asked, nina) == conflicted(asked) == set()


def test_a_mediator_who_bears_the_name_of_a_party_is_concerned(bob: Mediator) -> None:
    assert conflicted(naming(bob.name.upper()), bob) == {bob.user.pk}


def test_names_told_again_take_the_place_of_the_former_ones(bob: Mediator) -> None:
    naming("Zoé Lenoir", mediator=bob)
    asked = naming("Zoé Lenoir", "zoé LENOIR")
    assert asked.parties.count() == 1
    members.admit(enter(asked, ROUTING), Account.of(bob.user), Role.MEDIATOR)
    with pytest.raises(MayNot):
        enter(asked, bob.user).name_parties(["x"])
    author = User.objects.get(email=asked.members.filter(role=Role.AUTHOR).values_list("user__email", flat=True)[0])
    enter(asked, author).name_parties(["Paul Roux"])
    assert conflicted(asked, bob) == set()
    enter(asked, author).name_parties([])
    assert not asked.parties.exists()
    for many in ([f"Nom {number}" for number in range(NAMES_MOST + 1)], ["x" * 40_001]):
        with pytest.raises(TooLong):
            enter(asked, author).name_parties(many)


def test_a_new_key_finds_the_names_of_before_and_they_of_after(bob: Mediator, settings: Settings) -> None:
    old = naming("Zoé Lenoir", mediator=bob)
    settings.MASTER_KEYS = [secrets.token_urlsafe(32), *settings.MASTER_KEYS]
    asked = naming("Zoé LENOIR")
    assert old.parties.get().digest != asked.parties.get().digest
    assert conflicted(asked, bob) == {bob.user.pk}
    while rotation.rewrap().last or rotation.reindex().last:
        pass
    settings.MASTER_KEYS = settings.MASTER_KEYS[:1]
    assert old.parties.get().digest == asked.parties.get().digest
    assert conflicted(asked, bob) == {bob.user.pk}


def test_nobody_without_the_keys_can_try_a_list_of_names(settings: Settings) -> None:
    naming("Zoé Lenoir")
    kept = PartyName.objects.get().digest
    assert tables_with("lenoir") == set()
    settings.MASTER_KEYS = [secrets.token_urlsafe(32)]
    assert kept not in blind.digests([blind.alike("Zoé Lenoir")])


def test_it_costs_the_same_whatever_their_number(bob: Mediator) -> None:
    many = [bob, *(make_mediator(f"m{number}@example.org") for number in range(3))]
    opened = enter(naming("Zoé Lenoir", "Paul Roux"), ROUTING)
    for among in (many[:1], many):
        with CaptureQueriesContext(connection) as asked:
            crossing.conflicted(opened, among=[one.user.pk for one in among])
        assert len(asked) == 3


@given(st.lists(st.text(string.ascii_letters + "éèÉœ", min_size=1, max_size=8), min_size=1, max_size=4), st.randoms())
def test_case_accents_and_order_never_matter(words: list[str], chance: Random) -> None:
    mixed = [word.swapcase() for word in words]
    chance.shuffle(mixed)
    assert blind.alike("-".join(mixed)) == blind.alike("  ".join(words))
    assert blind.alike(blind.alike(" ".join(words))) == blind.alike(" ".join(words))
