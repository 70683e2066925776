"""Adding to the trail, proving that it is whole, and forgetting after a year.

Rows are written one after the other: the lock is held until the caller's transaction ends, so an act is on the trail
if and only if it was done. The key of the seals is outside the database (vault): whoever owns the database alone can
cut the trail, not write another one.
"""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from allomediateur.trail.models import Entry
from allomediateur.vault import sealing

KEPT = timedelta(days=365)
AGAIN = timedelta(hours=1)
"""Looking again at the same thing so soon is the same look."""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('trail', 0))"
_BEGINNING = "0" * 64
Act = Entry.Act


def record(
    act: Act,
    now: datetime,
    *,
    actor: int | None,
    role: str,
    person: int | None = None,
    thing: str = "",
    detail: str = "",
) -> Entry:
    """One act of `actor` (an account, none for the platform itself), about a person and a thing (`kind:reference`).
    `detail` never holds what somebody wrote or is called: names of fields, counts."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        last = Entry.objects.order_by("-pk").first()
        entry = Entry(at=now, act=act, actor=actor, role=role, person=person, thing=thing[:120], detail=detail[:300])
        entry.seal = _seal(entry, last.seal if last else _BEGINNING, sealing.derived("trail")[0])
        entry.save(force_insert=True)
    return entry


def record_look(
    now: datetime,
    *,
    actor: int | None,
    role: str,
    person: int | None = None,
    thing: str,
    act: Act = Act.SEEN,
    detail: str = "",
) -> None:
    """That somebody saw what is another's; once an hour for the same thing and the same `detail`."""
    known = Entry.objects.filter(actor=actor, act=act, thing=thing[:120], detail=detail[:300], at__gt=now - AGAIN)
    if not known.exists():
        record(act, now, actor=actor, role=role, person=person, thing=thing, detail=detail)


def fingerprint(*words: str) -> str:
    """Whoever has the key can tell that these were the words; nobody can read them in it. 16 hex digits."""
    told = repr(tuple(words)).encode()
    return hmac.new(sealing.derived("trail.words")[0], told, sha256).hexdigest()[:16]


def faults() -> Iterator[str]:
    """What is wrong with the trail, a sentence each; nothing when every row is as it was written."""
    keys = sealing.derived("trail")
    forgotten = {one.thing for one in Entry.objects.filter(act=Act.FORGOTTEN)}
    before: Entry | None = None
    for entry in Entry.objects.order_by("pk").iterator():
        if before is None and not _may_begin(entry, forgotten, keys):
            yield f"La piste commence à la ligne {entry.pk} : celles d’avant manquent, sans avoir été oubliées."
        elif before and not _follows(entry, before.seal, keys):
            yield f"La ligne {entry.pk} ne suit pas la ligne {before.pk} : changée, ou des lignes manquent entre elles."
        before = entry


def head() -> str:
    """The last row's number and seal: written down elsewhere, they show later that nothing before was cut."""
    last = Entry.objects.order_by("-pk").first()
    return f"{last.pk} {last.seal}" if last else "0"


def forget(now: datetime) -> int:
    """Remove what is older than a year, and write down where the trail now begins. Returns how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        old = Entry.objects.filter(at__lt=now - KEPT)
        last = old.order_by("-pk").first()
        if last is None:
            return 0
        record(Act.FORGOTTEN, now, actor=None, role="", thing=last.seal)
        count, _rows = Entry.objects.filter(pk__lte=last.pk).delete()
    return count


def _may_begin(entry: Entry, forgotten: set[str], keys: list[bytes]) -> bool:
    """The first row follows nothing, or a row that was forgotten."""
    return any(_follows(entry, seal, keys) for seal in (_BEGINNING, *forgotten))


def _follows(entry: Entry, seal: str, keys: list[bytes]) -> bool:
    return any(hmac.compare_digest(entry.seal, _seal(entry, seal, key)) for key in keys)


def _seal(entry: Entry, before: str, key: bytes) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    told = (before, at, str(entry.act), entry.actor, entry.role, entry.person, entry.thing, entry.detail)
    return hmac.new(key, repr(tuple(map(str, told))).encode(), sha256).hexdigest()
