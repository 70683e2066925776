"""What waits for staff, counted: for the home of the administration and its inbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from allomediateur.support.models import Thread

State = Thread.State


@dataclass(frozen=True)
class Counts:
    """`complaints`: those that are not closed."""

    to_answer: int
    late: int
    complaints: int


def counts(now: datetime) -> Counts:
    """In one query, over what is not closed."""
    waits = Q(state=State.WAITING_STAFF)
    found = Thread.objects.exclude(state=State.CLOSED).aggregate(
        to_answer=Count("pk", filter=waits),
        late=Count("pk", filter=waits & Q(due_at__lte=now)),
        complaints=Count("pk", filter=Q(kind=Thread.Kind.COMPLAINT)),
    )
    return Counts(**found)
