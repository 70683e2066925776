"""Looking for somebody, or an appointment, for staff: by name, e-mail, phone or reference. All through indexes."""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from allomediateur.accounts import names
from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.directory.models import Mediator

SHORTEST = 2
_REFERENCE = re.compile(r"[\w-]{22}", re.ASCII)


@dataclass(frozen=True)
class Sought:
    """What was typed, read one way: the others are empty. `phone` is E.164."""

    words: str = ""
    email: str = ""
    phone: str = ""
    reference: str = ""


def read(text: str, phone: str) -> Sought | None:
    """`phone`: the same as a number, empty when it is none. None when it is too little to look for."""
    text = " ".join(text.replace("\x00", "").split())
    if "@" in text:
        return Sought(email=text.lower())
    if phone:
        return Sought(phone=phone)
    if _REFERENCE.fullmatch(text):
        return Sought(reference=text)
    letters = "".join(names.plain(text))
    # One sign is a whole name in some scripts.
    return Sought(words=text) if len(letters) >= SHORTEST or not letters.isascii() else None


def accounts(sought: Sought) -> QuerySet[User]:
    """Of any role: by what the account says, by a mediator's profile, by what was told for an appointment."""
    if sought.reference:
        return User.objects.none()
    users, mediators, clients = _users(sought), _mediators(sought), _clients(sought).filter(user__isnull=False)
    found = users.values("pk").union(mediators.values("user"), clients.values("user"))
    return User.objects.filter(pk__in=found).order_by("name", "pk")


def guests(sought: Sought) -> QuerySet[Participant]:
    """People without an account, once an appointment: with it, latest first."""
    if sought.reference:
        return Participant.objects.none()
    found = _clients(sought).filter(user__isnull=True).exclude(appointment__state=State.HELD)
    return found.select_related("appointment__mediator").order_by("-appointment__starts_at", "-pk")


def appointment(sought: Sought) -> Appointment | None:
    if not sought.reference:
        return None
    return Appointment.objects.exclude(state=State.HELD).filter(reference=sought.reference).first()


def _users(sought: Sought) -> QuerySet[User]:
    if sought.email:
        # The unique index is on the lower case.
        return User.objects.alias(address=Lower("email")).filter(address=sought.email)
    return User.objects.filter(phone=sought.phone) if sought.phone else User.objects.filter(_named(sought))


def _mediators(sought: Sought) -> QuerySet[Mediator]:
    if sought.email:
        return Mediator.objects.none()
    return Mediator.objects.filter(phone=sought.phone) if sought.phone else Mediator.objects.filter(_named(sought))


def _clients(sought: Sought) -> QuerySet[Participant]:
    """Whoever takes part and is not the mediator: clients, who booked for them, who was invited."""
    rows = Participant.objects.exclude(role=Participant.Role.MEDIATOR)
    if sought.email:
        return rows.filter(email=sought.email)
    return rows.filter(phone=sought.phone) if sought.phone else rows.filter(_named(sought))


def _named(sought: Sought) -> Q:
    return names.named(sought.words)
