"""What is kept of an appointment: the QR code of its page, the way there, the sheet (PDF), the calendar's entry."""

import io
import re
from typing import Any
from urllib.parse import quote

import pytest
import segno
from django.test import Client
from django.utils.html import escape
from pypdf import PdfReader
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.agenda import changing
from allomediateur.agenda.models import Appointment, Modality, Participant, Transition
from allomediateur.directory.models import Mediator
from allomediateur.scheduling import wording
from allomediateur.web.ui import keeping
from tests.agenda import steps
from tests.factories import make_mediator, make_user, office_of
from tests.web.paths import booked, text
from tests.web.signing_in import enter
from tests.web.times import MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
PRIVATE = ("Alice", "alice@example.org", "06 12 34 56 78", "612345678", "+33", "mediator1@", "0199000001")
HOSTILE = '#{panic()} $x$ <b>"q"</b> \\ `a` @b *c*'


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def link(client: Client, bob: Mediator, how: str = Modality.PHONE, **told: Any) -> str:
    """Of the letter of a confirmed appointment."""
    office = office_of(bob) if how == Modality.IN_PERSON else None
    steps.book(bob, TEN, now=NOW, told=told, modality=how, office=office)
    letter = steps.last_letter("appointment_to_confirm")
    client.post(f"/rendez-vous/{steps.token_of(letter)}/confirmer/")
    there = re.search(r"(/en)?/rendez-vous/[\w-]{43}/", steps.last_letter("appointment_confirmed").text)
    assert there
    return there[0]


def of_account(bob: Mediator) -> tuple[Client, str]:
    """Alice's own page of her appointment, and her browser."""
    alice, client = make_user("alice@example.org", name="Alice Martin"), Client()
    enter(client, alice)
    one = steps.book(bob, TEN, now=NOW, user=alice)
    return client, f"/espace/rendez-vous/{one.reference}/"


def sheet(client: Client, page: str) -> PdfReader:
    answer = client.get(f"{page}rendez-vous.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == 'attachment; filename="rendez-vous.pdf"'
    return PdfReader(io.BytesIO(answer.content))


def words(found: PdfReader) -> str:
    return " ".join(found.pages[0].extract_text().split())


def code_of(address: str) -> str:
    """The picture a page shows of that address."""
    drawn = segno.make(address, micro=False, error="m")
    return escape(drawn.svg_data_uri(border=2, light="#fff", dark="#10211f"))


def test_behind_a_link_the_code_is_the_key_and_says_so(client: Client, bob: Mediator, settings: Settings) -> None:
    there = link(client, bob)
    page = text(client.get(there))
    assert code_of(f"{settings.SITE_URL}{there}") in page
    assert "sans mot de passe" in page
    assert f'href="{there}rendez-vous.pdf"' in page
    assert f'href="{there}rendez-vous.ics"' in page


def test_in_the_space_the_code_holds_no_key(bob: Mediator, settings: Settings) -> None:
    client, there = of_account(bob)
    page = text(client.get(there))
    assert code_of(f"{settings.SITE_URL}{there}") in page
    assert "Elle demande de se connecter" in page
    assert f'href="{there}rendez-vous.pdf"' in page
    assert Client().get(there)["Location"].startswith("/compte/connexion/")


def test_the_end_of_a_booking_offers_the_same(client: Client, bob: Mediator, settings: Settings) -> None:
    code_page = booked(client, bob, TEN)
    code = steps.code_of(steps.last_letter("appointment_to_confirm"))
    done = client.post(code_page, {"code": code})["Location"]
    page = text(client.get(done))
    found = re.search(r'href="(/rendez-vous/[\w-]{43}/)rendez-vous\.pdf"', page)
    assert found
    assert code_of(f"{settings.SITE_URL}{found[1]}") in page
    assert f'href="{found[1]}rendez-vous.ics"' in page
    assert len(sheet(client, found[1]).pages) == 1


@pytest.mark.parametrize("how", Modality.values)
def test_the_sheet_is_one_page_that_tells_what_the_page_tells_and_nobodys_secrets(
    client: Client, bob: Mediator, how: str
) -> None:
    found = sheet(client, link(client, bob, how))
    said = words(found)
    assert len(found.pages) == 1
    day = wording.day(TEN.date(), "fr", today=NOW.date())
    for word in ("Rendez-vous avec Bob Durand", day[1:], "10 h", "heure de Paris", "Premier contact"):
        assert word.replace("\u00a0", " ") in said.replace("\u00a0", " ")
    assert not [one for one in PRIVATE if one in said]
    place = {"phone": "vous appelle", "video": bob.video_room, "in_person": "1 rue de la Paix"}[how]
    assert place in said


def test_the_sheet_is_marked_for_screen_readers_and_in_its_language(client: Client, bob: Mediator) -> None:
    found = sheet(client, link(client, bob, language="en", zone="America/Martinique"))
    assert str(found.root_object["/Lang"]) == "en"
    assert "/StructTreeRoot" in found.root_object
    assert found.metadata
    assert found.metadata.title == "Appointment with Bob Durand"
    said = words(found).replace("\u00a0", " ")
    for word in ("Tuesday", "First contact", "Fort-de-France time", "Free", "calls you"):
        assert word in said
    for french in ("Rendez-vous", "heure de", "Prestation", "Gratuit", "appelle"):
        assert french not in said


def test_what_people_wrote_is_data_on_the_sheet(client: Client, bob: Mediator) -> None:
    Mediator.objects.filter(pk=bob.pk).update(name=HOSTILE)
    found = sheet(client, link(client, bob))
    assert HOSTILE in words(found)


def test_a_cancelled_one_has_no_code_any_more(client: Client, bob: Mediator) -> None:
    there = link(client, bob)
    one = Appointment.objects.get()
    changing.cancel(one, by=Transition.By.CLIENT, reason="", now=NOW + MINUTE)
    page = text(client.get(there))
    assert "data:image/svg+xml" not in page
    said = words(sheet(client, there))
    assert "annulé" in said
    assert "sans mot de passe" not in said


@pytest.mark.parametrize("how", [Modality.PHONE, Modality.VIDEO])
def test_no_way_to_where_nobody_goes(client: Client, bob: Mediator, how: str) -> None:
    page = text(client.get(link(client, bob, how)))
    assert "geo:" not in page
    assert "openstreetmap" not in page


def test_the_way_to_an_office_is_a_link_that_tells_nobody_whence_one_comes(client: Client, bob: Mediator) -> None:
    page = text(client.get(link(client, bob, Modality.IN_PERSON)))
    where = quote("1 rue de la Paix, 75001 Paris", safe="")
    site = f"https://www.openstreetmap.org/directions?to={where}"
    assert f'<a href="{site}" rel="external noopener noreferrer">' in page
    assert f'href="geo:0,0?q={where}"' in page


def test_the_operator_chooses_the_map_or_none(client: Client, bob: Mediator, settings: Settings) -> None:
    there = link(client, bob, Modality.IN_PERSON)
    settings.ITINERARY_URL = "https://plans.example.org/?vers={address}&x=1"
    assert "https://plans.example.org/?vers=1%20rue%20de%20la%20Paix" in text(client.get(there))
    settings.ITINERARY_URL = ""
    page = text(client.get(there))
    assert "Itinéraire" not in page
    assert 'href="geo:' in page


def test_an_agreed_place_is_the_persons_own(bob: Mediator) -> None:
    one = steps.book(bob, TEN, now=NOW)
    Appointment.objects.filter(pk=one.pk).update(modality=Modality.IN_PERSON, place="3 rue du Lac, 75001 Paris")
    one.refresh_from_db()
    assert keeping.way(one) is None


def test_a_strangers_sheet_is_not_there(client: Client, bob: Mediator) -> None:
    own, there = of_account(bob)
    assert own.get(f"{there}rendez-vous.pdf").status_code == 200
    charlie: User = make_user("charlie@example.org", name="Charlie")
    stranger = Client()
    enter(stranger, charlie)
    assert stranger.get(f"{there}rendez-vous.pdf").status_code == 404
    assert client.get(f"/rendez-vous/{'A' * 43}/rendez-vous.pdf").status_code == 404


@pytest.mark.parametrize(("language", "summary"), [("fr", "Rendez-vous (téléphone)"), ("en", "Appointment (phone)")])
def test_the_entry_speaks_its_readers_language_at_every_door(
    client: Client, bob: Mediator, language: str, summary: str
) -> None:
    there = link(client, bob, language=language)
    assert f"SUMMARY:{summary}" in text(client.get(f"{there}rendez-vous.ics"))
    reader = Participant.objects.get(role="client")
    assert reader.user  # made by the confirmation
    enter(own := Client(), reader.user)
    reference = reader.appointment.reference
    assert f"SUMMARY:{summary}" in text(own.get(f"/espace/rendez-vous/{reference}/rendez-vous.ics"))
    User.objects.filter(pk=bob.user_id).update(language=language)
    Participant.objects.filter(role="mediator").update(language=language)
    enter(mediator := Client(), bob.user)
    assert f"SUMMARY:{summary}" in text(mediator.get(f"/mediateur/rendez-vous/{reference}/rendez-vous.ics"))
