"""People whom a letter about their appointment, or their place in a list, did not reach: somebody has to call them."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from allomediateur.agenda import letters
from allomediateur.agenda.models import Appointment, Participant, Wait
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


def among(appointment: Appointment, people: Iterable[Participant]) -> set[int]:
    """Ids of those whom a letter about it did not reach at the address they have now, in one query."""
    topic = letters.topic_of(appointment)
    missed = undelivered.about([topic])
    return {one.pk for one in people if one.email and (topic, one.email) in missed}


def people(found: Sequence[Letter]) -> dict[int, Participant | Wait]:
    """Who each of these letters was for, by the letter's id, in a query each: in an appointment, or in a list."""
    return {**_waiting(found), **_participants(found)}


def _waiting(found: Sequence[Letter]) -> dict[int, Wait]:
    asked = {one.pk: one.topic.partition(":")[2] for one in found if one.topic.startswith("wait:")}
    by = (
        {
            one.reference: one
            for one in Wait.objects.filter(reference__in=set(asked.values())).select_related("appointment")
        }
        if asked
        else {}
    )
    return {pk: by[reference] for pk, reference in asked.items() if reference in by}


def _participants(found: Sequence[Letter]) -> dict[int, Participant]:
    asked = {one.pk: (one.topic.partition(":")[2], one.to) for one in found if one.topic.startswith("appointment:")}
    wanted = Q(appointment__reference__in={reference for reference, _to in asked.values()})
    rows = Participant.objects.filter(wanted, email__in={to for _reference, to in asked.values()})
    by = {(one.appointment.reference, one.email): one for one in rows.select_related("appointment")}
    return {pk: by[key] for pk, key in asked.items() if key in by}
