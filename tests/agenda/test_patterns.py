"""The typical week and one week of the calendar, as a grid writes them."""

from datetime import date, timedelta

import pytest

from allomediateur.agenda import availability, editing, openings, patterns
from allomediateur.agenda.models import Opening, OpeningException
from allomediateur.agenda.truth import AGREED, Pair
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.clockweek import Week
from allomediateur.scheduling.wall import day_start, zone_of
from tests.factories import NOW, make_mediator, make_openings, office_of, refresh, service_of

pytestmark = pytest.mark.django_db
PHONE: Pair = ("phone", None)
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
USUAL = [(540, 720), (840, 1080)]
Weeks = Opening.Weeks


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone", "in_person"))


def save(bob: Mediator, weeks: int, wanted: Week, pair: Pair = PHONE) -> None:
    told = patterns.pattern(bob, pair).replaced(weeks, wanted)
    patterns.save_pattern(bob, pair, told, NOW, patterns.seen(bob, pair))


def week(*days: list[tuple[int, int]]) -> Week:
    return [*days, *([] for _ in range(7 - len(days)))]


def save_dated(bob: Mediator, wanted: Week, monday: date = MONDAY, pair: Pair = PHONE) -> None:
    patterns.save_week(bob, pair, monday, wanted, NOW, patterns.seen(bob, pair, monday))


def starts(bob: Mediator, day: date, modality: str = "phone") -> list[str]:
    since = day_start(day, "Europe/Paris")
    found = openings.slots(bob, service_of(bob), modality=modality, since=since, until=since + DAY, now=NOW - 7 * DAY)
    return [f"{slot.start.astimezone(zone_of('Europe/Paris')):%H:%M}" for slot in found]


def rows(bob: Mediator) -> set[tuple[int, int, int, int]]:
    found = Opening.objects.filter(mediator=bob, modality="phone")
    return {(one.weeks, one.weekday, one.start_minute, one.end_minute) for one in found}


def test_the_typical_week_is_replaced_for_that_way_only(bob: Mediator) -> None:
    save(bob, Weeks.EVERY, week([(600, 660)]))
    assert rows(bob) == {(0, 0, 600, 660)}
    assert patterns.pattern(bob, ("in_person", office_of(bob).pk)).a == [*([USUAL] * 5), [], []]
    assert starts(bob, MONDAY) == ["10:00", "10:30"]
    assert availability.differences(NOW) == []


def test_weeks_that_alternate_share_what_they_have_in_common(bob: Mediator) -> None:
    save(bob, Weeks.A, week(USUAL, [(540, 660)]))
    assert rows(bob) >= {(0, 0, 540, 720), (0, 1, 540, 660), (2, 1, 660, 720), (2, 2, 540, 720)}
    assert all(weeks != 1 for weeks, *_rest in rows(bob))
    # The week of the 23rd is a B: as before. The next one is an A.
    assert starts(bob, MONDAY + 2 * DAY)[:1] == ["09:00"]
    assert starts(bob, MONDAY + 9 * DAY) == []
    assert starts(bob, MONDAY + 8 * DAY) == ["09:00", "09:30", "10:00", "10:30"]
    assert availability.differences(NOW) == []


def test_every_week_changes_what_both_have_and_leaves_the_rest(bob: Mediator) -> None:
    save(bob, Weeks.A, week(USUAL, [(540, 660)]))
    save(bob, Weeks.EVERY, week([(540, 600)], [(540, 660)]))
    pattern = patterns.pattern(bob, PHONE)
    assert pattern.a == week([(540, 600)], [(540, 660)])
    assert pattern.b == week([(540, 600)], USUAL, USUAL, USUAL, USUAL)


def test_dated_openings_are_left_alone(bob: Mediator) -> None:
    until = date(2026, 12, 31)
    Opening.objects.filter(mediator=bob, weekday=4).update(valid_until=until)
    save(bob, Weeks.EVERY, week())
    left = Opening.objects.filter(mediator=bob, modality="phone")
    assert {(one.weekday, one.valid_until) for one in left} == {(4, until)}


def test_the_second_of_two_grids_is_told_and_nothing_is_written(bob: Mediator) -> None:
    shown = patterns.seen(bob, PHONE)
    save(bob, Weeks.EVERY, week([(600, 660)]))
    before = rows(bob)
    with pytest.raises(patterns.Changed):
        patterns.save_pattern(bob, PHONE, patterns.Pattern(week(), week()), NOW, shown)
    assert rows(bob) == before


def test_one_week_differs_and_the_others_do_not(bob: Mediator) -> None:
    save_dated(bob, week([(540, 600)], USUAL, [], [(420, 720), (840, 1080)], USUAL))
    assert starts(bob, MONDAY) == ["09:00", "09:30"]
    assert starts(bob, MONDAY + 2 * DAY) == []
    assert starts(bob, MONDAY + 3 * DAY)[0] == "07:00"
    assert starts(bob, MONDAY + 7 * DAY)[0] == "09:00"
    assert starts(bob, MONDAY + 2 * DAY, "in_person")[0] == "09:00"
    assert patterns.dated_week(bob, PHONE, MONDAY).hours[0] == [(540, 600)]
    assert availability.differences(NOW) == []
    # Put back as usual, nothing of it is left.
    save_dated(bob, week(USUAL, USUAL, USUAL, USUAL, USUAL))
    assert not OpeningException.objects.filter(mediator=bob).exists()


def test_a_holiday_is_opened_for_its_hours_only_and_named(bob: Mediator) -> None:
    monday = date(2026, 12, 21)
    shown = patterns.dated_week(bob, PHONE, monday)
    assert (shown.hours[4], shown.holidays) == ([], {4: "Noël"})
    save_dated(bob, week(USUAL, USUAL, USUAL, USUAL, [(600, 660)]), monday)
    assert starts(bob, date(2026, 12, 25)) == ["10:00", "10:30"]
    assert patterns.dated_week(bob, PHONE, monday).hours[4] == [(600, 660)]


def test_a_day_ruled_for_several_ways_is_not_changed_by_the_grid_of_one(bob: Mediator) -> None:
    editing.add_exceptions(bob, [editing.ExceptionDraft("closed", MONDAY + DAY)], NOW)
    shown = patterns.dated_week(bob, PHONE, MONDAY)
    assert shown.locked == {1}
    save_dated(bob, week(USUAL, [(0, 1440)], USUAL, USUAL, USUAL))
    assert starts(bob, MONDAY + DAY) == []
    assert OpeningException.objects.filter(mediator=bob).count() == 1


def test_what_passes_midnight_is_kept_on_both_days(bob: Mediator) -> None:
    night = editing.ExceptionDraft("open", MONDAY + 6 * DAY, "phone", None, 1320, 120, ends_next_day=True)
    editing.add_exceptions(bob, [night], NOW)
    next_monday = MONDAY + 7 * DAY
    assert patterns.dated_week(bob, PHONE, next_monday).hours[0] == [(0, 120), *USUAL]
    shown = patterns.dated_week(bob, PHONE, MONDAY).hours
    assert shown[6] == [(1320, 1440)]
    save_dated(bob, [*shown[:6], [(1260, 1440)]])
    assert patterns.dated_week(bob, PHONE, MONDAY).hours[6] == [(1260, 1440)]
    assert patterns.dated_week(bob, PHONE, next_monday).hours[0] == [(0, 120), *USUAL]


def test_the_switch_of_holidays_is_part_of_what_was_seen(bob: Mediator) -> None:
    week_seen, typical_seen = patterns.seen(bob, PHONE, MONDAY), patterns.seen(bob, PHONE)
    editing.close_on_holidays(bob, False, NOW)
    assert patterns.seen(bob, PHONE, MONDAY) != week_seen
    assert patterns.seen(bob, PHONE) == typical_seen


def test_a_copied_week_leaves_public_holidays_as_they_are(bob: Mediator) -> None:
    editing.close_on_holidays(bob, True, NOW)
    before, christmas, after = (date(2026, 12, 14) + number * 7 * DAY for number in range(3))
    save_dated(bob, [[(600, 660)]] * 7, before)
    patterns.copy_week(bob, PHONE, before, 2, NOW)
    copied = patterns.dated_week(bob, PHONE, christmas).hours
    assert copied == [*([[(600, 660)]] * 4), [], *([[(600, 660)]] * 2)]
    # Christmas closes its Friday, and no Friday after it; that of the new year is closed on its own account.
    patterns.copy_week(bob, PHONE, christmas, 2, NOW)
    assert patterns.dated_week(bob, PHONE, after).hours[4] == []
    assert patterns.dated_week(bob, PHONE, after + 7 * DAY).hours[4] == USUAL


def test_a_place_to_be_agreed_has_its_typical_week(bob: Mediator) -> None:
    make_openings(bob, "in_person", None, weekdays=(2,), hours=((840, 960),))
    refresh(bob)
    save(bob, Weeks.B, week([], [], [(840, 1080)]), AGREED)
    agreed = Opening.objects.filter(mediator=bob, modality="in_person", office=None)
    assert {(one.weeks, one.start_minute, one.end_minute) for one in agreed} == {(0, 840, 960), (2, 960, 1080)}


def test_10_000_exceptions_neither_hinder_nor_change_a_week(bob: Mediator) -> None:
    far = [
        OpeningException(mediator=bob, kind="closed", day=MONDAY + (30 + number) * DAY, modality="phone")
        for number in range(10_000)
    ]
    OpeningException.objects.bulk_create(far)
    save_dated(bob, week([(540, 600)]))
    assert starts(bob, MONDAY) == ["09:00", "09:30"]
    assert availability.differences(NOW) == []


def test_what_is_shown_is_what_is_bookable_on_days_when_the_clock_changes(bob: Mediator) -> None:
    make_openings(bob, "phone", weekdays=(6,), hours=((0, 240),))
    refresh(bob)
    for sunday in (date(2027, 3, 28), date(2026, 10, 25)):
        shown = patterns.dated_week(bob, PHONE, sunday - 6 * DAY)
        assert shown.hours[6] == [(0, 240)]
        since = day_start(sunday, "Europe/Paris")
        found = openings.slots(
            bob, service_of(bob), modality="phone", since=since, until=since + DAY, now=since - 20 * DAY
        )
        hours = 3 if sunday.month == 3 else 5
        assert [one.start for one in found] == [since + number * timedelta(minutes=30) for number in range(2 * hours)]
