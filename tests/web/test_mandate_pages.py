"""« Pour qui est ce rendez-vous ? »: what an agent types, the person's own page, and what each of them is shown."""

from typing import Any

import pytest
from django.test import Client

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda.mandates import letter, part
from tests.agenda.steps import code_of, token_of
from tests.factories import make_mediator, make_user
from tests.web.paths import get, text, who_page
from tests.web.signing_in import enter
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db

ON_MANDATE = {
    "name": "Maître Roux", "email": "roux@example.org", "phone": "", "for_whom": "autre", "capacity": "lawyer",
    "organisation": "Cabinet Roux", "person_name": "Véra Lune", "person_email": "vera@example.org",
    "person_phone": "06 39 98 01 02", "person_language": "fr",
}  # fmt: skip


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def vera() -> Client:
    """Another browser."""
    return Client()


def asked(client: Client, bob: Mediator, **told: str) -> str:
    """The address of the code's page, or of what comes after for who is signed in."""
    check = client.post(who_page(client, bob, TEN), ON_MANDATE | told)["Location"]
    return str(client.post(check, {"key": "two"})["Location"])


def proven(client: Client, bob: Mediator) -> Appointment:
    client.post(asked(client, bob), {"code": code_of(letter("appointment_to_prove"))})
    return Appointment.objects.get()


def confirm_page() -> str:
    return f"/rendez-vous/{token_of(letter('appointment_for_you'))}/confirmer/"


def test_the_question_is_asked_and_for_oneself_is_the_first_answer(client: Client, bob: Mediator) -> None:
    page = get(client, who_page(client, bob, TEN))
    assert "Pour qui est ce rendez-vous ?" in page
    assert 'value="moi" id="id_for_whom_0" checked' in page.replace(" required", "")
    assert "La personne concernée" in page


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"capacity": ""}, "À quel titre"),
        ({"person_name": ""}, "le prénom et le nom de la personne"),
        ({"person_email": ""}, "l’adresse e-mail de la personne"),
        ({"person_email": "roux@example.org"}, "Cette adresse est la vôtre"),
        ({"person_phone": ""}, "Écrivez son numéro"),
        ({"organisation": "http://evil.example"}, "sans adresse de site"),
        ({"name": "Gagnez sur www.evil.example"}, "Écrivez seulement votre nom"),
        ({"organisation": "Colis bloqué evil-poste.fr"}, "Après le point d’une abréviation, mettez une espace."),
        ({"name": "Colis bloqué Evil-Poste.FR"}, "Écrivez seulement votre nom"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, bob: Mediator, told: dict[str, str], said: str
) -> None:
    who = who_page(client, bob, TEN)
    answer = client.post(who, ON_MANDATE | told)
    assert answer.status_code == 422
    page = text(answer)
    assert said in page
    for word in set((ON_MANDATE | told).values()) - {""}:
        assert word in page
    assert (ON_MANDATE | told)["person_name"] in get(client, who)


def test_for_oneself_the_persons_part_counts_for_nothing(client: Client, bob: Mediator) -> None:
    told = ON_MANDATE | {"for_whom": "moi", "phone": "06 39 98 01 02", "capacity": "x", "person_email": "x"}
    assert client.post(who_page(client, bob, TEN), told).status_code == 302
    assert list(Participant.objects.values_list("role", "email")) == [("client", "roux@example.org")]


def test_the_answers_are_shown_before_confirming(client: Client, bob: Mediator) -> None:
    check = client.post(who_page(client, bob, TEN), ON_MANDATE)["Location"]
    page = get(client, check)
    for said in ("Maître Roux, avocat, Cabinet Roux", "Véra Lune", "vera@example.org", "réponde à sa propre lettre"):
        assert said in page
    assert "#id_person_email" in page
    again = get(client, check.removesuffix("verifier/"))
    assert 'value="autre" id="id_for_whom_1" checked' in again.replace(" required", "")


def test_the_agent_proves_then_waits(client: Client, bob: Mediator) -> None:
    code_page = asked(client, bob)
    assert "roux@example.org" in get(client, code_page)
    done = client.post(code_page, {"code": code_of(letter("appointment_to_prove"))})["Location"]
    page = get(client, done)
    assert "En attente de la personne concernée" in page
    assert client.get(code_page)["Location"] == done
    assert client.get(done.removesuffix("termine/"))["Location"] == code_page
    # Another code, or anything else typed there, answers nothing for the person.
    client.post(code_page, {"code": "123456"})
    assert Appointment.objects.get().state == State.UNCONFIRMED


def test_the_person_confirms_in_another_browser_and_enters_nowhere(client: Client, vera: Client, bob: Mediator) -> None:
    booked = proven(client, bob)
    address = confirm_page()
    page = get(vera, address)
    for said in ("Maître Roux, avocat, Cabinet Roux", "Oui, confirmer", "Non, refuser", "Refuser est libre"):
        assert said in page
    for hidden in ("roux@example.org", "vera@example.org"):
        assert hidden not in page
    answer = vera.post(address)
    booked.refresh_from_db()
    assert (booked.state, answer["Location"]) == (State.CONFIRMED, address)
    assert "_auth_user_id" not in vera.session


def test_the_persons_link_opened_where_the_agent_booked_enters_nobody(client: Client, bob: Mediator) -> None:
    """A family's computer: the browser that booked is the agent's."""
    make_user("roux@example.org", name="Roux")
    booked = proven(client, bob)
    assert "_auth_user_id" not in client.session
    client.post(confirm_page())
    booked.refresh_from_db()
    assert booked.state == State.CONFIRMED
    assert "_auth_user_id" not in client.session


def test_the_person_refuses_without_a_reason(client: Client, vera: Client, bob: Mediator) -> None:
    booked = proven(client, bob)
    address = confirm_page()
    assert vera.post(address, {"acte": "refuser"})["Location"] == address
    booked.refresh_from_db()
    assert booked.state == State.CANCELLED
    assert "Ce rendez-vous est annulé" in text(vera.get(address))
    assert Letter.objects.filter(kind="appointment_agent_refused", to="roux@example.org").count() == 1
    assert vera.post(address).status_code == 410


def test_the_agents_own_link_refuses_nothing(client: Client, bob: Mediator) -> None:
    booked = proven(client, bob)
    address = f"/rendez-vous/{token_of(letter('appointment_to_prove'))}/confirmer/"
    client.post(address, {"acte": "refuser"})
    booked.refresh_from_db()
    assert booked.state == State.UNCONFIRMED


def test_the_agent_sees_the_least_and_changes_what_they_booked(client: Client, vera: Client, bob: Mediator) -> None:
    booked = proven(client, bob)
    address = f"/rendez-vous/{token_of(letter('appointment_agent_waiting'))}/"
    page = get(Client(), address)
    assert "pour Véra Lune" in page
    for hidden in ("vera@example.org", "06 39 98 01 02"):
        assert hidden not in page
    assert Client().get(address + "invites/").status_code == 404
    vera.post(confirm_page())
    assert Client().post(address + "annuler/", {"reason": "Changement"}).status_code == 302
    booked.refresh_from_db()
    assert (booked.state, booked.transitions.latest("pk").by) == (State.CANCELLED, "agent")


def test_a_signed_in_agent_finds_it_in_their_space_the_person_does_not(client: Client, bob: Mediator) -> None:
    roux, alice = make_user("roux@example.org", name="Roux"), make_user("vera@example.org", name="Véra")
    enter(client, roux)
    assert "termine" in client.get(asked(client, bob))["Location"]
    assert "Pris pour Véra Lune" in get(client, "/espace/")
    reference = Appointment.objects.get().reference
    assert client.get(f"/espace/rendez-vous/{reference}/").status_code == 200
    hers = Client()
    enter(hers, alice)
    assert hers.get(f"/espace/rendez-vous/{reference}/").status_code == 404
    assert part(Appointment.objects.get(), "client").user is None


def test_the_mediator_and_staff_read_who_acts_for_whom(client: Client, vera: Client, bob: Mediator) -> None:
    booked = proven(client, bob)
    vera.post(confirm_page())
    his, staff = Client(), Client()
    enter(his, bob.user)
    enter(staff, make_user("staff@example.org", name="Sam", role=User.Role.STAFF))
    for visitor, address in ((his, "/mediateur"), (staff, "/administration")):
        assert "Maître Roux, avocat, Cabinet Roux" in get(visitor, f"{address}/rendez-vous/{booked.reference}/")


def test_bookings_on_mandate_are_limited(client: Client, bob: Mediator, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"mandate": (1, 0.01)}
    check = client.post(who_page(client, bob, TEN), ON_MANDATE)["Location"]
    assert client.post(check, {"key": "one"}).status_code == 302
    other = Client()
    check = other.post(who_page(other, make_mediator("Carole", now=NOW), TEN), ON_MANDATE)["Location"]
    assert other.post(check, {"key": "one"}).status_code == 429
