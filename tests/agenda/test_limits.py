"""At most so many of a service a day or a week: listed, refused, explained and counted alike."""

from datetime import timedelta

import pytest

from allomediateur.agenda import availability, booking, changing, explaining, openings
from allomediateur.agenda.models import Appointment, Availability, Service, State, Transition
from allomediateur.agenda.refusals import SlotRefused
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.slots import Refusal
from tests.agenda.steps import MINUTE, TEN, book, hold
from tests.factories import NOW, make_mediator, make_service, make_user, refresh, service_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone",))


def limit(bob: Mediator, **limits: int) -> Service:
    Service.objects.filter(mediator=bob).update(**limits)
    refresh(bob)
    return service_of(bob)


def starts(bob: Mediator, day: int = 0) -> int:
    morning = TEN.replace(hour=0) + day * DAY
    return len(openings.slots(bob, service_of(bob), since=morning, until=morning + DAY, now=NOW))


def test_a_full_day_lists_nothing_and_the_next_one_does(bob: Mediator) -> None:
    limit(bob, per_day=1)
    book(bob, user=make_user())
    assert (starts(bob), starts(bob, 1)) == (0, 14)
    later = TEN + 90 * MINUTE
    assert openings.refusal(bob, service_of(bob), "phone", None, later, NOW) == Refusal.LIMIT
    with pytest.raises(SlotRefused) as refused:
        hold(bob, later, browser="charlie")
    near = {one.start.date() for one in refused.value.nearest}
    assert near <= {(TEN - DAY).date(), (TEN + DAY).date()}
    assert near
    (said,) = explaining.explain(bob, service_of(bob), "phone", None, later, NOW).sentences
    assert said.startswith("Limite du jour atteinte")
    assert availability.differences(NOW) == []


def test_a_full_week_ends_on_sunday(bob: Mediator) -> None:
    limit(bob, per_week=2)
    book(bob, user=make_user())
    book(bob, TEN + DAY, user=make_user("charlie@example.org"), browser="c", told={"email": "charlie@example.org"})
    assert [starts(bob, day) for day in (0, 1, 2, 3)] == [0, 0, 0, 0]
    assert starts(bob, 6) == 14
    assert Availability.objects.get().first_free_day == (TEN + 6 * DAY).date()
    (said,) = explaining.explain(bob, service_of(bob), "phone", None, TEN + 2 * DAY, NOW).sentences
    assert said.startswith("Limite de la semaine atteinte")


def test_earlier_ones_of_the_day_count_and_cancelled_ones_do_not(bob: Mediator) -> None:
    limit(bob, per_day=1)
    taken = book(bob, TEN, user=make_user())
    after = TEN + 3 * 60 * MINUTE
    assert openings.refusal(bob, service_of(bob), "phone", None, TEN + 5 * 60 * MINUTE, after) == Refusal.LIMIT
    changing.cancel(taken, by=Transition.By.CLIENT, now=NOW)
    assert starts(bob) == 14
    assert availability.differences(NOW) == []


def test_other_services_are_not_counted(bob: Mediator) -> None:
    limit(bob, per_day=1)
    other = make_service(bob, rank=1, modalities=["phone"])
    refresh(bob)
    book(bob, user=make_user())
    assert openings.refusal(bob, other, "phone", None, TEN + 30 * MINUTE, NOW) is None


def test_a_hold_counts_until_its_end_worker_or_not(bob: Mediator) -> None:
    service = limit(bob, per_day=1)
    held = hold(bob)
    assert held.expires_at is not None
    later = TEN + 60 * MINUTE
    assert openings.refusal(bob, service, "phone", None, later, NOW) == Refusal.LIMIT
    row = Availability.objects.get()
    assert row.stale_at <= held.expires_at
    assert openings.refusal(bob, service, "phone", None, later, held.expires_at) is None


def test_one_may_move_within_a_full_day_and_not_into_another(bob: Mediator) -> None:
    limit(bob, per_day=1)
    mine = book(bob, user=make_user())
    book(bob, TEN + DAY, user=make_user("charlie@example.org"), browser="c", told={"email": "charlie@example.org"})
    moved = changing.move(mine, start=TEN + 60 * MINUTE, by=Transition.By.CLIENT, now=NOW)
    assert moved.starts_at == TEN + 60 * MINUTE
    with pytest.raises(SlotRefused):
        changing.move(mine, start=TEN + DAY + 60 * MINUTE, by=Transition.By.CLIENT, now=NOW)


def test_what_was_held_before_the_limit_fell_is_still_booked(bob: Mediator) -> None:
    """Notice, horizon and limits are judged when it is held."""
    held = hold(bob)
    limit(bob, per_day=1)
    other = Appointment.objects.get(pk=held.pk)
    other.pk, other.reference, other.uid = None, "another", "0bd1fd0f-7c1f-4d2b-8ec4-0a7a5d5b1f00"
    other.starts_at, other.ends_at = TEN + 60 * MINUTE, TEN + 90 * MINUTE
    other.blocked, other.state, other.expires_at = (other.starts_at, other.ends_at), State.CONFIRMED, None
    other.save(force_insert=True)
    booking.describe(
        held, name="Alice", email="alice@example.org", phone="+33612345678", language="fr", zone="Europe/Paris", now=NOW
    )
    assert booking.book(held, user=None, key="", now=NOW).state == State.UNCONFIRMED
