"""PostgreSQL as Django speaks to it, except that nobody waits for an answer for ever.

The server's own limits (config.env) say nothing when the server itself is silent: stopped, its disk hanging, its
network swallowing. A page would keep its thread until it speaks again, and soon the site has no thread left.
"""

from datetime import UTC, datetime
from typing import Any, cast

import psycopg
from django.db.backends.postgresql import base, psycopg_any
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus

INTERVAL = 0.1


class Connection(psycopg.Connection[Any]):
    """`patience`: seconds for an answer, None for as long as it takes. Beyond, OperationalError, and it is closed."""

    patience: float | None = None

    def wait(self, gen: Any, interval: float = INTERVAL, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, timeout or self.patience)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()  # what it still says would be taken for the answer to something else
            raise


class Instants(psycopg_any.BaseTzLoader):
    """As Django reads them, in UTC, ten times quicker: the standard library reads what PostgreSQL writes for the years
    1 to 9999, and says when it cannot."""

    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return cast("datetime", super().load(data))
        return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Without Django's options that we do not use: its pool, another isolation level."""
        self.isolation_level = IsolationLevel.READ_COMMITTED
        connection = Connection.connect(**conn_params)
        # Django's own cursors prepare nothing; those bound by the server do (agenda.candidates, agenda.versions).
        connection.prepare_threshold = 1
        connection.adapters.register_loader("timestamptz", Instants)
        connection.patience = self.settings_dict.get("ANSWER_SECONDS")
        return connection
