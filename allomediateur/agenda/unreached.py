"""Clients whom a letter about their appointment did not reach: somebody has to call them."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from allomediateur.agenda import letters
from allomediateur.agenda.models import Appointment, Participant
from allomediateur.notify import undelivered
from allomediateur.notify.models import Letter


def clients(appointments: Iterable[Appointment]) -> set[int]:
    """Ids of those of these appointments (read `with_clients`) whose client was not reached, in one query."""
    rows = list(appointments)
    missed = undelivered.about(letters.topic_of(one) for one in rows)
    return {
        one.pk
        for one in rows
        for client in one.clients  # type: ignore[attr-defined]  # Prefetch(to_attr=...)
        if (letters.topic_of(one), client.email) in missed
    }


def is_so(appointment: Appointment, person: Participant) -> bool:
    """Whether a letter about it did not reach that person at the address they have now."""
    return bool(person.email) and (letters.topic_of(appointment), person.email) in undelivered.about(
        [letters.topic_of(appointment)]
    )


def people(found: Sequence[Letter]) -> dict[int, Participant]:
    """Who each of these letters about an appointment was for, by the letter's id, in one query."""
    asked = {one.pk: (one.topic.partition(":")[2], one.to) for one in found if one.topic.startswith("appointment:")}
    wanted = Q(appointment__reference__in={reference for reference, _to in asked.values()})
    rows = Participant.objects.filter(wanted, email__in={to for _reference, to in asked.values()})
    by = {(one.appointment.reference, one.email): one for one in rows.select_related("appointment")}
    return {pk: by[key] for pk, key in asked.items() if key in by}
