"""How often somebody may do something: token buckets in the database, shared by all processes.

A bucket holds `burst` tokens at most and gets `an_hour` of them back, steadily. Taking one is a single statement of
its own, before what it allows: what then fails has still been tried. Where the database does not answer, nothing is
allowed: the error goes on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from allomediateur.accounts.idempotency import fingerprint
from allomediateur.accounts.models import Bucket

KEPT = timedelta(days=2)
_LEFT = """least(%(burst)s::float8,
    b.tokens + greatest(0, extract(epoch FROM %(now)s::timestamptz - b.at)) * %(an_hour)s::float8 / 3600)"""
_TAKE = f"""
    INSERT INTO accounts_bucket AS b (key, tokens, at) VALUES (%(key)s, %(burst)s::float8 - 1, %(now)s::timestamptz)
    ON CONFLICT (key) DO UPDATE SET at = greatest(b.at, %(now)s::timestamptz), tokens = {_LEFT} - 1
    WHERE {_LEFT} >= 1
    RETURNING tokens
"""  # noqa: S608 - made of the constants above


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then `an_hour`."""

    burst: int
    an_hour: float


class TooMany(Exception):
    """`wait`: until one more is allowed, at most."""

    def __init__(self, scope: str, wait: timedelta) -> None:
        super().__init__(scope)
        self.scope, self.wait = scope, wait


def take(scope: str, subject: str, rate: Rate, now: datetime) -> None:
    """One token of that subject's; the subject is kept hashed. Raises TooMany."""
    told: dict[str, str | float | datetime] = {
        "key": fingerprint("limit", scope, subject), "burst": float(rate.burst), "an_hour": rate.an_hour, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, told)
        if cursor.fetchone() is None:
            raise TooMany(scope, timedelta(hours=1 / rate.an_hour))


def forget_cached(now: datetime) -> None:
    """What the shared cache holds beyond its time: Django removes it only once the table is full."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < %s", [now])


def forget(now: datetime) -> None:
    """Buckets untouched for so long are full again."""
    Bucket.objects.filter(at__lt=now - KEPT).delete()
