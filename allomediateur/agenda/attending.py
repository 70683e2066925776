"""The day itself: who came, and a word to somebody when the mediator is late."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from allomediateur.agenda import letters, letters_to_others, locks, states, texting
from allomediateur.agenda.changing import NotChangeable
from allomediateur.agenda.models import Appointment, Participant, State, Transition
from allomediateur.notify.models import Letter

__all__ = [
    "NoAddress", "NotChangeable", "TooManyWords", "attend", "late", "may_attend", "may_be_late", "parties_of",
    "words_of",
]  # fmt: skip

Outcome = Participant.Outcome
DELAYS = (5, 10, 15, 20, 30, 45)
MOST_WORDS = 3
LATE_FROM = timedelta(hours=3)
HELD = (State.CONFIRMED, State.ATTENDED, State.NO_SHOW)


class NoAddress(Exception):
    """The client gave no e-mail address, and nobody else is awaited."""


class TooManyWords(Exception):
    """Enough messages were sent about this delay."""


def may_attend(appointment: Appointment, now: datetime) -> bool:
    """From its start on."""
    return appointment.state in HELD and appointment.starts_at <= now


def parties_of(appointment: Appointment) -> list[Participant]:
    """Who may come: the client and those invited, in that order. Who books for another comes when they are invited."""
    absent = (Participant.Role.MEDIATOR, Participant.Role.AGENT)
    rows = [one for one in appointment.participants.all() if one.role not in absent]
    return sorted(rows, key=lambda one: (one.role != Participant.Role.CLIENT, one.pk))


def attend(appointment: Appointment, outcomes: Mapping[int, str], by: Transition.By, now: datetime) -> Appointment:
    """Who came, by participant's id: attended when any party did, those invited included, no_show when the client did
    not and nobody else did; may be corrected (R10).

    Those who are not named keep what was said of them. Raises NotChangeable before the start.
    """
    with transaction.atomic():
        found = locks.appointment(appointment)
        if not may_attend(found, now):
            raise NotChangeable(found)
        parties = parties_of(found)
        for one in parties:
            if outcomes.get(one.pk) in Outcome.values:
                one.outcome = outcomes[one.pk]
                one.save(update_fields=["outcome"])
        came = any(one.outcome == Outcome.ATTENDED for one in parties)
        if came or any(one.outcome for one in parties if one.role == Participant.Role.CLIENT):
            state = State.ATTENDED if came else State.NO_SHOW
            if state != found.state:
                states.passes(found, state, by=by, now=now)
    return found


def may_be_late(appointment: Appointment, now: datetime) -> bool:
    """From three hours before its start until its end."""
    near = appointment.starts_at - LATE_FROM <= now < appointment.ends_at
    return appointment.state == State.CONFIRMED and near


def words_of(appointment: Appointment) -> int:
    """How many messages about a delay were sent, to however many people each."""
    told = Letter.objects.filter(kind__startswith="appointment_", kind__endswith="late")
    return told.filter(topic=letters.topic_of(appointment)).values("created_at").distinct().order_by().count()


def late(appointment: Appointment, minutes: int, now: datetime) -> None:
    """One short neutral letter to the client and to who is invited. Raises NotChangeable, NoAddress, TooManyWords,
    ValueError."""
    if minutes not in DELAYS:
        raise ValueError(minutes)
    with transaction.atomic():
        found = locks.appointment(appointment)
        if not may_be_late(found, now):
            raise NotChangeable(found)
        client = states.client_of(found)
        reached = client is not None and bool(client.email)
        if not reached and all(one.answer == Participant.Answer.DECLINED for one in states.guests_of(found)):
            raise NoAddress
        if words_of(found) >= MOST_WORDS:
            raise TooManyWords
        if reached:
            letters.late(found, minutes, now)
        letters_to_others.late(found, minutes, now)
        texting.late(found, minutes, now)
