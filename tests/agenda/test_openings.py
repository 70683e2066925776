"""What is listed can be booked, what is not listed is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from allomediateur.agenda import openings
from allomediateur.agenda.models import Busy, OpeningException, Service, State
from allomediateur.agenda.openings import Slot
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.slots import Refusal
from tests.factories import (
    NOW,
    book,
    make_commune,
    make_mediator,
    make_office,
    make_openings,
    make_service,
    office_of,
    service_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone",))


def starts(mediator: Mediator, day: datetime = TUESDAY, now: datetime = NOW, modality: str = "phone") -> list[str]:
    """UTC wall times of the slots of that UTC day."""
    found = openings.slots(mediator, service_of(mediator), modality=modality, since=day, until=day + DAY, now=now)
    return [f"{slot.start:%H:%M}" for slot in found]


def why(mediator: Mediator, start: datetime, now: datetime = NOW, modality: str = "phone") -> Refusal | None:
    office = office_of(mediator) if modality == "in_person" else None
    return openings.refusal(mediator, service_of(mediator), modality, office, start, now)


def test_a_day_of_slots_in_three_queries(bob: Mediator, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    service = service_of(bob)
    with django_assert_num_queries(3):
        found = openings.slots(bob, service, since=TUESDAY, until=TUESDAY + timedelta(hours=9), now=NOW)
    start = TUESDAY + timedelta(hours=8)
    assert found == [
        Slot(
            start + index * timedelta(minutes=30),
            start + (index + 1) * timedelta(minutes=30),
            "phone",
            None,
            service.pk,
        )
        for index in range(2)
    ]


def test_a_booking_takes_its_time_and_touching_times_stay_free(bob: Mediator) -> None:
    book(bob, TUESDAY + timedelta(hours=9))
    assert starts(bob)[:4] == ["08:00", "08:30", "09:30", "10:00"]
    assert why(bob, TUESDAY + timedelta(hours=9)) == Refusal.TAKEN


def test_cancelled_and_expired_ones_block_nothing(bob: Mediator) -> None:
    before = starts(bob)
    book(bob, TUESDAY + timedelta(hours=9), state=State.CANCELLED)
    book(bob, TUESDAY + timedelta(hours=9), state=State.EXPIRED)
    assert starts(bob) == before


def test_a_hold_blocks_until_the_instant_it_expires(bob: Mediator) -> None:
    held = book(bob, TUESDAY + timedelta(hours=9), state=State.HELD)
    assert held.expires_at is not None
    assert why(bob, held.starts_at, held.expires_at - timedelta(microseconds=1)) == Refusal.TAKEN
    assert why(bob, held.starts_at, held.expires_at) is None


def test_moving_ignores_ones_own_time(bob: Mediator) -> None:
    own = book(bob, TUESDAY + timedelta(hours=9))
    service = service_of(bob)
    assert openings.refusal(bob, service, "phone", None, own.starts_at, NOW, ignoring=own) is None


def test_refusals_say_why(bob: Mediator) -> None:
    Busy.objects.create(mediator=bob, starts_at=TUESDAY + timedelta(hours=13), ends_at=TUESDAY + timedelta(hours=14))
    OpeningException.objects.create(mediator=bob, kind="closed", day=date(2026, 11, 25))
    assert why(bob, NOW + timedelta(hours=1)) == Refusal.NOTICE
    assert why(bob, NOW + timedelta(days=63)) == Refusal.HORIZON
    assert why(bob, TUESDAY + timedelta(hours=20)) == Refusal.OUTSIDE_OPENINGS
    assert why(bob, TUESDAY + timedelta(hours=8, minutes=10)) == Refusal.OFF_GRID
    assert why(bob, TUESDAY + timedelta(hours=13, minutes=30)) == Refusal.TAKEN
    assert why(bob, TUESDAY + timedelta(days=1, hours=9)) == Refusal.CLOSED
    assert why(bob, TUESDAY + timedelta(hours=9), modality="video") == Refusal.OUTSIDE_OPENINGS


@pytest.mark.parametrize("fields", [{"capm_verified": False}, {"cpmn_member": False}, {"suspended_at": NOW}])
def test_without_the_rights_nothing_is_bookable(fields: dict[str, Any]) -> None:
    charlie = make_mediator("Charlie", modalities=("phone",), **fields)
    assert starts(charlie) == []
    assert why(charlie, TUESDAY + timedelta(hours=9)) == Refusal.OUTSIDE_OPENINGS
    assert openings.places(charlie, NOW) == []


def test_a_closed_account_is_not_bookable_even_by_a_stale_profile(bob: Mediator) -> None:
    type(bob.user).objects.filter(pk=bob.user_id).update(is_active=False)
    assert starts(bob) == []
    assert why(bob, TUESDAY + timedelta(hours=9)) == Refusal.OUTSIDE_OPENINGS


def test_an_inactive_service_or_another_ones_is_not_bookable(bob: Mediator) -> None:
    other = make_mediator("Other")
    start = TUESDAY + timedelta(hours=9)
    assert openings.refusal(bob, service_of(other), "phone", None, start, NOW) == Refusal.OUTSIDE_OPENINGS
    service = service_of(bob)
    service.is_active = False
    service.save()
    assert why(bob, start) == Refusal.OUTSIDE_OPENINGS
    assert starts(bob) == []


def test_video_wants_a_room() -> None:
    bob = make_mediator(modalities=("phone", "video"), video_room="")
    assert starts(bob, modality="video") == []
    assert why(bob, TUESDAY + timedelta(hours=9), modality="video") == Refusal.OUTSIDE_OPENINGS
    assert [place.modality for place in openings.places(bob, NOW)] == ["phone"]


def test_each_office_has_its_zone_and_remote_times_that_of_the_main_one() -> None:
    fort_de_france = make_commune(
        "97209", "Fort-de-France", "972", ["97200"], 75_000, 14.6, -61.07, "America/Martinique"
    )
    bob = make_mediator(modalities=("phone", "in_person"))
    second = make_office(bob, fort_de_france)
    make_openings(bob, "in_person", second, hours=((9 * 60, 10 * 60),))
    service = service_of(bob)
    found = openings.slots(bob, service, office=second, since=TUESDAY, until=TUESDAY + DAY, now=NOW)
    assert [f"{slot.start:%H:%M}" for slot in found] == ["13:00", "13:30"]
    assert [(place.modality, place.zone) for place in openings.places(bob, NOW)] == [
        ("phone", "Europe/Paris"),
        ("in_person", "Europe/Paris"),
        ("in_person", "America/Martinique"),
    ]
    assert openings.refusal(bob, service, "in_person", second, found[0].start, NOW) is None
    assert openings.refusal(bob, service, "in_person", office_of(make_mediator("Other")), found[0].start, NOW)


def test_an_exception_for_all_opens_only_what_the_week_opens(bob: Mediator) -> None:
    saturday = datetime(2026, 11, 28, tzinfo=UTC)
    OpeningException.objects.create(mediator=bob, kind="open", day=saturday.date(), start_minute=600, end_minute=660)
    assert starts(bob, saturday) == ["09:00", "09:30"]
    assert starts(bob, saturday, modality="video") == []
    assert why(bob, saturday + timedelta(hours=9), modality="video") == Refusal.OUTSIDE_OPENINGS


def test_an_exception_that_names_a_modality_opens_it_alone(bob: Mediator) -> None:
    saturday = datetime(2026, 11, 28, tzinfo=UTC)
    Service.objects.filter(mediator=bob).update(modalities=["phone", "video"])
    OpeningException.objects.create(
        mediator=bob, kind="open", modality="video", day=saturday.date(), start_minute=600, end_minute=660
    )
    assert starts(bob, saturday, modality="video") == ["09:00", "09:30"]
    assert why(bob, saturday + timedelta(hours=9), modality="video") is None
    assert starts(bob, saturday) == []
    assert [place.modality for place in openings.places(bob, NOW)] == ["phone", "video"]


def test_the_nearest_slots_of_the_same_kind_around_a_lost_one(bob: Mediator) -> None:
    lost = TUESDAY + timedelta(hours=9)
    book(bob, lost)
    near = openings.nearest(bob, service_of(bob), "phone", None, lost, NOW, count=3)
    assert [f"{slot.start:%H:%M}" for slot in near] == ["08:00", "08:30", "09:30"]


def test_when_none_of_that_kind_is_left_others_are_proposed() -> None:
    bob = make_mediator(modalities=("phone",))
    near = openings.nearest(bob, service_of(bob), "video", None, TUESDAY, NOW, count=2)
    assert {slot.modality for slot in near} == {"phone"}
    assert len(near) == 2


def test_buffers_of_both_sides_add_up(bob: Mediator) -> None:
    service = service_of(bob)
    book(bob, TUESDAY + timedelta(hours=9))
    wide = make_service(bob, minutes=30, before_minutes=15, after_minutes=15, rank=1)
    free = {slot.start for slot in openings.slots(bob, wide, since=TUESDAY, until=TUESDAY + DAY, now=NOW)}
    assert TUESDAY + timedelta(hours=8, minutes=30) not in free
    assert TUESDAY + timedelta(hours=10) in free
    assert openings.refusal(bob, service, "phone", None, TUESDAY + timedelta(hours=8, minutes=30), NOW) is None


def test_what_a_move_may_take_is_listed_for_it() -> None:
    bob = make_mediator()
    service = service_of(bob)
    Service.objects.filter(pk=service.pk).update(step_minutes=15)
    service.refresh_from_db()
    mine = book(bob, NOW + timedelta(days=1, hours=1))
    quarter_later = mine.starts_at + timedelta(minutes=15)
    asked: dict[str, Any] = {"modality": "phone", "since": NOW, "until": NOW + timedelta(days=2), "now": NOW}
    assert quarter_later not in [one.start for one in openings.slots(bob, service, **asked)]
    assert quarter_later in [one.start for one in openings.slots(bob, service, **asked, ignoring=mine)]
    assert openings.refusal(bob, service, "phone", None, quarter_later, NOW, ignoring=mine) is None


@pytest.mark.parametrize("year", [1, 9999])
def test_a_start_outside_the_calendar_is_refused(year: int) -> None:
    bob = make_mediator()
    start = datetime(year, 12, 31, 23, 59, tzinfo=UTC) if year > 1 else datetime(1, 1, 1, tzinfo=UTC)
    assert openings.refusal(bob, service_of(bob), "phone", None, start, NOW) is Refusal.OUTSIDE_OPENINGS
