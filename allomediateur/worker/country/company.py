"""Those of the demo who do not come alone: guests who have answered, and somebody booked for who has not yet."""

from datetime import datetime, timedelta

from allomediateur.accounts.models import User
from allomediateur.agenda import booking, guests, openings
from allomediateur.agenda.booking import Agent
from allomediateur.agenda.guests import Guest
from allomediateur.agenda.models import Appointment, Modality, Participant, Service, State
from allomediateur.directory.models import Mediator
from allomediateur.worker.country import names


def invite(alice: User, now: datetime) -> None:
    """Alice has invited the other party, who comes, an interpreter, who does not, and a friend, who has not said."""
    mine = Participant.objects.filter(user=alice, role=Participant.Role.CLIENT, appointment__state=State.CONFIRMED)
    client = mine.filter(appointment__starts_at__gt=now + timedelta(days=2)).select_related("appointment").first()
    if client is None:
        return
    said = {
        Guest("Marc Delaunay", Participant.Role.PARTY, "marc.delaunay@example.org", names.landline(3)): True,
        Guest("Inès Oliveira", Participant.Role.INTERPRETER, "ines.oliveira@example.org"): False,
        Guest("Jeanne Fontaine", Participant.Role.COMPANION, "jeanne.fontaine@example.org"): None,
    }
    for guest, comes in said.items():
        made = guests.invite(client, guest, now)
        if comes is not None:
            guests.answer(made, comes=comes, now=now)


def book_for_another(mediator: Mediator, alice: User, now: datetime) -> Appointment:
    """Alice has booked for her mother, who has a letter to answer."""
    service = Service.objects.get(mediator=mediator, rank=0)
    since = now + timedelta(days=6)
    (slot, *_later) = openings.slots(
        mediator, service, modality=Modality.PHONE, since=since, until=since + timedelta(days=20), now=now
    )
    held = booking.hold(
        mediator=mediator, service=service, modality=Modality.PHONE, office=None, start=slot.start,
        browser="demo-on-mandate", now=now,
    )  # fmt: skip
    agent = Agent(alice.name, alice.email, Participant.Capacity.RELATIVE, phone=str(alice.phone))
    booking.describe(
        held, name="Denise Fontaine", email="denise.fontaine@example.org", phone=names.landline(4), language="fr",
        zone="Europe/Paris", user=alice, agent=agent, now=now,
    )  # fmt: skip
    return booking.book(held, user=alice, key="", now=now)
