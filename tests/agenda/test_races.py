"""64 real connections at once: one winner, nobody sees an error, and the derived rows are right afterwards."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import connection

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, openings
from allomediateur.agenda.models import LIVE, Appointment, Modality, Service, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter, PaperLetter
from tests.agenda import steps
from tests.agenda.crowd import SIZE, Crowd, Deed
from tests.agenda.steps import MINUTE, TEN, code_of, last_letter, wrong
from tests.factories import NOW, make_mediator, make_service, make_user, service_of
from tests.factories import book as make_appointment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def crowd(django_db_setup: None) -> Iterator[Crowd]:
    crowd = Crowd(connection.settings_dict["NAME"])
    yield crowd
    crowd.close()


@pytest.fixture(autouse=True)
def no_deadlock(transactional_db: None) -> Iterator[None]:
    """Not even one that the code would have told as a slot taken."""
    before = deadlocks()
    yield
    assert deadlocks() == before


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def holds(service: Service, count: int = SIZE, **asked: Any) -> list[Deed]:
    """As many browsers that want the same slot."""
    values = {"service": service.pk, "start": TEN, **asked}
    return [("hold", {"browser": f"browser {number}", **values}) for number in range(count)]


def overlaps() -> list[tuple[Appointment, Appointment]]:
    live = Appointment.objects.filter(state__in=LIVE)
    return [
        (one, other)
        for one, other in combinations(live, 2)
        if one.blocked.lower < other.blocked.upper and other.blocked.lower < one.blocked.upper
    ]


def is_reference(answer: str) -> bool:
    return len(answer) == 22 and ":" not in answer


def test_64_for_one_slot_have_one_winner(crowd: Crowd, bob: Mediator) -> None:
    answers = crowd.act(holds(service_of(bob)))
    assert answers.count("SlotTaken") == SIZE - 1
    assert Appointment.objects.get().reference in answers
    assert availability.differences(NOW) == []


def test_overlapping_lengths_and_buffers_never_overlap_and_leave_nothing_free(crowd: Crowd, bob: Mediator) -> None:
    lengths = [
        make_service(bob, minutes=minutes, step_minutes=15, before_minutes=before, after_minutes=5)
        for minutes, before in ((30, 0), (45, 10), (60, 5), (90, 15))
    ]
    wishes = [(lengths[n % 4], TEN - 60 * MINUTE + (n * 7 % 6) * 15 * MINUTE) for n in range(SIZE)]
    deeds: list[Deed] = [
        ("hold", {"service": service.pk, "start": start, "browser": f"browser {number}"})
        for number, (service, start) in enumerate(wishes)
    ]
    answers = crowd.act(deeds)
    assert {answer for answer in answers if not is_reference(answer)} <= {"SlotTaken"}
    assert Appointment.objects.count() == sum(map(is_reference, answers)) > 0
    assert overlaps() == []
    for service, start in wishes:
        assert openings.refusal(bob, service, Modality.PHONE, None, start, NOW)
    assert availability.differences(NOW) == []


def test_a_limited_day_takes_no_more_than_its_limit(crowd: Crowd, bob: Mediator) -> None:
    """Slots that do not overlap: only the count stands in the way, and two must not count each other out."""
    Service.objects.filter(mediator=bob).update(per_day=2)
    wishes: list[Deed] = [
        ("hold", {"service": service_of(bob).pk, "start": TEN + number % 4 * 30 * MINUTE, "browser": f"b{number}"})
        for number in range(SIZE)
    ]
    answers = crowd.act(wishes)
    assert sum(map(is_reference, answers)) == Appointment.objects.count() == 2
    assert {answer.partition(":")[0] for answer in answers if not is_reference(answer)} <= {"SlotTaken", "SlotRefused"}
    assert availability.differences(NOW) == []


def test_mediators_series_that_cross_are_all_or_none(crowd: Crowd, bob: Mediator) -> None:
    """64 series of three, a week apart, from three weeks: each is whole, and nobody waits for ever."""
    deeds: list[Deed] = [
        (
            "series",
            {"service": service_of(bob).pk, "start": TEN + (number % 3) * timedelta(weeks=1), "key": f"k{number}"},
        )
        for number in range(SIZE)
    ]
    answers = crowd.act(deeds)
    assert set(answers) <= {"3", "SlotTaken"}
    assert Appointment.objects.count() == 3 * answers.count("3") > 0
    assert overlaps() == []
    assert availability.differences(NOW) == []


def test_one_browser_ends_with_one_hold(crowd: Crowd, bob: Mediator) -> None:
    berthe = make_mediator("Berthe Petit")
    deeds = [
        deed
        for number in range(SIZE // 2)
        for one in (bob, berthe)
        for deed in holds(service_of(one), 1, start=TEN + (number % 4) * 30 * MINUTE, browser="alice")
    ]
    assert all(map(is_reference, crowd.act(deeds)))
    assert Appointment.objects.filter(state=State.HELD).count() == 1
    assert availability.differences(NOW) == []


def test_a_form_sent_64_times_acts_once(crowd: Crowd, bob: Mediator) -> None:
    answers = crowd.act(holds(service_of(bob), browser="alice", key="form"))
    held = Appointment.objects.get()
    assert answers == [held.reference] * SIZE
    steps.describe(held)
    assert crowd.act([("book", {"appointment": held.pk})] * SIZE) == [State.UNCONFIRMED] * SIZE
    assert Letter.objects.count() == 1


def test_a_code_sent_64_times_makes_one_account(crowd: Crowd, bob: Mediator) -> None:
    booked = steps.book(bob)
    code = code_of(last_letter("appointment_to_confirm"))
    answers = crowd.act([("confirm", {"appointment": booked.pk, "code": code})] * SIZE)
    assert Counter(answers) == {"created": 1, "confirmed": SIZE - 1}
    assert User.objects.filter(email="alice@example.org").count() == 1
    assert Letter.objects.filter(kind="appointment_confirmed").count() == 1
    assert availability.differences(NOW) == []


def test_64_guesses_at_once_are_five(crowd: Crowd, bob: Mediator) -> None:
    booked = steps.book(bob)
    guess = wrong(code_of(last_letter("appointment_to_confirm")))
    answers = crowd.act([("confirm", {"appointment": booked.pk, "code": guess})] * SIZE)
    assert Counter(answers) == {"WrongCode": 5, "TooManyTries": SIZE - 5}


def test_a_hold_at_the_expiry_against_a_confirmation_just_before_it(crowd: Crowd, bob: Mediator) -> None:
    booked = steps.book(bob)
    code, expiry = code_of(last_letter("appointment_to_confirm")), NOW + timedelta(hours=2)
    confirmations: list[Deed] = [
        ("confirm", {"appointment": booked.pk, "code": code, "now": expiry - timedelta.resolution})
    ] * (SIZE // 2)
    deeds = [
        deed for pair in zip(confirmations, holds(service_of(bob), SIZE // 2, now=expiry), strict=True) for deed in pair
    ]
    answers = Counter("held" if is_reference(answer) else answer for answer in crowd.act(deeds))
    booked.refresh_from_db()
    if booked.state == State.CONFIRMED:
        assert answers == {"created": 1, "confirmed": SIZE // 2 - 1, "SlotTaken": SIZE // 2}
    else:
        assert answers == {"HoldExpired": SIZE // 2, "held": 1, "SlotTaken": SIZE // 2 - 1}
    assert Appointment.objects.filter(state__in=LIVE).count() == 1
    assert availability.differences(NOW) == []


def test_64_moves_to_one_slot_have_one_winner_and_the_others_stand(crowd: Crowd, bob: Mediator) -> None:
    service, monday, alice = make_service(bob, minutes=5), TEN + timedelta(days=6), make_user()
    booked = [
        make_appointment(
            bob,
            TEN + timedelta(days=(0, 1, 2, 7)[number // 16]) + number % 16 * 5 * MINUTE,
            service=service,
            client=alice,
        )
        for number in range(SIZE)
    ]
    before = {one.pk: one.starts_at for one in booked}
    answers = crowd.act([("move", {"appointment": one.pk, "start": monday}) for one in booked])
    assert Counter(answers) == {"moved": 1, "SlotTaken": SIZE - 1}
    after = dict(Appointment.objects.values_list("pk", "starts_at"))
    winner = booked[answers.index("moved")].pk
    assert after == before | {winner: monday}
    assert availability.differences(NOW) == []


def test_moves_that_cross_end_without_an_error(crowd: Crowd, bob: Mediator) -> None:
    service = make_service(bob, minutes=20, step_minutes=5)
    pairs = [(TEN - 60 * MINUTE + n * 60 * MINUTE, TEN - 35 * MINUTE + n * 60 * MINUTE) for n in range(3)]
    booked = [(make_appointment(bob, a, service=service), make_appointment(bob, b, service=service)) for a, b in pairs]
    deeds: list[Deed] = []
    for number in range(SIZE):
        pair, mine = number % 3, number // 3 % 2
        shift = (5 + number // 6 % 4 * 5) * MINUTE * (-1 if mine else 1)
        deeds.append(("move", {"appointment": booked[pair][mine].pk, "start": pairs[pair][mine] + shift}))
    assert set(crowd.act(deeds)) <= {"moved", "SlotTaken"}
    assert overlaps() == []
    assert availability.differences(NOW) == []


def test_holds_against_moves_to_the_same_time(crowd: Crowd, bob: Mediator) -> None:
    booked = [
        make_appointment(bob, TEN + timedelta(days=1 + number // 8) + (number % 8 - 2) * 30 * MINUTE)
        for number in range(SIZE // 2)
        if (number % 8 - 2) * 30 + 60 < 180
    ]
    moves: list[Deed] = [("move", {"appointment": one.pk, "start": TEN}) for one in booked]
    answers = crowd.act(moves + holds(service_of(bob), SIZE - len(moves)))
    assert answers.count("SlotTaken") == SIZE - 1
    assert Appointment.objects.filter(starts_at=TEN, state__in=LIVE).count() == 1
    assert availability.differences(NOW) == []


def test_nothing_is_held_once_the_hours_are_gone(crowd: Crowd, bob: Mediator) -> None:
    deeds = [
        deed
        for number in range(SIZE - 1)
        for deed in holds(
            service_of(bob),
            1,
            start=TEN + timedelta(days=number % 3) + number // 3 % 4 * 30 * MINUTE,
            browser=f"b{number}",
        )
    ]
    deeds.insert(SIZE // 2, ("close", {"mediator": bob.pk}))
    answers = crowd.act(deeds)
    known = answers.pop(SIZE // 2)
    assert set(Appointment.objects.values_list("reference", flat=True)) == set(known)
    lost = {answer.partition(":")[0] for answer in answers if not is_reference(answer)}
    assert lost <= {"SlotTaken", "SlotRefused"}
    assert availability.differences(NOW) == []


def test_bookings_while_hours_change_over_and_over(crowd: Crowd, bob: Mediator) -> None:
    deeds = holds(service_of(bob), SIZE)
    for number, deed in enumerate(deeds):
        deed[1]["start"] = TEN + number % 20 * 30 * MINUTE
    for number in range(0, SIZE, 8):
        deeds[number] = ("toggle", {"mediator": bob.pk, "late": number % 16 == 0})
    answers = [answer for answer in crowd.act(deeds) if not is_reference(answer)]
    assert {answer.partition(":")[0] for answer in answers} <= {"edited", "SlotTaken", "SlotRefused"}
    assert answers.count("edited") == 8
    assert overlaps() == []
    assert availability.differences(NOW) == []


@contextmanager
def without_the_constraint() -> Iterator[None]:
    """The planted fault: the database no longer has the last word."""
    guard = next(one for one in Appointment._meta.constraints if one.name == "appointment_no_overlap")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, guard)
    try:
        yield
    finally:
        Appointment.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Appointment, guard)


def test_without_the_constraint_these_races_are_lost(crowd: Crowd, bob: Mediator) -> None:
    """Several slots in turn: a quick winner may have gone before the others have looked."""
    starts = (TEN + timedelta(days=number) for number in (0, 1, 2, 6, 7, 8, 9, 10))
    with without_the_constraint():
        races = (crowd.act(holds(service_of(bob), start=start)) for start in starts)
        assert any(sum(map(is_reference, answers)) > 1 for answers in races)
        assert overlaps() != []


def test_staff_on_the_phone_and_visitors_for_one_slot_have_one_winner(crowd: Crowd, bob: Mediator) -> None:
    service = service_of(bob).pk
    deeds = [
        ("staff", {"service": service, "start": TEN, "key": f"key {number}"}) if number % 2 else one
        for number, one in enumerate(holds(service_of(bob)))
    ]
    answers = crowd.act(deeds)
    assert answers.count("SlotTaken") == SIZE - 1
    won = Appointment.objects.get()
    assert won.reference in answers
    assert PaperLetter.objects.count() == (won.state == State.CONFIRMED)
    assert availability.differences(NOW) == []
