"""Where a mediator receives: one main office, and none that goes, or moves, under an appointment."""

from datetime import datetime

from allomediateur.agenda import effects
from allomediateur.agenda.editing import editing
from allomediateur.agenda.models import Appointment, Opening
from allomediateur.directory.models import Mediator, Office

PLACED_BY = ("address", "postal_code", "commune_id", "city", "country")


class InUse(Exception):
    """What stands there keeps the office as it is."""


class IsMain(InUse):
    """Another one has to be the main one first."""


class IsBooked(InUse):
    """Appointments were, or will be, held there."""


class IsOpen(InUse):
    """Hours are open there."""


def save(office: Office, now: datetime) -> Office:
    """A new one, or one as it is now; the first is the main one, and a new main one takes it from the former.

    The same one sent twice is one. Raises IsBooked when people are expected at the former address.
    """
    mediator = office.mediator
    with editing(mediator, now):
        own = Office.objects.filter(mediator=mediator)
        former = own.filter(pk=office.pk).first() or own.filter(**_place(office), name=office.name).first()
        if former and office.pk and _place(former) != _place(office) and _is_awaited(former, now):
            raise IsBooked
        office.pk = former.pk if former else None
        office._state.adding = former is None
        mains = own.filter(is_main=True).exclude(pk=office.pk)
        office.is_main = office.is_main or not mains.exists()
        if office.is_main:
            mains.update(is_main=False)
        office.save()
    return office


def remove(office: Office, now: datetime) -> None:
    """Raises IsMain, IsBooked, IsOpen."""
    with editing(office.mediator, now):
        if office.is_main and Office.objects.filter(mediator=office.mediator_id).exclude(pk=office.pk).exists():
            raise IsMain
        if Appointment.objects.filter(office=office).exists():
            raise IsBooked
        if Opening.objects.filter(office=office).exists():
            raise IsOpen
        office.delete()


def _place(office: Office) -> dict[str, object]:
    return {name: getattr(office, name) for name in PLACED_BY}


def _is_awaited(office: Office, now: datetime) -> bool:
    mediator: Mediator = office.mediator
    return any(one.office_id == office.pk for one in effects.coming(mediator, now))
