"""Below reminders: the net of what was not planned, several at the same moment, what is kept of people."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from allomediateur.accounts.models import User
from allomediateur.agenda import changing, planning, preferences, reminding
from allomediateur.agenda.models import Channel, Participant, Preference, Reminder, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.privacy import erasing, exporting
from tests.agenda import steps
from tests.agenda.reminded import BOTH, CLIENT, DAY, FAR, HOUR, confirmed, planned, told
from tests.agenda.steps import MINUTE
from tests.factories import NOW, book, make_mediator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


# The net below


def test_what_was_confirmed_before_there_were_reminders_has_its_own(bob: Mediator, alice: User) -> None:
    book(bob, FAR, client=alice, now=NOW - 10 * DAY)
    assert planning.sweep(FAR - 8 * DAY) == 2
    assert planned() == BOTH
    assert planning.sweep(FAR - 8 * DAY) == 0


def test_the_net_tells_nothing_that_was_past_at_booking_nor_long_ago(bob: Mediator, alice: User) -> None:
    made = book(bob, FAR, client=alice, now=NOW)
    Transition.objects.create(
        appointment=made, at=FAR - DAY + MINUTE, by=CLIENT, from_state="unconfirmed", to_state="confirmed"
    )
    assert planning.sweep(FAR - DAY + HOUR) == 0
    Transition.objects.update_or_create(appointment=made, defaults={"at": NOW})
    assert planning.sweep(FAR - DAY + HOUR) == 1  # an hour late, the week's long ago


def test_a_guest_who_came_later_is_told_of_what_is_to_come_only(bob: Mediator) -> None:
    made = confirmed(bob)
    Participant.objects.create(appointment=made, role="party", name="Zoé", email="zoe@example.org")
    planning.sweep(FAR - 7 * DAY + MINUTE)
    rows = Reminder.objects.filter(participant__role="party")
    assert [(one.days, one.due_at) for one in rows] == [(1, FAR - DAY)]


def test_the_net_leaves_alone_what_is_not_to_be_told(bob: Mediator, alice: User) -> None:
    for number, state in enumerate((State.CANCELLED, State.UNCONFIRMED, State.HELD)):
        book(bob, FAR + number * HOUR, client=alice, state=state)
    book(bob, FAR + 30 * DAY, client=alice)
    assert planning.sweep(FAR - 8 * DAY) == 0


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(bob: Mediator) -> None:
    confirmed(bob)
    confirmed(bob, FAR + HOUR)
    at_once([lambda: reminding.send_due(FAR - DAY)] * 6)
    assert len(told()) == 1
    assert planned() == []


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_that_was_first_is_not_reminded(bob: Mediator) -> None:
    """The worker waits for the rows, and finds them gone."""
    made = confirmed(bob)
    with transaction.atomic():
        changing.cancel(made, by=CLIENT, now=FAR - DAY)
        worker = Thread(target=on_its_own, args=[lambda: reminding.send_due(FAR - DAY)])
        worker.start()
        wait_for_a_lock()
    worker.join()
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_a_move_at_the_same_moment_tells_nothing_twice(bob: Mediator) -> None:
    """The row being sent is settled while the move waits for it: it stays, and is not planned again."""
    made = confirmed(bob)
    with transaction.atomic():
        reminding.send_due(FAR - DAY)
        mover = Thread(
            target=on_its_own,
            args=[lambda: changing.move(made, start=FAR + HOUR, by=CLIENT, now=FAR - DAY + MINUTE)],
        )
        mover.start()
        wait_for_a_lock()
    mover.join()
    assert (len(told()), Reminder.objects.filter(is_sent=True).count()) == (1, 2)
    assert planned() == [(1, FAR - 23 * HOUR)]


def at_once(deeds: list[Any]) -> None:
    threads = [Thread(target=on_its_own, args=[one]) for one in deeds]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def on_its_own(deed: Any) -> None:
    try:
        deed()
    finally:
        connection.close()


def wait_for_a_lock() -> None:
    """Until somebody waits for a row of ours."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError("nobody waits")


# Whose they are


def test_a_person_s_file_tells_what_was_wanted_planned_and_sent(bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, user=alice)
    preferences.choose(alice, week=True, day=False, channel=Channel.EMAIL)
    reminding.send_due(FAR - 7 * DAY)
    file = exporting.portrait(alice, NOW)
    assert file["reminders_wanted"] == {"a_week_before": True, "the_day_before": False, "by": "email"}
    sent = {one["days_before"]: one["sent"] for one in file["appointments"][0]["reminders"]}
    assert sent == {7: True, 1: False}


def test_an_erased_account_leaves_no_reminder(bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, user=alice)
    preferences.choose(alice, week=True, day=True, channel=Channel.EMAIL)
    reminding.send_due(FAR - 7 * DAY)
    erasing.erase(alice, FAR - 6 * DAY)
    assert not Reminder.objects.exists()
    assert not Preference.objects.exists()
    assert not Letter.objects.filter(kind=reminding.KIND).exists()
