"""Jobs: each reads the clock, then asks one room for its due work. They carry ids only and are idempotent."""

import contextlib
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from allomediateur.accounts import idempotency, limits, people
from allomediateur.agenda import availability, expiring, retention
from allomediateur.notify import delivery, outbox
from allomediateur.worker import running

SILENT_SECONDS = 45
"""A worker that gave no sign of life for so long is dead: its jobs are taken again."""
KEYS_KEPT = timedelta(days=30)
LETTERS_KEPT = timedelta(days=365)
FAILED_JOBS_KEPT_HOURS = 30 * 24
EVERY_MINUTE, EVERY_NIGHT = "* * * * *", "10 3 * * *"


def clock() -> datetime:
    return datetime.now(UTC)


@app.task(name=outbox.JOB)
def deliver_letter(letter_id: int) -> None:
    with contextlib.suppress(delivery.ServerAway):
        delivery.deliver(letter_id, clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="late_letters", queueing_lock="late_letters", lock="late_letters")
def late_letters(timestamp: int) -> None:
    """The net below `deliver_letter`: left behind, failed before, or put off while the server was away."""
    with contextlib.suppress(delivery.ServerAway):
        for letter_id in delivery.due(clock()):
            delivery.deliver(letter_id, clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="release_holds", queueing_lock="release_holds", lock="agenda")
def release_holds(timestamp: int) -> None:
    expiring.release_due(clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="refresh_availability", queueing_lock="refresh_availability", lock="agenda")
def refresh_availability(timestamp: int) -> None:
    """Rows that time has made wrong."""
    availability.refresh_stale(clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="rescue", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that died stay « doing » for ever unless somebody takes them back."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await running.give_back(manager, job)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="tidy", queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    """What nobody can use any more: sessions run out, answers to requests of last month."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    people.forget_sessions()
    people.forget_browsers(clock())
    idempotency.forget(clock() - KEYS_KEPT)
    limits.forget(clock())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="forget", queueing_lock="forget")
def forget(timestamp: int) -> None:
    """What the privacy notice says is kept no longer."""
    retention.forget(clock())
    delivery.forget(clock() - LETTERS_KEPT)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="tidy_jobs", queueing_lock="tidy_jobs", pass_context=True)
async def tidy_jobs(context: JobContext, timestamp: int) -> None:
    manager: Any = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=FAILED_JOBS_KEPT_HOURS, include_failed=True)
