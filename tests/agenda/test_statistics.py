"""What the administration is told of bookings: right sums, and never of a few."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda import statistics
from allomediateur.agenda.discretion import Rate, Told
from allomediateur.agenda.figures import LONGEST
from allomediateur.agenda.models import DailyFigure, State
from allomediateur.agenda.statistics import Row
from allomediateur.directory.models import Commune, Mediator
from tests.agenda import many
from tests.factories import book, make_commune, make_mediator, make_specialty

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
TEN = datetime.fromisoformat("2026-11-10T10:00+01:00")
DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)


def commune_of(department: str) -> Commune:
    return make_commune(f"{department}001", f"Ville {department}", department, [f"{department}000"])


def mediators(number: int, department: str = "75", **told: object) -> list[Mediator]:
    found = []
    for place in range(number):
        one = make_mediator(f"M {department} {place}", commune=commune_of(department), **told)  # type: ignore[arg-type]
        found.append(one)
    return found


def fill(who: list[Mediator], each: int, start: datetime = TEN, state: str = State.ATTENDED) -> None:
    for one in who:
        for place in range(each):
            book(one, start + place * HALF_HOUR, state=state)


def note(day: date, of: str = "all", key: str = "", **told: object) -> None:
    values = {"mediators": 10, "open_minutes": 1000, "taken_minutes": 250, "waits": [2, 3, 5]}
    DailyFigure.objects.create(day=day, of=of, key=key, **(values | told))


def about(number: int) -> Told:
    return Told(number, number + 4, 5)


def test_bookings_count_in_the_month_and_department_where_they_take_place() -> None:
    """Called off ones too; those on their way, or released, do not."""
    fill(mediators(5), 2)
    own = Mediator.objects.all()
    fill([own[0]], 1, TEN + DAY, State.CANCELLED)
    fill([own[1]], 1, TEN + DAY, State.CONFIRMED)
    fill([own[2]], 3, TEN + DAY, State.EXPIRED)
    fill([own[3]], 1, TEN + DAY, State.UNCONFIRMED)
    found = statistics.read(NOVEMBER, DECEMBER)
    assert found.total == Row("", about(10), None, None, None)
    assert found.months == [Row("2026-11", about(10), None, None, None)]
    assert found.departments == [Row("75", about(10), None, None, None)]
    assert found.specialties == [Row(str(make_specialty("famille").pk), about(10), None, None, None)]
    assert statistics.read(OCTOBER, NOVEMBER).is_empty


def test_a_month_begins_at_midnight_in_paris() -> None:
    five = mediators(5)
    fill(five, 1, datetime.fromisoformat("2026-10-31T23:30+00:00"))
    assert statistics.read(OCTOBER, NOVEMBER).is_empty
    assert statistics.read(NOVEMBER, DECEMBER).total.booked == about(5)


def test_no_shows_are_among_those_whose_presence_is_known() -> None:
    five = mediators(5)
    fill(five, 10)
    fill(five, 2, TEN + DAY, State.NO_SHOW)
    fill(five, 1, TEN + 2 * DAY, State.CANCELLED)
    found = statistics.read(NOVEMBER, DECEMBER)
    assert (found.total.booked, found.total.no_shows) == (about(65), Rate(19))  # 10 to 14 of 60 to 64


def test_a_department_of_a_few_is_gathered_with_another() -> None:
    fill(mediators(6, "75"), 3)
    fill(mediators(5, "69"), 2)
    fill(mediators(4, "13"), 5)
    found = statistics.read(NOVEMBER, DECEMBER)
    assert found.departments == [
        Row("75", about(15), None, None, None),
        Row(None, about(30), None, None, None, of=("13", "69")),
    ]


def test_a_site_of_a_few_mediators_is_told_nothing_of_them() -> None:
    fill(mediators(4), 20)
    found = statistics.read(NOVEMBER, DECEMBER)
    nothing = (None, None, None, None)
    assert (found.total.booked, found.total.no_shows) == (None, None)
    assert (found.is_of_a_few, found.is_empty) == (True, False)
    for rows in (found.months, found.departments, found.specialties):
        assert [(one.key, one.booked, one.no_shows, one.fill, one.wait) for one in rows] == [(None, *nothing)]


def test_a_few_who_were_never_booked_are_not_told_of() -> None:
    """« 0 » in a department of two mediators is of those two."""
    fill(mediators(6, "75"), 3)
    note(TEN.date(), mediators=8)
    note(TEN.date(), "department", "75", mediators=6)
    note(TEN.date(), "department", "48", mediators=2)
    assert [one.key for one in statistics.read(NOVEMBER, DECEMBER).departments] == [None]


def test_what_was_noted_is_summed_night_after_night() -> None:
    note(date(2026, 10, 31), open_minutes=9999)
    note(date(2026, 11, 1))
    note(date(2026, 11, 2), taken_minutes=500, waits=[0, 0, 4])
    found = statistics.read(NOVEMBER, DECEMBER)
    # 2, 3 then 9 of the twenty have 0, 1 and 2 days to wait; six have nothing near.
    assert (found.nights, found.total.fill, found.total.wait) == (2, 38, 2)
    assert found.months == [Row("2026-11", Told(0, 0, 5), None, 38, 2)]


def test_where_half_have_nothing_near_the_wait_is_long() -> None:
    note(date(2026, 11, 1), waits=[4])
    assert statistics.read(NOVEMBER, DECEMBER).total.wait == LONGEST + 1
    note(date(2026, 11, 2), waits=[0, 6])
    assert statistics.read(NOVEMBER, DECEMBER).total.wait == 1


def test_nights_of_a_few_are_not_told() -> None:
    note(date(2026, 11, 1))
    note(date(2026, 11, 2), mediators=4)
    found = statistics.read(NOVEMBER, DECEMBER).total
    assert (found.fill, found.wait) == (None, None)


def test_months_before_there_was_anything_are_left_out() -> None:
    fill(mediators(5), 1)
    assert [one.key for one in statistics.read(date(2026, 1, 1), date(2027, 1, 1)).months] == ["2026-11", "2026-12"]


def test_small_counts_of_no_shows_are_not_found_by_subtracting() -> None:
    """Four departments with one each: the total, told with a step of five, would give them away."""
    for department in ("75", "69", "13", "35"):
        five = mediators(5, department)
        fill(five, 12)
        fill(five[:1], 1, TEN + DAY, State.NO_SHOW)
    found = statistics.read(NOVEMBER, DECEMBER)
    assert {one.no_shows for one in found.departments} == {Rate(17, is_under=True)}
    assert found.total.no_shows == Rate(5, is_under=True)  # of 240 to 244: under 10, not « 5 »


COUNTRY = """
INSERT INTO directory_commune (code, name, key, department, region, postal_codes, population, lon, lat, zone)
SELECT lpad(n::text, 5, '0'), 'Ville', 'ville', lpad(n::text, 2, '0'), '', '{}', 1, 2, 48, 'Europe/Paris'
FROM generate_series(1, 95) n ON CONFLICT DO NOTHING;
INSERT INTO directory_office (mediator_id, name, address, postal_code, commune_id, lon, lat, zone, territory, access,
       is_main)
SELECT id, 'Cabinet', 'rue', '00000', lpad((1 + id % 95)::text, 5, '0'), 2, 48, 'Europe/Paris', '', '', true
FROM directory_mediator WHERE slug LIKE 'slug-%';
INSERT INTO directory_mediator_specialties (mediator_id, specialty_id)
SELECT mediator.id, specialty.id FROM directory_mediator mediator, directory_specialty specialty
WHERE mediator.slug LIKE 'slug-%' AND (mediator.id + specialty.id) % 4 = 0;
INSERT INTO agenda_appointment (reference, mediator_id, service_id, modality, place, starts_at, ends_at, blocked, state,
       extended, browser, price_cents, uid, sequence, cancel_reason, created_at, changed_at)
SELECT 'ref' || lpad((10 * place + n)::text, 19, '0'), whose.id, (SELECT max(id) FROM agenda_service), 'phone', '', at,
       at + '30 min', tstzrange(at, at + '30 min', '[)'),
       CASE n WHEN 1 THEN 'no_show' WHEN 2 THEN 'cancelled' ELSE 'attended' END, false, '', 0,
       gen_random_uuid(), 0, '', at, at
FROM (SELECT id, row_number() OVER () AS place FROM directory_mediator WHERE slug LIKE 'slug-%') whose,
     generate_series(1, 10) n,
     LATERAL (SELECT timestamptz '2026-01-01' + (33 * n - place % 33) * interval '1 day' AS at) one;
INSERT INTO agenda_dailyfigure (day, "of", key, mediators, open_minutes, taken_minutes, waits)
SELECT date '2026-01-01' + d, CASE WHEN n = 0 THEN 'all' WHEN n <= 95 THEN 'department' ELSE 'specialty' END,
       CASE WHEN n = 0 THEN '' WHEN n <= 95 THEN lpad(n::text, 2, '0') ELSE (n - 95)::text END, 100, 40000, 20000,
       ARRAY[30, 20, 10, 10, 5, 5, 5, 5]
FROM generate_series(0, 329) d, generate_series(0, 108) n;
ANALYZE directory_mediator; ANALYZE directory_office; ANALYZE directory_mediator_specialties;
ANALYZE agenda_appointment; ANALYZE agenda_dailyfigure;
"""


def statements() -> tuple[int, statistics.Report]:
    with CaptureQueriesContext(connection) as queries:
        found = statistics.read(date(2026, 1, 1), date(2027, 1, 1))
    return len(queries), found


def test_a_hundred_thousand_appointments_take_as_many_statements_as_one() -> None:
    fill(mediators(1), 1)
    before, _few = statements()
    with connection.cursor() as cursor:
        cursor.execute(many.MEDIATORS)
        cursor.execute(COUNTRY)
    after, found = statements()
    assert after == before
    assert (found.total.booked, found.total.no_shows) == (about(100_000), Rate(11))
    assert (found.nights, found.total.fill, found.total.wait) == (330, 50, 1)
    assert (len(found.departments), len(found.months)) == (95, 12)
