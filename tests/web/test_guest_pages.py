"""Guests: invited from a letter's page, a space, a mediator's page; their own page, which changes nothing else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda import guests
from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.directory.models import Mediator
from tests.agenda.mandates import invite, kinds, letter
from tests.agenda.steps import token_of
from tests.factories import book, make_mediator, make_user
from tests.web.paths import get, text, value
from tests.web.signing_in import enter
from tests.web.times import HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db

PAUL = {"name": "Paul Adverse", "role": "party", "email": "paul@example.org", "phone": "", "language": "fr"}
MARKS = ("alice@example.org", "ines@example.org", "06 39 98 00 11", "06 39 98 00 22")


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alice(client: Client) -> User:
    """Signed in."""
    user = make_user("alice@example.org", name="Alice Martin", phone="+33639980011")
    enter(client, user)
    return user


@pytest.fixture
def booked(bob: Mediator, alice: User) -> Appointment:
    made = book(bob, TEN, client=alice, now=NOW)
    made.participants.filter(role="client").update(phone="+33639980011")
    return made


def door(email: str = "paul@example.org") -> str:
    return f"/rendez-vous/{token_of(letter('appointment_guest_invited', email))}/"


def test_the_client_invites_sees_the_answer_and_takes_back(client: Client, booked: Appointment) -> None:
    address = reverse("client_guests", args=[booked.reference])
    assert client.post(address, PAUL)["Location"] == address
    Client().post(door() + "reponse/", {"reponse": "ne-viens-pas"})
    page = get(client, reverse("client_appointment", args=[booked.reference]))
    assert "Paul Adverse" in page
    assert "Ne vient pas" in page
    assert "paul@example.org" not in page
    assert kinds()[-1] == ("appointment_guest_declined", "alice@example.org")
    guest = Participant.objects.get(email="paul@example.org")
    assert client.post(address, {"retirer": str(guest.pk)}).status_code == 302
    assert Client().get(door()).status_code == 404
    assert "paul@example.org" not in get(client, address)


@pytest.mark.parametrize("number", ["0", "x", "٣", "9" * 40, ""])
def test_what_is_nobodys_invitation_is_not_taken_back(client: Client, booked: Appointment, number: str) -> None:
    invite(booked, now=NOW)
    address = reverse("client_guests", args=[booked.reference])
    assert client.post(address, {"retirer": number})["Location"] == address
    assert Participant.objects.filter(email="paul@example.org").exists()


def test_what_is_wrong_is_said(client: Client, booked: Appointment) -> None:
    address = reverse("client_guests", args=[booked.reference])
    invite(booked, now=NOW)
    for told, said in (
        ({}, "Vous avez déjà invité cette adresse"),
        ({"email": "alice@example.org"}, "ou c’est la vôtre"),
        ({"role": "client"}, "Sélectionnez un choix valide"),
        ({"name": "Voir https://evil.example", "email": "x@example.org"}, "sans adresse de site"),
        ({"name": "Colis bloqué evil-poste.fr", "email": "x@example.org"}, "sans adresse de site"),
        ({"email": "x@"}, "n’est pas complète"),
    ):
        answer = client.post(address, PAUL | told)
        assert answer.status_code == 422
        assert said in text(answer)
    assert len(kinds()) == 1


def test_a_guests_page_shows_the_least(booked: Appointment) -> None:
    invite(booked, now=NOW)
    invite(booked, name="Inès Li", role="interpreter", email="ines@example.org", phone="+33639980022", now=NOW)
    page = get(Client(), door())
    for said in (
        "Alice Martin vous invite",
        "Autre partie",
        "Je viens",
        "Je ne peux pas venir",
        "Bob Durand",
        "Votre téléphone",
    ):
        assert said in page
    for hidden in (*MARKS, "Inès Li", "Premier contact", "paul@example.org"):
        assert hidden not in page
    file = Client().get(door() + "rendez-vous.ics").content.decode()
    assert not any(mark in file for mark in MARKS)


def test_a_guest_neither_moves_nor_cancels_nor_invites(booked: Appointment) -> None:
    invite(booked, now=NOW)
    guest = Client()
    for end, told in (("deplacer/", {"slot": value(HALF_PAST)}), ("annuler/", {"reason": "x"})):
        assert guest.get(door() + end)["Location"] == door()
        answer = guest.post(door() + end, told, follow=True)
        assert "seules les personnes qui l’ont pris" in text(answer)
    assert guest.post(door() + "invites/", PAUL).status_code == 404
    booked.refresh_from_db()
    assert (booked.state, booked.starts_at) == (State.CONFIRMED, TEN)
    assert booked.participants.count() == 3


def test_a_guest_comes_and_gives_the_number_they_are_called_on(booked: Appointment, bob: Mediator) -> None:
    invite(booked, now=NOW)
    guest = Client()
    assert guest.post(door() + "reponse/", {"reponse": "viens", "phone": "12"}).status_code == 422
    page = text(guest.post(door() + "reponse/", {"reponse": "viens", "phone": "06 39 98 00 22"}, follow=True))
    assert "vous venez" in page
    his = Client()
    enter(his, bob.user)
    page = get(his, reverse("mediator_appointment", args=[booked.reference]))
    assert "06 39 98 00 22" in page
    assert "Vient" in page


def test_only_guests_answer(client: Client, booked: Appointment) -> None:
    assert client.post(reverse("client_answer", args=[booked.reference]), {"reponse": "viens"}).status_code == 404


def test_a_guest_with_an_account_finds_it_once_they_answered_signed_in(booked: Appointment) -> None:
    paul, his = make_user("paul@example.org", name="Paul"), Client()
    invite(booked, now=NOW)
    enter(his, paul)
    assert "Bob Durand" not in get(his, "/espace/")
    his.post(door() + "reponse/", {"reponse": "viens", "phone": "06 39 98 00 22"})
    page = get(his, "/espace/")
    assert "Vous y êtes invité par Alice" in page
    assert "Annuler" not in page
    address = reverse("client_appointment", args=[booked.reference])
    assert "Vous venez" in get(his, address)
    for name in ("client_move", "client_cancel"):
        assert his.get(reverse(name, args=[booked.reference]))["Location"] == address
    assert his.get(reverse("client_guests", args=[booked.reference])).status_code == 404
    his.post(reverse("client_answer", args=[booked.reference]), {"reponse": "ne-viens-pas"})
    assert Participant.objects.get(user=paul).answer == "declined"


def test_a_mediator_invites_and_the_client_sees_only_their_own(
    client: Client, booked: Appointment, bob: Mediator
) -> None:
    his = Client()
    enter(his, bob.user)
    address = reverse("mediator_guests", args=[booked.reference])
    assert his.post(address, PAUL)["Location"] == address
    assert "Paul Adverse" in get(his, address)
    assert "Paul Adverse" not in get(client, reverse("client_appointment", args=[booked.reference]))
    assert "Bob Durand, qui conduit la médiation" in letter("appointment_guest_invited").text


def test_staff_invite_for_whom_they_act_for(booked: Appointment, alice: User) -> None:
    staff, address = Client(), reverse("staff_guests", args=[booked.reference])
    enter(staff, make_user("staff@example.org", name="Sam", role=User.Role.STAFF))
    assert staff.post(address, PAUL)["Location"] == reverse("staff_appointment", args=[booked.reference])
    staff.post(reverse("staff_act_account", args=[alice.pk]), {"motif": "asked"})
    assert staff.post(address, PAUL)["Location"] == address
    made = Participant.objects.get(email="paul@example.org")
    assert made.invited_by == booked.participants.get(role="client")
    assert "paul@example.org" in get(staff, reverse("staff_appointment", args=[booked.reference]))


def test_an_agreed_place_is_told_to_the_client_and_the_mediator_only(bob: Mediator, alice: User) -> None:
    booked = book(bob, TEN, client=alice, modality="phone", now=NOW)
    Appointment.objects.filter(pk=booked.pk).update(modality="in_person", place="3 rue du Secret, Paris")
    booked.refresh_from_db()
    invite(booked, now=NOW)
    written = letter("appointment_guest_invited")
    assert "Secret" not in written.text + written.html + written.ics
    assert "Secret" not in get(Client(), door())
    assert "Secret" not in Client().get(door() + "rendez-vous.ics").content.decode()


def test_invitations_are_limited(client: Client, booked: Appointment, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"guest": (1, 0.01)}
    address = reverse("client_guests", args=[booked.reference])
    assert client.post(address, PAUL).status_code == 302
    assert client.post(address, PAUL | {"email": "x@example.org"}).status_code == 429
    assert len(kinds()) == 1


def test_pages_ask_the_database_as_often_for_one_guest_and_for_three(
    client: Client, booked: Appointment, django_assert_max_num_queries: Any
) -> None:
    invite(booked, now=NOW)
    with django_assert_max_num_queries(40) as one:
        client.get("/espace/")
        client.get(reverse("client_appointment", args=[booked.reference]))
    for number in range(2):
        invite(booked, email=f"g{number}@example.org", now=NOW)
    with django_assert_max_num_queries(len(one)):
        client.get("/espace/")
        client.get(reverse("client_appointment", args=[booked.reference]))


def test_an_appointment_that_has_begun_awaits_no_answer(booked: Appointment) -> None:
    made = invite(booked, now=NOW)
    Appointment.objects.filter(pk=booked.pk).update(
        starts_at=NOW - 10 * MINUTE, ends_at=NOW + 20 * MINUTE, blocked=(NOW - 10 * MINUTE, NOW + 20 * MINUTE)
    )
    answer = Client().post(door() + "reponse/", {"reponse": "viens"}, follow=True)
    assert "n’attend plus de réponse" in text(answer)
    made.refresh_from_db()
    assert (made.answer, guests.MOST) == ("", 6)
