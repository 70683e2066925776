"""How long appointments are kept: what the privacy notice says, the nightly job does."""

from datetime import datetime, timedelta

from django.db.models import Q

from allomediateur.agenda.models import Appointment, State

KEPT = timedelta(days=3 * 365)
UNFINISHED_KEPT = timedelta(days=30)


def forget(now: datetime) -> int:
    """Delete appointments three years past, and bookings that were never finished a month after they were dropped,
    with all that was told for them. Returns how many."""
    old = Q(ends_at__lt=now - KEPT)
    unfinished = Q(state=State.EXPIRED, changed_at__lt=now - UNFINISHED_KEPT)
    gone = Appointment.objects.filter(old | unfinished)
    count = gone.count()
    gone.delete()
    return count
