"""Reminders: who is told, when, once; what a move, a cancellation, a preference and another clock make of them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.accounts.models import User
from allomediateur.agenda import changing, confirming, direct, planning, reminding
from allomediateur.agenda.models import Appointment, Participant, Reminder, State, Transition
from allomediateur.agenda.refusals import wish_of
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.agenda.reminded import BOTH, CLIENT, DAY, FAR, HOUR, MOBILE, confirmed, pass_time, planned, told
from tests.agenda.steps import MINUTE, TEN, code_of, last_letter, token_of
from tests.factories import NOW, book, make_mediator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


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
    for role, answer in (("party", ""), ("lawyer", "accepted"), ("interpreter", "declined")):
        Participant.objects.create(
            appointment=made, role=role, answer=answer, name=role.title(), email=f"{role}@example.org"
        )
    confirming.confirm_with_code(made, code_of(last_letter("appointment_to_confirm")), NOW)
    Participant.objects.create(appointment=made, role="agent", name="Agent", email="agent@example.org")
    planning.plan(Appointment.objects.get(pk=made.pk), NOW)
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
