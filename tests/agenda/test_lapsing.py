"""Ends that come near: who is told and when, what lapses by itself, what stays."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from allomediateur.agenda import availability, finding, lapsing
from allomediateur.agenda.models import Appointment, Availability
from allomediateur.agenda.refusals import SlotLost
from allomediateur.directory.models import Decision, Mediator
from allomediateur.directory.rights import day_of
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.agenda.standings import KINDS, make_proven
from tests.factories import NOW, book, make_mediator

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = day_of(NOW)
MIDDAY = NOW.replace(hour=11)


def with_end(days: int, kind: str = KINDS.MEMBERSHIP) -> Mediator:
    bob = make_mediator()
    make_proven(bob, kind, until=TODAY + days * DAY)
    Letter.objects.all().delete()
    bob.refresh_from_db()
    return bob


def told(kind: str = "standing_reminder") -> int:
    return Letter.objects.filter(kind=kind).count()


def test_sixty_thirty_and_seven_days_before_once_each() -> None:
    with_end(61)
    letters = []
    for day in range(64):
        now = MIDDAY + day * DAY
        before = told()
        lapsing.tell(now)
        lapsing.tell(now)
        if told() > before:
            letters.append((61 - day, told() - before))
    assert letters == [(60, 1), (30, 1), (7, 1)]
    assert told("standing_lapsed") == 1


def test_who_comes_late_gets_one_letter_not_three() -> None:
    with_end(5)
    assert lapsing.tell(MIDDAY) == (1, 0)
    assert lapsing.tell(MIDDAY + DAY) == (0, 0)


def test_a_renewal_stops_the_reminders() -> None:
    bob = with_end(20)
    make_proven(bob, KINDS.MEMBERSHIP, until=TODAY + 400 * DAY)
    assert lapsing.tell(MIDDAY) == (0, 0)
    assert lapsing.tell(MIDDAY + 30 * DAY) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "listed"), [(KINDS.MEMBERSHIP, True), (KINDS.INSURANCE, True), (KINDS.TRAINING, False)]
)
def test_rights_end_with_the_day_without_any_job(kind: str, listed: bool) -> None:
    bob = with_end(0, kind)
    last = datetime(2026, 11, 23, 22, 59, 59, tzinfo=NOW.tzinfo)  # 23:59:59 in Paris
    assert finding.find(finding.Query(), last).items[0].bookable
    after = last + timedelta(seconds=1)
    assert Mediator.objects.listed(after).filter(pk=bob.pk).exists() is listed
    assert not Mediator.objects.bookable(after).exists()
    assert [card.bookable for card in finding.find(finding.Query(), after).items] == [False] * listed
    with pytest.raises(SlotLost):
        steps.hold(bob, now=after)


def test_a_lapse_is_told_to_both_and_keeps_the_appointments() -> None:
    bob = with_end(0)
    booked = book(bob, NOW + 3 * DAY)
    now = MIDDAY + DAY
    assert lapsing.tell(now) == (0, 1)
    assert Appointment.objects.get(pk=booked.pk).state == "confirmed"
    assert Availability.objects.count() == 0
    assert availability.differences(now) == []
    mine, staffs = Letter.objects.get(kind="standing_lapsed"), Letter.objects.get(kind="staff_lapsed")
    assert (mine.to, "rendez-vous à venir est maintenu" in mine.text.replace("\u00a0", " ")) == (bob.user.email, True)
    assert (bob.name in staffs.text, staffs.to) == (True, "contact@example.org")
    assert list(Decision.objects.filter(kind="lapsed").values_list("by", flat=True)) == [None]
    assert lapsing.tell(now + DAY) == (0, 0)


def test_the_worker_frees_the_rows_of_search_at_midnight() -> None:
    with_end(0)
    midnight = datetime(2026, 11, 23, 23, tzinfo=NOW.tzinfo)
    assert all(one.stale_at <= midnight for one in Availability.objects.all())
    availability.refresh_stale(midnight)
    assert Availability.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_tell_once() -> None:
    with_end(5)

    def run() -> None:
        try:
            lapsing.tell(MIDDAY)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert told() == 1
