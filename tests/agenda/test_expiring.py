"""Slots given back in time, by the worker."""

from datetime import timedelta

import pytest

from allomediateur.agenda import availability, expiring
from allomediateur.agenda.models import State
from allomediateur.notify.models import Letter
from tests.agenda.steps import MINUTE, TEN, book, describe, hold, passages
from tests.factories import NOW, make_mediator, make_user

pytestmark = pytest.mark.django_db


def test_holds_end_without_a_letter_and_the_unconfirmed_with_one_to_the_client() -> None:
    bob, berthe = make_mediator(), make_mediator("Berthe Petit")
    held = hold(bob)
    describe(held)
    unconfirmed = book(berthe, browser="charlie")
    assert expiring.release_due(NOW + 10 * MINUTE - timedelta.resolution) == 0
    assert expiring.release_due(NOW + timedelta(hours=2)) == 2
    for one in (held, unconfirmed):
        one.refresh_from_db()
        assert (one.state, one.expires_at) == (State.EXPIRED, None)
    assert passages(unconfirmed)[-1] == ("unconfirmed", "expired", "system")
    assert [(one.kind, one.to) for one in Letter.objects.order_by("pk")] == [
        ("appointment_to_confirm", "alice@example.org"),
        ("appointment_released", "alice@example.org"),
    ]
    assert expiring.release_due(NOW + timedelta(hours=2)) == 0
    assert availability.differences(NOW) == []


def test_a_confirmed_one_never_expires() -> None:
    book(make_mediator(), user=make_user())
    assert expiring.release_due(TEN + timedelta(days=1)) == 0


def test_booking_over_a_stale_one_tells_its_client_too() -> None:
    bob = make_mediator()
    book(bob)
    hold(bob, browser="charlie", now=NOW + timedelta(hours=2))
    assert Letter.objects.filter(kind="appointment_released").count() == 1
    assert expiring.release_due(NOW + timedelta(hours=2)) == 0
