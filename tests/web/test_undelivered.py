"""A letter that did not arrive: the mail server's hook, then who sees it and whom they call."""

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.trail.models import Entry
from tests.agenda import mandates, waits
from tests.agenda.standings import make_staff
from tests.factories import book, make_mediator, make_user
from tests.notify.reports import report
from tests.web.signing_in import enter, text
from tests.web.times import DAY, NOW, TEN

pytestmark = pytest.mark.django_db
SECRET = "s" * 40
URL = "/api/v1/bounces"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def booked(bob: Mediator) -> Appointment:
    """Alice's, confirmed."""
    return with_phone(book(bob, TEN, client=make_user("alice@example.org", name="Alice Martin"), now=NOW))


def with_phone(one: Appointment) -> Appointment:
    Participant.objects.filter(appointment=one, role="client").update(phone="+33639980123")
    return one


def letter(about: Appointment, to: str = "alice@example.org", kind: str = "appointment_confirmed") -> Letter:
    return Letter.objects.create(
        kind=kind, topic=f"appointment:{about.reference}", to=to, language="fr", subject="Objet", text="secret",
        html="", created_at=NOW, next_attempt_at=NOW, sent_at=NOW,
    )  # fmt: skip


def back(about: Appointment, **more: str) -> Letter:
    made = letter(about, **more)
    Letter.objects.filter(pk=made.pk).update(bounced_at=NOW, bounce_status="5.1.1", bounce_reason="550 nobody")
    return made


def hand_over(message: bytes, secret: str = SECRET) -> int:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    client = Client(enforce_csrf_checks=True)
    return client.post(URL, message, content_type="message/rfc822", headers=headers).status_code


def test_the_hook_takes_a_report_of_who_has_the_secret(settings: Settings, booked: Appointment) -> None:
    settings.BOUNCE_SECRET = SECRET
    made = letter(booked)
    assert hand_over(report(made.message_id)) == 204
    made.refresh_from_db()
    assert made.bounce_status == "5.1.1"
    assert hand_over(b"nonsense") == 204  # and tells nobody which letters there are


@pytest.mark.parametrize("shown", ["", "x", SECRET[:-1], SECRET + "s", "é" * 40, "s" * 39 + "S"])
def test_the_hook_refuses_everybody_else(settings: Settings, booked: Appointment, shown: str) -> None:
    settings.BOUNCE_SECRET = SECRET
    made = letter(booked)
    assert hand_over(report(made.message_id), shown) == 403
    made.refresh_from_db()
    assert made.bounced_at is None


@pytest.mark.parametrize("shown", ["", " ", SECRET])
def test_without_a_secret_of_the_installation_nobody_may(settings: Settings, booked: Appointment, shown: str) -> None:
    settings.BOUNCE_SECRET = ""
    made = letter(booked)
    assert hand_over(report(made.message_id), shown) == 403
    made.refresh_from_db()
    assert made.bounced_at is None


def test_the_hook_takes_no_more_than_it_says(settings: Settings) -> None:
    settings.BOUNCE_SECRET = SECRET
    assert hand_over(b"x" * (configured.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)) == 413


def test_the_mediator_is_told_whom_to_call(client: Client, bob: Mediator, booked: Appointment) -> None:
    page, told = reverse("mediator_appointment", args=[booked.reference]), "Appelez cette personne au"
    enter(client, bob.user)
    assert told not in text(client.get(page))
    back(booked)
    assert f'{told} <a class="nowrap" href="tel:+33639980123">06 39 98 01 23</a>' in text(client.get(page))
    day = booked.starts_at.astimezone().date()
    for other in (reverse("mediator_list"), f"{reverse('mediator_day')}?jour={day}"):
        assert "lettre non arrivée" in text(client.get(other))


def test_before_the_confirmation_the_number_is_not_the_mediators(client: Client, bob: Mediator) -> None:
    alice = make_user("alice@example.org", name="Alice")
    one = with_phone(book(bob, TEN, client=alice, state=State.UNCONFIRMED, now=NOW, expires_at=NOW + DAY))
    back(one, kind="appointment_to_confirm")
    enter(client, bob.user)
    page = text(client.get(reverse("mediator_appointment", args=[one.reference])))
    assert "Une lettre n’est pas arrivée" in page
    assert "39980123" not in page.replace(" ", "")


def test_a_letter_to_a_former_address_or_dealt_with_is_nobodys_concern(
    client: Client, bob: Mediator, booked: Appointment
) -> None:
    made = back(booked)
    enter(client, bob.user)
    page = reverse("mediator_appointment", args=[booked.reference])
    Participant.objects.filter(appointment=booked, role="client").update(email="alice@autre.example")
    assert "Une lettre n’est pas arrivée" not in text(client.get(page))
    Participant.objects.filter(appointment=booked, role="client").update(email="alice@example.org")
    assert "Une lettre n’est pas arrivée" in text(client.get(page))
    Letter.objects.filter(pk=made.pk).update(dealt_with_at=NOW)
    assert "Une lettre n’est pas arrivée" not in text(client.get(page))


def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, bob: Mediator, booked: Appointment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    enter(client, bob.user)
    back(booked)
    client.get(reverse("mediator_list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("mediator_list"))
    for number in (1, 2):
        back(book(bob, TEN + number * 7 * DAY, client=make_user(f"{number}@example.org"), now=NOW))
    with django_assert_num_queries(len(one)):
        client.get(reverse("mediator_list"))


def test_staff_see_who_to_call_and_say_that_it_is_done(client: Client, bob: Mediator, booked: Appointment) -> None:
    made = back(booked)
    staff = make_staff()
    enter(client, staff)
    for page in (reverse("staff_home"), reverse("staff_appointment", args=[booked.reference])):
        shown = text(client.get(page))
        assert "Alice Martin" in shown
        assert '<a href="tel:+33639980123">Appeler au 06 39 98 01 23</a>' in shown
        assert "cette adresse n’existe pas" in shown
        assert "5.1.1 550 nobody" in shown
        assert "secret" not in shown
    assert "revenue" in text(client.get(reverse("staff_person", args=[booked.participants.get(role="client").user_id])))
    client.post(reverse("staff_letter_settled", args=[made.pk]))
    assert "Aucune : chaque lettre est arrivée" in text(client.get(reverse("staff_home")))
    assert Entry.objects.filter(act="settled", actor=staff.pk, thing=f"letter:{made.pk}").count() == 1
    client.post(reverse("staff_letter_settled", args=[made.pk]))
    assert Entry.objects.filter(act="settled").count() == 1


def test_a_home_with_three_costs_no_more_than_with_one(
    client: Client, bob: Mediator, booked: Appointment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    enter(client, make_staff())
    back(booked)
    client.get(reverse("staff_home"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("staff_home"))
    for number in (1, 2):
        back(book(bob, TEN + number * 7 * DAY, client=make_user(f"{number}@example.org"), now=NOW))
    with django_assert_num_queries(len(one)):
        client.get(reverse("staff_home"))


def test_whoever_is_signed_in_learns_that_their_address_refuses(client: Client, booked: Appointment) -> None:
    enter(client, make_user("charlie@example.org"))
    back(booked)
    assert "ne vous est pas arrivée" not in text(client.get(reverse("client_home")))
    alice = booked.participants.get(role="client").user
    assert alice
    mine = Client()
    enter(mine, alice)
    assert "Elle a été refusée à l’adresse alice@example.org" in text(mine.get(reverse("client_home")))


def test_a_guest_who_was_not_reached_is_called_too(client: Client, bob: Mediator, booked: Appointment) -> None:
    guest = mandates.invite(booked, now=NOW, phone="+33639980456")
    enter(client, bob.user)
    page = reverse("mediator_appointment", args=[booked.reference])
    assert "Lettre non arrivée" not in text(client.get(page))
    back(booked, to=guest.email, kind="appointment_guest_invited")
    assert "Lettre non arrivée : appelez" in text(client.get(page)).replace("\u00a0", " ")


def test_staff_call_who_waits_in_a_list(client: Client, bob: Mediator) -> None:
    wait = waits.write(bob, NOW, phone="+33639980789")
    Letter.objects.create(
        kind="wait_offered", topic=f"wait:{wait.reference}", to=wait.email, language="fr", subject="x", text="x",
        html="", created_at=NOW, next_attempt_at=NOW, sent_at=NOW, bounced_at=NOW, bounce_status="5.1.1",
    )  # fmt: skip
    enter(client, make_staff())
    shown = text(client.get(reverse("staff_home"))).replace("\u00a0", " ")
    assert "Zoé" in shown
    assert "06 39 98 07 89" in shown
