"""What the pages' forms send: a slot's value, the steps of a booking through the test client."""

from datetime import datetime
from typing import Any

from django.test import Client

from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Mediator
from tests.factories import service_of
from tests.web.times import MINUTE, NOW

TOLD = {"name": "Véra Lune", "email": "vera@example.org", "phone": "06 39 98 01 02"}


def text(response: Any) -> str:
    """The page with plain spaces."""
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def get(client: Client, address: str) -> str:
    return text(client.get(address))


def value(start: datetime, modality: str = "phone", office: object = "") -> str:
    return f"{start.isoformat()}|{modality}|{office}"


def hold(client: Client, bob: Mediator, start: datetime, **more: Any) -> Any:
    asked = {"mediateur": bob.slug, "prestation": service_of(bob).pk, "slot": value(start), "key": "one"}
    return client.post("/rendez-vous/reserver/", asked | more)


def held() -> Appointment:
    return Appointment.objects.get(state=State.HELD)


def who_page(client: Client, bob: Mediator, start: datetime, **more: Any) -> str:
    """Address of « who I am » after a slot was chosen."""
    return str(hold(client, bob, start, **more)["Location"])


def booked(client: Client, bob: Mediator, start: datetime, **told: str) -> str:
    """Address of the code's page: chosen, told, checked, confirmed."""
    who = who_page(client, bob, start)
    check = client.post(who, TOLD | told)["Location"]
    return str(client.post(check, {"key": "two"})["Location"])


def run_out(appointment: Appointment) -> None:
    """As if its time had passed."""
    Appointment.objects.filter(pk=appointment.pk).update(expires_at=NOW - MINUTE)
