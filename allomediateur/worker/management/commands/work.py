"""`manage.py work`: the worker. It ends by itself, its job finished, on SIGTERM or SIGINT."""

import asyncio
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from procrastinate.contrib.django import app

GRACE_SECONDS = 12.0
AT_ONCE = 4
"""A mail server that hangs must not keep a second letter, nor the holds to release, waiting."""
POLL_SECONDS = 10.0
"""A net: each commit that enqueues wakes the worker at once, but a rescued job, or one enqueued while the database
was away, calls nobody."""


class Command(BaseCommand):
    help = "Runs the jobs: letters, releases, refreshed availability."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--poll", type=float, default=POLL_SECONDS, help="seconds between two looks at the queue")

    def handle(self, *args: object, poll: float, **options: object) -> None:
        asyncio.run(_work(poll))


def _fresh_connection(job: Callable[[], object], context: object, worker: object) -> object:
    """As at a request's ends: a connection that the database dropped is not used again."""
    close_old_connections()
    try:
        return job()
    finally:
        close_old_connections()


async def _work(poll: float) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                name="worker",
                concurrency=AT_ONCE,
                fetch_job_polling_interval=poll,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=10.0,
                delete_jobs="successful",
                task_middleware=[_fresh_connection],
            )
