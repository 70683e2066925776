"""A thread from its first word to its end: who is written to, what is promised, what is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.privacy import erasing, exporting, retention
from allomediateur.scheduling.deadlines import answer_by, answer_day
from allomediateur.support import answering, asking, doors, letters, waiting, writing
from allomediateur.support.answering import SaidMeanwhile, SaidTwice
from allomediateur.support.asking import Asker, OwnProfile
from allomediateur.support.doors import DoorShut
from allomediateur.support.models import Door, Message, Thread
from allomediateur.vault.sealing import Unreadable
from tests.factories import NOW, make_mediator, make_user
from tests.support.exchanges import VISITOR, ask, last_letter, seen, token_of

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
    answering.close(asking.complain(VISITOR, bob, "Encore.", now=NOW), seen=Message.objects.latest("pk").pk)
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


def tables_with(mark: str) -> set[str]:
    with connection.cursor() as cursor:
        found = set()
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT 1 FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{mark}%"])  # noqa: S608
            found |= {table} if cursor.fetchone() else set()
    return found


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
        answering.close(thread, seen=shown)
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
    answering.close(thread, seen=seen(thread))
    thread.refresh_from_db()
    assert (thread.state, thread.due_at) == (State.CLOSED, None)
    answering.write(thread, "Encore une chose.", author=None, now=NOW + DAY)
    thread.refresh_from_db()
    assert (thread.state, thread.due_at) == (State.WAITING_STAFF, answer_by(NOW + DAY))
    answering.close(thread, seen=seen(thread))
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
        {"kind": "complaint", "mediator": None},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong: dict[str, Any]) -> None:
    thread = ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.filter(pk=thread.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(thread=thread).update(is_internal=True)


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


def test_nobody_complains_about_themselves_nor_under_the_mediators_address(bob: Mediator, sam: User) -> None:
    for asker in (Asker.of(bob.user, "fr"), Asker("Mallory", bob.user.email.upper(), "fr")):
        with pytest.raises(OwnProfile):
            asking.complain(asker, bob, "x", now=NOW)
        with pytest.raises(OwnProfile):
            asking.note_call(asker, "mediator", "x", by=sam, now=NOW, mediator=bob)
    assert not Thread.objects.exists()


# Doors


def test_a_door_opens_its_thread_for_ninety_days_after_the_last_word(sam: User) -> None:
    thread = ask()
    token = token_of(last_letter("support_received"))
    assert doors.find(token, NOW + 90 * DAY - timedelta(seconds=1)) == thread
    with pytest.raises(DoorShut) as shut:
        doors.find(token, NOW + 90 * DAY)
    assert shut.value.ended
    reply(thread, sam, now=NOW + 80 * DAY)
    assert doors.find(token, NOW + 91 * DAY) == thread
    assert doors.find(token_of(last_letter("support_answer")), NOW + 91 * DAY) == thread


def test_tokens_are_kept_hashed_for_this_purpose_only() -> None:
    ask()
    token = token_of(last_letter("support_received"))
    assert tables_with(token) == {"notify_letter"}
    for wrong in (token[:-1], token + "a", token.swapcase(), "", Door.objects.get().token_hash):
        with pytest.raises(DoorShut):
            doors.find(wrong, NOW)


# What is kept


def test_those_silent_are_closed_and_those_closed_forgotten_in_their_time(sam: User, bob: Mediator) -> None:
    year, five = 365 * DAY, 5 * 365 * DAY
    long_silent, waits = ask(now=NOW - 91 * DAY), ask(now=NOW - 400 * DAY)
    reply(long_silent, sam, now=NOW - 91 * DAY)
    gone, kept = ask(now=NOW - year - DAY), ask(now=NOW - year + DAY)
    complaint = asking.complain(VISITOR, bob, "Il a crié.", now=NOW - year - DAY)
    old = asking.complain(VISITOR, bob, "Il a crié.", now=NOW - five - DAY)
    for one in (gone, kept, complaint, old):
        answering.close(one, seen=seen(one))
    topics = {letters.topic_of(one) for one in (gone, old)}
    told = dict(retention.forget(NOW))
    assert (told["questions"], told["complaints"]) == (1, 1)
    assert set(Thread.objects.all()) == {long_silent, waits, kept, complaint}
    long_silent.refresh_from_db()
    assert long_silent.state == State.CLOSED
    assert not Letter.objects.filter(topic__in=topics).exists()
    told = dict(retention.forget(NOW))
    assert (told["questions"], told["complaints"]) == (0, 0)


def test_an_erased_persons_questions_go_and_complaints_lose_their_name(alice: User, bob: Mediator, sam: User) -> None:
    asker = Asker.of(alice, "fr")
    asking.ask(asker, "data", "Que gardez-vous ?", now=NOW)
    asking.ask(Asker("Alice", "Alice@example.org", "fr"), "book", "Sans compte.", now=NOW)
    complaint = asking.complain(asker, bob, "Il a crié.", now=NOW, context="/mediateurs/")
    others = ask()
    token = token_of(Letter.objects.get(kind="support_received", topic=letters.topic_of(complaint)))
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
    told = exporting.portrait(alice)["assistance"]
    assert [(one["kind"], one["mediator"]) for one in told] == [("question", ""), ("complaint", bob.name)]
    assert [one["text"] for one in told[0]["messages"]] == ["Que gardez-vous ?", "Peu de choses."]
    assert "fâchée" not in str(told)
    assert "d’une autre" not in str(told)
