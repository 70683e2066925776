"""The mediator's space: the week, the list, one appointment."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Busy, OpeningException, State
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator import week
from tests.factories import book, make_commune, make_mediator, make_user
from tests.web.signing_in import enter, text
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, PARIS, TEN

pytestmark = pytest.mark.django_db
MONDAY = (TEN - DAY).astimezone(PARIS).date()


@pytest.fixture
def bob(client: Client) -> Mediator:
    """Signed in."""
    mediator = make_mediator(now=NOW)
    enter(client, mediator.user)
    return mediator


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


def days_of(client: Client, day: object) -> list[week.Day]:
    page = client.get(f"/mediateur/?semaine={day}")
    assert page.status_code == 200
    return list(page.context["days"])


def test_the_week_shows_who_when_and_how_sure(client: Client, bob: Mediator, alice: User) -> None:
    book(bob, TEN, client=alice, now=NOW)
    book(bob, HALF_PAST, state=State.UNCONFIRMED, now=NOW)
    page = text(client.get(f"/mediateur/?semaine={MONDAY}"))
    assert "<b>10 h</b> Alice Martin" in page
    assert "is-confirmed" in page
    assert "(à confirmer)" in page
    assert "2 rendez-vous" in page


def test_cancelled_released_and_held_ones_are_not_in_the_week(client: Client, bob: Mediator) -> None:
    book(bob, TEN, state=State.CANCELLED, now=NOW)
    book(bob, HALF_PAST, state=State.UNCONFIRMED, now=NOW, expires_at=NOW - MINUTE)
    book(bob, TEN + 60 * MINUTE, state=State.HELD, now=NOW)
    assert [day.events for day in days_of(client, MONDAY)] == [[]] * 7


def test_the_openings_are_the_ground_less_what_is_closed(client: Client, bob: Mediator) -> None:
    monday, tuesday = MONDAY, TEN.date()
    OpeningException.objects.create(mediator=bob, kind="closed", day=tuesday, start_minute=10 * 60, end_minute=11 * 60)
    days = days_of(client, monday)
    assert [(one.start, one.end) for one in days[0].openings] == [(540, 720), (840, 1080)]
    assert [(one.start, one.end) for one in days[1].openings] == [(540, 600), (660, 720), (840, 1080)]
    assert days[5].openings == days[6].openings == []


def test_outside_hours_and_over_midnight(client: Client, bob: Mediator) -> None:
    late = datetime(TEN.year, TEN.month, TEN.day, 22, 45, tzinfo=PARIS).astimezone(UTC)
    Busy.objects.create(mediator=bob, starts_at=late, ends_at=late + 150 * MINUTE)
    page = client.get(f"/mediateur/?semaine={MONDAY}")
    first, second = page.context["days"][1].events[0], page.context["days"][2].events[0]
    assert (first.start, first.end, first.starts) == (22 * 60 + 45, 24 * 60, True)
    assert (second.start, second.end, second.starts) == (0, 75, False)
    assert (page.context["first_hour"], page.context["hours"]) == (0, 24)
    assert "Pris ailleurs" in text(page)


def test_previous_next_and_this_week(client: Client, bob: Mediator) -> None:
    page = text(client.get("/mediateur/"))
    assert "Cette semaine" not in page
    assert f"?semaine={MONDAY + 7 * DAY}" in text(client.get(f"/mediateur/?semaine={MONDAY}"))
    assert f"?semaine={MONDAY - 7 * DAY}" in text(client.get(f"/mediateur/?semaine={TEN.date()}"))


@pytest.mark.parametrize("asked", ["", "x", "9999-12-31", "0001-01-01", "2026-02-31", "١", "2026-W48-1"])
def test_a_week_that_cannot_be_read_is_this_one(client: Client, bob: Mediator, asked: str) -> None:
    assert client.get("/mediateur/", {"semaine": asked}).status_code == 200


@pytest.mark.parametrize(
    ("sunday", "shift", "hour"), [(date(2027, 3, 28), 60, "de moins"), (date(2026, 10, 25), -60, "de plus")]
)
def test_the_weeks_when_the_clock_changes(client: Client, bob: Mediator, sunday: date, shift: int, hour: str) -> None:
    start = datetime(sunday.year, sunday.month, sunday.day, 1, 30, tzinfo=PARIS).astimezone(UTC)
    Busy.objects.create(mediator=bob, starts_at=start, ends_at=start + 120 * MINUTE)
    page = client.get(f"/mediateur/?semaine={sunday}")
    days = page.context["days"]
    assert [day.shift_minutes for day in days] == [0] * 6 + [shift]
    # Two hours last two hours.
    assert [(one.start, one.minutes) for one in days[6].events] == [(90, 120)]
    assert f"une heure {hour}" in text(page)


def test_the_week_is_on_the_clock_of_the_main_office(client: Client) -> None:
    reunion = make_commune("97411", "Saint-Denis", "974", ["97400"], 150_000, -20.88, 55.45, "Indian/Reunion")
    mediator = make_mediator("Rose", commune=reunion, now=NOW)
    enter(client, mediator.user)
    start = datetime(TEN.year, TEN.month, TEN.day, 5, tzinfo=UTC)
    book(mediator, start, now=NOW)
    day = days_of(client, MONDAY)[1]
    assert [event.start for event in day.events] == [9 * 60]


def test_the_week_costs_the_same_for_one_and_for_ten(
    client: Client, bob: Mediator, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts: list[Any] = []
    for number in range(2):
        for row in range(1 + 8 * number):
            book(bob, TEN + (8 * number + row) * 30 * MINUTE, now=NOW)
        with django_assert_max_num_queries(12) as queries:  # one is what staff have set, as on every page
            client.get(f"/mediateur/?semaine={MONDAY}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_is_paged_and_costs_the_same(
    client: Client, bob: Mediator, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    book(bob, TEN, client=alice, now=NOW)
    with django_assert_max_num_queries(11) as first:
        client.get("/mediateur/liste/")
    for row in range(1, 25):
        book(bob, TEN + row * 30 * MINUTE, client=alice, now=NOW)
    with django_assert_max_num_queries(len(first)):
        page = client.get("/mediateur/liste/")
    assert len(page.context["lines"]) == 20
    assert len(client.get("/mediateur/liste/?page=2").context["lines"]) == 5
    for nonsense in ("0", "-1", "x", "999999999999"):
        assert client.get(f"/mediateur/liste/?page={nonsense}").status_code == 200


def test_the_list_of_what_is_over(client: Client, bob: Mediator, alice: User) -> None:
    book(bob, TEN - 30 * DAY, client=alice, state=State.ATTENDED, now=NOW)
    book(bob, TEN, client=alice, state=State.UNCONFIRMED, expires_at=NOW - MINUTE, now=NOW)
    assert "Aucun rendez-vous à venir" in text(client.get("/mediateur/liste/"))
    page = client.get("/mediateur/liste/?vue=passes")
    assert [line.state for line in page.context["lines"]] == [State.ATTENDED]


def contact(appointment: Appointment) -> Appointment:
    appointment.participants.filter(role="client").update(phone="+33612345678", email="alice@example.org")
    return appointment


def address(appointment: Appointment, end: str = "") -> str:
    return f"/mediateur/rendez-vous/{appointment.reference}/{end}"


def test_contact_details_come_with_the_confirmation(client: Client, bob: Mediator, alice: User) -> None:
    unconfirmed = contact(book(bob, TEN, client=alice, state=State.UNCONFIRMED, now=NOW))
    confirmed = contact(book(bob, HALF_PAST, client=alice, now=NOW))
    page = text(client.get(address(unconfirmed)))
    assert "Alice Martin" in page
    assert "À confirmer" in page
    assert "alice@example.org" not in page
    assert "06 12 34 56 78" not in page
    page = text(client.get(address(confirmed)))
    assert "alice@example.org" in page
    assert "06 12 34 56 78" in page


def test_another_mediators_appointment_is_not_there(client: Client, bob: Mediator, alice: User) -> None:
    others = book(make_mediator("Charlie", now=NOW), TEN, client=alice, now=NOW)
    for end in ("", "annuler/", "rendez-vous.ics"):
        assert client.get(address(others, end)).status_code == 404
    assert client.post(address(others, "annuler/"), {"reason": "x"}).status_code == 404
    others.refresh_from_db()
    assert others.state == State.CONFIRMED


def test_the_mediator_cancels_with_a_reason(client: Client, bob: Mediator, alice: User) -> None:
    appointment = book(bob, TEN, client=alice, now=NOW)
    assert "Alice Martin" in text(client.get(address(appointment, "annuler/")))
    answer = client.post(address(appointment, "annuler/"), {"reason": " "})
    assert answer.status_code == 422
    assert "pourquoi vous annulez" in text(answer)
    client.post(address(appointment, "annuler/"), {"reason": "Malade"})
    appointment.refresh_from_db()
    assert (appointment.state, appointment.cancel_reason) == (State.CANCELLED, "Malade")
    assert "Malade" in text(client.get(address(appointment)))


def test_the_entry_for_a_calendar(client: Client, bob: Mediator, alice: User) -> None:
    appointment = book(bob, TEN, client=alice, now=NOW)
    assert f"UID:{appointment.uid}@".encode() in client.get(address(appointment, "rendez-vous.ics")).content


def test_an_account_without_profile_gets_a_calm_page(client: Client) -> None:
    enter(client, make_user("new@example.org", role=User.Role.MEDIATOR))
    for path in ("", "liste/", "plages/", "rendez-vous/x/"):
        page = client.get(f"/mediateur/{path}")
        assert page.status_code == 200
        assert "pas encore ouverte" in text(page)


# Openings


def test_the_switch_of_public_holidays(client: Client, bob: Mediator) -> None:
    address = reverse("mediator_openings")
    page = client.get(address)
    (territory,) = page.context["holidays"]
    assert len(territory.days) == 6
    assert all(name in page.content.decode() for _day, name in territory.days)
    english = text(client.get("/en" + address))
    assert "New Year" in english
    assert "checked" in page.content.decode().split('id="id_closed"')[1].split(">")[0]
    opened = client.post(reverse("mediator_holidays"), {}, follow=True)
    bob.refresh_from_db()
    assert not bob.closed_on_holidays
    assert "checked" not in opened.content.decode().split('id="id_closed"')[1].split(">")[0]
    client.post(reverse("mediator_holidays"), {"closed": "on"})
    bob.refresh_from_db()
    assert bob.closed_on_holidays
