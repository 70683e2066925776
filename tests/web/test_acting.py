"""Acting for somebody: a reason, a fresh proof, a banner, half an hour, a trace of each act, and no more than that."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter, PaperLetter
from allomediateur.trail.models import Entry
from tests.agenda.steps import passages
from tests.factories import book, make_mediator, make_user
from tests.web.paths import value
from tests.web.signing_in import enter, text
from tests.web.times import DAY, HALF_PAST, NOW, TEN

pytestmark = pytest.mark.django_db
WHY = {"motif": "asked", "precision": ""}
DEEDS = ("staff_move", "staff_cancel", "staff_contact", "staff_send_again")


@pytest.fixture
def sam() -> User:
    return make_user("staff@example.org", name="Sam", role=User.Role.STAFF)


@pytest.fixture
def staff(client: Client, sam: User) -> Client:
    enter(client, sam)
    return client


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice Martin")


@pytest.fixture
def hers(bob: Mediator, alice: User) -> Appointment:
    return book(bob, TEN, client=alice, now=NOW)


@pytest.fixture
def guests(bob: Mediator) -> Appointment:
    """Zoé's, who has no account."""
    one = book(bob, TEN + DAY, now=NOW)
    told = {"name": "Zoé Petit", "email": "zoe@example.org", "phone": "+33639981234"}
    Participant.objects.filter(appointment=one, role="client").update(**told)
    return one


def at(name: str, one: Appointment) -> str:
    return reverse(name, args=[one.reference])


def act_for(staff: Client, who: User | Appointment, **told: str) -> Any:
    name, args = ("staff_act_account", who.pk) if isinstance(who, User) else ("staff_act_guest", who.reference)
    return staff.post(reverse(name, args=[args]), WHY | told)


def acts() -> list[tuple[str, int | None, str]]:
    return list(Entry.objects.filter(act="acted_for").order_by("pk").values_list("thing", "person", "detail"))


def test_it_begins_with_a_reason_a_banner_and_a_trace(staff: Client, alice: User) -> None:
    assert act_for(staff, alice, motif="").status_code == 422
    assert "Vous agissez pour" not in text(staff.get(reverse("staff_home")))
    assert act_for(staff, alice).headers["Location"] == reverse("staff_person", args=[alice.pk])
    for page in (reverse("staff_home"), reverse("home"), reverse("search"), "/rien-de-tel/"):
        assert "Vous agissez pour <strong>Alice Martin</strong>" in text(staff.get(page)), page
    assert acts() == [(f"user:{alice.pk}", alice.pk, "begin asked")]


def test_the_person_reads_it_among_the_looks(staff: Client, alice: User) -> None:
    act_for(staff, alice)
    person = Client()
    enter(person, alice)
    page = text(person.get(reverse("account_looks")))
    assert "a agi à la place de" in page
    assert "Sam" not in page


def test_staff_stay_who_they_are(staff: Client, alice: User, hers: Appointment) -> None:
    act_for(staff, alice)
    assert staff.get(reverse("client_home")).status_code == 200
    assert "Alice" not in text(staff.get(reverse("client_home"))).replace("<strong>Alice Martin</strong>", "")
    assert staff.get(reverse("client_appointment", args=[hers.reference])).status_code == 404
    assert staff.get(reverse("mediator_week")).status_code == 403


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_without_acting_for_somebody_of_it(
    staff: Client, name: str, hers: Appointment, guests: Appointment
) -> None:
    act_for(staff, guests)
    told = {"slot": value(HALF_PAST), "reason": "x", "name": "Mallory", "postal": "x", "phone": "0639981200"}
    before = Letter.objects.count()
    response = staff.post(at(name, hers), told, follow=True)
    assert response.redirect_chain == [(at("staff_appointment", hers), 302)]
    assert "Dites d’abord pour qui vous agissez" in text(response)
    hers.refresh_from_db()
    assert (hers.starts_at, hers.state, Letter.objects.count()) == (TEN, State.CONFIRMED, before)


def test_it_ends_by_a_button(staff: Client, alice: User, hers: Appointment) -> None:
    act_for(staff, alice)
    staff.post(reverse("staff_act_end"))
    assert acts()[-1] == (f"user:{alice.pk}", alice.pk, "end")
    assert "Vous agissez pour" not in text(staff.get(reverse("staff_home")))
    staff.post(at("staff_cancel", hers), {"reason": ""})
    hers.refresh_from_db()
    assert hers.state == State.CONFIRMED


def test_it_ends_after_half_an_hour(staff: Client, alice: User, hers: Appointment) -> None:
    act_for(staff, alice)
    began = datetime.fromisoformat(staff.session["acting"]["until"]) - timedelta(minutes=30)
    assert abs(began - datetime.now(UTC)) < timedelta(minutes=1)
    over = staff.session
    over["acting"] = over["acting"] | {"until": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
    over.save()
    assert "Vous agissez pour" not in text(staff.get(reverse("staff_home")))
    staff.post(at("staff_cancel", hers), {"reason": ""})
    hers.refresh_from_db()
    assert hers.state == State.CONFIRMED


def test_it_needs_a_fresh_proof(staff: Client, alice: User) -> None:
    old = staff.session
    old["account_authentication_methods"] = [
        one | {"at": one["at"] - 3600} for one in old["account_authentication_methods"]
    ]
    old.save()
    response = act_for(staff, alice)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/compte/")
    assert acts() == []
    assert SessionStore(staff.cookies[settings.SESSION_COOKIE_NAME].value).get("acting") is None


def test_a_session_that_is_no_longer_staffs_acts_for_nobody(staff: Client, sam: User, alice: User) -> None:
    act_for(staff, alice)
    User.objects.filter(pk=sam.pk).update(role=User.Role.MEDIATOR)
    assert "Vous agissez pour" not in text(staff.get(reverse("home")))


@pytest.mark.parametrize("role", [User.Role.STAFF, User.Role.SECRETARY])
def test_for_clients_and_mediators_only(staff: Client, role: str) -> None:
    other = make_user("other@example.org", role=role)
    assert staff.get(reverse("staff_act_account", args=[other.pk])).status_code == 404
    closed = make_user("closed@example.org", is_active=False)
    assert act_for(staff, closed).status_code == 404


def test_somebody_with_an_account_is_not_acted_for_as_a_guest(staff: Client, hers: Appointment) -> None:
    assert act_for(staff, hers).status_code == 404


def test_moving_for_the_client(staff: Client, alice: User, hers: Appointment) -> None:
    act_for(staff, alice)
    assert "slot" in text(staff.get(at("staff_move", hers)))
    response = staff.post(at("staff_move", hers), {"slot": value(HALF_PAST)})
    assert response.headers["Location"] == at("staff_appointment", hers)
    hers.refresh_from_db()
    assert (hers.starts_at, passages(hers)[-1][2]) == (HALF_PAST, "staff")
    assert acts()[-1] == (f"appointment:{hers.reference}", alice.pk, "move client asked")


def test_cancelling_for_the_mediator_takes_a_reason_the_other_reads(
    staff: Client, bob: Mediator, hers: Appointment
) -> None:
    act_for(staff, bob.user)
    assert staff.post(at("staff_cancel", hers), {"reason": ""}).status_code == 422
    staff.post(at("staff_cancel", hers), {"reason": "Grève des trains"})
    hers.refresh_from_db()
    assert (hers.state, hers.cancel_reason, passages(hers)[-1][2]) == (State.CANCELLED, "Grève des trains", "staff")
    assert acts()[-1] == (f"appointment:{hers.reference}", bob.user_id, "cancel mediator asked")
    assert "Grève des trains" in Letter.objects.get(kind="appointment_cancelled").text


def test_for_the_mediator_nothing_of_the_client_is_corrected_or_sent(
    staff: Client, bob: Mediator, guests: Appointment
) -> None:
    act_for(staff, bob.user)
    page = text(staff.get(at("staff_appointment", guests)))
    assert ["Déplacer" in page, "Corriger ses coordonnées" in page, "Renvoyer sa lettre" in page] == [
        True,
        False,
        False,
    ]
    before = Letter.objects.count()
    staff.post(at("staff_send_again", guests))
    staff.post(at("staff_contact", guests), {"name": "Mallory", "phone": "0639981200", "email": "m@example.org"})
    assert guests.participants.get(role="client").name == "Zoé Petit"
    assert Letter.objects.count() == before
    assert len(acts()) == 1


def test_a_guests_details_are_corrected(staff: Client, guests: Appointment) -> None:
    act_for(staff, guests)
    page = staff.get(at("staff_contact", guests))
    assert "+33639981234" in text(page)
    told = {"name": "Zoé  Grand", "phone": "06 39 98 12 34", "email": "", "postal": " 3 rue du Bac \r\n\r\n75007 Paris"}
    response = staff.post(at("staff_contact", guests), told)
    assert response.headers["Location"] == at("staff_appointment", guests)
    client = guests.participants.get(role="client")
    assert (client.name, client.email, client.postal_address) == ("Zoé Grand", "", "3 rue du Bac\n75007 Paris")
    assert PaperLetter.objects.get().name == "Zoé Grand"
    assert acts()[-1][2] == "contact name email postal_address client asked"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": ""}, "Écrivez le nom"), ({"phone": ""}, "se tient par téléphone"),
        ({"email": "", "postal": ""}, "une adresse e-mail ou une adresse postale"),
        ({"postal": "\n".join("abcdefg")}, "Six lignes au plus"), ({"postal": "x" * 301}, "300 caractères"),
        ({"email": "zoe@"}, "n’est pas complète"),
    ],
)  # fmt: skip
def test_details_that_will_not_do_are_refused(
    staff: Client, guests: Appointment, told: dict[str, str], said: str
) -> None:
    act_for(staff, guests)
    right = {"name": "Zoé", "phone": "06 39 98 12 34", "email": "zoe@example.org", "postal": ""}
    response = staff.post(at("staff_contact", guests), right | told)
    assert (response.status_code, said in text(response)) == (422, True)
    assert guests.participants.get(role="client").name == "Zoé Petit"


def test_an_account_is_corrected_by_its_person_only(staff: Client, alice: User, hers: Appointment) -> None:
    act_for(staff, alice)
    response = staff.post(at("staff_contact", hers), {"name": "Mallory", "email": "m@example.org"}, follow=True)
    assert "dans son compte" in text(response)
    assert hers.participants.get(role="client").email == "alice@example.org"


def test_the_letter_goes_again(staff: Client, alice: User, hers: Appointment) -> None:
    act_for(staff, alice)
    response = staff.post(at("staff_send_again", hers), follow=True)
    assert "La lettre part de nouveau" in text(response)
    assert Letter.objects.get().to == "alice@example.org"
    assert acts()[-1] == (f"appointment:{hers.reference}", alice.pk, "letter client asked")


def test_what_staff_are_offered_stops_with_the_clients_own_limit(
    staff: Client, alice: User, bob: Mediator, hers: Appointment
) -> None:
    hers.service.change_until_hours = 24 * 30
    hers.service.save()
    act_for(staff, alice)
    response = staff.post(at("staff_cancel", hers), {"reason": ""}, follow=True)
    hers.refresh_from_db()
    assert hers.state == State.CONFIRMED
    assert "pouvait être changé" in text(response)
    assert len(acts()) == 1
