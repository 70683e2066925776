"""A thread from its first word to its end: who is written to, what is promised, which doors open."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling.deadlines import answer_by, answer_day
from allomediateur.support import answering, asking, doors, waiting, writing
from allomediateur.support.answering import SaidMeanwhile, SaidTwice
from allomediateur.support.asking import Asker
from allomediateur.support.doors import DoorShut
from allomediateur.support.models import Door, Message, Thread
from allomediateur.vault.sealing import Unreadable
from tests.factories import NOW, make_mediator, make_user
from tests.support.exchanges import VISITOR, ask, last_letter, seen, tables_with, token_of

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


# What is promised


@pytest.mark.parametrize(
    ("asked", "last_day"),
    [
        ("2026-11-23T08:00", "2026-11-25"),  # a Monday
        ("2026-11-26T08:00", "2026-11-30"),  # a Thursday
        ("2026-11-27T22:30", "2026-12-01"),  # a Friday, late in Paris
        ("2026-11-28T08:00", "2026-12-01"),  # a Saturday
        ("2026-11-23T23:30", "2026-11-26"),  # Tuesday already, in Paris
        ("2026-12-24T08:00", "2026-12-29"),  # Christmas is no working day
        ("2026-12-31T08:00", "2027-01-05"),  # nor is New Year's Day, of the next year
        ("2027-03-26T08:00", "2027-03-31"),  # Easter Monday, and the clocks change
    ],
)
def test_an_answer_is_promised_by_the_end_of_the_second_working_day(asked: str, last_day: str) -> None:
    due = answer_by(datetime.fromisoformat(asked).replace(tzinfo=UTC))
    assert answer_day(due).isoformat() == last_day
    assert due.astimezone(UTC).hour in (22, 23)


def test_late_from_the_promised_instant_on_and_until_it_is_answered(sam: User) -> None:
    thread = ask()
    due = answer_by(NOW)
    assert (thread.state, thread.due_at) == (State.WAITING_STAFF, due)
    assert not Thread.objects.late(due - timedelta(seconds=1)).exists()
    assert list(Thread.objects.late(due)) == [thread]
    answering.write(thread, "Toujours rien ?", author=None, now=due - DAY)
    assert list(Thread.objects.late(due)) == [thread]  # one more word does not put the day off
    reply(thread, sam, now=due)
    assert (thread.state, thread.due_at, thread.answered_at) == (State.WAITING_PERSON, None, due)
    assert not Thread.objects.late(due + DAY).exists()


def test_what_waits_is_counted(sam: User, bob: Mediator) -> None:
    reply(ask(), sam)
    ask(now=NOW - 9 * DAY)
    asking.complain(VISITOR, bob, "Il est arrivé en retard.", now=NOW)
    answering.close(asking.complain(VISITOR, bob, "Encore.", now=NOW), seen=Message.objects.latest("pk").pk, now=NOW)
    assert waiting.counts(NOW) == waiting.Counts(to_answer=2, late=1, complaints=1)


# Who is written to


def test_staff_are_written_to_once_while_they_have_not_answered(sam: User) -> None:
    thread = ask()
    answering.write(thread, "Et où se garer ?", author=None, now=NOW)
    assert kinds() == ["support_received", "support_waiting"]
    assert last_letter("support_waiting").to == settings.CONTACT_EMAIL
    reply(thread, sam)
    answering.write(thread, "Merci, et à vélo ?", author=None, now=NOW)
    assert kinds() == ["support_received", "support_waiting", "support_answer", "support_waiting"]


def test_letters_are_neutral_and_in_the_persons_language(sam: User, bob: Mediator) -> None:
    thread = asking.complain(Asker("Vera", "vera@example.org", "en"), bob, "He was late.", now=NOW)
    reply(thread, sam)
    assert [one.subject for one in Letter.objects.filter(to="vera@example.org").order_by("pk")] == [
        "Your message has arrived", "An answer is waiting for you",
    ]  # fmt: skip
    assert "/en/assistance/echanges/" in last_letter("support_answer").text
    assert "Wednesday 25 November" in last_letter("support_received").text.replace("\u00a0", " ")


def test_nothing_that_is_written_is_in_a_letter_or_in_clear_in_the_database(sam: User, bob: Mediator) -> None:
    """A letter to an address that somebody typed would carry their words to whom they choose."""
    asker = Asker(f"Véra {MARKER}", "vera@example.org", "fr")
    for thread in (
        asking.ask(asker, "other", f"Ma question {MARKER}", now=NOW),
        asking.complain(asker, bob, f"Ma plainte {MARKER}", now=NOW),
        asking.note_call(asker, "other", f"Elle a dit {MARKER}", by=sam, now=NOW),
    ):
        answering.write(thread, f"Encore {MARKER}", author=None, now=NOW)
        answering.note(thread, f"Pour nous {MARKER}", by=sam, now=NOW)
        reply(thread, sam, f"Ma réponse {MARKER}")
        assert len(writing.read_all(thread)) == 4
    assert len(kinds()) > 6
    assert not Letter.objects.filter(text__contains=MARKER).exists()
    assert not Letter.objects.filter(html__contains=MARKER).exists()
    assert not Letter.objects.filter(text__contains=bob.name).exists()
    # Its own name is all that is left of them.
    Thread.objects.update(name="")
    assert tables_with(MARKER) == set()


# What is said


def test_the_notes_of_staff_are_not_read_by_the_person(sam: User) -> None:
    thread = ask(text="Comment venir ?")
    answering.note(thread, "Déjà appelée deux fois.", by=sam, now=NOW)
    reply(thread, sam, "Par le parc.")
    assert [one.text for one in writing.read(thread)] == ["Comment venir ?", "Par le parc."]
    assert [one.text for one in writing.read_all(thread)] == [
        "Comment venir ?", "Déjà appelée deux fois.", "Par le parc.",
    ]  # fmt: skip


def test_a_note_that_becomes_a_message_by_mistake_does_not_open(sam: User) -> None:
    thread = ask()
    answering.note(thread, "Pour nous.", by=sam, now=NOW)
    Message.objects.filter(is_internal=True).update(is_internal=False)
    with pytest.raises(Unreadable):
        writing.read(thread)


def test_words_put_into_another_thread_do_not_open() -> None:
    thread, other = ask(), ask(text="Autre chose")
    Message.objects.filter(thread=thread).update(thread=other)
    with pytest.raises(Unreadable):
        writing.read(other)


def test_a_note_writes_to_nobody_and_is_no_answer(sam: User) -> None:
    thread = ask()
    before = kinds()
    answering.note(thread, "Je rappelle demain.", by=sam, now=NOW)
    thread.refresh_from_db()
    assert (thread.state, kinds()) == (State.WAITING_STAFF, before)


def test_staff_answer_what_they_have_read(sam: User) -> None:
    thread = ask()
    shown = seen(thread)
    answering.write(thread, "Oubliez, j’ai trouvé.", author=None, now=NOW)
    with pytest.raises(SaidMeanwhile):
        answering.reply(thread, "Par le parc.", by=sam, seen=shown, now=NOW)
    with pytest.raises(SaidMeanwhile):
        answering.close(thread, seen=shown, now=NOW)
    answering.note(thread, "Bien.", by=sam, now=NOW)
    reply(thread, sam)
    assert "support_answer" in kinds()


def test_the_first_who_answers_takes_care_of_it(sam: User) -> None:
    thread = ask()
    reply(thread, sam)
    assert thread.assigned == sam
    eve = make_user("eve@example.org", role=User.Role.STAFF)
    reply(thread, eve)
    assert thread.assigned == sam
    answering.take(thread, None)
    thread.refresh_from_db()
    assert thread.assigned is None


def test_a_double_click_says_it_once() -> None:
    thread = ask(text="Bonjour")
    for _ in range(2):
        with pytest.raises(SaidTwice):
            answering.write(thread, "Bonjour", author=None, now=NOW)
    answering.write(thread, "Bonjour", author=None, now=NOW + DAY)
    assert len(writing.read(thread)) == 2


def test_the_same_key_opens_one_thread_and_another_question_with_it_none() -> None:
    assert ask(key="k") == ask(key="k")
    assert kinds() == ["support_received", "support_waiting"]
    with pytest.raises(KeyReused):
        ask(text="Autre chose", key="k")
    assert Thread.objects.count() == 1


def test_closed_by_one_side_opened_again_by_a_word(sam: User) -> None:
    thread = ask()
    reply(thread, sam)
    answering.close(thread, seen=seen(thread), now=NOW)
    thread.refresh_from_db()
    assert (thread.state, thread.due_at) == (State.CLOSED, None)
    answering.write(thread, "Encore une chose.", author=None, now=NOW + DAY)
    thread.refresh_from_db()
    assert (thread.state, thread.due_at) == (State.WAITING_STAFF, answer_by(NOW + DAY))
    answering.close(thread, seen=seen(thread), now=NOW)
    answering.reopen(thread, NOW + 9 * DAY)
    thread.refresh_from_db()
    assert (thread.state, thread.due_at) == (State.WAITING_STAFF, answer_by(NOW + 9 * DAY))
    answering.reopen(thread, NOW + 30 * DAY)
    assert Thread.objects.get().due_at == answer_by(NOW + 9 * DAY)


def test_a_call_is_noted_with_or_without_an_address(sam: User, bob: Mediator) -> None:
    with_address = asking.note_call(VISITOR, "book", "Elle cherche.", by=sam, now=NOW)
    assert kinds() == ["support_received"]  # staff know: they wrote it
    silent = asking.note_call(Asker("Zoé", "", "fr", "+33639981234"), "book", "Elle cherche.", by=sam, now=NOW)
    reply(silent, sam)
    assert kinds() == ["support_received"]
    assert [one.is_noted for one in writing.read(silent)] == [True, False]
    assert (silent.assigned, with_address.assigned) == (sam, sam)
    about = asking.note_call(VISITOR, "book", "Il a crié.", by=sam, now=NOW, mediator=bob)
    assert (about.kind, about.topic) == ("complaint", "mediator")


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "waiting_staff", "due_at": None},
        {"state": "closed", "due_at": NOW},
        {"state": "closed", "due_at": None, "closed_at": None},
        {"kind": "complaint", "mediator": None},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong: dict[str, Any]) -> None:
    thread = ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.filter(pk=thread.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(thread=thread).update(is_internal=True)


# Doors


def test_a_door_has_its_own_end_and_words_put_off_that_of_open_ones_only(sam: User) -> None:
    thread = ask()
    first = token_of(last_letter("support_received"))
    assert doors.find(first, NOW + 90 * DAY - timedelta(seconds=1)) == thread
    with pytest.raises(DoorShut) as shut:
        doors.find(first, NOW + 90 * DAY)
    assert shut.value.ended
    reply(thread, sam, now=NOW + 80 * DAY)
    second = token_of(last_letter("support_answer"))
    assert doors.find(first, NOW + 169 * DAY) == doors.find(second, NOW + 169 * DAY) == thread
    reply(thread, sam, now=NOW + 300 * DAY)
    third = token_of(last_letter("support_answer"))
    answering.close(thread, seen=seen(thread), now=NOW + 300 * DAY)
    answering.reopen(thread, NOW + 301 * DAY)
    for token in (first, second):
        with pytest.raises(DoorShut):
            doors.find(token, NOW + 302 * DAY)
    assert doors.find(third, NOW + 302 * DAY) == thread


def test_who_has_an_account_is_written_to_where_it_is_now_and_signs_in(alice: User, sam: User) -> None:
    """A token would go round the second factor, and to an address they may have left."""
    thread = asking.ask(Asker.of(alice, "fr"), "data", "Qui voit ?", now=NOW)
    User.objects.filter(pk=alice.pk).update(email="alice@elsewhere.example.org")
    reply(thread, sam)
    letter = last_letter("support_answer")
    assert letter.to == "alice@elsewhere.example.org"
    assert f"/espace/assistance/{thread.reference}/" in letter.text
    assert "/assistance/echanges/" not in "".join(Letter.objects.values_list("text", "html")[0])
    assert not Door.objects.exists()


def test_staff_write_first_to_who_has_an_account(bob: Mediator, sam: User) -> None:
    thread = asking.write_to(bob.user, "other", "Qu’en dites-vous ?", by=sam, now=NOW, key="k")
    assert asking.write_to(bob.user, "other", "Qu’en dites-vous ?", by=sam, now=NOW, key="k") == thread
    assert (thread.state, thread.assigned, kinds()) == (State.WAITING_PERSON, sam, ["support_written"])
    letter = last_letter("support_written")
    assert (letter.to, letter.subject) == (bob.user.email, "Un message vous attend")
    assert "dites-vous" not in letter.text
    assert list(Thread.objects.of(bob.user)) == [thread]
    answering.write(thread, "Rien à dire.", author=bob.user, now=NOW)
    assert kinds() == ["support_written", "support_waiting"]


def test_tokens_are_kept_hashed_for_this_purpose_only() -> None:
    ask()
    token = token_of(last_letter("support_received"))
    assert tables_with(token) == {"notify_letter"}
    for wrong in (token[:-1], token + "a", token.swapcase(), "", Door.objects.get().token_hash):
        with pytest.raises(DoorShut):
            doors.find(wrong, NOW)
