"""The end of a compartment: closed to writing, then purged. Purging destroys the key, and what it sealed with it.

Backups keep the keys apart for KEYS_KEPT (worker.backups): a purge is complete once the last of them has expired.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from allomediateur.cases.compartments.actors import Actor, on_trail
from allomediateur.cases.models import Compartment, Membership
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act

KEYS_KEPT = timedelta(days=30)
"""How long any backup of keys is kept, and not a day more."""


def close(compartment: Compartment, now: datetime) -> None:
    """Read and no more written. Closed already: as it was."""
    Compartment.objects.filter(pk=compartment.pk, closed_at=None).update(closed_at=now)
    compartment.refresh_from_db(fields=["closed_at"])


def purge(compartment: Compartment, now: datetime, *, by: Actor | None = None) -> datetime:
    """Destroy the key, what it sealed, the names of the parties, the links. What remains is that it was, when it
    ended, and which accounts had opened it; purged already: as it was. Returns when no backup can read it either.

    `by`: who had it purged; the platform by itself without it.
    """
    with transaction.atomic():
        actor, role = on_trail(by) if by else (None, "")
        authors = compartment.members.filter(role="author", user__isnull=False).order_by("-pk")
        thing = f"compartment:{compartment.ref}"
        author = authors.values_list("user", flat=True).first()
        locked = Compartment.objects.select_for_update(no_key=True, of=("self",)).get(pk=compartment.pk)
        if locked.purged_at is None:
            _destroy(locked, now)
            keeping.record(Act.PURGED, now, actor=actor, role=role, person=author, thing=thing)
    compartment.refresh_from_db(fields=["closed_at", "purged_at"])
    return complete_at(compartment)


def complete_at(compartment: Compartment) -> datetime:
    """When the last backup that could still open a purged compartment has expired. Raises ValueError: not purged."""
    if compartment.purged_at is None:
        raise ValueError(f"{compartment.pk} is not purged")
    return compartment.purged_at + KEYS_KEPT


def _destroy(compartment: Compartment, now: datetime) -> None:
    compartment.contents.all().delete()
    compartment.parties.all().delete()
    compartment.members.filter(user=None).delete()
    Membership.objects.filter(compartment=compartment).live(now).update(until=now)
    try:
        key = compartment.key
    except ObjectDoesNotExist:
        key = None  # restored without the keys
    if key:
        key.wrapped, key.master, key.destroyed_at = None, "", now
        key.save(update_fields=["wrapped", "master", "destroyed_at"])
    compartment.closed_at, compartment.purged_at = compartment.closed_at or now, now
    compartment.save(update_fields=["closed_at", "purged_at"])
