"""Whoever types an address must not have us write words of theirs to it, nor write more than a few times."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.agenda.models import Appointment, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.steps import last_letter
from tests.api.asking import booked, program, send
from tests.factories import make_mediator
from tests.web.times import MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
ADVERT = "Gagnez un voyage sur evil.example.org"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def written() -> str:
    return "".join(one.subject + one.text + one.html for one in Letter.objects.all())


def test_a_reason_for_cancelling_what_nobody_confirmed_is_told_to_nobody(bob: Mediator) -> None:
    alone = program()
    made = booked(alone, bob)
    answer = send(alone, f"appointments/{made['id']}/cancel", {"reason": ADVERT}, token=made["manage_token"])
    assert answer.status_code == 200
    assert last_letter("appointment_cancelled").text
    assert "evil" not in written()


def test_nor_by_the_page(bob: Mediator) -> None:
    alone = program()
    made = booked(alone, bob)
    page = reverse("appointment_cancel", args=[made["manage_token"]])
    assert Client().post(page, {"reason": ADVERT}).status_code == 302
    assert Appointment.objects.get(reference=made["id"]).state == State.CANCELLED
    assert "evil" not in written()


def test_a_confirmed_one_still_says_why(bob: Mediator) -> None:
    alone = program()
    made = booked(alone, bob, TEN + 30 * MINUTE)
    Appointment.objects.filter(reference=made["id"]).update(state=State.CONFIRMED, expires_at=None)
    send(alone, f"appointments/{made['id']}/cancel", {"reason": "Empêchée"}, token=made["manage_token"])
    assert "Empêchée" in written()


def test_moving_what_is_to_confirm_counts_as_a_letter(bob: Mediator, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"letter": (2, 0.01)}
    alone = program()
    made = booked(alone, bob)
    answers = [
        send(
            alone, f"appointments/{made['id']}/move", {"start": (TEN + number * 30 * MINUTE).isoformat()},
            token=made["manage_token"],
        ).status_code
        for number in (1, 2)
    ]  # fmt: skip
    assert answers == [200, 429]
    page = reverse("appointment_move", args=[made["manage_token"]])
    slot = Client().get(page).content.decode().split('name="slot" value="')[1].split('"')[0]
    assert Client().post(page, {"slot": slot}).status_code == 429
    assert Letter.objects.filter(kind="appointment_to_confirm").count() == 2
