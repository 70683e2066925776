"""A mediator's day in one letter: each thing once, what is near at once, none when nothing, over clock changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connections, transaction

from allomediateur.agenda import changing, confirming, digest, telling
from allomediateur.agenda.models import Appointment, Participant, State, Telling, Transition, Untold
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.factories import NOW, book, make_mediator, make_user, service_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = NOW + 4 * DAY + HOUR
"""At ten in Paris, as the openings have it."""
EVENING = NOW + 9 * HOUR
"""18:00 in Paris, the hour of the digest."""
By = Transition.By


@pytest.fixture
def bob() -> Mediator:
    mediator = make_mediator(now=NOW)
    telling.choose(mediator, Telling.Mode.DIGEST, 18 * 60, NOW)
    return mediator


def confirmed(bob: Mediator, start: datetime = FRIDAY, now: datetime = NOW) -> Appointment:
    booked = steps.book(bob, start, now=now)
    confirming.confirm_with_code(booked, steps.code_of(steps.last_letter("appointment_to_confirm")), now)
    booked.refresh_from_db()
    return booked


def letters_of(bob: Mediator) -> list[str]:
    return list(Letter.objects.filter(to=bob.user.email).order_by("pk").values_list("kind", flat=True))


def last(bob: Mediator) -> Letter:
    return Letter.objects.filter(to=bob.user.email, kind="mediator_digest").order_by("-pk")[0]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_by_default_each_booking_has_its_letter_with_its_calendar() -> None:
    mediator = make_mediator(now=NOW)
    confirmed(mediator)
    assert letters_of(mediator) == ["mediator_confirmed"]
    assert Letter.objects.get(kind="mediator_confirmed").ics
    assert not Untold.objects.exists()


def test_a_booking_waits_for_the_hour_and_is_told_once(bob: Mediator) -> None:
    confirmed(bob)
    assert letters_of(bob) == []
    assert digest.tell_due(EVENING - timedelta(seconds=1)) == 0
    assert digest.tell_due(EVENING) == 1
    assert digest.tell_due(EVENING) == 0
    assert digest.tell_due(EVENING + DAY) == 0
    letter = last(bob)
    assert (letters_of(bob), letter.ics) == (["mediator_digest"], "")
    assert plain(letter.subject) == "Vos rendez-vous : 1 changement"
    for said in (letter.text, letter.html):
        assert "vendredi 27 novembre 2026 à 10 h" in plain(said)
        assert "Alice Martin" in said
        assert "Aucun rendez-vous" in said.replace("aucun", "Aucun")
    assert "Nouveaux :" in plain(letter.text)


def test_the_client_is_written_to_at_once_all_the_same(bob: Mediator) -> None:
    confirmed(bob)
    assert steps.last_letter("appointment_confirmed").ics


def test_tomorrow_is_told_and_a_day_of_nothing_is_not(bob: Mediator) -> None:
    book(bob, NOW + DAY + HOUR, now=NOW)
    book(bob, NOW + DAY + 3 * HOUR, state=State.UNCONFIRMED, now=NOW)
    book(bob, NOW + 2 * DAY + HOUR, now=NOW)
    assert digest.tell_due(EVENING) == 1
    said = plain(last(bob).text)
    assert last(bob).subject == "Vos rendez-vous de demain"
    assert "Demain, mardi 24 novembre :" in said
    assert said.count("Alice") == 1
    assert digest.tell_due(EVENING + DAY) == 1  # Wednesday's
    assert digest.tell_due(EVENING + 2 * DAY) == 0


def test_a_move_and_a_cancellation_are_told_with_what_they_were(bob: Mediator) -> None:
    one, two = confirmed(bob), confirmed(bob, FRIDAY + HOUR)
    digest.tell_due(EVENING)
    later = EVENING + HOUR
    changing.move(one, start=FRIDAY + 7 * DAY, by=By.CLIENT, now=later)
    changing.cancel(two, by=By.CLIENT, now=later)
    assert letters_of(bob) == ["mediator_digest"]
    assert digest.tell_due(EVENING + DAY) == 1
    said = plain(last(bob).text)
    assert "Déplacés :\n- vendredi 4 décembre 2026 à 10 h" in said
    assert "(c’était le vendredi 27 novembre 2026 à 10 h" in said
    assert "Annulés :\n- vendredi 27 novembre 2026 à 11 h" in said
    assert "(par la personne)" in said


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (By.MEDIATOR, "(par vous)"), (By.STAFF, "(par l’administration)"), (By.AGENT, "(par qui a pris le rendez-vous)")
    ],
)  # fmt: skip
def test_who_cancelled_is_who_did(bob: Mediator, by: Transition.By, said: str) -> None:
    one = confirmed(bob)
    digest.tell_due(EVENING)
    changing.cancel(one, by=by, now=EVENING + HOUR)
    digest.tell_due(EVENING + DAY)
    assert said in plain(last(bob).text)
    assert "(par la personne)" not in plain(last(bob).text)


def test_what_was_booked_and_cancelled_in_between_is_nobodys_news(bob: Mediator) -> None:
    changing.cancel(confirmed(bob), by=By.CLIENT, now=NOW + HOUR)
    assert digest.tell_due(EVENING) == 0
    assert not Untold.objects.exists()


def test_booked_then_moved_is_new_at_its_hour_of_now(bob: Mediator) -> None:
    changing.move(confirmed(bob), start=FRIDAY + 7 * DAY, by=By.CLIENT, now=NOW + HOUR)
    digest.tell_due(EVENING)
    said = plain(last(bob).text)
    assert "Nouveaux :\n- vendredi 4 décembre" in said
    assert "Déplacés" not in said


@pytest.mark.parametrize("by", [By.CLIENT, By.SYSTEM])
def test_a_cancellation_under_24_hours_is_told_at_once(bob: Mediator, by: Transition.By) -> None:
    one = confirmed(bob)
    digest.tell_due(EVENING)
    changing.cancel(one, by=by, now=FRIDAY - 24 * HOUR + timedelta(minutes=1))
    assert letters_of(bob) == ["mediator_digest", "mediator_cancelled"]
    assert not Untold.objects.exists()


def test_what_begins_before_the_next_digest_never_waits_for_it(bob: Mediator) -> None:
    """On the night of 25 hours it begins 24 hours and 30 minutes away, and before the next digest."""
    telling.choose(bob, Telling.Mode.DIGEST, 10 * 60, NOW)
    saturday = datetime(2027, 10, 30, 10, 1, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    Telling.objects.update(next_at=telling.next_at(bob, 10 * 60, saturday))
    one = book(bob, saturday + 24 * HOUR + timedelta(minutes=30), now=saturday)
    kind = Untold.Kind.CONFIRMED
    assert not telling.keep(kind, one, saturday, by_mediator=False)
    Telling.objects.update(next_at=saturday)
    assert telling.keep(kind, one, saturday, by_mediator=False)


def test_a_move_away_from_the_24_hours_to_come_is_told_at_once(bob: Mediator) -> None:
    one = confirmed(bob)
    digest.tell_due(EVENING)
    changing.move(one, start=FRIDAY + 7 * DAY, by=By.CLIENT, now=FRIDAY - 3 * HOUR)
    assert letters_of(bob) == ["mediator_digest", "mediator_moved"]


def test_what_waited_is_told_when_the_digest_is_given_up(bob: Mediator) -> None:
    confirmed(bob)
    telling.choose(bob, Telling.Mode.EACH, 18 * 60, NOW)
    assert digest.tell_due(NOW + timedelta(minutes=5)) == 1
    assert digest.tell_due(NOW + timedelta(minutes=10)) == 0
    assert letters_of(bob) == ["mediator_digest"]
    confirmed(bob, FRIDAY + HOUR)
    assert letters_of(bob) == ["mediator_digest", "mediator_confirmed"]


def test_a_worker_that_was_away_tells_two_days_in_one_letter(bob: Mediator) -> None:
    confirmed(bob)
    confirmed(bob, FRIDAY + HOUR, now=EVENING + HOUR)
    assert digest.tell_due(EVENING + DAY + 3 * HOUR) == 1
    assert plain(last(bob).subject) == "Vos rendez-vous : 2 changements"
    assert Telling.objects.get().next_at == EVENING + 2 * DAY


def test_it_is_written_in_the_readers_language(bob: Mediator) -> None:
    bob.user.language = "en"
    bob.user.save()
    Participant.objects.filter(user=bob.user).update(language="en")
    confirmed(bob)
    digest.tell_due(EVENING)
    assert last(bob).language == "en"
    assert "Hello," in last(bob).text


@pytest.mark.parametrize(
    ("zone", "day", "minute", "expected"),
    [
        ("Europe/Paris", date(2027, 3, 28), 150, datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),  # 2:30 does not exist
        ("Europe/Paris", date(2027, 10, 31), 150, datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # the first 2:30
        ("America/Martinique", date(2027, 3, 28), 150, datetime(2027, 3, 28, 6, 30, tzinfo=UTC)),
        ("America/Halifax", date(2027, 11, 7), 90, datetime(2027, 11, 7, 4, 30, tzinfo=UTC)),
        ("Pacific/Noumea", date(2027, 3, 28), 0, datetime(2027, 3, 27, 13, 0, tzinfo=UTC)),
    ],
)
def test_one_a_day_on_the_clock_of_the_agenda_over_clock_changes(
    bob: Mediator, zone: str, day: date, minute: int, expected: datetime
) -> None:
    """The worker looks every five minutes of five days: five digests, one a local day."""
    bob.offices.update(zone=zone)
    bob = Mediator.objects.prefetch_related("offices").get(pk=bob.pk)
    now = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) - 2 * DAY
    found: list[datetime] = []
    telling.choose(bob, Telling.Mode.DIGEST, minute, now - HOUR)
    while len(found) < 5:
        at = Telling.objects.get().next_at
        assert at
        found.append(at)
        digest.tell_due(at)
        digest.tell_due(at + timedelta(minutes=5))
    assert expected in found
    assert len({one.astimezone(ZoneInfo(zone)).date() for one in found}) == 5


def test_the_database_keeps_a_digest_without_its_hour_out(bob: Mediator) -> None:
    with pytest.raises(IntegrityError, match="telling_digest_has_its_hour"), transaction.atomic():
        Telling.objects.update(next_at=None)


def test_a_closed_account_is_written_to_no_more(bob: Mediator) -> None:
    confirmed(bob)
    bob.user.is_active = False
    bob.user.save()
    assert digest.tell_due(EVENING) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_letter() -> None:
    bob = make_mediator(now=NOW)
    telling.choose(bob, Telling.Mode.DIGEST, 18 * 60, NOW)
    book(bob, NOW + DAY + HOUR, client=make_user(), service=service_of(bob), now=NOW)

    def work(_number: int) -> int:
        try:
            return digest.tell_due(EVENING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as workers:
        assert sorted(workers.map(work, range(8))) == [0] * 7 + [1]
    assert letters_of(bob) == ["mediator_digest"]
