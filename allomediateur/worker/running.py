"""The worker's process: procrastinate's worker, begun again when the database failed it, and its books kept true.

Two things procrastinate leaves to its caller. A run ends, silently or with an error, when one of its own queries fails
(the look for work, a sign of life). And a job whose end could not be written stays « doing » under a worker that lives:
nobody else may take it, nor any job of the same lock.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import close_old_connections
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

log = logging.getLogger(__name__)

GRACE_SECONDS = 12.0
AT_ONCE = 4
"""A mail server that hangs must not keep a second letter, nor the holds to release, waiting."""
AGAIN_SECONDS = 2.0


async def run(poll: float) -> None:
    """Works until SIGTERM or SIGINT; the jobs under way then have GRACE_SECONDS. `poll`: seconds."""
    ends = _end_on_signal()
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as worker_app:
        async with worker_app.open_async():
            while not ends.is_set():
                try:
                    await _run_once(worker_app, poll)
                except ConnectorException:
                    log.exception("the database failed the worker")
                if not ends.is_set():
                    log.warning("the worker begins again")
                    await asyncio.sleep(AGAIN_SECONDS)


def _end_on_signal() -> asyncio.Event:
    """Set once a signal came, which also interrupts whatever the worker does."""
    task, ends = asyncio.current_task(), asyncio.Event()

    def end() -> None:
        if task and not ends.is_set():  # Ctrl-C comes twice: from the terminal and from the supervisor
            ends.set()
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    return ends


async def _run_once(worker_app: Any, poll: float) -> None:
    books = Books()
    keeping = asyncio.create_task(books.keep(worker_app.job_manager, poll))
    try:
        await worker_app.run_worker_async(
            name="worker",
            concurrency=AT_ONCE,
            fetch_job_polling_interval=poll,
            shutdown_graceful_timeout=GRACE_SECONDS,
            update_heartbeat_interval=10.0,
            delete_jobs="successful",
            install_signal_handlers=False,
            task_middleware=[_fresh_connection],
            worker_middleware=[books.note],
        )
    finally:
        keeping.cancel()


def _fresh_connection(job: Callable[[], object], context: object, worker: object) -> object:
    """As at a request's ends: a connection that the database dropped is not used again."""
    close_old_connections()
    try:
        return job()
    finally:
        close_old_connections()


class Books:
    """Which jobs this run really has in hand, against which the table says it has."""

    def __init__(self) -> None:
        self.worker_id: int | None = None
        self.in_hand: set[int | None] = set()
        self.suspects: set[int | None] = set()

    async def note(self, job: Callable[[], Awaitable[object]], context: JobContext, worker: Any) -> object:
        self.worker_id = worker.worker_id
        self.in_hand.add(context.job.id)
        try:
            return await job()
        finally:
            self.in_hand.discard(context.job.id)

    async def keep(self, manager: Any, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await self.look(manager)
            except ConnectorException as failure:
                log.warning("the jobs could not be looked over: %s", failure)

    async def look(self, manager: Any) -> None:
        """Twice in a row « doing » and not in hand: lost. Once only may be a job just taken, or just done."""
        if self.worker_id is None:
            return
        doing = await manager.list_jobs_async(status=Status.DOING.value, worker_id=self.worker_id)
        idle = {job.id: job for job in doing if job.id not in self.in_hand}
        for job_id in idle.keys() & self.suspects:
            await give_back(manager, idle[job_id])
        self.suspects = set(idle)


async def give_back(manager: Any, job: Job) -> None:
    """Back in the queue, to be done again: jobs are idempotent."""
    log.warning("job %s (%s) was lost on the way; it goes back in the queue", job.id, job.task_name)
    try:
        await manager.retry_job(job)
    except UniqueViolation:  # a periodic job whose next one waits already: that one does its work
        await manager.finish_job(job, status=Status.FAILED, delete_job=True)
