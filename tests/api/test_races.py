"""Real connections at once, by the API and by the pages: one winner; the same key, one act and one answer."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from allomediateur.agenda import availability
from allomediateur.agenda.models import LIVE, Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.crowd import SIZE, Crowd, Deed
from tests.agenda.steps import code_of, last_letter, wrong
from tests.api.asking import KEY, WHO, booked, confirmed, held, program, wish
from tests.factories import make_mediator, service_of
from tests.web.paths import value
from tests.web.times import DAY, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def crowd(django_db_setup: None) -> Iterator[Crowd]:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    crowd = Crowd(connection.settings_dict["NAME"], "tests.api.racing")
    yield crowd
    crowd.close()


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture(autouse=True)
def no_deadlock(transactional_db: None) -> Iterator[None]:
    before = deadlocks()
    yield
    assert deadlocks() == before


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_api_and_pages_for_one_slot_have_one_winner(crowd: Crowd, bob: Mediator) -> None:
    button = {"mediateur": bob.slug, "prestation": str(service_of(bob).pk), "slot": value(TEN), "key": "k"}
    deeds: list[Deed] = [
        ("api", {"path": "holds", "body": wish(bob), "number": number, "key": KEY if number % 4 else ""})
        if number % 2
        else ("page", {"told": button, "number": number})
        for number in range(SIZE)
    ]
    answers = crowd.act(deeds)
    statuses = Counter(status for status, _told in answers)
    won = statuses[201] + statuses[302]
    assert (won, statuses[409]) == (1, SIZE - 1), statuses
    assert Appointment.objects.get().state == State.HELD
    assert availability.differences(NOW) == []


def test_the_same_key_at_once_acts_once(crowd: Crowd, bob: Mediator) -> None:
    """The crowd in four groups of sixteen: four keys, four slots."""
    starts = [TEN + 30 * number * MINUTE for number in range(4)]
    keys = [f"{KEY}-{number}" for number in range(4)]
    deeds: list[Deed] = [
        ("api", {"path": "holds", "body": wish(bob, starts[number % 4]), "number": number % 4, "key": keys[number % 4]})
        for number in range(SIZE)
    ]
    answers = crowd.act(deeds)
    assert {status for status, _told in answers} == {201}
    secrets = [{told for _status, told in answers[group::4]} for group in range(4)]
    assert [len(one) for one in secrets] == [1] * 4
    holds = [json.loads(one.pop())["hold"] for one in secrets]
    deeds = [
        ("api", {"path": "appointments", "body": {"hold": holds[number % 4], **WHO}, "number": number % 4,
                 "key": keys[number % 4]})
        for number in range(SIZE)
    ]  # fmt: skip
    answers = crowd.act(deeds)
    assert {status for status, _told in answers} == {201}
    assert [len(set(answers[group::4])) for group in range(4)] == [1] * 4
    assert Appointment.objects.filter(state__in=LIVE).count() == Letter.objects.count() == 4
    assert availability.differences(NOW) == []


def test_without_a_key_a_hold_is_booked_once(crowd: Crowd, bob: Mediator) -> None:
    hold = held(program(), bob)
    deeds: list[Deed] = [
        ("api", {"path": "appointments", "body": {"hold": hold, **WHO, "email": f"a{number}@example.org"},
                 "number": number})
        for number in range(SIZE)
    ]  # fmt: skip
    statuses = Counter(status for status, _told in crowd.act(deeds))
    assert statuses[201] >= 1
    assert set(statuses) <= {201, 409}
    assert Appointment.objects.get().participants.filter(role="client").count() == 1
    assert Letter.objects.filter(kind="appointment_to_confirm").count() == 1


def test_guesses_at_once_are_five(crowd: Crowd, bob: Mediator) -> None:
    made = booked(program(), bob)
    guess = {"code": wrong(code_of(last_letter("appointment_to_confirm")))}
    deeds: list[Deed] = [
        ("api", {"path": f"appointments/{made['id']}/confirm", "body": guess, "number": number,
                 "token": made["manage_token"], "key": f"{KEY}-{number}" if number % 2 else ""})
        for number in range(SIZE)
    ]  # fmt: skip
    assert Counter(status for status, _told in crowd.act(deeds)) == {422: 5, 429: SIZE - 5}


def test_moves_and_holds_to_one_slot_have_one_winner(crowd: Crowd, bob: Mediator) -> None:
    there = TEN + 7 * DAY
    made = [confirmed(program(REMOTE_ADDR=f"192.0.2.{n}"), bob, TEN + 30 * n * MINUTE) for n in range(4)]
    deeds: list[Deed] = [
        ("api", {"path": f"appointments/{made[number // 4 % 4]['id']}/move", "body": {"start": there.isoformat()},
                 "number": number, "token": made[number // 4 % 4]["manage_token"],
                 "key": f"{KEY}-{number}" if number % 8 else ""})
        if number % 4 == 0
        else ("api", {"path": "holds", "body": wish(bob, there), "number": number})
        for number in range(SIZE)
    ]  # fmt: skip
    statuses = Counter(status for status, _told in crowd.act(deeds))
    assert set(statuses) <= {200, 201, 409}
    assert Appointment.objects.filter(starts_at=there, state__in=LIVE).count() == 1
    assert availability.differences(NOW) == []
