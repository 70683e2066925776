"""What staff do for somebody in an appointment, beside booking, moving and cancelling it: contact, letters."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from allomediateur.agenda import following, letters, links, locks, states
from allomediateur.agenda.booking import PhoneMissing
from allomediateur.agenda.changing import NotChangeable
from allomediateur.agenda.links import TooManyLetters
from allomediateur.agenda.models import PENDING, Appointment, Modality, Participant, State

__all__ = ["AddressMissing", "Contact", "HasAccount", "NotChangeable", "PhoneMissing", "TooManyLetters"]


class HasAccount(Exception):
    """People correct their own account's name, phone and address."""


class AddressMissing(Exception):
    """What is to be confirmed is confirmed by e-mail."""


@dataclass(frozen=True)
class Contact:
    """How somebody without an account is named and reached."""

    name: str
    phone: str = ""
    email: str = ""
    postal_address: str = ""


def contact_of(client: Participant) -> Contact:
    return Contact(client.name, str(client.phone or ""), client.email, client.postal_address)


def correct(appointment: Appointment, contact: Contact, now: datetime) -> list[str]:
    """The client's, of an appointment that is not over. To a new e-mail address goes the letter of the former one,
    whose links open nothing any more; whoever waits to have it sooner follows. Returns the names of the fields that
    changed.

    Raises HasAccount, NotChangeable, PhoneMissing, AddressMissing, TooManyLetters.
    """
    with transaction.atomic():
        locks.waiting(appointment.mediator_id)
        found = locks.appointment(appointment)
        client = _client(found)
        if client.user_id:
            raise HasAccount
        if not _is_alive(found, now):
            raise NotChangeable(found)
        if found.modality == Modality.PHONE and not contact.phone:
            raise PhoneMissing
        if found.state in PENDING and not contact.email:
            raise AddressMissing
        changed = list(_differences(client, contact))
        for name in changed:
            setattr(client, name, getattr(contact, name))
        client.save(update_fields=changed)
        if "email" in changed:
            links.shut(client, now)
        if "email" in changed or ("postal_address" in changed and not client.email):
            letters.to_client_again(found, now)
        following.corrected(client, changed, now)
    return changed


def send_again(appointment: Appointment, now: datetime) -> None:
    """The letter that tells the client how things stand, by e-mail or on paper. Raises NotChangeable, AddressMissing,
    TooManyLetters."""
    with transaction.atomic():
        found = locks.appointment(appointment)
        client = _client(found)
        if not client.email and not client.postal_address:
            raise AddressMissing
        if not _is_alive(found, now) and found.state != State.CANCELLED:
            raise NotChangeable(found)
        letters.to_client_again(found, now)


def may_send_again(appointment: Appointment, now: datetime) -> bool:
    """Whether there is a letter to send, and where to."""
    client = next((one for one in appointment.participants.all() if one.role == Participant.Role.CLIENT), None)
    reached = client is not None and bool(client.email or client.postal_address) and states.is_asked(appointment)
    return reached and (_is_alive(appointment, now) or appointment.state == State.CANCELLED)


def _client(appointment: Appointment) -> Participant:
    client = states.client_of(appointment)
    if client is None:
        raise NotChangeable(appointment)
    client.appointment = appointment
    return client


def _is_alive(appointment: Appointment, now: datetime) -> bool:
    if appointment.state == State.UNCONFIRMED:
        return states.is_pending(appointment, now)
    return appointment.state == State.CONFIRMED and now < appointment.ends_at


def _differences(client: Participant, contact: Contact) -> Iterator[str]:
    former = asdict(contact_of(client))
    for name, value in asdict(contact).items():
        if value != former[name]:
            yield name
