"""Django's migrate, which waits a little for a lock and never makes bookings wait behind it.

A migration that queues for a table's lock blocks all who come after it. With `lock_timeout` it gives up instead, and
tries again once what is under way is over.
"""

import contextlib
from collections.abc import Iterator
from time import sleep
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError, OperationalError, connections
from psycopg.errors import LockNotAvailable

from allomediateur.agenda import listing

PATIENCE_MS = 3000
TRIES = 5
PAUSE_SECONDS = 2.0


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        for left in range(TRIES - 1, -1, -1):
            try:
                with _patience(options["database"]):
                    super().handle(*args, **options)
                break
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                if not left:
                    raise CommandError(
                        "Une table est occupée : la migration a cédé la place plutôt que de faire attendre les "
                        "réservations. Ce qui a été fait est gardé ; relancez à une heure plus calme."
                    ) from error
                self.stderr.write("Une table est occupée : nouvel essai.")
                sleep(PAUSE_SECONDS)
        if not (options["app_label"] or options["plan"] or options["check_unapplied"]):
            listing.fill()  # of a platform older than this table


@contextlib.contextmanager
def _patience(database: str) -> Iterator[None]:
    with connections[database].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{PATIENCE_MS}ms"])
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError), connections[database].cursor() as cursor:
            cursor.execute("RESET lock_timeout")
