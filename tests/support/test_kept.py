"""Complaints, which never meet their mediator; what is kept of threads, forgotten, erased and taken away."""

from datetime import datetime, timedelta

import pytest

from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.privacy import erasing, exporting, retention
from allomediateur.support import answering, asking, doors, letters, writing
from allomediateur.support.asking import Asker, OwnProfile
from allomediateur.support.doors import DoorShut
from allomediateur.support.models import Thread
from tests.factories import NOW, make_mediator, make_user
from tests.support.exchanges import VISITOR, ask, seen, tables_with, token_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MARKER = "zzsecretzz"
State = Thread.State


@pytest.fixture
def sam() -> User:
    return make_user("sam@example.org", name="Sam", role=User.Role.STAFF)


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def reply(thread: Thread, sam: User, text: str = "Par le parc.", now: datetime = NOW) -> None:
    answering.reply(thread, text, by=sam, seen=seen(thread), now=now)
    thread.refresh_from_db()


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


# Complaints


def test_a_complaint_never_meets_its_mediator(bob: Mediator, alice: User, sam: User) -> None:
    thread = asking.complain(Asker.of(alice, "fr"), bob, "Il a parlé de moi.", now=NOW)
    assert not Thread.objects.of(bob.user).exists()
    assert not Thread.objects.visible_to(bob.user).exists()
    assert list(Thread.objects.visible_to(sam)) == list(Thread.objects.of(alice)) == [thread]
    # Nor when somebody managed to write it under the mediator's own address.
    Thread.objects.update(user=None, email=bob.user.email)
    assert not Thread.objects.of(bob.user).exists()
    assert not Letter.objects.filter(to=bob.user.email).exists()


def test_nobody_complains_about_themselves(bob: Mediator) -> None:
    with pytest.raises(OwnProfile):
        asking.complain(Asker.of(bob.user, "fr"), bob, "x", now=NOW)
    assert not Thread.objects.exists()


def test_under_the_mediators_address_it_is_taken_and_nobody_written_to(bob: Mediator, sam: User) -> None:
    """A refusal would say whose that address is; a letter would tell him."""
    thread = asking.complain(Asker("Mallory", bob.user.email.upper(), "fr"), bob, "Il a crié.", now=NOW)
    asking.note_call(Asker("Zoé", bob.user.email, "fr"), "mediator", "Il a crié.", by=sam, now=NOW, mediator=bob)
    assert set(Thread.objects.values_list("email", flat=True)) == {""}
    assert set(Letter.objects.values_list("kind", flat=True)) == {"support_waiting"}
    assert "celle du médiateur mis en cause" in writing.read_all(thread)[-1].text
    assert [one.text for one in writing.read(thread)] == ["Il a crié."]
    assert not Thread.objects.of(bob.user).exists()


# What is kept


def test_those_silent_are_closed_and_those_closed_forgotten_in_their_time(sam: User, bob: Mediator) -> None:
    year, five = 365 * DAY, 5 * 365 * DAY
    long_silent, waits = ask(now=NOW - 91 * DAY), ask(now=NOW - 400 * DAY)
    reply(long_silent, sam, now=NOW - 91 * DAY)
    gone, kept = ask(now=NOW - year - DAY), ask(now=NOW - year + DAY)
    complaint = asking.complain(VISITOR, bob, "Il a crié.", now=NOW - year - DAY)
    old = asking.complain(VISITOR, bob, "Il a crié.", now=NOW - five - DAY)
    for one in (gone, kept, complaint, old):
        answering.close(one, seen=seen(one), now=one.last_at)
    closed_today = ask(now=NOW - 2 * year)
    answering.close(closed_today, seen=seen(closed_today), now=NOW - DAY)
    topics = {letters.topic_of(one) for one in (gone, old)}
    told = dict(retention.forget(NOW))
    assert (told["questions"], told["complaints"]) == (1, 1)
    assert set(Thread.objects.all()) == {long_silent, waits, kept, complaint, closed_today}
    long_silent.refresh_from_db()
    assert long_silent.state == State.CLOSED
    assert not Letter.objects.filter(topic__in=topics).exists()
    told = dict(retention.forget(NOW))
    assert (told["questions"], told["complaints"]) == (0, 0)


def test_an_erased_persons_questions_go_and_complaints_lose_their_name(alice: User, bob: Mediator, sam: User) -> None:
    asker = Asker.of(alice, "fr")
    asking.ask(asker, "data", "Que gardez-vous ?", now=NOW)
    without = asking.ask(Asker("Alice", "Alice@example.org", "fr"), "book", "Sans compte.", now=NOW)
    complaint = asking.complain(asker, bob, "Il a crié.", now=NOW, context="/mediateurs/")
    others = ask()
    token = token_of(Letter.objects.get(kind="support_received", topic=letters.topic_of(without)))
    erasing.erase(alice, NOW)
    assert set(Thread.objects.all()) == {complaint, others}
    complaint.refresh_from_db()
    told = complaint.user, complaint.name, complaint.email, str(complaint.phone), complaint.context, complaint.state
    assert told == (None, "", "", "", "", State.WAITING_STAFF)
    with pytest.raises(DoorShut):
        doors.find(token, NOW)
    assert tables_with("alice@example.org") == {"notify_letter"}  # the last letter, until it has left
    assert Letter.objects.get(to="alice@example.org").kind == "account_erased"
    assert [one.text for one in writing.read_all(complaint)] == ["Il a crié."]
    reply(complaint, sam, "Noté.")


def test_ones_exchanges_leave_with_ones_data_without_the_notes_of_staff(alice: User, sam: User, bob: Mediator) -> None:
    thread = asking.ask(Asker.of(alice, "fr"), "data", "Que gardez-vous ?", now=NOW)
    asking.complain(Asker.of(alice, "fr"), bob, "Il a crié.", now=NOW)
    answering.note(thread, "Semble fâchée.", by=sam, now=NOW)
    reply(thread, sam, "Peu de choses.")
    ask(text="Celle d’une autre")
    told = exporting.portrait(alice, NOW)["assistance"]
    assert [(one["kind"], one["mediator"]) for one in told] == [("question", ""), ("complaint", bob.name)]
    assert [one["text"] for one in told[0]["messages"]] == ["Que gardez-vous ?", "Peu de choses."]
    assert "fâchée" not in str(told)
    assert "d’une autre" not in str(told)
