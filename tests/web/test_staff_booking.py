"""Staff book for somebody on the phone: as any visitor would be offered, with or without an e-mail address; letters
that are printed, one by one or all at once."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Service, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter, PaperLetter
from allomediateur.trail.models import Entry
from tests.agenda.steps import hold
from tests.factories import make_mediator, make_service, make_user, service_of
from tests.web.signing_in import enter, text
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
ZOE = {"name": "Zoé Petit", "phone": "06 39 98 12 34", "postal": "3 rue du Bac\r\n75007 Paris", "language": "fr"}


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_user("staff@example.org", name="Sam", role=User.Role.STAFF))
    return client


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def place(bob: Mediator, start: datetime = TEN, **asked: Any) -> str:
    values = {"prestation": service_of(bob).pk, "lieu": "telephone", "creneau": f"{start:%Y-%m-%dT%H:%MZ}"} | asked
    query = "&".join(f"{name}={word}" for name, word in values.items())
    return f"{reverse('staff_book_slot', args=[bob.slug])}?{query}"


def book(staff: Client, bob: Mediator, start: Any = TEN, **told: Any) -> Any:
    return staff.post(place(bob, start), ZOE | {"key": str(start)} | told)


def test_a_mediator_is_found_by_name_or_around_a_place(staff: Client, bob: Mediator) -> None:
    make_mediator("Carole Petit", cpmn_member=False, now=NOW)
    address = reverse("staff_book")
    link = reverse("staff_book_slot", args=[bob.slug])
    assert link in text(staff.get(address, {"nom": "dur"}))
    assert link in text(staff.get(address, {"lieu": "Paris"}))
    assert "Aucun médiateur à réserver" in text(staff.get(address, {"nom": "carole"}))
    assert "pas connu" in text(staff.get(address, {"lieu": "Nullepart"}))


def test_who_may_not_be_booked_has_no_page(staff: Client) -> None:
    for standing in ({"cpmn_member": False}, {"capm_verified": False}, {"suspended_at": NOW}):
        other = make_mediator(now=NOW, **standing)
        assert staff.get(reverse("staff_book_slot", args=[other.slug])).status_code == 404
        assert staff.post(place(other), ZOE).status_code == 404


def test_on_the_phone_without_email(staff: Client, bob: Mediator) -> None:
    assert "mardi" in text(staff.get(reverse("staff_book_slot", args=[bob.slug])))
    assert staff.get(place(bob)).status_code == 200
    made = book(staff, bob)
    one = Appointment.objects.get()
    assert made.headers["Location"] == reverse("staff_appointment", args=[one.reference])
    client = one.participants.get(role="client")
    assert (one.state, client.name, client.email, client.postal_address, client.user) == (
        State.CONFIRMED, "Zoé Petit", "", "3 rue du Bac\n75007 Paris", None,
    )  # fmt: skip
    assert PaperLetter.objects.get().topic == f"appointment:{one.reference}"
    entry = Entry.objects.get(act="acted_for")
    assert (entry.thing, entry.person, entry.detail) == (f"appointment:{one.reference}", None, "book client")


def test_with_an_email_a_letter_goes_and_no_account_is_made(staff: Client, bob: Mediator) -> None:
    make_user("zoe@example.org")
    book(staff, bob, email="ZOE@example.org", postal="")
    assert Letter.objects.get(kind="appointment_confirmed").to == "zoe@example.org"
    assert Appointment.objects.get().participants.get(role="client").user is None
    assert not PaperLetter.objects.exists()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": ""}, "Écrivez le nom"), ({"phone": ""}, "se tient par téléphone"), ({"phone": "12"}, "pas complet"),
        ({"postal": ""}, "une adresse e-mail ou une adresse postale"), ({"name": "x" * 121}, "120 caractères"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(staff: Client, bob: Mediator, told: dict[str, str], said: str) -> None:
    response = book(staff, bob, **told)
    assert (response.status_code, said in text(response)) == (422, True)
    assert not Appointment.objects.exists()


def test_notice_and_own_services_hold_for_staff_too(staff: Client, bob: Mediator) -> None:
    own = make_service(bob, name_fr="Point de suivi", booked_by=Service.BookedBy.MEDIATOR)
    Service.objects.filter(pk=service_of(bob).pk).update(notice_minutes=60 * 24 * 30)
    assert "Point de suivi" not in text(staff.get(reverse("staff_book_slot", args=[bob.slug])))
    assert book(staff, bob).status_code == 409
    assert staff.post(place(bob, prestation=own.pk), ZOE | {"key": "k"}).status_code == 409
    assert not Appointment.objects.exists()


def test_a_slot_just_taken_keeps_what_was_typed(staff: Client, bob: Mediator) -> None:
    hold(bob, TEN, now=datetime.now(UTC))
    response = book(staff, bob)
    page = text(response)
    assert (response.status_code, "vient d’être pris" in page, "Zoé Petit" in page) == (409, True, True)
    assert Appointment.objects.get().state == State.HELD


def test_sent_twice_it_is_booked_once(staff: Client, bob: Mediator) -> None:
    first, second = book(staff, bob), book(staff, bob)
    assert first.headers["Location"] == second.headers["Location"]
    assert Appointment.objects.count() == 1


def test_for_the_account_one_acts_for(staff: Client, bob: Mediator) -> None:
    alice = make_user(name="Alice Martin", phone="+33639980102")
    staff.post(reverse("staff_act_account", args=[alice.pk]), {"motif": "asked"})
    page = text(staff.get(place(bob)))
    assert ["+33639980102" in page, 'name="email"' in page, "alice@example.org" in page] == [True, False, True]
    book(staff, bob, name="Alice Martin", email="mallory@example.org")
    client = Appointment.objects.get().participants.get(role="client")
    assert (client.user, client.email, client.postal_address) == (alice, "alice@example.org", "")
    entry = Entry.objects.filter(act="acted_for").order_by("-pk")[0]
    assert (entry.person, entry.detail) == (alice.pk, "book client asked")


def test_acting_for_a_mediator_books_for_nobody_in_particular(staff: Client, bob: Mediator) -> None:
    staff.post(reverse("staff_act_account", args=[bob.user_id]), {"motif": "asked"})
    book(staff, bob)
    assert Appointment.objects.get().participants.get(role="client").user is None


def test_a_guest_books_again_with_what_is_known(staff: Client, bob: Mediator) -> None:
    book(staff, bob)
    one = Appointment.objects.get()
    staff.post(reverse("staff_act_guest", args=[one.reference]), {"motif": "asked"})
    page = text(staff.get(place(bob, HALF_PAST)))
    assert all(said in page for said in ("Zoé Petit", "+33639981234", "3 rue du Bac"))


def letters(document: bytes) -> list[str]:
    return [page.extract_text().replace("\u00a0", " ") for page in PdfReader(BytesIO(document)).pages]


def test_letters_are_printed_one_by_one_or_all_at_once(staff: Client, bob: Mediator) -> None:
    book(staff, bob)
    book(staff, bob, HALF_PAST, name="Yves Roux")
    first, second = PaperLetter.objects.order_by("pk")
    page = text(staff.get(reverse("staff_papers")))
    assert ["Zoé Petit" in page, "Yves Roux" in page] == [True, True]
    everything = staff.post(reverse("staff_papers_pdf"), {"lettre": [first.pk, second.pk]})
    assert (everything["Content-Type"], everything.content[:5]) == ("application/pdf", b"%PDF-")
    assert everything["Content-Disposition"] == 'attachment; filename="lettres.pdf"'
    zoe, yves = letters(everything.content)
    assert ["Zoé Petit" in zoe, "Yves Roux" in yves] == [True, True]
    (alone,) = letters(staff.post(reverse("staff_papers_pdf"), {"lettre": [first.pk], "une": second.pk}).content)
    assert "Yves Roux" in alone
    found = Entry.objects.filter(act="printed").order_by("pk").values_list("thing", "detail")
    assert list(found) == [(f"paper:{first.pk}", "pdf"), (f"paper:{second.pk}", "pdf"), (f"paper:{second.pk}", "pdf")]
    assert PaperLetter.objects.filter(printed_at=None).count() == 2


def test_printed_ones_leave_the_list_and_may_be_printed_again(staff: Client, bob: Mediator) -> None:
    book(staff, bob)
    one = PaperLetter.objects.get()
    staff.post(reverse("staff_papers_printed"), {"lettre": [one.pk, 999999]})
    one.refresh_from_db()
    assert one.printed_at is not None
    assert "Rien à imprimer" in text(staff.get(reverse("staff_papers")))
    assert "Zoé Petit" in text(staff.get(reverse("staff_papers"), {"vue": "imprimees"}))
    assert staff.post(reverse("staff_papers_pdf"), {"une": one.pk}).content.startswith(b"%PDF")
    assert list(Entry.objects.filter(act="printed").order_by("pk").values_list("detail", flat=True)) == [
        "printed", "pdf",
    ]  # fmt: skip


@pytest.mark.parametrize("chosen", [{}, {"lettre": ["x", "-1", "9" * 30]}, {"une": "0"}])
def test_nothing_chosen_is_said(staff: Client, chosen: dict[str, Any]) -> None:
    for name in ("staff_papers_pdf", "staff_papers_printed"):
        assert "Cochez au moins une lettre" in text(staff.post(reverse(name), chosen, follow=True))
    assert not Entry.objects.filter(act="printed").exists()


def test_an_instant_that_makes_no_sense_shows_the_slots(staff: Client, bob: Mediator) -> None:
    for start in ("demain", "9999-12-31T23:59:59Z", f"{NOW - DAY:%Y-%m-%dT%H:%MZ}", "2026-13-01T10:00Z"):
        page = staff.get(reverse("staff_book_slot", args=[bob.slug]), {"creneau": start})
        assert (page.status_code, "Créneaux libres" in text(page)) == (200, True), start
    assert staff.post(place(bob, TEN + 7 * MINUTE), ZOE | {"key": "k"}).status_code == 409
