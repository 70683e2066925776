"""The trail: added to and nothing else, whole or said to be broken, forgotten after a year."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act, record, record_look
from allomediateur.trail.models import Entry
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rows(count: int, **told: Any) -> list[Entry]:
    return [record(Act.SEEN, NOW, actor=7, role="staff", thing=f"user:{number}", **told) for number in range(count)]


def by_force(statement: str, row: Entry) -> None:
    """As who owns the database can."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trail_entry DISABLE TRIGGER ALL")
        cursor.execute(statement, [row.pk])
        cursor.execute("ALTER TABLE trail_entry ENABLE TRIGGER ALL")


def test_a_trail_of_untouched_rows_is_whole() -> None:
    rows(5)
    assert list(keeping.faults()) == []
    assert keeping.head().split()[0] == str(Entry.objects.latest("pk").pk)


@pytest.mark.parametrize(
    "statement", ["UPDATE trail_entry SET thing = 'x'", "DELETE FROM trail_entry", "TRUNCATE trail_entry"]
)
def test_the_database_refuses_all_but_additions(statement: str) -> None:
    rows(2)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL allomediateur.may_truncate = 'off'")
        point = transaction.savepoint()
        with pytest.raises(DatabaseError, match="only added to"):
            cursor.execute(statement)
        transaction.savepoint_rollback(point)
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE trail_entry SET thing = 'user:9' WHERE id = %s",
        "UPDATE trail_entry SET at = at + interval '1 second' WHERE id = %s",
        "UPDATE trail_entry SET actor = NULL WHERE id = %s",
        "DELETE FROM trail_entry WHERE id = %s",
        "UPDATE trail_entry SET seal = repeat('0', 64) WHERE id = %s",
        "DELETE FROM trail_entry WHERE id <= %s",
    ],
)
def test_a_change_by_force_shows(change: str) -> None:
    middle = rows(5)[2]
    by_force(change, middle)
    assert list(keeping.faults())


def test_a_row_written_without_the_key_shows(settings: Settings) -> None:
    rows(2)
    ours = settings.MASTER_KEYS
    settings.MASTER_KEYS = [secrets.token_urlsafe(32)]
    rows(1)
    settings.MASTER_KEYS = ours
    assert len(list(keeping.faults())) == 1


def test_a_new_key_goes_on_where_the_old_one_stopped(settings: Settings) -> None:
    rows(2)
    settings.MASTER_KEYS = [secrets.token_urlsafe(32), *settings.MASTER_KEYS]
    rows(2)
    assert list(keeping.faults()) == []


def test_after_a_year_it_is_forgotten_and_what_remains_is_whole() -> None:
    for age in (800, 500, 10, 1):
        record(Act.SEEN, NOW - age * DAY, actor=7, role="staff", thing=f"user:{age}")
    assert keeping.forget(NOW) == 2
    assert [one.thing for one in Entry.objects.filter(act=Act.SEEN).order_by("pk")] == ["user:10", "user:1"]
    assert list(keeping.faults()) == []
    assert keeping.forget(NOW) == 0


def test_the_same_look_within_the_hour_is_written_once() -> None:
    for minutes in (0, 30, 59, 61):
        record_look(NOW + timedelta(minutes=minutes), actor=7, role="mediator", thing="appointment:x", person=3)
    record_look(NOW, actor=8, role="mediator", thing="appointment:x", person=3)
    assert Entry.objects.filter(actor=7).count() == 2
    assert Entry.objects.filter(actor=8).count() == 1


def test_another_reason_is_another_look() -> None:
    for detail in ("reading", "deciding", "reading"):
        record_look(NOW, actor=None, role="", thing="compartment:x", detail=detail)
    assert list(Entry.objects.order_by("pk").values_list("detail", flat=True)) == ["reading", "deciding"]


def test_an_act_that_is_rolled_back_leaves_no_trace() -> None:
    rows(1)
    with transaction.atomic():
        rows(1)
        transaction.set_rollback(True)
    rows(1)
    assert Entry.objects.count() == 2
    assert list(keeping.faults()) == []


@pytest.mark.django_db(transaction=True)
def test_64_at_once_make_one_chain() -> None:
    barrier = threading.Barrier(16)

    def four(actor: int) -> None:
        barrier.wait()
        for number in range(4):
            record(Act.SEEN, NOW, actor=actor, role="staff", thing=f"user:{number}")
        connection.close()

    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(four, range(16)))
    assert Entry.objects.count() == 64
    assert list(keeping.faults()) == []


def test_the_command_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    middle = rows(3)[1]
    call_command("verify_trail")
    assert keeping.head() in capsys.readouterr().out
    by_force("DELETE FROM trail_entry WHERE id = %s", middle)
    with pytest.raises(CommandError, match="ne suit pas la ligne"):
        call_command("verify_trail")
