"""What becomes of the appointments of a mediator who is suspended: cancelled one by one, each person told who else is
free. A job does it again until nothing is left: what a crash interrupts is finished."""

from collections.abc import Iterator
from datetime import datetime

from allomediateur.agenda import changing, effects, others
from allomediateur.agenda.models import Appointment, Transition
from allomediateur.directory.models import Decision, Mediator


def close_appointments(mediator: Mediator, now: datetime) -> list[Appointment]:
    """Cancel all that is to come, with letters that propose others. Returns what was cancelled."""
    done = []
    for one in effects.coming(mediator, now):
        near = others.free_instead(one, now)
        try:
            done.append(changing.cancel(one, by=Transition.By.STAFF, now=now, others=near))
        except (changing.NotChangeable, changing.TooLate):
            continue  # it has just begun, or been released
    return done


def close_due(now: datetime) -> int:
    """For every suspension that does not keep the appointments. Returns how many were cancelled."""
    return sum(len(close_appointments(mediator, now)) for mediator in _suspended())


def _suspended() -> Iterator[Mediator]:
    for mediator in Mediator.objects.filter(suspended_at__isnull=False).select_related("user"):
        decided = Decision.objects.filter(
            mediator=mediator, kind=Decision.Kind.SUSPENDED, state=Decision.State.DONE
        ).order_by("-settled_at").first()  # fmt: skip
        if decided and not decided.keeps_appointments:
            yield mediator
