"""Reminders: who is told, when, once; what a move, a cancellation, a preference and another clock make of them."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from allomediateur.accounts.models import User
from allomediateur.agenda import changing, confirming, direct, planning, preferences, reminding
from allomediateur.agenda.models import Appointment, Channel, Participant, Preference, Reminder, State, Transition
from allomediateur.agenda.refusals import wish_of
from allomediateur.configuration import texting
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter, Text
from allomediateur.privacy import erasing, exporting
from tests.agenda import steps
from tests.agenda.steps import MINUTE, TEN, code_of, last_letter, token_of
from tests.factories import NOW, book, make_mediator, make_user

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = TEN + 14 * DAY
"""Tuesday 8 December, 10 o’clock in Paris."""
CLIENT = Transition.By.CLIENT
MOBILE = "+33612345678"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


def confirmed(bob: Mediator, start: datetime = FAR, *, now: datetime = NOW, **more: Any) -> Appointment:
    made = steps.book(bob, start, now=now, **more)
    confirming.confirm_with_code(made, code_of(last_letter("appointment_to_confirm")), now)
    made.refresh_from_db()
    return made


def planned() -> list[tuple[int, datetime]]:
    return list(Reminder.objects.waiting().values_list("days", "due_at"))


def told() -> list[Letter]:
    return list(Letter.objects.filter(kind=reminding.KIND).order_by("pk"))


def pass_time(until: datetime, since: datetime = NOW, step: timedelta = 15 * MINUTE) -> list[datetime]:
    """When messages left, with a worker that looks every quarter of an hour."""
    left, now = [], since
    while now <= until:
        left += [now] * reminding.send_due(now)
        now += step
    return left


BOTH = [(7, FAR - 7 * DAY), (1, FAR - DAY)]


def test_a_code_plans_a_week_and_a_day_before(bob: Mediator) -> None:
    steps.book(bob, FAR)
    assert planned() == []
    confirming.confirm_with_code(Appointment.objects.get(), code_of(last_letter("appointment_to_confirm")), NOW)
    assert planned() == BOTH


def test_so_does_a_link(bob: Mediator) -> None:
    steps.book(bob, FAR)
    confirming.confirm_with_link(token_of(last_letter("appointment_to_confirm")), NOW)
    assert planned() == BOTH


def test_so_does_a_signed_in_client(bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, user=alice)
    assert planned() == BOTH


def test_so_do_a_mediator_s_series_and_staff(bob: Mediator, alice: User) -> None:
    wish = wish_of(book(bob, FAR + 30 * MINUTE, state=State.CANCELLED))
    who = direct.Somebody("Zoé", "zoe@example.org", MOBILE)
    direct.book_for(wish, direct.dates_of(wish.start, "Europe/Paris", 1, 2), who, None, "one", NOW)
    assert len(planned()) == 4
    later = wish_of(book(bob, FAR + 60 * MINUTE, state=State.CANCELLED))
    direct.book_for(later, [later.start], who, None, "two", NOW, Transition.By.STAFF)
    assert len(planned()) == 6


def test_nothing_is_planned_for_who_has_no_e_mail(bob: Mediator) -> None:
    wish = wish_of(book(bob, FAR, state=State.CANCELLED))
    direct.book_for(wish, [wish.start], direct.Somebody("Zoé", phone=MOBILE), None, "one", NOW)
    assert planned() == []


def test_a_confirmation_costs_two_statements_more(bob: Mediator, alice: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        steps.book(bob, FAR, user=alice)
    mine = [one["sql"] for one in queries if "agenda_reminder" in one["sql"]]
    assert len(mine) == 1
    assert mine[0].startswith("INSERT")


def test_guests_who_come_are_reminded_neither_the_mediator_nor_an_agent_nor_who_declined(bob: Mediator) -> None:
    made = steps.book(bob, FAR)
    for role, answer in (("party", ""), ("lawyer", "accepted"), ("interpreter", "declined"), ("agent", "")):
        Participant.objects.create(
            appointment=made, role=role, answer=answer, name=role.title(), email=f"{role}@example.org"
        )
    confirming.confirm_with_code(made, code_of(last_letter("appointment_to_confirm")), NOW)
    assert set(Reminder.objects.values_list("participant__role", flat=True)) == {"client", "party", "lawyer"}
    # Declined since.
    Participant.objects.filter(role="lawyer").update(answer="declined")
    reminding.send_due(FAR - DAY)
    assert {one.to for one in told()} == {"alice@example.org", "party@example.org"}


def test_a_guest_s_letter_neither_moves_nor_cancels(bob: Mediator) -> None:
    made = steps.book(bob, FAR)
    Participant.objects.create(appointment=made, role="party", name="Zoé", email="zoe@example.org")
    confirming.confirm_with_code(made, code_of(last_letter("appointment_to_confirm")), NOW)
    reminding.send_due(FAR - DAY)
    hers = Letter.objects.get(to="zoe@example.org", kind=reminding.KIND)
    assert "/deplacer/" not in hers.text + hers.html
    assert "/annuler/" not in hers.text + hers.html
    assert "alice" not in (hers.text + hers.html).lower()


def test_each_leaves_once_at_its_time(bob: Mediator) -> None:
    confirmed(bob)
    assert pass_time(FAR + DAY) == [FAR - 7 * DAY, FAR - DAY]
    assert planned() == []
    assert Reminder.objects.filter(is_sent=True).count() == 2


def test_the_letter_says_what_when_how_and_how_to_stop(bob: Mediator) -> None:
    confirmed(bob)
    reminding.send_due(FAR - DAY)
    letter = told()[0]
    text = letter.text.replace("\u00a0", " ")
    assert letter.subject.replace("\u00a0", " ") == (
        "Rappel : votre rendez-vous du mardi 8 décembre 2026 à 10 h (heure de Paris)"
    )
    assert "Vous avez rendez-vous demain avec Bob Durand." in text
    assert "mardi 8 décembre 2026 à 10 h" in text
    for end in ("", "deplacer/", "annuler/", "rappels/"):
        assert f"/rendez-vous/{token_of(letter)}/{end}" in text
        assert f"/rendez-vous/{token_of(letter)}/{end}" in letter.html
    assert (letter.to, letter.language, letter.ics) == ("alice@example.org", "fr", "")


def test_in_english_on_the_reader_s_clock(bob: Mediator) -> None:
    confirmed(bob, told={"language": "en", "zone": "America/Toronto"})
    # 10 in Paris is 4 in Toronto, at night there: told at 8.
    morning = datetime(2026, 12, 7, 8, tzinfo=ZoneInfo("America/Toronto"))
    assert (1, morning.astimezone(UTC)) in planned()
    reminding.send_due(morning)
    text = told()[0].text.replace("\u00a0", " ")
    assert "You have an appointment tomorrow with Bob Durand." in text
    assert "4 am Toronto time (10 am in Paris)" in text


def test_several_of_one_day_are_told_in_one_message(bob: Mediator) -> None:
    carole = make_mediator("Carole Petit")
    confirmed(bob)
    confirmed(carole, FAR + 5 * HOUR)
    confirmed(carole, FAR + DAY)
    assert pass_time(FAR + 2 * DAY) == [FAR - 7 * DAY, FAR - 6 * DAY, FAR - DAY, FAR]
    first = told()[0]
    text = first.text.replace("\u00a0", " ")
    assert first.subject.replace("\u00a0", " ") == "Rappel : vos 2 rendez-vous du mardi 8 décembre"
    assert "avec Bob Durand et Carole Petit." in text
    assert text.count("/annuler/") == 2
    assert "Carole Petit" in told()[1].text


def test_not_with_those_of_another_person(bob: Mediator) -> None:
    confirmed(bob)
    confirmed(bob, FAR + HOUR, browser="zoe", told={"name": "Zoé", "email": "zoe@example.org"})
    reminding.send_due(FAR - 7 * DAY + HOUR)
    assert sorted((one.to, one.text.count("/annuler/")) for one in told()) == [
        ("alice@example.org", 1),
        ("zoe@example.org", 1),
    ]


def test_none_for_what_was_past_at_booking(bob: Mediator) -> None:
    confirmed(bob, TEN)  # in 25 hours
    assert planned() == [(1, TEN - DAY)]
    confirmed(bob, TEN + HOUR, now=TEN - 23 * HOUR, browser="b")
    assert len(planned()) == 1


def test_a_move_plans_again_by_the_new_time(bob: Mediator) -> None:
    made = confirmed(bob)
    reminding.send_due(FAR - 7 * DAY)
    changing.move(made, start=FAR + DAY, by=CLIENT, now=FAR - 7 * DAY + HOUR)
    assert planned() == [(7, FAR - 6 * DAY), (1, FAR)]
    assert pass_time(FAR + 2 * DAY, FAR - 7 * DAY) == [FAR - 6 * DAY, FAR]


def test_there_and_back_again_tells_nothing_twice(bob: Mediator) -> None:
    made = confirmed(bob)
    reminding.send_due(FAR - 7 * DAY)
    for start in (FAR + DAY, FAR):
        made = changing.move(made, start=start, by=CLIENT, now=FAR - 7 * DAY + HOUR)
    assert planned() == [(1, FAR - DAY)]


def test_an_unconfirmed_one_that_is_moved_plans_nothing(bob: Mediator) -> None:
    made = steps.book(bob, FAR)
    changing.move(made, start=FAR + DAY, by=Transition.By.VISITOR, now=NOW)
    assert planned() == []


def test_a_cancelled_one_is_told_no_more(bob: Mediator) -> None:
    changing.cancel(confirmed(bob), by=CLIENT, now=NOW)
    assert planned() == []
    assert pass_time(FAR + DAY, FAR - 8 * DAY) == []


def test_a_row_left_behind_by_a_move_is_settled_without_a_word(bob: Mediator) -> None:
    made = confirmed(bob)
    Appointment.objects.filter(pk=made.pk).update(
        starts_at=FAR + HOUR, ends_at=FAR + 2 * HOUR, blocked=(FAR + HOUR, FAR + 2 * HOUR)
    )
    assert reminding.send_due(FAR - DAY) == 0
    assert (planned(), Reminder.objects.filter(is_sent=True).count()) == ([], 0)


def test_a_worker_that_was_stopped_tells_once_what_is_still_to_come(bob: Mediator) -> None:
    confirmed(bob)
    assert reminding.send_due(FAR - 5 * HOUR + 4 * HOUR) == 1  # an hour before
    assert planned() == []
    assert len(told()) == 1
    assert "Vous avez rendez-vous aujourd’hui" in told()[0].text


def test_nothing_once_it_has_begun(bob: Mediator) -> None:
    confirmed(bob)
    assert reminding.send_due(FAR) == 0
    assert planned() == []


def test_what_is_overdue_at_night_waits_for_the_morning(bob: Mediator) -> None:
    confirmed(bob)
    night = FAR - DAY + 13 * HOUR  # 23:00
    assert reminding.send_due(night) == 0
    assert [due for _days, due in planned()] == [FAR - 2 * HOUR] * 2
    assert reminding.send_due(FAR - 2 * HOUR) == 1


def test_at_night_nothing_when_the_morning_is_too_late(bob: Mediator) -> None:
    made = confirmed(bob)
    early = FAR - 2 * HOUR - 30 * MINUTE  # 7:30
    Appointment.objects.filter(pk=made.pk).update(starts_at=early, ends_at=early + HOUR, blocked=(early, early + HOUR))
    Reminder.objects.update(starts_at=early)
    assert reminding.send_due(early - HOUR) == 0
    assert planned() == []


def test_one_that_fails_does_not_keep_the_others(bob: Mediator) -> None:
    confirmed(bob, FAR)
    confirmed(bob, FAR + 30 * MINUTE, browser="zoe", told={"email": "zoe@example.org"})
    Participant.objects.filter(role="client", email="alice@example.org").update(email="alice\n@example.org")
    with pytest.raises(ExceptionGroup):
        reminding.send_due(FAR - HOUR)
    assert [one.to for one in told()] == ["zoe@example.org"]
    assert len(planned()) == 2


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
    file = exporting.portrait(alice)
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
