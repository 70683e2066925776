"""The doors of letters: what they show, what they change, and what they answer when they no longer open."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from allomediateur.agenda import confirming, editing
from allomediateur.agenda.models import AccessLink, Appointment, Modality, Participant, State
from allomediateur.directory.models import Mediator
from tests.agenda import steps
from tests.factories import make_mediator, make_user, office_of, service_of
from tests.web.times import HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def appointment(bob: Mediator) -> Appointment:
    return steps.book(bob, TEN, now=NOW)


@pytest.fixture
def confirm_link(appointment: Appointment) -> str:
    return f"/rendez-vous/{steps.token_of(steps.last_letter('appointment_to_confirm'))}/confirmer/"


@pytest.fixture
def link(client: Client, confirm_link: str) -> str:
    """Of the letter that follows the confirmation."""
    client.post(confirm_link)
    return f"/rendez-vous/{steps.token_of(steps.last_letter('appointment_confirmed'))}/"


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ")


def value(start: Any, modality: str = "phone", office: object = "") -> str:
    return f"{start.isoformat()}|{modality}|{office}"


def test_looking_at_a_confirming_link_confirms_nothing(
    client: Client, appointment: Appointment, confirm_link: str
) -> None:
    page = client.get(confirm_link)
    assert page.status_code == 200
    assert "Confirmer le rendez-vous" in text(page)
    appointment.refresh_from_db()
    assert appointment.state == State.UNCONFIRMED


def test_pressing_the_button_confirms_once(client: Client, appointment: Appointment, confirm_link: str) -> None:
    assert client.post(confirm_link).status_code == 302
    appointment.refresh_from_db()
    assert appointment.state == State.CONFIRMED
    again = client.post(confirm_link, follow=True)
    assert again.status_code == 200
    assert "Votre rendez-vous est confirmé" in text(again)
    assert appointment.transitions.filter(to_state=State.CONFIRMED).count() == 1


def test_another_browser_confirms_without_being_signed_in(client: Client, confirm_link: str) -> None:
    client.post(confirm_link)
    assert "_auth_user_id" not in client.session


def test_a_confirming_link_past_its_time_says_so(client: Client, appointment: Appointment, confirm_link: str) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(expires_at=NOW)
    AccessLink.objects.update(expires_at=NOW)
    for answer in (client.get(confirm_link), client.post(confirm_link)):
        assert answer.status_code == 410
        assert "n’est plus valable" in text(answer)


def test_confirming_what_was_released_leads_to_other_slots(
    client: Client, appointment: Appointment, confirm_link: str
) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(expires_at=NOW)
    for answer in (client.get(confirm_link), client.post(confirm_link)):
        assert answer.status_code == 410
        assert f"/mediateurs/{appointment.mediator.slug}/" in text(answer)


def test_confirming_hours_that_are_gone_loses_the_slot_calmly(
    client: Client, bob: Mediator, appointment: Appointment, confirm_link: str
) -> None:
    editing.replace_openings(bob, [], NOW)
    answer = client.post(confirm_link)
    assert answer.status_code == 409
    assert "Ce créneau n’est plus disponible" in text(answer)


def test_confirmed_by_code_the_link_still_brings_it_to_its_account(
    client: Client, bob: Mediator, appointment: Appointment, confirm_link: str
) -> None:
    alice = make_user("alice@example.org")
    code = steps.code_of(steps.last_letter("appointment_to_confirm"))
    confirming.confirm_with_code(appointment, code, NOW)
    assert "L’ajouter à mon espace" in text(client.get(confirm_link))
    client.post(confirm_link)
    assert Participant.objects.get(appointment=appointment, role="client").user == alice


def test_a_manage_link_does_not_confirm_nor_a_confirming_one_manage(
    client: Client, link: str, confirm_link: str
) -> None:
    assert client.get(f"{link}confirmer/").status_code == 404
    assert client.get(confirm_link.removesuffix("confirmer/")).status_code == 404


def test_the_page_of_a_link_shows_the_least(client: Client, link: str) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "Bob Durand" in text(page)
    for secret in ("alice@example.org", "Alice Martin", "06 12 34 56 78", "612345678", "mediator1@", "0199000001"):
        assert secret not in text(page)
    assert page.headers["Cache-Control"].count("no-store")


@pytest.mark.parametrize("end", ["", "deplacer/", "annuler/", "confirmer/", "rendez-vous.ics", "rendez-vous.pdf"])
@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 5000, "é%20", "..."])
def test_a_foreign_link_is_answered_kindly(client: Client, token: str, end: str) -> None:
    answer = client.get(f"/rendez-vous/{token}/{end}")
    assert answer.status_code == 404
    assert "Ce lien ne mène à aucun rendez-vous" in text(answer)


def test_a_truncated_link_is_answered_kindly(client: Client, link: str) -> None:
    assert client.get(f"{link[:-5]}/").status_code == 404


def test_a_link_past_its_end_is_gone(client: Client, link: str) -> None:
    AccessLink.objects.update(expires_at=NOW)
    for end in ("", "deplacer/", "annuler/"):
        assert client.get(link + end).status_code == 410
        assert client.post(link + end).status_code in (405, 410)


def test_move_in_two_taps(client: Client, link: str, appointment: Appointment) -> None:
    page = client.get(f"{link}deplacer/")
    assert f'value="{value(HALF_PAST)}"' in text(page)
    answer = client.post(f"{link}deplacer/", {"slot": value(HALF_PAST)})
    assert (answer.status_code, answer["Location"]) == (302, link)
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.state) == (HALF_PAST, State.CONFIRMED)
    assert "est déplacé" in text(client.get(link))


def test_move_to_another_way_of_meeting(client: Client, link: str, bob: Mediator, appointment: Appointment) -> None:
    office = office_of(bob)
    page = client.get(f"{link}deplacer/?lieu=presentiel-{office.pk}")
    button = value(HALF_PAST, "in_person", office.pk)
    assert button in text(page)
    client.post(f"{link}deplacer/", {"slot": button})
    appointment.refresh_from_db()
    assert (appointment.modality, appointment.office) == (Modality.IN_PERSON, office)


def test_a_slot_just_taken_leaves_the_appointment_and_offers_the_nearest(
    client: Client, link: str, bob: Mediator, appointment: Appointment
) -> None:
    steps.hold(bob, HALF_PAST, browser="charlie", now=datetime.now(UTC))
    answer = client.post(f"{link}deplacer/", {"slot": value(HALF_PAST)})
    assert answer.status_code == 409
    assert "Ce créneau vient d’être réservé" in text(answer)
    assert value(TEN + 60 * MINUTE) in text(answer)
    appointment.refresh_from_db()
    assert appointment.starts_at == TEN


@pytest.mark.parametrize(
    "asked",
    ["", "x", "||", "2026-01-01T09:00:00|phone|", "9999-12-31T23:59:59-23:59|phone|", "0001-01-01|phone|"],
)
def test_nonsense_moves_nothing(client: Client, link: str, appointment: Appointment, asked: str) -> None:
    answer = client.post(f"{link}deplacer/", {"slot": asked})
    assert answer.status_code in (302, 409)
    appointment.refresh_from_db()
    assert appointment.starts_at == TEN


def test_another_mediators_office_is_no_button_of_ours(client: Client, link: str, appointment: Appointment) -> None:
    charlie = make_mediator("Charlie", now=NOW)
    client.post(f"{link}deplacer/", {"slot": value(HALF_PAST, "in_person", office_of(charlie).pk)})
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.modality) == (TEN, Modality.PHONE)


def test_cancel_in_two_taps_and_again(client: Client, link: str, appointment: Appointment) -> None:
    assert "Annuler ce rendez-vous" in text(client.get(f"{link}annuler/"))
    answer = client.post(f"{link}annuler/", {"reason": "Empêchement"})
    assert (answer.status_code, answer["Location"]) == (302, link)
    appointment.refresh_from_db()
    assert (appointment.state, appointment.cancel_reason) == (State.CANCELLED, "Empêchement")
    again = client.post(f"{link}annuler/", follow=True)
    assert "déjà annulé" in text(again)


def test_too_long_a_reason_is_kept_and_explained(client: Client, link: str, appointment: Appointment) -> None:
    answer = client.post(f"{link}annuler/", {"reason": "x" * 301})
    assert answer.status_code == 422
    assert "x" * 301 in text(answer)
    assert "300 caractères" in text(answer)
    appointment.refresh_from_db()
    assert appointment.state == State.CONFIRMED


def test_the_service_says_until_when(client: Client, bob: Mediator, link: str, appointment: Appointment) -> None:
    service = service_of(bob)
    service.change_until_hours = 24 * 30
    service.save()
    assert "Déplacer" not in text(client.get(link))
    for end in ("deplacer/", "annuler/"):
        for answer in (client.get(link + end, follow=True), client.post(link + end, follow=True)):
            assert answer.status_code == 200
            assert "pouvait être changé" in text(answer)
    appointment.refresh_from_db()
    assert appointment.state == State.CONFIRMED


def test_the_entry_for_a_calendar(client: Client, link: str, appointment: Appointment) -> None:
    answer = client.get(f"{link}rendez-vous.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"UID:{appointment.uid}@".encode() in answer.content
    assert b"alice" not in answer.content.lower()


def test_both_clocks_for_somebody_in_martinique(client: Client, bob: Mediator) -> None:
    steps.book(bob, TEN, now=NOW, told={"zone": "America/Martinique"}, modality=Modality.VIDEO)
    link = f"/rendez-vous/{steps.token_of(steps.last_letter('appointment_to_confirm'))}/confirmer/"
    there = text(client.get(link))
    assert "heure de Fort-de-France (10 h à Paris)" in there
    assert "visio.example.org" not in there
    client.post(link)
    assert "visio.example.org" in text(client.get(link))
