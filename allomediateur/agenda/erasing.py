"""A client's account erased: at once for what is here, once they have left for the last letters.

What remains is that an appointment took place: its mediator, its time, and « Personne effacée ». The law of mediators'
accounts asks for no more. Backups forget when they expire (docs/operations.md).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.agenda import applying, changing, digest, guests, letters, waiting
from allomediateur.agenda.changing import NotChangeable, TooLate
from allomediateur.agenda.models import (
    GUESTS,
    AccessLink,
    Appointment,
    Channel,
    Participant,
    Reminder,
    State,
    Transition,
)
from allomediateur.directory import entrusting
from allomediateur.notify import outbox, posting
from allomediateur.notify.models import Letter, Text
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act

TO_COME = (State.UNCONFIRMED, State.CONFIRMED)
By = Transition.By
NAMING = (
    "appointment_for_you", "appointment_guest_declined", "appointment_guest_invited", "mediator_confirmed",
    "mediator_moved", "mediator_cancelled",
)  # fmt: skip
"""Letters to others that name an agent or a guest."""
OF_AGENTS = ("appointment_moved", "appointment_cancelled")
"""Letters to the person concerned that name the agent when it was their doing."""


class NotErasable(Exception):
    """Mediators and staff bear what others were promised: the administration closes those accounts."""


def to_come(user: User, now: datetime) -> list[Appointment]:
    """What erasing cancels."""
    found = Appointment.objects.filter(pk__in=_own(user).values("appointment"), state__in=TO_COME, ends_at__gt=now)
    return list(found.select_related("mediator__user", "service"))


def erase(user: User, now: datetime, *, also: Callable[[User], None]) -> None:
    """Appointments to come are cancelled (their mediators are told), names and letters go, then the account.

    `also`: what the other rooms forget, in the same transaction. Raises NotErasable.
    """
    if user.role != User.Role.CLIENT:
        raise NotErasable
    for appointment in to_come(user, now):
        _cancel(appointment, now)
    for guest in _elsewhere(user).filter(role__in=GUESTS).select_related("appointment"):
        _leave(guest, now)
    waits = waiting.forget_person(user, now)
    with transaction.atomic():
        rows = Appointment.objects.filter(pk__in=_own(user).values("appointment"))
        topics = [*(letters.topic_of(one) for one in rows), *waits]
        AccessLink.objects.filter(participant__in=_own(user)).delete()
        Reminder.objects.filter(participant__in=_own(user)).delete()
        hands = (By.CLIENT, By.VISITOR, By.AGENT)
        Transition.objects.filter(appointment__in=rows, by__in=hands).update(reason="")
        rows.update(place="", cancel_reason="")
        _forget_texts(topics)
        _forget_digests(user, rows)
        nobody: dict[str, Any] = {"name": str(_("Personne effacée")), "email": "", "phone": "", "postal_address": ""}
        nobody |= {
            "organisation": "", "zone": "Europe/Paris", "remind_week": True, "remind_day": True,
            "remind_by": Channel.EMAIL,
        }  # fmt: skip
        _own(user).update(user=None, **nobody)
        posting.forget_about(topics)
        _forget_elsewhere(user, nobody)
        _forget_letters(user.email, topics)
        _farewell(user, now)
        keeping.record(Act.ERASED, now, actor=user.pk, role=user.role, person=user.pk)
        applying.abandon(user)
        entrusting.forget_person(user)
        also(user)
        people.erase(user)


def _own(user: User) -> "Participant.objects.QuerySet":  # type: ignore[name-defined]
    """By the account, or by its address, which it has proven."""
    mine = Q(user=user) | Q(email__iexact=user.email)
    return Participant.objects.filter(mine, role=Participant.Role.CLIENT)


def _elsewhere(user: User) -> "Participant.objects.QuerySet":  # type: ignore[name-defined]
    """Where the person booked for another, or was invited: those appointments are not theirs to end."""
    mine = Q(user=user) | Q(email__iexact=user.email)
    return Participant.objects.filter(mine, role__in=(Participant.Role.AGENT, *GUESTS))


def _forget_elsewhere(user: User, nobody: dict[str, str]) -> None:
    rows = _elsewhere(user)
    agents = rows.filter(role=Participant.Role.AGENT)
    topics, bookings = _topics(rows), _topics(agents)
    named = _holding(agents.values_list("name", flat=True))
    naming = Q(topic__in=topics, kind__in=NAMING) | Q(named, topic__in=bookings, kind__in=OF_AGENTS)
    _forget_texts(topics, to__in=_numbers(user, rows))
    booked = Appointment.objects.filter(pk__in=agents.values("appointment"))
    Transition.objects.filter(appointment__in=booked, by=By.AGENT).update(reason="")
    AccessLink.objects.filter(participant__in=rows).delete()
    rows.update(user=None, **nobody)
    _let_go(Letter.objects.filter(naming))


def _topics(rows: "Participant.objects.QuerySet") -> list[str]:  # type: ignore[name-defined]
    return [letters.topic_of(one.appointment) for one in rows.select_related("appointment")]


def _numbers(user: User, rows: Iterable[Participant]) -> set[str]:
    """Where the person may have been texted."""
    return {str(user.phone), *(str(one.phone) for one in rows)} - {""}


def _leave(guest: Participant, now: datetime) -> None:
    """Who invited them is told that they do not come."""
    try:
        guests.answer(guest, comes=False, now=now)
    except guests.NotChangeable:
        return  # over, or called off


def _cancel(appointment: Appointment, now: datetime) -> None:
    try:
        changing.cancel(appointment, by=By.CLIENT, now=now)
    except TooLate:
        changing.cancel(appointment, by=By.SYSTEM, now=now)
    except NotChangeable:
        return  # it has just begun, or been released: nothing more is needed of it


def _forget_letters(address: str, topics: Iterable[str]) -> None:
    """Those that have left go now; those that mediators wait for, once they have left."""
    about = Letter.objects.filter(Q(to__iexact=address) | Q(topic__in=topics))
    about.filter(Q(to__iexact=address) | Q(sent_at__isnull=False) | Q(parked_at__isnull=False)).delete()
    about.update(forgotten_once_sent=True)


def _forget_digests(user: User, rows: "Appointment.objects.QuerySet") -> None:  # type: ignore[name-defined]
    """A mediator's digest is about no appointment in particular, and names who comes: those that hold the name go.
    Before the name does."""
    names = {user.name, *_own(user).values_list("name", flat=True)}
    sides = Participant.objects.filter(appointment__in=rows, role=Participant.Role.MEDIATOR)
    to = {*rows.values_list("mediator__user__email", flat=True), *sides.values_list("email", flat=True)}
    _let_go(Letter.objects.filter(_holding(names), kind=digest.KIND, to__in=to))


def _holding(names: Iterable[str]) -> Q:
    """Letters where one of them is read; none when there is no name."""
    return reduce(or_, (Q(text__contains=one) for one in names if one), Q(pk__in=()))


def _forget_texts(topics: Iterable[str], **more: Any) -> None:
    """As letters: those about cancelled appointments may still be on their way to the person."""
    _let_go(Text.objects.filter(topic__in=topics, **more))


def _let_go(about: QuerySet[Any]) -> None:
    """Those that have left or never will go now; the others once they have left."""
    about.filter(Q(sent_at__isnull=False) | Q(parked_at__isnull=False)).delete()
    about.update(forgotten_once_sent=True)


def _farewell(user: User, now: datetime) -> None:
    letter = outbox.write("account_erased", topic="", to=user.email, language=user.language, now=now)
    Letter.objects.filter(pk=letter.pk).update(forgotten_once_sent=True)
