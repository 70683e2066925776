"""SMS are written within what staff decided, and leave once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from allomediateur.configuration import texting
from allomediateur.notify import texts
from allomediateur.notify.models import Text
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MOBILE = "+33639980123"


def post(now: datetime = NOW, **changes: str) -> Text | None:
    values: dict[str, Any] = {
        "kind": "reminder",
        "topic": "appointment:x",
        "to": MOBILE,
        "language": "fr",
        "body": "Demain à 14 h 30",
    }
    return texts.post(**(values | changes), now=now)


@pytest.fixture
def on() -> None:
    texting.decide(10, texting.KINDS, NOW)


def test_off_by_default() -> None:
    assert not texts.offered("reminder")
    assert post() is None


def test_on_once_staff_gave_a_budget_and_switched_the_kind_on(settings: Settings) -> None:
    texting.decide(10, ["change"], NOW)
    assert (texts.offered("reminder"), texts.offered("change")) == (False, True)
    texting.decide(0, ["change"], NOW)
    assert not texts.offered("change")
    texting.decide(1, ["change"], NOW)
    settings.SMS_ENGINE = ""
    assert not texts.offered("change")


@pytest.mark.usefixtures("on")
def test_a_text_is_written_with_its_job_and_a_rollback_takes_both_and_the_budget_back() -> None:
    with transaction.atomic():
        assert post()
        assert (jobs(), texts.spent(NOW)) == (1, 1)
        transaction.set_rollback(True)
    assert (Text.objects.count(), jobs(), texts.spent(NOW)) == (0, 0, 0)


@pytest.mark.usefixtures("on")
def test_the_budget_is_a_months_and_counts_parts() -> None:
    long = "a" * 161
    assert [bool(post(body=long)) for _ in range(6)] == [True] * 5 + [False]
    assert texts.spent(NOW) == 10
    assert texts.spent(NOW + timedelta(days=9)) == 0  # December


@pytest.mark.usefixtures("on")
def test_only_mobile_numbers() -> None:
    assert [bool(post(to=number)) for number in (MOBILE, "+590690001234", "+33145000000", "0639980123", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_a_number_has_so_many_a_day_at_most_and_what_is_refused_costs_nothing() -> None:
    texting.decide(100, texting.KINDS, NOW)
    most, day = texts.MOST_A_DAY, timedelta(hours=24)
    assert [bool(post(NOW + timedelta(minutes=one))) for one in range(most + 2)] == [True] * most + [False] * 2
    assert (texts.spent(NOW), jobs()) == (most, most)
    assert post(to="+33639980124")
    assert post(NOW + day - timedelta(seconds=1)) is None
    assert [bool(post(NOW + day)) for _ in range(2)] == [True, False]  # the first of them is a day old


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [texts.JOB])
        return int(cursor.fetchone()[0])
