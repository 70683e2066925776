"""The worker as it runs: a process of its own, on the real queue, before a real SMTP server."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from allomediateur.notify import outbox
from allomediateur.notify.models import Letter
from allomediateur.worker.management.commands.work import POLL_SECONDS
from tests.notify.conftest import Sink, serving

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90.0


@pytest.fixture(autouse=True)
def nothing_enqueued() -> None:
    """The library's tables are not among those that a test leaves empty."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


def until(true: Callable[[], Any]) -> None:
    """Asks again until it is so; fails after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        Event().wait(0.05)


@contextmanager
def worker(port: int, poll: float = POLL_SECONDS) -> Iterator["subprocess.Popen[bytes]"]:
    database = connection.settings_dict
    url = f"postgresql://{quote(database['USER'])}:{quote(database['PASSWORD'])}@/{database['NAME']}"
    place = f"?host={quote(str(database['HOST']), safe='')}&port={database['PORT'] or 5432}"
    environment = os.environ | {
        "DATABASE_URL": url + place, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "0",
        "DATA_DIR": str(settings.DATA_DIR),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "manage.py", "work", "--poll", str(poll)], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def post() -> Letter:
    return outbox.post(
        kind="test", topic="", to="alice@example.org", language="fr", subject="Votre code", text="123456\n",
        html="<p>123456</p>", now=timezone.now(),
    )  # fmt: skip


def sent(letter: Letter) -> bool:
    return Letter.objects.filter(pk=letter.pk, sent_at__isnull=False).exists()


def alive() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return bool(cursor.fetchone()[0])


def test_a_letter_leaves_at_once_and_the_worker_ends_by_itself() -> None:
    sink = Sink()
    with serving(sink) as port, worker(port, poll=3600) as process:
        until(alive)
        # It looks at the queue by itself once an hour: only a commit's call brings these, one after the other.
        for _ in range(3):
            until(partial(sent, post()))
        assert len(sink.letters) == 3
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_connections_dropped_while_a_letter_is_on_its_way_are_made_anew() -> None:
    sink = Slow()
    with serving(sink) as port, worker(port) as process:
        until(alive)
        first = post()
        until(sink.asked.is_set)
        drop_all_but_ours()
        sink.answer()
        until(partial(sent, post()))
        Letter.objects.filter(pk=first.pk).update(next_attempt_at=timezone.now())
        ask_for("late_letters")
        until(partial(sent, first))
        assert process.poll() is None
    assert len(sink.letters) == 3, "a letter whose departure could not be noted leaves again, the same"


def test_a_job_whose_end_could_not_be_written_is_done_again_by_the_same_worker() -> None:
    """Until then its lock would keep every other job of the same lock waiting: holds would never be released."""
    sink = Slow()
    with serving(sink) as port, worker(port, poll=1) as process:
        until(alive)
        letter = post()
        until(sink.asked.is_set)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM procrastinate_jobs WHERE status = 'doing' FOR UPDATE")
            sink.answer()
            until(partial(sent, letter))
            until(somebody_waits)
            drop_all_but_ours()
        until(at_rest)
        assert process.poll() is None


def test_a_worker_that_was_cut_while_it_looked_for_work_looks_again() -> None:
    with serving(Sink()) as port, worker(port) as process:
        until(alive)
        until(at_rest)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE procrastinate_jobs")
            until(somebody_waits)
            drop_all_but_ours()
        until(partial(sent, post()))
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_a_worker_told_to_end_ends_though_the_database_fails_it_then() -> None:
    with serving(Sink()) as port, worker(port) as process:
        until(alive)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE procrastinate_workers")
            process.send_signal(signal.SIGTERM)
            until(somebody_waits)
            drop_all_but_ours()
        assert process.wait(PATIENCE) == 0


def somebody_waits() -> bool:
    """True when a statement waits for what our transaction has locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the activity of its first look
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def at_rest() -> bool:
    """No job is under way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
        return not int(cursor.fetchone()[0])


def drop_all_but_ours() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


class Slow(Sink):
    """Takes the first letter and answers when told, as a server that hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the library's name
        if not self.asked.is_set():
            self.loop, self.told = server.loop, asyncio.Event()
            self.asked.set()
            await self.told.wait()
        return await super().handle_DATA(server, session, envelope)

    def answer(self) -> None:
        self.loop.call_soon_threadsafe(self.told.set)


def test_a_worker_killed_in_the_middle_of_a_delivery_loses_nothing() -> None:
    sink = Slow()
    with serving(sink) as port:
        with worker(port) as process:
            letter = post()
            until(sink.asked.is_set)
            process.kill()
            process.wait()
        later()
        with worker(port, poll=1):
            ask_for("rescue")
            until(partial(sent, letter))
    assert [mail["Message-ID"] for mail in sink.letters] == [f"<{letter.message_id}@localhost>"]


def ask_for(task: str) -> None:
    with contextlib.suppress(AlreadyEnqueued):  # the minute's own waits already: that is the same
        app.configure_task(task).defer(timestamp=0)


def later() -> None:
    """As if the dead worker's silence and its claim had lasted an hour."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")
    Letter.objects.update(next_attempt_at=timezone.now())
