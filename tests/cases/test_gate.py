"""The gate: who opens a compartment, what they read and write there, and what the trail says of it."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import members, purging
from allomediateur.cases.compartments.actors import Account, Actor, Holder, Platform, Purpose, Reason, Role
from allomediateur.cases.compartments.gate import (
    TEXT_MOST,
    ChangedMeanwhile,
    Closed,
    MayNot,
    NotMember,
    Purged,
    TooLong,
)
from allomediateur.cases.models import Compartment, Membership, Sealed
from allomediateur.directory.models import Mediator
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act
from allomediateur.trail.models import Entry
from tests.cases.confided import INTAKE, MARKER, ROUTING, confide, enter
from tests.factories import NOW, make_mediator, make_user

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def sam() -> User:
    return make_user("sam@example.org", name="Sam", role=User.Role.STAFF)


def told(**asked: object) -> list[tuple[str, int | None, int | None, str]]:
    entries = Entry.objects.filter(**asked).order_by("pk")
    return [(one.act, one.actor, one.person, one.detail) for one in entries]


# Reading and writing


def test_what_was_written_is_read(alice: User) -> None:
    opened = enter(confide(alice), alice)
    assert opened.read("story") is None
    assert opened.read_all() == {}
    assert opened.write("story", "Où l’on s’est fâchés \0 \n 🙂") == 1
    assert opened.write_all({"project": "", "other.1:name": "Zoé"}) == {"project": 1, "other.1:name": 1}
    whole = {"story": "Où l’on s’est fâchés \0 \n 🙂", "project": "", "other.1:name": "Zoé"}
    assert opened.read_all() == enter(opened.compartment, alice).read_all() == whole
    assert opened.write("story", "Autrement") == 2
    opened.forget("project")
    opened.forget("never")
    assert opened.read_all() == {"story": "Autrement", "other.1:name": "Zoé"}
    assert opened.contents()["story"].changed_at == NOW


def test_the_longest_text_is_kept_and_one_more_is_refused_and_loses_nothing(alice: User) -> None:
    opened = enter(confide(alice, story="avant"), alice)
    with pytest.raises(TooLong) as refused:
        opened.write_all({"project": "x", "story": "🙂" * (TEXT_MOST + 1)})
    assert (refused.value.name, refused.value.most) == ("story", TEXT_MOST)
    assert opened.read_all() == {"story": "avant"}
    with pytest.raises(TooLong):
        opened.write("story", "x" * 1_000_000)
    opened.write("story", "🙂" * TEXT_MOST)
    assert opened.read("story") == "🙂" * TEXT_MOST


@pytest.mark.parametrize("name", ["", "Story", "a b", "é", "x" * 81, "a\0b", "a\n"])
def test_a_content_has_a_plain_name(alice: User, name: str) -> None:
    with pytest.raises(ValueError):
        enter(confide(alice), alice).write(name, "x")


def test_half_a_character_does_not_break_a_page(alice: User) -> None:
    """What a program may send, and no database nor page could take."""
    opened = enter(confide(alice), alice)
    opened.write("story", "a\ud800b")
    assert opened.read("story") == "a?b"


def test_two_windows_do_not_lose_each_others_words(alice: User) -> None:
    one, other = (enter(confided, alice) for confided in [confide(alice)] * 2)
    assert one.write("story", "du premier", seen=0) == 1
    with pytest.raises(ChangedMeanwhile) as refused:
        other.write_all({"project": "x", "story": "du second"}, seen={"project": 0, "story": 0})
    assert refused.value.name == "story"
    assert other.read_all() == {"story": "du premier"}
    assert other.write("story", "du second", seen=1) == 2
    assert one.read("story") is not None


def test_closed_it_is_read_and_no_more_written(alice: User) -> None:
    confided = confide(alice, story="x")
    purging.close(confided, NOW)
    purging.close(confided, NOW + DAY)
    assert confided.closed_at == NOW
    opened = enter(confided, alice)
    assert opened.read("story") == "x"
    for act in (
        lambda: opened.write("story", "y"),
        lambda: opened.forget("story"),
        lambda: opened.name_parties(["Zoé"]),
    ):
        with pytest.raises(Closed):
            act()
    assert opened.read("story") == "x"


# Who


def strangers(alice: User, bob: Mediator, sam: User) -> list[Actor]:
    return [
        Account.of(make_user("mallory@example.org")), Account.of(bob.user), Account.of(sam),
        Account.of(make_user("gone@example.org", is_active=False)), Account(0, "staff"),
        Account(None, ""), Platform(""),  # type: ignore[arg-type]
        Holder.of("x" * 43), Holder.of(""), Holder(""), Platform(Purpose.ROUTING, Account.of(sam)),
    ]  # fmt: skip


def test_a_stranger_opens_nothing_and_is_told_nothing(alice: User, bob: Mediator, sam: User) -> None:
    confided = members.begin(INTAKE, Account.of(alice), Role.AUTHOR, now=NOW)
    enter(confided, alice).write("story", MARKER)
    for actor in strangers(alice, bob, sam):
        with pytest.raises(NotMember) as refused:
            enter(confided, actor)
        assert MARKER not in str(refused.value)
        assert not Compartment.objects.visible_to(actor, NOW).exists()
    assert list(Compartment.objects.visible_to(Account.of(alice), NOW)) == [confided]
    purging.purge(confided, NOW)
    for actor in strangers_again(sam):
        with pytest.raises(NotMember):
            enter(confided, actor)


def strangers_again(sam: User) -> list[Actor]:
    """A purged one is not told from one that never was."""
    return [Account.of(sam), Holder.of("x" * 43), ROUTING]


def test_one_authors_link_or_account_opens_no_other_compartment(alice: User) -> None:
    (first, holder), (second, other) = (
        (confide(each[1], story=each[0]), each[1]) for each in [Holder.new(), Holder.new()]
    )
    enter(first, holder)
    for compartment, actor in ((first, other), (second, holder), (first, Account.of(alice))):
        with pytest.raises(NotMember):
            enter(compartment, actor)


def test_a_link_is_kept_as_its_hash_only() -> None:
    token, holder = Holder.new()
    confide(holder)
    assert Membership.objects.get(role=Role.AUTHOR).token_hash == holder.token_hash == Holder.of(token).token_hash
    assert len(token) == 43
    assert token not in repr(Membership.objects.values()) + repr(holder)
    assert holder.token_hash not in repr(holder)


def test_a_membership_opens_from_its_beginning_to_its_end(alice: User) -> None:
    confided = members.begin(INTAKE, Account.of(alice), Role.AUTHOR, now=NOW, until=NOW + DAY)
    enter(confided, alice, NOW)
    enter(confided, alice, NOW + DAY - timedelta(microseconds=1))
    for moment in (NOW - timedelta(microseconds=1), NOW + DAY):
        with pytest.raises(NotMember):
            enter(confided, alice, moment)


def test_who_is_no_mediator_or_staff_any_more_or_is_closed_opens_nothing(alice: User, bob: Mediator, sam: User) -> None:
    confided = confide(alice, story="x")
    opened = enter(confided, alice)
    members.admit(opened, Account.of(bob.user), Role.MEDIATOR)
    members.admit(opened, Account.of(sam), Role.STAFF)
    readers = {bob.user: Account.of(bob.user), sam: Account.of(sam)}
    for user, actor in readers.items():
        assert enter(confided, actor).read("story") == "x"
        User.objects.filter(pk=user.pk).update(role=User.Role.CLIENT)
        with pytest.raises(NotMember):
            enter(confided, actor)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(NotMember):
        enter(confided, alice)


def test_a_mediator_reads_what_is_opened_to_them_and_writes_nothing(alice: User, bob: Mediator) -> None:
    confided = confide(alice, story=MARKER, domain="voisinage", place="Paris")
    router = enter(confided, ROUTING)
    members.admit(router, Account.of(bob.user), Role.MEDIATOR, only=["domain", "place"])
    opened = enter(confided, bob.user)
    assert opened.read_all() == {"domain": "voisinage", "place": "Paris"}
    for act in (lambda: opened.read("story"), lambda: opened.write("domain", "x"), lambda: opened.forget("domain")):
        with pytest.raises(MayNot):
            act()
    members.admit(router, Account.of(bob.user), Role.MEDIATOR)
    assert enter(confided, bob.user).read("story") == MARKER
    assert Membership.objects.live(NOW).filter(role=Role.MEDIATOR).count() == 1
    assert members.dismiss(router, Account.of(bob.user)) == 1
    with pytest.raises(NotMember):
        enter(confided, bob.user)


def test_a_mediator_lets_nobody_in_and_the_platform_does(alice: User, bob: Mediator, sam: User) -> None:
    confided = confide(alice)
    members.admit(enter(confided, ROUTING), Account.of(bob.user), Role.MEDIATOR)
    opened = enter(confided, bob.user)
    for act in (lambda: members.admit(opened, Account.of(sam), Role.STAFF), lambda: members.dismiss(opened, ROUTING)):
        with pytest.raises(MayNot):
            act()
    with pytest.raises(NotMember):
        enter(confided, sam)


def test_a_draft_becomes_its_authors_and_the_links_end(alice: User) -> None:
    token, holder = Holder.new()
    _other, second = Holder.new()
    confided = confide(holder, story="x")
    opened = enter(confided, Holder.of(token))
    members.admit(opened, second, Role.AUTHOR, until=NOW + DAY)
    enter(confided, second, NOW)
    members.hand_over(opened, Account.of(alice))
    assert enter(confided, alice).read("story") == "x"
    for link in (holder, second):
        with pytest.raises(NotMember):
            enter(confided, link)
    with pytest.raises(MayNot):
        members.hand_over(enter(confided, alice), Account.of(alice))


def test_the_same_link_may_be_given_a_longer_time(alice: User) -> None:
    _token, holder = Holder.new()
    confided = members.begin(INTAKE, holder, Role.AUTHOR, now=NOW, until=NOW + DAY)
    members.admit(enter(confided, holder), holder, Role.AUTHOR, until=NOW + 30 * DAY)
    enter(confided, holder, NOW + 29 * DAY)


def test_staff_write_under_dictation_then_give_the_person_a_link(sam: User) -> None:
    confided = members.begin(INTAKE, Account.of(sam), Role.STAFF, now=NOW, until=NOW + HOUR)
    opened = confided.open(Account.of(sam), now=NOW, reason=Reason.DICTATING)
    opened.write("story", "Dicté")
    _token, holder = Holder.new()
    members.admit(opened, holder, Role.AUTHOR)
    with pytest.raises(NotMember):
        enter(confided, sam, NOW + HOUR)
    assert enter(confided, holder, NOW + HOUR).read("story") == "Dicté"


# The trail


def test_every_reader_is_on_the_trail_with_whose_words_and_why(alice: User, bob: Mediator, sam: User) -> None:
    confided = confide(alice)
    opened = enter(confided, Platform(Purpose.ROUTING, Account.of(sam)), reason=Reason.ROUTING)
    members.admit(opened, Account.of(bob.user), Role.MEDIATOR)
    enter(confided, bob.user, reason=Reason.DECIDING)
    enter(confided, bob.user, NOW + HOUR / 2, reason=Reason.DECIDING)
    enter(confided, bob.user, reason=Reason.READING)
    enter(confided, ROUTING, NOW + 2 * HOUR, reason=Reason.ROUTING)
    assert told(thing=f"compartment:{confided.ref}") == [
        ("seen", sam.pk, alice.pk, "system routing"),
        ("admitted", sam.pk, alice.pk, f"mediator user:{bob.user.pk}"),
        ("seen", bob.user.pk, alice.pk, "mediator deciding"),
        ("seen", bob.user.pk, alice.pk, "mediator reading"),
        ("seen", None, alice.pk, "system routing"),
    ]
    assert list(keeping.faults()) == []


def test_writing_forgetting_and_purging_are_on_the_trail_without_a_name_nor_a_word(alice: User) -> None:
    confided = confide(alice)
    opened = enter(confided, alice, reason=Reason.ANSWERING)
    opened.write(MARKER, MARKER)
    opened.write(MARKER, MARKER)
    opened.forget(MARKER)
    opened.name_parties([MARKER])
    purging.purge(confided, NOW, by=Account.of(alice))
    assert [row[0] for row in told()] == [Act.SEEN, Act.CHANGED, Act.DELETED, Act.PURGED]
    assert MARKER not in repr(list(Entry.objects.values()))


def test_a_refused_reader_is_in_the_log_without_a_word(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    confided = confide(alice, story=MARKER)
    with caplog.at_level(logging.WARNING), pytest.raises(NotMember):
        enter(confided, Holder.of("x"))
    assert [one.getMessage() for one in caplog.records] == [f"compartment {confided.pk} not opened: no membership"]


def test_nothing_that_is_printed_shows_a_text(alice: User) -> None:
    opened = enter(confide(alice, story=MARKER), alice)
    assert MARKER not in repr(opened) + repr(opened.contents()) + repr(vars(opened)) + repr(
        list(Sealed.objects.values())
    )


# Its end


def test_purged_nothing_opens_and_only_dates_remain(alice: User) -> None:
    confided = confide(alice, story=MARKER)
    before = enter(confided, alice)
    before.name_parties(["Zoé Martin"])
    assert purging.purge(confided, NOW + DAY) == NOW + 31 * DAY
    assert purging.purge(confided, NOW + 9 * DAY) == purging.complete_at(confided) == NOW + 31 * DAY
    assert (confided.closed_at, confided.purged_at) == (NOW + DAY, NOW + DAY)
    confided.key.refresh_from_db()
    assert (confided.key.wrapped, confided.key.destroyed_at) == (None, NOW + DAY)
    assert not confided.contents.exists()
    assert not confided.parties.exists()
    assert [(one.user, one.until) for one in confided.members.all()] == [(alice, NOW + DAY)]
    with pytest.raises(NotMember):
        enter(confided, alice, NOW + DAY)
    for act in (lambda: before.write("story", "y"), lambda: before.name_parties(["x"]), lambda: before.forget("story")):
        with pytest.raises(Purged):
            act()
    assert Entry.objects.filter(act=Act.PURGED).count() == 1


def test_without_its_key_it_is_as_purged(alice: User) -> None:
    """What a restore without the keys gives."""
    confided = confide(alice, story="x")
    confided.key.delete()
    again = Compartment.objects.get(pk=confided.pk)
    with pytest.raises(Purged):
        enter(again, alice)
    purging.purge(again, NOW)
    assert not again.contents.exists()
    with pytest.raises(ValueError, match="not purged"):
        purging.complete_at(confide(alice))


# What it costs


@pytest.mark.parametrize("count", [1, 3, 30])
def test_opening_and_reading_all_cost_the_same_whatever_there_is(alice: User, count: int) -> None:
    confided = confide(alice, {f"q{number}": "x" * number for number in range(count)})
    with CaptureQueriesContext(connection) as asked:
        assert len(enter(confided, alice).read_all()) == count
    assert len(asked) == 3  # membership and key, already on the trail this hour, contents
    with CaptureQueriesContext(connection) as asked:
        enter(confided, alice).write_all({f"q{number}": "y" for number in range(count)})
    assert len(asked) == 9
