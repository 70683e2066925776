"""Who owns the database and no key: what they swap, copy or change is refused, what they read says little."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import members
from allomediateur.cases.compartments.actors import Account, Holder, Role
from allomediateur.cases.compartments.gate import TEXT_MOST, NotAuthentic
from allomediateur.cases.models import Compartment, CompartmentKey, Membership, PartyName, Sealed
from tests.cases.confided import INTAKE, MARKER, by_force, confide, enter
from tests.factories import NOW, make_user
from tests.support.exchanges import tables_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


def refused(compartment: Compartment, who: User) -> None:
    with pytest.raises(NotAuthentic) as error:
        enter(compartment, who).read_all()
    assert MARKER not in str(error.value)


def test_two_rows_swapped_are_refused(alice: User) -> None:
    confided = confide(alice, story=f"{MARKER} 1", project=f"{MARKER} 2")
    one, other = confided.contents.order_by("pk")
    Sealed.objects.filter(pk=one.pk).update(ciphertext=other.ciphertext)
    Sealed.objects.filter(pk=other.pk).update(ciphertext=one.ciphertext)
    refused(confided, alice)


def test_two_rows_renamed_are_refused(alice: User) -> None:
    confided = confide(alice, story="1", project="2")
    one, other = confided.contents.order_by("pk")
    Sealed.objects.filter(pk=one.pk).update(slot="0" * 32)
    Sealed.objects.filter(pk=other.pk).update(slot=one.slot)
    Sealed.objects.filter(pk=one.pk).update(slot=other.slot)
    refused(confided, alice)


def test_a_row_of_another_compartment_is_refused_with_or_without_its_key(alice: User) -> None:
    mine, theirs = confide(alice, story="1"), confide(make_user("zoe@example.org"), story=MARKER)
    row, other = mine.contents.get(), theirs.contents.get()
    Sealed.objects.filter(pk=row.pk).update(ciphertext=other.ciphertext)
    refused(mine, alice)
    Sealed.objects.filter(pk=row.pk).delete()
    Sealed.objects.filter(pk=other.pk).update(compartment=mine)
    refused(mine, alice)
    CompartmentKey.objects.filter(pk=mine.pk).update(wrapped=theirs.key.wrapped)
    refused(mine, alice)


def test_a_name_of_the_index_is_no_content_nor_a_content_a_name(alice: User) -> None:
    """Another column, of another table."""
    confided = confide(alice, story=MARKER)
    enter(confided, alice).name_parties(["Zoé Martin"])
    content, party = confided.contents.get(), confided.parties.get()
    PartyName.objects.filter(pk=party.pk).update(sealed=content.ciphertext)
    with pytest.raises(NotAuthentic):
        enter(confided, alice).party_digests()
    Sealed.objects.filter(pk=content.pk).update(ciphertext=party.sealed)
    refused(confided, alice)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.data())
def test_any_bit_flipped_in_a_row_or_a_key_is_refused(alice: User, data: st.DataObject) -> None:
    table, column = data.draw(st.sampled_from([("cases_sealed", "ciphertext"), ("cases_compartmentkey", "wrapped")]))
    with transaction.atomic():
        confided = confide(alice, story=MARKER)
        bit = data.draw(st.integers(0, 8 * (284 if column == "ciphertext" else 64) - 1))
        by_force(
            f"UPDATE {table} SET {column} = set_bit({column}, %s, 1 - get_bit({column}, %s)) WHERE compartment_id = %s",  # noqa: S608
            bit, bit, confided.pk,
        )  # fmt: skip
        refused(confided, alice)
        transaction.set_rollback(True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z0-9][a-z0-9_.:-]{0,20}", fullmatch=True), st.text(max_size=400), max_size=6))
def test_whatever_is_written_is_read_again(alice: User, texts: dict[str, str]) -> None:
    with transaction.atomic():
        confided = confide(alice, texts)
        assert enter(confided, alice).read_all() == texts
        assert set(confided.contents.values_list("version", flat=True)) <= {1}
        transaction.set_rollback(True)


def test_the_database_says_neither_what_nor_to_which_question(alice: User) -> None:
    opened = enter(confide(alice, {MARKER: f"{MARKER} et la suite"}), alice)
    opened.name_parties([f"Zoé {MARKER}"])
    assert tables_with(MARKER) == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM cases_sealed WHERE position(%s::bytea in ciphertext) > 0", [MARKER.encode()])
        assert cursor.fetchone() is None


def test_yes_no_and_a_sentence_have_one_size(alice: User) -> None:
    confided = confide(alice, a="oui", b="non", c="", d="Il me fait peur. " * 10, story="x" * TEXT_MOST)
    sizes = [len(row.ciphertext) for row in confided.contents.all()]
    assert len(set(sizes)) == 2
    assert sizes.count(min(sizes)) == 4


# What the tables refuse


def test_a_ciphertext_of_another_size_is_refused_by_the_table(alice: User) -> None:
    row = confide(alice, story="x").contents.get()
    with pytest.raises(IntegrityError, match="sealed_padded"), transaction.atomic():
        Sealed.objects.filter(pk=row.pk).update(ciphertext=bytes(row.ciphertext)[:-1])


@pytest.mark.parametrize(
    ("told", "constraint"),
    [
        ({"role": "author"}, "membership_one_reader"),
        ({"role": "author", "token_hash": "x", "purpose": "routing"}, "membership_"),
        ({"role": "mediator", "token_hash": "x"}, "membership_reader_fits_role"),
        ({"role": "system", "token_hash": "x"}, "membership_reader_fits_role"),
        ({"role": "author", "purpose": "routing"}, "membership_reader_fits_role"),
        ({"role": "system", "purpose": "routing", "may_write": True}, "membership_platform_reads"),
        ({"role": "author", "token_hash": "x", "until": NOW - DAY}, "membership_ends_after_it_begins"),
        ({"role": "author", "token_hash": Holder.of("twice").token_hash}, "membership_holder_once"),
        ({"role": "system", "purpose": "routing"}, "membership_purpose_once"),
    ],
)
def test_a_reader_is_one_and_fits_its_role(told: dict[str, object], constraint: str) -> None:
    confided = confide(Holder.of("twice"))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Membership.objects.create(compartment=confided, since=NOW, **told)


def test_an_account_is_a_reader_once_in_a_role(alice: User) -> None:
    confided = confide(alice)
    with pytest.raises(IntegrityError, match="membership_account_once"), transaction.atomic():
        Membership.objects.create(compartment=confided, since=NOW, user=alice, role="author")


def test_a_key_is_whole_or_destroyed_and_a_compartment_ends_in_order(alice: User) -> None:
    confided = confide(alice)
    for told in ({"wrapped": None}, {"destroyed_at": NOW}, {"master": ""}):
        with pytest.raises(IntegrityError, match="compartment_key_whole_or_destroyed"), transaction.atomic():
            CompartmentKey.objects.filter(pk=confided.pk).update(**told)
    for told, constraint in (
        ({"closed_at": NOW - DAY}, "compartment_closed_after"),
        ({"purged_at": NOW}, "compartment_purged_is_closed"),
        ({"closed_at": NOW + DAY, "purged_at": NOW}, "compartment_purged_is_closed"),
        ({"kind": "other"}, "compartment_kind"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Compartment.objects.filter(pk=confided.pk).update(**told)


def test_one_key_a_compartment_and_none_alike(alice: User) -> None:
    for _each in range(20):
        confide(alice)
    assert CompartmentKey.objects.count() == 20
    assert len({bytes(row.wrapped or b"") for row in CompartmentKey.objects.all()}) == 20
    members.begin(INTAKE, Account.of(alice), Role.AUTHOR, now=NOW)
    assert CompartmentKey.objects.count() == 21
