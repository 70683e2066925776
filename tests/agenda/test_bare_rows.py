"""Who is certified without being bookable is one bare line of search, from the day after membership or insurance: what
says so follows each change at once, even one that changes no row of Availability."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from allomediateur.agenda import finding, lapsing, listing, offices, sheets, verifying
from allomediateur.agenda.models import Availability, Listing
from allomediateur.directory.models import Credential, Decision, Mediator, Office
from allomediateur.directory.rights import day_of
from tests.agenda.standings import KINDS, make_claim, make_proven, make_staff
from tests.factories import NOW, make_commune, make_mediator, office_of
from tests.launch.waiting import eventually

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = day_of(NOW)
TRAINED, ENDS, LATER = TODAY + 20 * DAY, TODAY + 40 * DAY, TODAY + 80 * DAY

BARE = Listing.objects.filter(sheet=sheets.number(sheets.BARE))


@pytest.fixture
def bob() -> Mediator:
    """Whose training ends first: membership and insurance do not move the end that his rows bear."""
    one = make_mediator(trained_until=TRAINED, member_until=ENDS, insured_until=ENDS)
    make_proven(one, KINDS.TRAINING, until=TRAINED)
    make_proven(one, KINDS.MEMBERSHIP, until=ENDS)
    make_proven(one, KINDS.INSURANCE, until=ENDS)
    one.refresh_from_db()
    return one


def bare_days() -> set[date | None]:
    return set(BARE.values_list("first_free_day", flat=True))


def judge(bob: Mediator, kind: Credential.Kind, until: date) -> None:
    verifying.judge(make_claim(bob, kind, until=until), accepted=True, by=make_staff(), now=NOW)


def suspend_and_reinstate(bob: Mediator, kind: Credential.Kind, until: date) -> None:
    """The claims having been read again meanwhile."""
    proposed = verifying.propose(bob, Decision.Kind.SUSPENDED, reason="r", by=make_staff("Sam"), now=NOW)
    verifying.confirm(proposed, by=make_staff("Eve"), now=NOW)
    assert bare_days() == set()
    judge(bob, kind, until)
    assert bare_days() == set()
    verifying.reinstate(bob, reason="", by=make_staff(), now=NOW)


@pytest.mark.parametrize("change", [judge, suspend_and_reinstate])
def test_it_begins_the_day_after_the_first_of_the_two_ends(
    bob: Mediator, change: Callable[[Mediator, Credential.Kind, date], None]
) -> None:
    assert bare_days() == {ENDS + DAY}
    change(bob, KINDS.MEMBERSHIP, LATER)
    assert bare_days() == {ENDS + DAY}
    change(bob, KINDS.INSURANCE, LATER + DAY)
    assert bare_days() == {LATER + DAY}
    assert set(Availability.objects.values_list("entitled_until", flat=True)) == {TRAINED}
    assert listing.differences([bob.pk]) == 0


def test_a_renewal_is_what_search_says_on_that_day(bob: Mediator) -> None:
    """Trained again, insured again: bookable that long, a bare line on the day after."""
    judge(bob, KINDS.TRAINING, LATER + 90 * DAY)
    judge(bob, KINDS.MEMBERSHIP, LATER)
    judge(bob, KINDS.INSURANCE, LATER)
    found = [finding.find(finding.Query(), NOW + days * DAY).items for days in (40, 80, 81)]
    assert [[card.bookable for card in items] for items in found] == [[True], [True], [False]]


def test_the_morning_job_leaves_the_line_that_is_then_shown(bob: Mediator) -> None:
    judge(bob, KINDS.TRAINING, LATER)
    now = NOW + 41 * DAY
    assert lapsing.tell(now)[1] == 2
    assert bare_days() == {ENDS + DAY}
    assert listing.differences([bob.pk]) == 0
    judge(bob, KINDS.MEMBERSHIP, LATER)
    assert bare_days() == {ENDS + DAY}
    judge(bob, KINDS.INSURANCE, LATER)
    assert bare_days() == {LATER + DAY}


def test_it_stands_at_the_main_office_of_now() -> None:
    """Of somebody seen in person only: rows bear their own office, whichever is the main one."""
    bob = make_mediator(modalities=("in_person",), insured_until=ENDS)
    lyon = make_commune("69123", "Lyon", "69", ["69001"], lat=45.75801, lon=4.83506)
    other = offices.save(
        Office(
            mediator=bob, name="Lyon", address="1 rue de la République", postal_code="69001", commune=lyon,
            lat=lyon.lat, lon=lyon.lon, zone=lyon.zone,
        ), NOW,
    )  # fmt: skip
    assert listing.differences([bob.pk]) == 0
    other.is_main = True
    offices.save(other, NOW)
    assert office_of(bob) == other
    assert set(BARE.values_list("place", flat=True)) == {other.pk}
    assert listing.differences([bob.pk]) == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_decided_while_all_are_looked_at_stands() -> None:
    """Of somebody without a row of Availability to wait for."""
    bob = make_mediator(cpmn_member=True, insured_until=TODAY - DAY)
    assert not Availability.objects.exists()

    def look_at_all() -> None:
        try:
            listing.rebuild_all()
        finally:
            connection.close()

    looking = Thread(target=look_at_all)
    with transaction.atomic():
        judge(bob, KINDS.INSURANCE, TODAY)
        looking.start()
        assert eventually(is_somebody_waiting)
    looking.join()
    assert bare_days() == {TODAY + DAY}


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
