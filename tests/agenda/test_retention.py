"""What the privacy notice promises is forgotten, and nothing else."""

from datetime import timedelta

import pytest

from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.notify import delivery, outbox
from allomediateur.notify.models import Letter
from allomediateur.privacy import retention
from tests.factories import NOW, book, make_mediator

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_old_and_unfinished_bookings_are_forgotten_with_what_was_told() -> None:
    bob = make_mediator()
    book(bob, NOW - 3 * 365 * DAY - 2 * DAY, state=State.ATTENDED)
    book(bob, NOW - 31 * DAY, state=State.EXPIRED, changed_at=NOW - 31 * DAY)
    kept = [
        book(bob, NOW - 3 * 365 * DAY + 2 * DAY, state=State.ATTENDED),
        book(bob, NOW - 29 * DAY, state=State.EXPIRED, changed_at=NOW - 29 * DAY),
        book(bob, NOW + 40 * DAY, state=State.CONFIRMED, changed_at=NOW - 40 * DAY),
    ]
    done = dict(retention.forget(NOW))
    assert (done["appointments"], done["unfinished"]) == (1, 1)
    assert set(Appointment.objects.all()) == set(kept)
    assert set(Participant.objects.values_list("appointment", flat=True)) == {one.pk for one in kept}
    assert not any(dict(retention.forget(NOW)).values())


def test_letters_of_more_than_a_year_are_forgotten() -> None:
    for days in (366, 364):
        outbox.post(
            kind="test", topic="", to="alice@example.org", language="fr", subject=str(days), text="", html="",
            now=NOW - days * DAY,
        )  # fmt: skip
    delivery.forget(NOW - 365 * DAY)
    assert [one.subject for one in Letter.objects.all()] == ["364"]
