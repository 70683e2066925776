"""An account is made when an address is proven; a key acts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction

from allomediateur.accounts import idempotency, people
from allomediateur.accounts.idempotency import Answered, Claimed, KeyReused
from allomediateur.accounts.models import IdempotencyKey, User
from tests.factories import NOW, make_user

TOLD = {"name": "Alice Martin", "phone": "+33612345678", "language": "fr", "zone": "Europe/Paris"}


@pytest.mark.django_db
def test_a_proven_address_makes_an_account_without_a_password() -> None:
    alice, created = people.sign_up_or_find(" Alice@Example.org ", **TOLD, now=NOW)
    assert (created, alice.email, alice.role, alice.has_usable_password()) == (
        True, "alice@example.org", User.Role.CLIENT, False,
    )  # fmt: skip
    assert people.is_verified(alice)


@pytest.mark.django_db
def test_an_account_that_exists_is_found_unchanged() -> None:
    alice = make_user("alice@example.org", name="Alice")
    found, created = people.sign_up_or_find("ALICE@example.org", **TOLD, now=NOW)
    assert (found, created, found.name) == (alice, False, "Alice")
    assert people.is_verified(alice)
    assert EmailAddress.objects.count() == 1


@pytest.mark.django_db
def test_a_password_set_before_the_address_was_proven_opens_nothing_after() -> None:
    make_user("alice@example.org", password="chosen by a stranger", verified=False)
    alice, _ = people.sign_up_or_find("alice@example.org", **TOLD, now=NOW)
    assert not User.objects.get(pk=alice.pk).check_password("chosen by a stranger")
    assert (alice.name, str(alice.phone)) == (TOLD["name"], TOLD["phone"])
    make_user("bob@example.org", password="chosen by himself", verified=True)
    bob, _ = people.sign_up_or_find("bob@example.org", **TOLD, now=NOW)
    assert User.objects.get(pk=bob.pk).check_password("chosen by himself")


@pytest.mark.django_db
def test_nobody_has_an_account_by_half_an_address() -> None:
    make_user("alice@example.org")
    assert people.has_account("ALICE@example.org ")
    assert not people.has_account("lice@example.org")


def in_own_connection(act: "object") -> object:
    try:
        return act()  # type: ignore[operator]
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_account() -> None:
    def sign_up() -> bool:
        return people.sign_up_or_find("alice@example.org", **TOLD, now=NOW)[1]

    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(lambda _: in_own_connection(sign_up), range(8)))
    assert sorted(map(str, created)) == ["False"] * 7 + ["True"]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_key_acts_once_and_tells_its_answer() -> None:
    print_ = idempotency.fingerprint("book", 1)
    claimed = idempotency.claim("k", print_, NOW)
    assert claimed == Claimed("k")
    assert isinstance(claimed, Claimed)
    idempotency.record(claimed, "ref")
    assert idempotency.claim("k", print_, NOW) == Answered("ref")
    with pytest.raises(KeyReused):
        idempotency.claim("k", idempotency.fingerprint("book", 2), NOW)


@pytest.mark.django_db
def test_a_rollback_gives_the_key_back() -> None:
    print_ = idempotency.fingerprint("book", 1)
    with transaction.atomic():
        idempotency.claim("k", print_, NOW)
        transaction.set_rollback(True)
    assert idempotency.claim("k", print_, NOW) == Claimed("k")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_key_the_second_gets_the_firsts_answer() -> None:
    print_ = idempotency.fingerprint("book", 1)

    def act() -> str:
        with transaction.atomic():
            found = idempotency.claim("k", print_, NOW)
            if isinstance(found, Answered):
                return f"again {found.answer}"
            idempotency.record(found, "ref")
            return "first ref"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: in_own_connection(act), range(6)))
    assert sorted(map(str, answers)) == ["again ref"] * 5 + ["first ref"]
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
def test_old_keys_are_forgotten_and_recent_ones_kept() -> None:
    idempotency.claim("old", "x", NOW - timedelta(days=40))
    idempotency.claim("recent", "x", NOW)
    idempotency.forget(NOW - timedelta(days=30))
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["recent"]
