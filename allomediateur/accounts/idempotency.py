"""One unsafe request, sent twice (double click, retry after a lost answer), acts once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from allomediateur.accounts.models import IdempotencyKey


class KeyReused(Exception):
    """The same key came with another body."""


@dataclass(frozen=True)
class Answered:
    """What was answered the first time: a reference, an address, or what the caller sealed."""

    answer: str


@dataclass(frozen=True)
class Claimed:
    """The key is ours until the transaction ends; `record` its answer before."""

    key: str


def fingerprint(*parts: object) -> str:
    """SHA-256 hex of what the request asks for."""
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()


def claim(key: str, fingerprint: str, now: datetime, answer: str = "") -> Claimed | Answered:
    """Claim `key`, first thing in the caller's transaction; a rollback gives it back.

    `answer`: what will be answered, where it is known before anything is done; nothing is then left to `record`.

    Whoever comes second waits for the first's commit, then gets its answer. Raises KeyReused.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_idempotencykey (key, fingerprint, answer, created_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            [key, fingerprint, answer, now],
        )
        if cursor.fetchone():
            return Claimed(key)
    known = IdempotencyKey.objects.get(key=key)
    if known.fingerprint != fingerprint:
        raise KeyReused
    return Answered(known.answer)


def record(claimed: Claimed, answer: str) -> None:
    IdempotencyKey.objects.filter(key=claimed.key).update(answer=answer)


def give_back(claimed: Claimed) -> None:
    """Nothing was done under that key: the next to come with it acts. In the claim's transaction."""
    IdempotencyKey.objects.filter(key=claimed.key).delete()


def forget(before: datetime) -> None:
    """Keys claimed earlier than `before`: no retry comes so late."""
    IdempotencyKey.objects.filter(created_at__lt=before).delete()
