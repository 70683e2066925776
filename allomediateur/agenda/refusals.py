"""Why a booking does not go through: each is caught by the page and said as a sentence that tells what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from allomediateur.agenda import openings
from allomediateur.agenda.models import Appointment, Service
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.truth import Asker, Pair
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.slots import Refusal


class SlotLost(Exception):
    """The start cannot be had. `nearest`: other slots of the same mediator, around it."""

    def __init__(self, reason: Refusal, nearest: list[Slot]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.nearest = nearest


class SlotTaken(SlotLost):
    """Somebody else has it."""


class SlotRefused(SlotLost):
    """The mediator does not offer it, or no longer does: outside hours, closed, off the grid, too soon, too far."""


class HoldExpired(Exception):
    """What was asked needs an appointment on its way: `appointment.state` says what it has become.

    A held or unconfirmed one here has passed its expiry; otherwise it is expired, cancelled or already booked.
    """

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.state)
        self.appointment = appointment


class NotFree(Exception):
    """Inside a transaction: it must end before anybody looks for other slots. Never leaves the room."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Wish:
    """A start that somebody wants."""

    mediator: Mediator
    service: Service
    modality: str
    office: Office | None
    start: datetime

    @property
    def pair(self) -> Pair:
        return self.modality, self.office.pk if self.office else None

    def under(self, service: Service) -> "Wish":
        """The same on the terms of the service as they are now."""
        return replace(self, service=service)


def wish_of(appointment: Appointment) -> Wish:
    """The one that an appointment grants."""
    return Wish(
        appointment.mediator, appointment.service, appointment.modality, appointment.office, appointment.starts_at
    )


@contextmanager
def explained(wish: Wish, now: datetime, asker: Asker = "visitor") -> Iterator[None]:
    """Around a whole transaction: NotFree becomes SlotTaken or SlotRefused, with the nearest slots as they are then."""
    try:
        yield
    except NotFree as lost:
        found = openings.nearest(wish.mediator, wish.service, wish.modality, wish.office, wish.start, now, asker=asker)
        refusal = SlotTaken if lost.reason == Refusal.TAKEN else SlotRefused
        raise refusal(lost.reason, found) from None
