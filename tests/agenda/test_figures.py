"""The figures of a day that is over: minutes open and taken, days to the first free time, of nobody in particular."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import figures
from allomediateur.agenda.models import Availability, Busy, DailyFigure, Opening, OpeningException, State
from allomediateur.directory.models import Mediator
from allomediateur.privacy import retention
from allomediateur.worker import tasks
from tests.factories import NOW, book, make_commune, make_mediator, make_specialty

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FRIDAY = date(2026, 11, 20)
NINE = datetime.fromisoformat("2026-11-20T09:00+01:00")
OPEN = 7 * 60


def noted(of: str = "all", key: str = "") -> tuple[int, int, int, list[int]]:
    return DailyFigure.objects.values_list("mediators", "open_minutes", "taken_minutes", "waits").get(of=of, key=key)


def test_time_open_in_several_ways_counts_once() -> None:
    make_mediator()
    assert figures.write(FRIDAY, NOW) == 1
    assert noted() == (1, OPEN, 0, [1])


def test_what_is_called_off_or_on_its_way_takes_nothing() -> None:
    bob = make_mediator()
    for place, state in enumerate((State.CONFIRMED, State.ATTENDED, State.NO_SHOW, State.CANCELLED, State.EXPIRED)):
        book(bob, NINE + place * 30 * MINUTE, state=state)
    figures.write(FRIDAY, NOW)
    assert noted()[1:3] == (OPEN, 90)


def test_a_day_closed_or_taken_elsewhere_is_not_open() -> None:
    bob = make_mediator()
    Busy.objects.create(mediator=bob, starts_at=NINE, ends_at=NINE + 60 * MINUTE)
    OpeningException.objects.create(mediator=bob, kind="closed", day=FRIDAY, start_minute=14 * 60, end_minute=15 * 60)
    figures.write(FRIDAY, NOW)
    assert noted()[1:3] == (OPEN - 120, 0)
    OpeningException.objects.create(mediator=bob, kind="closed", day=FRIDAY)
    figures.write(FRIDAY, NOW)
    assert noted()[1:3] == (0, 0)


def test_an_appointment_outside_the_hours_opens_them() -> None:
    """Never more than full: hours may have been changed after it was booked."""
    bob = make_mediator()
    book(bob, NINE - 60 * MINUTE)
    Opening.objects.filter(mediator=bob).delete()
    figures.write(FRIDAY, NOW)
    assert noted()[1:3] == (30, 30)


def test_a_night_across_midnight_is_shared_between_its_days() -> None:
    bob = make_mediator()
    Opening.objects.filter(mediator=bob).delete()
    Opening.objects.create(
        mediator=bob, modality="phone", weekday=4, start_minute=22 * 60, end_minute=120, ends_next_day=True
    )
    for day in (FRIDAY, FRIDAY + DAY):
        figures.write(day, NOW)
    assert list(DailyFigure.objects.filter(of="all").values_list("open_minutes", flat=True)) == [120, 120]


def test_waits_are_counted_in_days_and_the_endless_ones_only_among_all() -> None:
    make_mediator()
    full = make_mediator("Carole Petit")
    Availability.objects.filter(mediator=full).update(next_starts=[])
    far = make_mediator("Damien Blanc")
    Availability.objects.filter(mediator=far).update(next_starts=[NOW + 3 * DAY])
    figures.write(FRIDAY, NOW)
    assert noted() == (3, 3 * OPEN, 0, [1, 0, 0, 1])


def test_only_who_may_be_booked_is_noted() -> None:
    make_mediator(cpmn_member=False)
    make_mediator(suspended_at=NOW)
    assert figures.write(FRIDAY, NOW) == 0
    assert not DailyFigure.objects.exists()


def test_each_counts_in_the_department_of_the_main_office_and_in_each_specialty() -> None:
    lyon = make_commune("69123", "Lyon", "69", ["69001"])
    make_mediator(specialties=("famille", "voisinage"))
    make_mediator("Carole Petit", commune=lyon, specialties=("famille",))
    figures.write(FRIDAY, NOW)
    keys = {one.slug: str(one.pk) for one in (make_specialty("famille"), make_specialty("voisinage"))}
    found = {(one.of, one.key): one.mediators for one in DailyFigure.objects.all()}
    assert found == {
        ("all", ""): 2, ("department", "75"): 1, ("department", "69"): 1,
        ("specialty", keys["famille"]): 2, ("specialty", keys["voisinage"]): 1,
    }  # fmt: skip


def test_a_day_noted_twice_is_noted_once_and_the_past_stays() -> None:
    """Hours changed afterwards do not change what was noted: that is what these rows are for."""
    bob = make_mediator()
    figures.write(FRIDAY, NOW)
    Opening.objects.filter(mediator=bob).delete()
    figures.write(FRIDAY + DAY, NOW)
    assert DailyFigure.objects.get(of="all", day=FRIDAY).open_minutes == OPEN
    figures.write(FRIDAY, NOW)
    assert DailyFigure.objects.get(of="all", day=FRIDAY).open_minutes == 0


def test_the_night_notes_yesterday_in_paris() -> None:
    assert figures.yesterday(datetime.fromisoformat("2026-11-20T23:30+00:00")) == FRIDAY
    assert figures.yesterday(datetime.fromisoformat("2026-11-20T22:30+00:00")) == FRIDAY - DAY
    make_mediator(now=tasks.clock())
    tasks.note_figures(0)
    assert DailyFigure.objects.get(of="all").day == figures.yesterday(tasks.clock())


def test_as_many_statements_for_three_as_for_one() -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures.write(FRIDAY, NOW)
        return len(queries)

    make_mediator()
    statements()
    one = statements()
    make_mediator("Carole Petit")
    make_mediator("Damien Blanc")
    assert statements() == one


def test_figures_are_forgotten_with_the_appointments() -> None:
    for days in (3 * 365 + 2, 3 * 365 - 2):
        DailyFigure.objects.create(
            day=NOW.date() - days * DAY, of="all", mediators=1, open_minutes=1, taken_minutes=0, waits=[]
        )
    assert dict(retention.forget(NOW))["figures"] == 1
    assert DailyFigure.objects.count() == 1


def test_no_row_names_anybody() -> None:
    assert {field.name for field in DailyFigure._meta.get_fields()} == {
        "id", "day", "of", "key", "mediators", "open_minutes", "taken_minutes", "waits",
    }  # fmt: skip
    assert Mediator.objects.count() == 0
