"""`manage.py work`: the worker. It ends by itself, its job finished, on SIGTERM or SIGINT."""

import asyncio

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

GRACE_SECONDS = 12.0


class Command(BaseCommand):
    help = "Runs the jobs: letters, releases, refreshed availability."

    def handle(self, *args: object, **options: object) -> None:
        asyncio.run(_work())


async def _work() -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                name="worker",
                concurrency=1,
                fetch_job_polling_interval=60.0,  # a net: each commit that enqueues wakes the worker at once
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=10.0,
                delete_jobs="successful",
            )
