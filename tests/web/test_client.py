"""The client's space: one's own appointments, nobody else's."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, State, Transition
from allomediateur.directory.models import Mediator
from tests.factories import book, make_mediator, make_user
from tests.web.signing_in import enter
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alice(client: Client) -> User:
    """Signed in."""
    user = make_user("alice@example.org", name="Alice Martin")
    enter(client, user)
    return user


@pytest.fixture
def appointment(bob: Mediator, alice: User) -> Appointment:
    return book(bob, TEN, client=alice, now=NOW)


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ")


def address(appointment: Appointment, end: str = "") -> str:
    return f"/espace/rendez-vous/{appointment.reference}/{end}"


def test_without_appointment_the_space_leads_to_search(client: Client, alice: User) -> None:
    page = client.get("/espace/")
    assert page.status_code == 200
    assert "Aucun rendez-vous à venir" in text(page)
    assert 'href="/mediateurs/"' in text(page)


def test_upcoming_then_past_each_with_its_state(client: Client, bob: Mediator, alice: User) -> None:
    book(bob, TEN, client=alice, now=NOW)
    book(bob, HALF_PAST, client=alice, state=State.UNCONFIRMED, now=NOW)
    book(bob, TEN - 30 * DAY, client=alice, state=State.ATTENDED, now=NOW)
    book(bob, TEN + 60 * MINUTE, client=alice, state=State.CANCELLED, now=NOW)
    page = text(client.get("/espace/"))
    upcoming, past = page.split("Passés ou annulés")
    assert upcoming.count('<article class="appointment') == 2
    assert past.count('<article class="appointment is-past') == 2
    assert "Confirmé" in upcoming
    assert "À confirmer" in upcoming
    assert "A eu lieu" in past
    assert "Annulé" in past


def test_an_unconfirmed_one_past_its_time_is_over_worker_or_not(client: Client, bob: Mediator, alice: User) -> None:
    book(bob, TEN, client=alice, state=State.UNCONFIRMED, now=NOW, expires_at=NOW - MINUTE)
    page = text(client.get("/espace/"))
    assert "Aucun rendez-vous à venir" in page
    assert "Expiré" in page


def test_the_list_costs_the_same_for_one_and_for_ten(
    client: Client, bob: Mediator, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/espace/")
    counts: list[Any] = []
    for number in range(2):
        for row in range(1 + 8 * number):
            book(bob, TEN + (100 * number + row) * 30 * MINUTE, client=alice, now=NOW)
            past = TEN - 60 * DAY - (100 * number + row) * 30 * MINUTE
            book(bob, past, client=alice, state=State.ATTENDED, now=NOW)
        with django_assert_max_num_queries(13) as queries:
            client.get("/espace/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("end", ["", "deplacer/", "annuler/", "rendez-vous.ics"])
def test_a_strangers_appointment_is_not_there(client: Client, bob: Mediator, alice: User, end: str) -> None:
    charlies = book(bob, TEN, client=make_user("charlie@example.org"), now=NOW)
    assert client.get(address(charlies, end)).status_code == 404
    assert client.post(address(charlies, end)).status_code in (404, 405)
    charlies.refresh_from_db()
    assert charlies.state == State.CONFIRMED


def test_a_hold_is_nobodys(client: Client, bob: Mediator, alice: User) -> None:
    held = book(bob, TEN, client=alice, state=State.HELD, now=NOW)
    assert client.get(address(held)).status_code == 404


def test_a_mediators_own_agenda_is_not_in_the_clients_space(client: Client, bob: Mediator) -> None:
    mine = book(bob, TEN, now=NOW)
    enter(client, bob.user)
    assert client.get(address(mine)).status_code == 404
    assert mine.reference not in text(client.get("/espace/"))


def test_details(client: Client, appointment: Appointment) -> None:
    page = text(client.get(address(appointment)))
    assert "Rendez-vous avec Bob Durand" in page
    assert "Premier contact" in page
    assert "Confirmé" in page


def test_move(client: Client, appointment: Appointment) -> None:
    slot = f"{HALF_PAST.isoformat()}|phone|"
    assert f'value="{slot}"' in text(client.get(address(appointment, "deplacer/")))
    answer = client.post(address(appointment, "deplacer/"), {"slot": slot})
    assert answer["Location"] == address(appointment)
    appointment.refresh_from_db()
    assert appointment.starts_at == HALF_PAST
    assert appointment.transitions.get(from_start=TEN).by == Transition.By.CLIENT


def test_move_pages_through_the_days(client: Client, appointment: Appointment) -> None:
    later = (TEN + 14 * DAY).date()
    page = text(client.get(address(appointment, f"deplacer/?du={later}")))
    assert "Revenir aux premiers créneaux" in page
    assert f"{later}T08:00" in page or f"{later}T09:00" in page
    for nonsense in ("x", "9999-12-31", "0001-01-01", "2026-02-31"):
        assert client.get(address(appointment, f"deplacer/?du={nonsense}&lieu=nulle-part")).status_code == 200


def test_nothing_free_keeps_the_appointment_and_shows_ways_out(
    client: Client, bob: Mediator, appointment: Appointment
) -> None:
    Mediator.objects.filter(pk=bob.pk).update(suspended_at=NOW)
    page = client.get(address(appointment, "deplacer/"))
    assert page.status_code == 200
    assert "Aucun autre créneau" in text(page)
    assert client.get(address(appointment)).status_code == 200


def test_cancel(client: Client, appointment: Appointment) -> None:
    client.post(address(appointment, "annuler/"), {"reason": "Je ne peux plus"})
    appointment.refresh_from_db()
    assert (appointment.state, appointment.cancel_reason) == (State.CANCELLED, "Je ne peux plus")
    assert "Je ne peux plus" in text(client.get(address(appointment)))


def test_a_get_changes_nothing(client: Client, appointment: Appointment) -> None:
    client.get(address(appointment, f"deplacer/?slot={HALF_PAST.isoformat()}|phone|"))
    client.get(address(appointment, "annuler/?reason=x"))
    client.head(address(appointment, "annuler/"))
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.state) == (TEN, State.CONFIRMED)


def test_the_entry_for_a_calendar(client: Client, appointment: Appointment) -> None:
    file = client.get(address(appointment, "rendez-vous.ics"))
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:{appointment.uid}@".encode() in file.content


def test_the_zone_chosen_on_the_site_wins(client: Client, appointment: Appointment) -> None:
    session = client.session
    session["zone"] = "America/Martinique"
    session.save()
    assert "heure de Fort-de-France (10 h à Paris)" in text(client.get(address(appointment)))
