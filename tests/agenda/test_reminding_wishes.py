"""Reminders as each person wants them: which, by what way, in whose language and on whose clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from allomediateur.accounts.models import User
from allomediateur.agenda import confirming, direct, preferences, reminding
from allomediateur.agenda.models import Appointment, Channel, Participant, State
from allomediateur.agenda.refusals import wish_of
from allomediateur.configuration import texting
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Text
from tests.agenda import steps
from tests.agenda.reminded import DAY, FAR, HOUR, MOBILE, confirmed, pass_time, planned, told
from tests.agenda.steps import MINUTE, TEN, last_letter, token_of
from tests.factories import NOW, book, make_mediator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


# What people want


def test_who_wants_only_the_day_before_gets_only_that(bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, user=alice)
    preferences.choose(alice, week=False, day=True, channel=Channel.EMAIL)
    assert pass_time(FAR, FAR - 8 * DAY) == [FAR - DAY]


def test_a_mind_changed_in_time_counts(bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, user=alice)
    preferences.choose(alice, week=False, day=False, channel=Channel.EMAIL)
    assert pass_time(FAR - 2 * DAY, FAR - 8 * DAY) == []
    preferences.choose(alice, week=False, day=True, channel=Channel.EMAIL)
    assert pass_time(FAR, FAR - 2 * DAY) == [FAR - DAY]


def test_the_account_speaks_for_its_own_address_only(bob: Mediator, alice: User) -> None:
    """A letter that goes to another address is chosen by who reads it there."""
    steps.book(bob, FAR, user=alice, told={"email": "paul@example.org"})
    made = Appointment.objects.get()
    confirming.confirm_with_link(token_of(last_letter("appointment_to_confirm")), NOW)
    preferences.choose(alice, week=False, day=False, channel=Channel.EMAIL)
    reader = made.participants.get(role="client")
    assert pass_time(FAR - 2 * DAY, FAR - 8 * DAY) == [FAR - 7 * DAY]
    preferences.choose_by_door(reader, week=False, day=False, channel=Channel.EMAIL, now=FAR - 2 * DAY)
    assert pass_time(FAR, FAR - 2 * DAY) == []
    assert preferences.of_account(alice).remind_day is False


def test_a_door_chooses_for_all_that_comes_to_its_address(bob: Mediator) -> None:
    wish = wish_of(book(bob, FAR, state=State.CANCELLED))
    who = direct.Somebody("Zoé", "zoe@example.org", MOBILE)
    direct.book_for(wish, direct.dates_of(FAR, "Europe/Paris", 1, 2), who, None, "one", NOW)
    first, second = Participant.objects.filter(role="client", email="zoe@example.org").order_by("pk")
    other = confirmed(bob, FAR + HOUR).participants.get(role="client")
    preferences.choose_by_door(first, week=True, day=False, channel=Channel.EMAIL, now=NOW)
    for one in (first, second, other):
        one.refresh_from_db()
    assert [one.remind_day for one in (first, second, other)] == [False, False, True]


def test_another_clock_plans_again_and_tells_nothing_twice(bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, user=alice)
    reminding.send_due(FAR - 7 * DAY)
    alice.zone = "America/Toronto"
    alice.save()
    preferences.follow_account(alice, FAR - 7 * DAY + MINUTE)
    morning = datetime(2026, 12, 7, 8, tzinfo=ZoneInfo("America/Toronto")).astimezone(UTC)
    assert planned() == [(1, morning)]
    assert pass_time(FAR, FAR - 7 * DAY) == [morning]


def test_what_another_clock_makes_overdue_goes_at_once(bob: Mediator, alice: User) -> None:
    """4 in Toronto, told at 8 there; at 10 in Paris, where that is past at 11."""
    steps.book(bob, FAR, user=alice, told={"zone": "America/Toronto"})
    now = FAR - 23 * HOUR
    assert reminding.send_due(now) == 0
    preferences.follow_account(alice, now)
    assert planned() == [(1, FAR - DAY)]
    assert reminding.send_due(now) == 1


def test_the_account_s_language_and_clock_reach_what_is_to_come(bob: Mediator, alice: User) -> None:
    past = book(bob, TEN - 30 * DAY, client=alice, state=State.ATTENDED)
    coming = book(bob, FAR, client=alice)
    alice.language, alice.zone = "en", "Indian/Reunion"
    alice.save()
    preferences.follow_account(alice, NOW)
    told_in = {one.appointment_id: (one.language, one.zone) for one in Participant.objects.filter(role="client")}
    assert told_in == {past.pk: ("fr", "Europe/Paris"), coming.pk: ("en", "Indian/Reunion")}
    assert bob_reads(coming) == ("fr", "Europe/Paris")


def bob_reads(appointment: Appointment) -> tuple[str, str]:
    reader = appointment.participants.get(role="mediator")
    return reader.language, reader.zone


# By SMS


@pytest.fixture
def texts_on() -> None:
    texting.decide(100, texting.KINDS, NOW)


@pytest.mark.usefixtures("texts_on")
@pytest.mark.parametrize(
    ("channel", "letters", "texts"), [(Channel.EMAIL, 1, 0), (Channel.SMS, 0, 1), (Channel.BOTH, 1, 1)]
)
def test_each_by_the_way_that_was_chosen(
    bob: Mediator, alice: User, channel: Channel, letters: int, texts: int
) -> None:
    steps.book(bob, FAR, user=alice)
    preferences.choose(alice, week=True, day=True, channel=channel)
    reminding.send_due(FAR - DAY)
    assert (len(told()), Text.objects.count()) == (letters, texts)


@pytest.mark.usefixtures("texts_on")
def test_an_sms_is_short_and_neutral(bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, user=alice)
    preferences.choose(alice, week=True, day=True, channel=Channel.SMS)
    reminding.send_due(FAR - DAY)
    text = Text.objects.get()
    start, link = text.body.split("http")
    assert start == "Rappel : rendez-vous demain à 10 h. Détails : "
    assert "/rendez-vous/" in link
    assert text.parts == 1
    assert (text.to, "Bob" in text.body, "diation" in text.body) == (MOBILE, False, False)


@pytest.mark.usefixtures("texts_on")
def test_one_sms_for_the_day(bob: Mediator, alice: User) -> None:
    for hours in (0, 5):
        steps.book(bob, FAR + hours * HOUR, user=alice)
    preferences.choose(alice, week=True, day=True, channel=Channel.SMS)
    reminding.send_due(FAR - DAY)
    assert Text.objects.get().body.startswith("Rappel : 2 rendez-vous demain, à 10 h et à 15 h. Détails : http")


@pytest.mark.parametrize("budget", [0, 100])
def test_where_no_sms_can_leave_a_letter_does(bob: Mediator, alice: User, budget: int) -> None:
    texting.decide(budget, texting.KINDS, NOW)
    steps.book(bob, FAR, user=alice, told={"phone": "+33142345678" if budget else MOBILE})
    preferences.choose(alice, week=True, day=True, channel=Channel.SMS)
    reminding.send_due(FAR - DAY)
    assert (len(told()), Text.objects.count()) == (1, 0)
