"""« Plus tôt si possible »: the appointment is moved, never doubled, and its slot goes to the next one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from allomediateur.agenda import changing, offering, waiting
from allomediateur.agenda.models import Appointment, Participant, State, Transition, Wait
from tests.agenda import steps
from tests.agenda.steps import MINUTE, TEN
from tests.agenda.waits import SLOTS, freed, held_of, join, make_full_mediator, reason_of, told
from tests.factories import NOW, make_mediator, make_user

pytestmark = pytest.mark.django_db
By = Transition.By


def _alices(start: datetime = SLOTS[1]) -> Appointment:
    mine = Appointment.objects.select_related("mediator__user", "service").get(starts_at=start, state=State.CONFIRMED)
    Participant.objects.filter(appointment=mine, role="client").update(phone="+33612345678")
    return mine


def _ask(mine: Appointment, **asked: Any) -> Wait:
    return waiting.sooner(mine, waiting.Asked(**asked), By.VISITOR, NOW)


def test_taking_an_earlier_slot_moves_the_same_appointment() -> None:
    bob = make_full_mediator()
    mine = _alices()
    wait = _ask(mine)
    [offer] = freed(bob)
    booked = offering.take(wait, NOW + MINUTE, By.VISITOR)
    assert (booked.pk, booked.starts_at, booked.uid) == (mine.pk, TEN, mine.uid)
    assert booked.sequence == mine.sequence + 1
    assert Appointment.objects.booked(NOW).filter(mediator=bob).count() == 1
    assert told("appointment_moved") == ["alice@example.org"]
    offer.refresh_from_db()
    wait.refresh_from_db()
    assert (offer.outcome, held_of(offer).state, wait.state) == ("taken", State.EXPIRED, Wait.State.SERVED)


def test_the_slot_it_leaves_goes_to_the_next_one() -> None:
    bob = make_full_mediator()
    wait = _ask(_alices())
    zoe = join(bob, "Zoé", now=NOW + MINUTE)
    freed(bob, now=NOW + MINUTE)
    offering.take(wait, NOW + 2 * MINUTE, By.VISITOR)
    [offer] = offering.offer_freed(bob.pk, NOW + 2 * MINUTE)
    assert (offer.wait, offer.starts_at) == (zoe, SLOTS[1])


def test_only_what_is_earlier_is_offered() -> None:
    bob = make_full_mediator()
    _ask(_alices(SLOTS[0]))
    assert freed(bob, SLOTS[1]) == []


def test_declined_or_passed_the_appointment_stands() -> None:
    bob = make_full_mediator()
    mine = _alices()
    wait = _ask(mine)
    freed(bob)
    offering.decline(wait, NOW, By.VISITOR)
    former = mine.starts_at, mine.sequence
    mine.refresh_from_db()
    assert (mine.starts_at, mine.sequence) == former


def test_cancelled_meanwhile_nothing_is_taken_and_the_wait_is_over() -> None:
    bob = make_full_mediator()
    mine = _alices()
    wait = _ask(mine)
    freed(bob)
    changing.cancel(mine, by=By.VISITOR, now=NOW)
    with pytest.raises(changing.NotChangeable):
        offering.take(wait, NOW, By.VISITOR)
    offering.offer_freed(bob.pk, NOW)
    wait.refresh_from_db()
    assert (wait.state, reason_of(wait)) == (Wait.State.ENDED, "over")
    assert told("wait_ended") == []


def test_what_is_free_already_is_said_instead() -> None:
    bob = make_mediator()
    mine = steps.book(bob, TEN)
    Appointment.objects.filter(pk=mine.pk).update(state=State.CONFIRMED, expires_at=None)
    mine.refresh_from_db()
    with pytest.raises(waiting.SuitsAlready) as free:
        _ask(mine)
    assert free.value.slots[0].start < TEN


def test_an_unconfirmed_one_is_not_brought_forward() -> None:
    mine = steps.book(make_mediator(), TEN)
    with pytest.raises(changing.NotChangeable):
        _ask(mine)


def test_moved_by_hand_the_wait_follows() -> None:
    make_full_mediator((*SLOTS, TEN + timedelta(hours=1)))
    mine = _alices(SLOTS[0])
    wait = _ask(mine)
    changing.cancel(_alices(SLOTS[1]), by=By.MEDIATOR, reason="x", now=NOW)
    changing.move(mine, start=SLOTS[1], by=By.VISITOR, now=NOW)
    wait.refresh_from_db()
    assert (wait.state, wait.until) == (Wait.State.WAITING, SLOTS[1])


def test_asking_again_is_one_wait() -> None:
    make_full_mediator()
    mine = _alices()
    _ask(mine)
    _ask(mine, half="morning")
    assert [one.half for one in Wait.objects.live(NOW).filter(appointment=mine)] == ["morning"]


def test_the_wait_is_of_the_appointment_s_account_whatever_address_it_is_told_at() -> None:
    make_full_mediator()
    mine, alice = _alices(), make_user("alice.work@example.org")
    Participant.objects.filter(appointment=mine, role="client").update(user=alice)
    assert _ask(mine).user == alice
