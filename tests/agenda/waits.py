"""People who wait, as short as a test wants them: Bob has one hour a week, and it is taken."""

import re
from datetime import datetime, timedelta
from typing import Any

from allomediateur.agenda import changing, editing, offering, waiting
from allomediateur.agenda.models import Appointment, Modality, Offer, Opening, Transition, Wait
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.steps import TEN
from tests.factories import NOW, book, make_mediator, refresh

By = Transition.By
SLOTS = (TEN, TEN + timedelta(minutes=30))
WEEK = timedelta(days=7)


def make_full_mediator(slots: tuple[datetime, ...] = SLOTS, **fields: Any) -> Mediator:
    """By phone on that Tuesday only, from ten to eleven in Paris, all taken: nothing else is ever open."""
    bob = make_mediator(modalities=(Modality.PHONE,), **fields)
    Opening.objects.filter(mediator=bob).delete()
    day = TEN.date()
    draft = editing.OpeningDraft("phone", None, 1, 600, 600 + 30 * len(slots), valid_from=day, valid_until=day)
    editing.replace_openings(bob, [draft], NOW)
    for start in slots:
        book(bob, start)
    refresh(bob)
    return bob


def person(name: str = "Zoé", **told: Any) -> waiting.Person:
    values = {"email": f"{name.lower().replace('é', 'e')}@example.org", "phone": "+33612345678"}
    return waiting.Person(name, **(values | told))


def join(bob: Mediator, name: str = "Zoé", *, now: datetime = NOW, told: Any = None, **asked: Any) -> Wait:
    """In the list, the letter's link opened."""
    made = waiting.join(bob, waiting.Asked(**asked), person(name, **(told or {})), now)
    return waiting.prove(made, now)


def write(bob: Mediator, now: datetime, **fields: Any) -> Wait:
    """A wait as it is, without the rules of joining."""
    values = {"name": "Zoé", "email": "zoe@example.org", "state": Wait.State.WAITING, "until": now + 30 * WEEK / 7}
    return Wait.objects.create(mediator=bob, joined_at=now, changed_at=now, **(values | fields))


def freed(bob: Mediator, start: datetime = TEN, now: datetime = NOW) -> list[Offer]:
    """That appointment is cancelled, and the worker does what it was asked."""
    cancel(Appointment.objects.get(mediator=bob, starts_at=start, state="confirmed"), now)
    return offering.offer_freed(bob.pk, now)


def cancel(taken: Appointment, now: datetime = NOW) -> None:
    changing.cancel(taken, by=By.MEDIATOR, reason="x", now=now)


def told(kind: str = "wait_offered") -> list[str]:
    """Who was written to, in order."""
    return list(Letter.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def token_of(letter: Letter) -> str:
    found = re.search(r"/attente/([\w-]{43})/", letter.text)
    assert found
    return found[1]


def held_of(offer: Offer) -> Appointment:
    """The hold as it is."""
    return Appointment.objects.get(offer=offer)


def reason_of(wait: Wait) -> str:
    """Of the last change."""
    return str(wait.steps.order_by("-pk").values_list("reason", flat=True)[0])
