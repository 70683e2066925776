"""Jobs: each reads the clock, then asks one room for its due work. They carry ids only and are idempotent."""

from datetime import UTC, datetime
from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app

from allomediateur.agenda import availability, expiring
from allomediateur.notify import delivery, outbox

SILENT_SECONDS = 45
"""A worker that gave no sign of life for so long is dead: its jobs are taken again."""


def clock() -> datetime:
    return datetime.now(UTC)


@app.task(name=outbox.JOB)
def deliver_letter(letter_id: int) -> None:
    delivery.deliver(letter_id, clock())


@app.periodic(cron="* * * * *")
@app.task(name="sweep", queueing_lock="sweep")
def sweep(timestamp: int) -> None:
    """Every minute: letters left behind, holds run out, rows that time has made wrong."""
    now = clock()
    expiring.release_due(now)
    delivery.deliver_due(now)
    availability.refresh_stale(now)


@app.periodic(cron="* * * * *")
@app.task(name="rescue", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that died stay « doing » for ever unless somebody takes them back."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job)
