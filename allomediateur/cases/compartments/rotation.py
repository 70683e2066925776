"""Changes of keys. A new master key wraps the data keys again, and nothing else is rewritten; a new data key seals
again what its compartment holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import Count

from allomediateur.cases.compartments import blind, cipher, gate
from allomediateur.cases.compartments.cipher import NotAuthentic
from allomediateur.cases.models import Compartment, CompartmentKey, PartyName
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act
from allomediateur.vault import sealing

BATCH = 500
Row = TypeVar("Row")


@dataclass(frozen=True)
class Remaining:
    """What still needs a master key, by its name: data keys that it wraps, names that it indexed."""

    master: str
    keys: int
    names: int


@dataclass(frozen=True)
class Batch:
    """`last`: where the next one begins after, None at the end; `unreadable`: what no key of the ring opens."""

    done: int
    unreadable: int
    last: int | None


def remaining() -> list[Remaining]:
    """By master key, the first of the ring first; what the ring does not have any more comes last."""
    keys = _counted(CompartmentKey.objects.filter(destroyed_at=None).values_list("master").annotate(Count("pk")))
    names = _counted(PartyName.objects.values_list("master").annotate(Count("pk")))
    ring = sealing.ring()
    lost = sorted({*keys, *names} - {*ring})
    return [Remaining(one, keys.get(one, 0), names.get(one, 0)) for one in (*ring, *lost)]


def rewrap(*, after: int = 0, size: int = BATCH) -> Batch:
    """Data keys of compartments beyond number `after`, wrapped by the first master key: one batch, one transaction.

    Stopped at any point, it begins again with what is left. Those that somebody has in hand are waited for.
    """
    with transaction.atomic():
        left = CompartmentKey.objects.filter(destroyed_at=None, pk__gt=after).exclude(master=sealing.ring()[0])
        rows = list(left.select_related("compartment").select_for_update(of=("self",)).order_by("pk")[:size])
        done = [one for one in rows if _did(_rewrap, one)]
        CompartmentKey.objects.bulk_update(done, ["wrapped", "master"])
    return Batch(len(done), len(rows) - len(done), rows[-1].pk if rows else None)


def reindex(*, after: int = 0, size: int = BATCH) -> Batch:
    """The same for the names of the blind index beyond number `after`."""
    with transaction.atomic():
        left = PartyName.objects.filter(pk__gt=after).exclude(master=sealing.ring()[0])
        rows = list(left.select_related("compartment").select_for_update(of=("self",)).order_by("pk")[:size])
        # Only now: a statement that waited for the locks would have the keys of before.
        keys = CompartmentKey.objects.in_bulk([one.compartment_id for one in rows])
        done = [one for one in rows if _did(partial(_reindex, keys), one)]
        PartyName.objects.bulk_update(done, ["digest", "master"])
    return Batch(len(done), len(rows) - len(done), rows[-1].pk if rows else None)


def renew(compartment: Compartment, now: datetime) -> int:
    """A new data key for one compartment, and all that it holds sealed again by it, in one transaction. Returns how
    many contents. Raises gate.Purged, NotAuthentic (then nothing has changed)."""
    with transaction.atomic():
        keeping.record(Act.CHANGED, now, actor=None, role="", thing=f"compartment:{compartment.ref}", detail="key")
        Compartment.objects.select_for_update(no_key=True).get(pk=compartment.pk)
        row = CompartmentKey.objects.select_for_update().filter(compartment=compartment, destroyed_at=None).first()
        if row is None or row.wrapped is None:
            raise gate.Purged(compartment.pk)
        old, new = cipher.unwrap(bytes(row.wrapped), compartment.ref), cipher.new_key()
        count = _reseal_contents(compartment, old, new)
        _reseal_parties(compartment, old, new)
        row.wrapped = cipher.wrap(new, compartment.ref)
        row.master = sealing.sealed_with(row.wrapped)
        row.save(update_fields=["wrapped", "master"])
    return count


def _reseal_contents(compartment: Compartment, old: bytes, new: bytes) -> int:
    rows = list(compartment.contents.all())
    for row in rows:
        plain = cipher.unseal(old, bytes(row.ciphertext), gate.content_place(compartment, row.slot))
        row.slot = cipher.slot(new, plain.decode().partition("\0")[0])
        row.ciphertext = cipher.seal(new, plain, gate.content_place(compartment, row.slot))
    compartment.contents.bulk_update(rows, ["slot", "ciphertext"])
    return len(rows)


def _reseal_parties(compartment: Compartment, old: bytes, new: bytes) -> None:
    rows = list(compartment.parties.all())
    for row in rows:
        place = gate.party_place(compartment, row.ref)
        row.sealed = cipher.seal(new, cipher.unseal(old, bytes(row.sealed), place), place)
    compartment.parties.bulk_update(rows, ["sealed"])


def _rewrap(row: CompartmentKey) -> None:
    key = cipher.unwrap(bytes(row.wrapped or b""), row.compartment.ref)
    row.wrapped = cipher.wrap(key, row.compartment.ref)
    row.master = sealing.sealed_with(row.wrapped)


def _reindex(keys: Mapping[int, CompartmentKey], row: PartyName) -> None:
    key = cipher.unwrap(bytes(keys[row.compartment_id].wrapped or b""), row.compartment.ref)
    plain = cipher.unseal(key, bytes(row.sealed), gate.party_place(row.compartment, row.ref))
    row.digest, row.master = blind.digest(plain.decode()), sealing.ring()[0]


def _did(act: Callable[[Row], None], row: Row) -> bool:
    try:
        act(row)
    except (NotAuthentic, KeyError):
        return False
    return True


def _counted(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(rows)
