"""What mediators book themselves: at once, without notice, for whoever is on the phone; alone or as a series."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from allomediateur.agenda import agreed, availability, booking, changing, direct, editing, explaining, openings
from allomediateur.agenda.agreed import AgreedPlace
from allomediateur.agenda.models import Appointment, Opening, Service, State, Transition
from allomediateur.agenda.refusals import SlotRefused, SlotTaken, Wish
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling.slots import Refusal
from tests.agenda.steps import MINUTE, TEN, hold, last_letter, passages
from tests.factories import NOW, make_mediator, make_openings, make_service, make_user, refresh, service_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ALICE = direct.Somebody("Alice  Martin", "Alice@Example.org", "+33612345678")
RENNES = AgreedPlace("2 rue de la Paix, Rennes (35)", 48.11, -1.68)
NEAR = AgreedPlace("2 rue de la Paix, Vincennes (94)", 48.847, 2.433)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone", "in_person"))


def book(
    bob: Mediator, *starts: datetime, who: direct.Somebody = ALICE, key: str = "k", place: AgreedPlace | None = None,
    service: Service | None = None, modality: str = "phone",
) -> list[Appointment]:  # fmt: skip
    wish = Wish(bob, service or service_of(bob), modality, None, starts[0])
    return direct.book_for(wish, starts, who, place, key, NOW)


def test_it_is_confirmed_at_once_and_both_are_written_to(bob: Mediator) -> None:
    (made,) = book(bob, TEN)
    client = made.participants.get(role="client")
    assert (made.state, client.name, client.email, client.user) == (
        State.CONFIRMED, "Alice Martin", "alice@example.org", None,
    )  # fmt: skip
    assert passages(made) == [("", "held", "mediator"), ("held", "confirmed", "mediator")]
    assert last_letter("appointment_confirmed").to == "alice@example.org"
    assert last_letter("mediator_confirmed").to == bob.user.email
    assert availability.differences(NOW) == []


def test_without_an_address_no_letter_goes_to_the_client(bob: Mediator) -> None:
    (made,) = book(bob, TEN, who=direct.Somebody("Alice", phone="+33612345678"))
    changing.move(made, start=TEN + 30 * MINUTE, by=Transition.By.MEDIATOR, now=NOW)
    changing.cancel(made, by=Transition.By.MEDIATOR, reason="x", now=NOW)
    kinds = set(Letter.objects.values_list("kind", flat=True))
    assert kinds == {"mediator_confirmed", "mediator_moved", "mediator_cancelled"}
    assert "sans adresse e-mail" in last_letter("mediator_confirmed").text


def test_an_account_is_not_found_by_an_address_the_mediator_typed(bob: Mediator) -> None:
    alice = make_user("alice@example.org")
    (made,) = book(bob, TEN)
    assert made.participants.get(role="client").user is None
    assert not Appointment.objects.visible_to(alice).exists()


def test_that_of_a_former_appointment_is(bob: Mediator) -> None:
    alice = make_user("alice@example.org")
    who = direct.Somebody("Alice", "alice@example.org", "+33612345678", user=alice)
    (made,) = book(bob, TEN, who=who)
    assert Appointment.objects.visible_to(alice).get() == made


def test_without_notice_and_beyond_the_horizon_but_never_outside_hours(bob: Mediator) -> None:
    soon, far = NOW + 30 * MINUTE, NOW + 100 * DAY
    assert openings.refusal(bob, service_of(bob), "phone", None, soon, NOW) == Refusal.NOTICE
    assert [one.starts_at for one in book(bob, soon)] == [soon]
    assert openings.refusal(bob, service_of(bob), "phone", None, far, NOW) == Refusal.HORIZON
    assert len(book(bob, far, key="far")) == 1
    with pytest.raises(SlotRefused) as refused:
        book(bob, TEN + 3 * 60 * MINUTE, key="noon")
    assert refused.value.reason == Refusal.OUTSIDE_OPENINGS


def test_a_service_only_mediators_book_is_proposed_to_nobody_else(bob: Mediator) -> None:
    follow_up = make_service(bob, booked_by=Service.BookedBy.MEDIATOR, rank=5)
    refresh(bob)
    assert openings.slots(bob, follow_up, since=NOW, until=NOW + 9 * DAY, now=NOW) == []
    with pytest.raises(SlotRefused):
        hold(bob, TEN, service=follow_up)
    (made,) = book(bob, TEN, service=follow_up)
    assert availability.differences(NOW) == []
    # Who has it may move it, with the service's own notice.
    moved = changing.move(made, start=TEN + DAY, by=Transition.By.CLIENT, now=NOW)
    assert moved.starts_at == TEN + DAY
    with pytest.raises(SlotRefused):
        changing.move(made, start=NOW + 30 * MINUTE, by=Transition.By.CLIENT, now=NOW)


def test_a_series_keeps_its_wall_time_over_a_clock_change() -> None:
    start = datetime(2027, 3, 23, 9, tzinfo=UTC)
    assert direct.dates_of(start, "Europe/Paris", 1, 3) == [
        start, datetime(2027, 3, 30, 8, tzinfo=UTC), datetime(2027, 4, 6, 8, tzinfo=UTC),
    ]  # fmt: skip
    assert len(direct.dates_of(start, "Europe/Paris", 1, 99)) == direct.MOST


def test_a_series_is_booked_whole_or_not_at_all(bob: Mediator) -> None:
    dates = direct.dates_of(TEN, "Europe/Paris", 1, 3)
    hold(bob, dates[1])
    with pytest.raises(SlotTaken):
        book(bob, *dates)
    assert Appointment.objects.filter(state=State.CONFIRMED).count() == 0
    assert not Letter.objects.exists()
    # The key is free again: nothing was done with it.
    assert len(book(bob, dates[0], dates[2])) == 2
    assert availability.differences(NOW) == []


def test_the_same_form_sent_twice_books_once(bob: Mediator) -> None:
    first, again = book(bob, TEN), book(bob, TEN)
    assert first == again
    assert Appointment.objects.count() == 1


def test_a_series_stops_at_the_limit(bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(per_week=1)
    with pytest.raises(SlotRefused) as refused:
        book(bob, TEN, TEN + DAY)
    assert refused.value.reason == Refusal.LIMIT
    assert not Appointment.objects.exists()


def test_by_phone_a_number_is_needed(bob: Mediator) -> None:
    with pytest.raises(direct.PhoneMissing):
        book(bob, TEN, who=direct.Somebody("Alice", "alice@example.org"))


@pytest.fixture
def roaming() -> Mediator:
    """Receives where clients wish on Tuesdays, 25 km around Paris, 45 minutes each way."""
    bob = make_mediator(modalities=("phone", "in_person"))
    Service.objects.filter(mediator=bob).update(travel_km=25, travel_minutes=45, after_minutes=15)
    make_openings(bob, "in_person", None, weekdays=(1,), hours=((540, 720),))
    refresh(bob)
    return bob


def test_an_agreed_place_is_within_reach_and_blocks_the_way_there_and_back(roaming: Mediator) -> None:
    with pytest.raises(direct.PlaceMissing):
        book(roaming, TEN, modality="in_person")
    with pytest.raises(agreed.PlaceTooFar) as far:
        book(roaming, TEN, modality="in_person", place=RENNES)
    assert far.value.most == 25
    assert not Appointment.objects.exists()
    (made,) = book(roaming, TEN, modality="in_person", place=NEAR)
    assert (made.place, made.office) == (NEAR.address, None)
    assert made.blocked.lower == TEN - 45 * MINUTE
    assert made.blocked.upper == TEN + 90 * MINUTE
    assert openings.refusal(roaming, service_of(roaming), "phone", None, TEN - 60 * MINUTE, NOW) == Refusal.TAKEN
    assert "Vincennes" in last_letter("mediator_confirmed").text
    assert "Vincennes" in last_letter("appointment_confirmed").ics
    assert availability.differences(NOW) == []


def test_too_near_an_agreed_place_is_said_with_the_way_there(roaming: Mediator) -> None:
    book(roaming, TEN, modality="in_person", place=NEAR)
    answer = explaining.explain(roaming, service_of(roaming), "in_person", None, TEN + 90 * MINUTE, NOW)
    said = " ".join(answer.sentences).replace("\u00a0", " ")
    assert said == "Trop près du rendez-vous pris de 10 h à 10 h 30 : le trajet et le battement n’y tiennent pas."


def test_visitors_hold_it_then_tell_where(roaming: Mediator) -> None:
    held = hold(roaming, TEN, modality="in_person")
    told: dict[str, Any] = {
        "name": "Alice",
        "email": "alice@example.org",
        "phone": "",
        "language": "fr",
        "zone": "Europe/Paris",
    }
    with pytest.raises(booking.PlaceMissing):
        booking.describe(held, **told, now=NOW)
    with pytest.raises(booking.PlaceTooFar):
        booking.describe(held, **told, place=RENNES, now=NOW)
    booking.describe(held, **told, place=NEAR, now=NOW)
    assert booking.book(held, user=None, key="", now=NOW).state == State.UNCONFIRMED
    held.refresh_from_db()
    assert held.place == NEAR.address


def test_a_service_that_does_not_travel_is_not_held_there(roaming: Mediator) -> None:
    stays = make_service(roaming, rank=9)
    refresh(roaming)
    assert openings.refusal(roaming, stays, "in_person", None, TEN, NOW) == Refusal.OUTSIDE_OPENINGS
    assert {slot.office_id for slot in openings.slots(
        roaming, stays, modality="in_person", since=NOW, until=NOW + 9 * DAY, now=NOW
    )} != {None}  # fmt: skip


def test_an_exception_for_all_places_does_not_open_the_agreed_one_alone(bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(travel_km=25)
    Opening.objects.filter(mediator=bob).delete()
    editing.add_exceptions(bob, [editing.ExceptionDraft("open", TEN.date(), "in_person", None, 540, 720)], NOW)
    assert openings.slots(bob, service_of(bob), since=NOW, until=NOW + 9 * DAY, now=NOW) == []
    assert openings.places(bob, NOW) == []
