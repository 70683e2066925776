"""A mediator whose agenda is full, and the people who wait."""

from datetime import datetime, timedelta
from random import Random

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, catalogue, editing, openings, waiting
from allomediateur.agenda.models import Modality, State, Wait
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.wall import local_day
from allomediateur.worker.country import bookings

FORTNIGHT = timedelta(days=14)


def add(chance: Random, mediator: Mediator, alice: User, now: datetime) -> None:
    """By phone, two mornings a week for a fortnight, all of them taken; three wait, and Alice the last."""
    until = local_day(now, "Europe/Paris") + FORTNIGHT
    mornings = [editing.OpeningDraft(Modality.PHONE, None, day, 540, 720, valid_until=until) for day in (1, 3)]
    editing.replace_openings(mediator, mornings, now)
    _fill(chance, mediator, now)
    for half in ("", Wait.Half.MORNING, ""):
        who = bookings.client(chance)
        asked = waiting.join(mediator, waiting.Asked(half=half), waiting.Person(who.name, who.email, who.phone), now)
        waiting.prove(asked, now)
    mine = waiting.Person(alice.name, alice.email, str(alice.phone), user=alice)
    waiting.join(mediator, waiting.Asked(modality=Modality.PHONE), mine, now)


def _fill(chance: Random, mediator: Mediator, now: datetime) -> None:
    """Whatever is free, of every service, until nothing is."""
    for service in catalogue.services(mediator, now):
        since, until = now, now + timedelta(days=service.horizon_days + 1)
        while free := openings.slots(mediator, service, since=since, until=until, now=now):
            places = [bookings.Place(service, one.modality, one.office_id, one.start) for one in free]
            drawn = list(bookings.draw(chance, places, 1.0))
            made = [
                (bookings.appointment(mediator, one, State.CONFIRMED, now), bookings.client(chance)) for one in drawn
            ]
            bookings.write(chance, made)
    availability.rebuild(mediator.pk, now)
