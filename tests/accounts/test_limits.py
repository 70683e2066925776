"""Token buckets in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.db import DatabaseError, connection

from allomediateur.accounts import hashers, limits
from allomediateur.accounts.limits import Rate, TooMany
from allomediateur.accounts.models import Bucket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
THREE = Rate(3, 60)
MINUTE = timedelta(minutes=1)


def taken(count: int, now: datetime = NOW, subject: str = "alice", scope: str = "hold") -> int:
    """How many of so many tries are allowed."""
    allowed = 0
    for _ in range(count):
        try:
            limits.take(scope, subject, THREE, now)
        except TooMany:
            continue
        allowed += 1
    return allowed


def test_so_many_at_once_then_one_a_minute() -> None:
    assert taken(5) == 3
    assert taken(5, NOW + MINUTE - timedelta(seconds=1)) == 0
    assert taken(5, NOW + MINUTE) == 1
    assert taken(5, NOW + 9 * MINUTE) == 3


def test_a_thousand_tries_at_once_are_worth_the_burst() -> None:
    assert taken(1000) == 3


def test_each_subject_and_each_scope_has_its_own() -> None:
    assert taken(5) == 3
    assert taken(5, subject="charlie") == 3
    assert taken(5, scope="letter") == 3


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    taken(5)
    assert taken(5, NOW - timedelta(hours=5)) == 0
    assert taken(5, NOW + MINUTE) == 1


def test_one_is_told_when_to_come_back_and_is_not_written_down() -> None:
    taken(3)
    with pytest.raises(TooMany) as many:
        limits.take("hold", "alice", THREE, NOW)
    assert (many.value.scope, many.value.wait) == ("hold", MINUTE)
    assert "alice" not in str(list(Bucket.objects.values()))


def test_without_its_table_nothing_is_allowed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_bucket RENAME TO gone")
    with pytest.raises(DatabaseError):
        limits.take("hold", "alice", THREE, NOW)


def test_full_ones_are_forgotten() -> None:
    taken(1)
    limits.forget(NOW + limits.KEPT)
    assert Bucket.objects.count() == 1
    limits.forget(NOW + limits.KEPT + MINUTE)
    assert Bucket.objects.count() == 0


def test_hashes_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more at once than turns; each gives its turn back, also when it fails."""
    running: list[int] = []

    class Turns:
        def __enter__(self) -> None:
            running.append(1)

        def __exit__(self, *_: object) -> None:
            running.append(-1)

    monkeypatch.setattr(hashers, "_turns", Turns())
    encoded = make_password("une phrase assez longue")
    assert check_password("une phrase assez longue", encoded)
    assert not check_password("une autre phrase longue", encoded)
    assert running == [1, -1] * 3


@pytest.mark.django_db
def test_the_shared_cache_keeps_what_counts_and_forgets_what_is_over() -> None:
    """Django’s own culls at random beyond 300 entries: an attacker could make it forget the limits of another."""
    cache.clear()
    cache.set("limit", 5, timeout=300)
    for number in range(400):
        cache.set(f"flood-{number}", 1, timeout=300)
    assert cache.get("limit") == 5
    cache.set("over", 1, timeout=60)
    limits.forget_cached(datetime.now(UTC) + timedelta(seconds=120))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE cache_key LIKE '%over') FROM cache")
        assert cursor.fetchone() == (401, 0)
    cache.clear()
