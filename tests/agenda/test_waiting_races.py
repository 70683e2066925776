"""A slot kept for somebody who waits, and 64 real connections that want it."""

from datetime import timedelta

import pytest

from allomediateur.agenda import availability, offering, waiting
from allomediateur.agenda.models import Appointment, Offer, Participant, State, Transition, Wait
from allomediateur.notify.models import Letter
from tests.agenda import waits
from tests.agenda.crowd import SIZE, Crowd, Deed
from tests.agenda.steps import TEN
from tests.agenda.test_races import crowd, holds, no_deadlock, overlaps
from tests.agenda.waits import SLOTS, freed, join, make_full_mediator
from tests.factories import NOW, service_of

__all__ = ["crowd", "no_deadlock"]
pytestmark = pytest.mark.django_db(transaction=True)
QUARTER = timedelta(minutes=15)


def _confirmed() -> int:
    return Appointment.objects.filter(state=State.CONFIRMED, starts_at=TEN).count()


def test_the_one_told_has_it_against_63_visitors(crowd: Crowd) -> None:
    bob = make_full_mediator()
    wait = join(bob)
    freed(bob)
    deeds: list[Deed] = [*holds(service_of(bob), SIZE - 1), ("take", {"wait": wait.pk})]
    answers = crowd.act(deeds)
    assert answers[-1] == "confirmed"
    assert answers.count("SlotTaken") == SIZE - 1
    assert (_confirmed(), overlaps(), availability.differences(NOW)) == (1, [], [])


def test_taken_at_the_very_expiry_it_is_one_persons(crowd: Crowd) -> None:
    """The one told is a moment early, 63 visitors a moment late: whoever wins, nobody else has it."""
    bob = make_full_mediator()
    wait = join(bob)
    [offer] = freed(bob)
    end = offer.expires_at
    late = [("hold", one | {"now": end}) for _name, one in holds(service_of(bob), SIZE - 1)]
    answers = crowd.act([*late, ("take", {"wait": wait.pk, "now": end - timedelta.resolution})])
    winners = [one for one in answers if one == "confirmed" or (len(one) == 22 and ":" not in one)]
    assert len(winners) == 1
    assert set(answers) - set(winners) <= {"SlotTaken", "OfferOver"}
    wait.refresh_from_db()
    offer.refresh_from_db()
    was_taken = winners == ["confirmed"]
    assert (wait.state, offer.outcome) == (("served", "taken") if was_taken else ("waiting", "lapsed"))
    assert (overlaps(), availability.differences(end)) == ([], [])


def test_from_the_expiry_instant_on_it_is_not_taken(crowd: Crowd) -> None:
    bob = make_full_mediator()
    wait = join(bob)
    [offer] = freed(bob)
    assert set(crowd.act([("take", {"wait": wait.pk, "now": offer.expires_at})] * SIZE)) == {"OfferOver"}


def test_taken_64_times_it_is_one_appointment_with_its_letters_once(crowd: Crowd) -> None:
    bob = make_full_mediator()
    wait = join(bob)
    freed(bob)
    answers = crowd.act([("take", {"wait": wait.pk})] * SIZE)
    assert answers.count("confirmed") == 1
    assert answers.count("OfferOver") == SIZE - 1
    assert Letter.objects.filter(kind="appointment_confirmed").count() == 1
    assert Participant.objects.filter(email="zoe@example.org", appointment__state=State.CONFIRMED).count() == 1


def test_taken_and_declined_at_once_it_is_one_of_both(crowd: Crowd) -> None:
    bob = make_full_mediator()
    wait = join(bob)
    freed(bob)
    deeds: list[Deed] = [("take", {"wait": wait.pk}), ("decline", {"wait": wait.pk})] * (SIZE // 2)
    answers = crowd.act(deeds)
    assert sorted(set(answers) - {"OfferOver"}) in (["confirmed"], ["declined"])
    assert answers.count("OfferOver") == SIZE - 1


def test_64_workers_offer_two_slots_to_two_people_once(crowd: Crowd) -> None:
    bob = make_full_mediator()
    names = ("zoe", "yan", "xena")
    for number, name in enumerate(names):
        join(bob, name, now=NOW + timedelta(minutes=number - 10))
    freed_both = Appointment.objects.filter(mediator=bob, state=State.CONFIRMED)
    for one in freed_both:
        waits.cancel(one)
    answers = crowd.act([("offer", {"mediator": bob.pk})] * SIZE)
    assert sum(answers) == 2
    made = Offer.objects.order_by("starts_at").values_list("email", "starts_at")
    assert list(made) == [("zoe@example.org", SLOTS[0]), ("yan@example.org", SLOTS[1])]
    assert (overlaps(), availability.differences(NOW)) == ([], [])


def test_one_person_in_two_lists_is_offered_one_thing(crowd: Crowd) -> None:
    bob, carole = make_full_mediator(), make_full_mediator()
    for one in (bob, carole):
        join(one)
        waits.cancel(Appointment.objects.get(mediator=one, starts_at=TEN))
    deeds: list[Deed] = [("offer", {"mediator": one.pk}) for one in (bob, carole)] * (SIZE // 2)
    assert sum(crowd.act(deeds)) == 1
    assert Offer.objects.filter(outcome="").count() == 1


def test_moving_into_what_is_kept_nobody_comes_in_between(crowd: Crowd) -> None:
    bob = make_full_mediator()
    mine = Appointment.objects.select_related("mediator__user", "service").get(mediator=bob, starts_at=SLOTS[1])
    mine.participants.filter(role="client").update(phone="+33612345678")
    wait = waiting.sooner(mine, waiting.Asked(), Transition.By.VISITOR, NOW)
    freed(bob)
    deeds: list[Deed] = [*holds(service_of(bob), SIZE - 1), ("take", {"wait": wait.pk})]
    answers = crowd.act(deeds)
    assert answers[-1] == "confirmed"
    assert answers.count("SlotTaken") == SIZE - 1
    mine.refresh_from_db()
    assert (mine.starts_at, overlaps(), availability.differences(NOW)) == (TEN, [], [])


def test_64_proofs_are_one_place(crowd: Crowd) -> None:
    bob = make_full_mediator()
    asked = [waiting.join(bob, waiting.Asked(), waits.person(), NOW) for _ in range(4)]
    deeds: list[Deed] = [("prove", {"wait": one.pk}) for one in asked] * (SIZE // 4)
    answers = crowd.act(deeds)
    assert all(one == "waiting" or one.startswith("NotWaiting") for one in answers)
    assert Wait.objects.live(NOW).filter(mediator=bob).count() == 1
    assert offering.offer_freed(bob.pk, NOW) == []
