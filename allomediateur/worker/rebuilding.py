"""All derived rows made again, from nothing if need be, while bookings go on."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from allomediateur.agenda import availability
from allomediateur.agenda.models import Availability
from allomediateur.directory.models import Mediator
from allomediateur.worker import spreading

Part = tuple[list[int], datetime | None]
"""Mediators, and since when their rows are right already."""


def rebuild(since: datetime | None, processes: int) -> Iterator[int]:
    """`availability.CHUNK` mediators a transaction; yields how many were looked at by each. Those whose rows were made
    since then are left as they are: that is how what was interrupted goes on."""
    yield from spreading.over(rebuild_part, _parts(since), processes)


def rebuild_part(part: Part) -> int:
    mediator_ids, since = part
    availability.rebuild_many(_left(mediator_ids, since), datetime.now(UTC))
    return len(mediator_ids)


def _parts(since: datetime | None) -> Iterator[Part]:
    ids = list(Mediator.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), availability.CHUNK):
        yield ids[first : first + availability.CHUNK], since


def _left(mediator_ids: list[int], since: datetime | None) -> Iterable[int]:
    if since is None:
        return mediator_ids
    right = Availability.objects.filter(mediator__in=mediator_ids, computed_at__gte=since)
    return set(mediator_ids) - set(right.values_list("mediator_id", flat=True))
