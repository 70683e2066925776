"""/healthz: whether the machine does its work, for whoever watches it. No name, no address, no text."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allomediateur.notify import delivery
from config.postgresql import replicas

SILENT_SECONDS = 60
LATE_SECONDS = 15 * 60


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    try:
        state = report(datetime.now(UTC))
    except Error:
        state = {"status": "error", "database": "unreachable"}
    return JsonResponse(state, status=200 if state["status"] == "ok" else 503)


def report(now: datetime) -> dict[str, Any]:
    """`worker_seconds_since_heartbeat`: null without any worker. `replicas`, in the order of the setting: they are no
    outage, since the primary answers for them. Raises django.db.Error."""
    if pending_migrations():
        return {"status": "error", "database": "ok", "migrations": "pending"}
    post = delivery.health()
    oldest = (now - post.oldest).total_seconds() if post.oldest else None
    silence = worker_silence()
    late = oldest is not None and oldest > LATE_SECONDS
    alive = silence is not None and silence < SILENT_SECONDS
    return {
        "status": "error" if not alive else "late" if late else "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "ok" if alive else "silent",
        "worker_seconds_since_heartbeat": None if silence is None else round(silence),
        "undelivered_letters": post.waiting,
        "parked_letters": post.parked,
        "oldest_undelivered_seconds": None if oldest is None else round(oldest),
        **jobs(),
        "replicas": list(lags()),
    }


def lags() -> Iterator[dict[str, Any]]:
    """As this process sees them, within a second (ten for one that was lost). Seconds: null before a transaction."""
    for one in replicas.replicas():
        lag = one.lag(monotonic())
        if lag is None:
            yield {"state": "lost", "lag_seconds": None, "lag_bytes": None}
        else:
            seconds = None if lag.seconds is None else round(lag.seconds, 1)
            yield {"state": "late" if lag.is_late else "ok", "lag_seconds": seconds, "lag_bytes": lag.bytes}


def jobs() -> dict[str, int]:
    """Jobs whose worker died (soon taken back by another), and those that ended in an error (kept a month)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE job.status = 'doing' AND (worker.id IS NULL"
            " OR worker.last_heartbeat < now() - make_interval(secs => %s))),"
            " count(*) FILTER (WHERE job.status = 'failed')"
            " FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
            " WHERE job.status IN ('doing', 'failed')",
            [SILENT_SECONDS],
        )
        stalled, failed = cursor.fetchone()
    return {"stalled_jobs": stalled, "failed_jobs": failed}


def worker_silence() -> float | None:
    """Seconds since the liveliest worker's heartbeat, by the database's clock; None without any worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
        (seconds,) = cursor.fetchone()
    return None if seconds is None else float(seconds)


def pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
