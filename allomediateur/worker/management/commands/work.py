"""`manage.py work`: the worker. It ends by itself, its job finished, on SIGTERM or SIGINT."""

import asyncio
import contextlib

from django.core.management.base import BaseCommand, CommandParser

from allomediateur.worker import running

POLL_SECONDS = 10.0
"""A net: each commit that enqueues wakes the worker at once, but a rescued job, or one enqueued while the database
was away, calls nobody."""


class Command(BaseCommand):
    help = "Runs the jobs: letters, releases, refreshed availability."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--poll", type=float, default=POLL_SECONDS, help="seconds between two looks at the queue")

    def handle(self, *args: object, poll: float, **options: object) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(running.run(poll))
