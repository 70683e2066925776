"""What people read about an appointment, and what goes into their calendars."""

import re
from datetime import timedelta

import icalendar
import pytest
from django.conf import settings

from allomediateur.agenda import calendar, changing, confirming, expiring, states
from allomediateur.agenda.models import Appointment, Modality, Service, Transition
from allomediateur.directory.models import Mediator, Office
from allomediateur.notify.models import Letter
from tests.agenda.steps import MINUTE, TEN, book, code_of, last_letter, token_of
from tests.factories import NOW, make_mediator, make_user, office_of

pytestmark = pytest.mark.django_db

NB = "\u00a0"


@pytest.fixture
def bob() -> Mediator:
    bob = make_mediator(payment="chèque ou virement")
    Office.objects.filter(mediator=bob).update(access="Code 12B, 2e étage")
    Service.objects.filter(mediator=bob).update(
        price_cents=6000, prepare_fr="Vos courriers.", prepare_en="Your letters."
    )
    return bob


def confirmed(bob: Mediator, modality: str = Modality.PHONE, **told: str) -> Appointment:
    office = office_of(bob) if modality == Modality.IN_PERSON else None
    return book(bob, user=make_user(), modality=modality, office=office, told=told)


def event(letter: Letter) -> icalendar.Component:
    file = icalendar.Calendar.from_ical(letter.ics)
    assert file["METHOD"] == letter.ics_method
    return file.walk("VEVENT")[0]


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_letter_to_confirm_has_link_and_code_and_says_what_happens_otherwise(bob: Mediator) -> None:
    book(bob, modality=Modality.VIDEO)
    letter = last_letter("appointment_to_confirm")
    code, url = code_of(letter), f"{settings.SITE_URL}/rendez-vous/{token_of(letter)}/confirmer/"
    assert letter.subject.replace(NB, " ") == f"Votre code : {code}. Confirmez votre rendez-vous"
    assert url in letter.text
    assert f'href="{url}"' in letter.html
    assert f"jusqu’au lundi 23{NB}novembre à 11{NB}h" in letter.text
    assert f"mardi 24{NB}novembre 2026 à 10{NB}h (heure de Paris)" in letter.text
    assert bob.video_room not in letter.text + letter.html
    assert "Alice" not in letter.text
    assert (letter.ics, letter.topic[:12]) == ("", "appointment:")


def test_the_confirmed_client_knows_when_how_who_calls_and_what_it_costs(bob: Mediator) -> None:
    confirmed(bob)
    letter = last_letter("appointment_confirmed")
    for words in (
        f"mardi 24{NB}novembre 2026 à 10{NB}h (heure de Paris)",
        "Bob Durand vous appelle au +33 6 12 34 56 78",
        f"60{NB}€, à régler directement à Bob Durand (chèque ou virement)",
        "rien n’est encaissé en ligne",
        "Vos courriers.",
        "Premier contact",
    ):
        assert words in letter.text
        assert words.lower() in letter.html.lower()
    token = token_of(letter)
    for page in ("", "deplacer/", "annuler/"):
        assert f"{settings.SITE_URL}/rendez-vous/{token}/{page}" in letter.text
        assert f"{settings.SITE_URL}/rendez-vous/{token}/{page}" in letter.html


def test_the_video_room_and_the_way_to_the_office_are_told_once_confirmed(bob: Mediator) -> None:
    confirmed(bob, Modality.VIDEO)
    letter = last_letter("appointment_confirmed")
    assert bob.video_room in letter.text
    assert event(letter)["LOCATION"] == bob.video_room
    assert bob.video_room in last_letter("mediator_confirmed").text


def test_in_person_says_address_and_access(bob: Mediator) -> None:
    confirmed(bob, Modality.IN_PERSON)
    letter = last_letter("appointment_confirmed")
    assert "En présence : Cabinet, 1 rue de la Paix, 75001 Paris" in letter.text
    assert "Code 12B, 2e étage" in plain(letter.html)
    assert event(letter)["LOCATION"] == "1 rue de la Paix, 75001 Paris"


def test_the_mediator_sees_whom_to_call_and_the_client_not_the_mediators_address(bob: Mediator) -> None:
    confirmed(bob)
    letter = last_letter("mediator_confirmed")
    assert letter.to == bob.user.email
    for words in ("Alice Martin", "alice@example.org", "vous appelez au +33 6 12 34 56 78"):
        assert words in letter.text
    assert bob.user.email not in last_letter("appointment_confirmed").text + last_letter("appointment_confirmed").html
    assert "/rendez-vous/" not in letter.text.replace("/mediateur/rendez-vous/", "")


def test_both_clocks_are_shown_when_they_differ(bob: Mediator) -> None:
    confirmed(bob, Modality.VIDEO, zone="America/Martinique")
    words = f"mardi 24{NB}novembre 2026 à 5{NB}h, heure de Fort-de-France (10{NB}h à Paris)"
    assert words in last_letter("appointment_confirmed").text
    assert f"à 10{NB}h (heure de Paris)" in last_letter("mediator_confirmed").text


def test_in_person_the_places_clock_comes_first(bob: Mediator) -> None:
    confirmed(bob, Modality.IN_PERSON, zone="America/Martinique")
    assert f"à 10{NB}h, heure de Paris (5{NB}h à Fort-de-France)" in last_letter("appointment_confirmed").text


def test_an_english_reader_gets_english_dates_names_and_addresses(bob: Mediator) -> None:
    confirmed(bob, language="en")
    letter = last_letter("appointment_confirmed")
    assert letter.language == "en"
    for words in (f"Tuesday 24{NB}November 2026", "First contact", "Your letters.", "€60"):
        assert words in letter.text
    assert f"{settings.SITE_URL}/en/rendez-vous/" in letter.text
    assert last_letter("mediator_confirmed").language == "fr"


def test_a_moved_one_says_before_and_after_and_updates_calendars(bob: Mediator) -> None:
    booked = confirmed(bob)
    first = event(last_letter("appointment_confirmed"))
    changing.move(booked, start=TEN + 60 * MINUTE, by=Transition.By.CLIENT, now=NOW + MINUTE)
    for kind in ("appointment_moved", "mediator_moved"):
        letter = last_letter(kind)
        assert f"prévu le mardi 24{NB}novembre 2026 à 10{NB}h" in letter.text
        assert f"mardi 24{NB}novembre 2026 à 11{NB}h" in letter.text
        update = event(letter)
        assert (update["UID"], update["SEQUENCE"]) == (first["UID"], 1)
        assert update.decoded("DTSTART") == TEN + 60 * MINUTE


def test_a_cancelled_one_leaves_calendars_and_shows_the_way_to_another(bob: Mediator) -> None:
    booked = confirmed(bob)
    changing.cancel(booked, by=Transition.By.MEDIATOR, reason="Souffrant", now=NOW + MINUTE)
    client, mediator = last_letter("appointment_cancelled"), last_letter("mediator_cancelled")
    assert "Bob Durand a dû annuler" in client.text
    assert f"Motif{NB}: Souffrant" in client.text
    assert f"{settings.SITE_URL}/mediateurs/{bob.slug}/" in client.text
    for letter in (client, mediator):
        entry = event(letter)
        assert (letter.ics_method, entry["STATUS"], entry["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)


def test_a_released_one_says_so_to_the_client_alone(bob: Mediator) -> None:
    book(bob)
    expiring.release_due(NOW + timedelta(hours=2))
    letter = last_letter("appointment_released")
    assert "personne ne vous attend" in letter.text
    assert not Letter.objects.filter(to=bob.user.email).exists()


def test_a_calendars_entry_has_its_identity_one_reader_and_no_names(bob: Mediator) -> None:
    booked = confirmed(bob)
    for kind, to in (("appointment_confirmed", "alice@example.org"), ("mediator_confirmed", bob.user.email)):
        letter = last_letter(kind)
        entry = event(letter)
        assert entry["UID"] == f"{booked.uid}@localhost"
        assert (entry["SEQUENCE"], letter.ics_method) == (0, "REQUEST")
        assert entry["ATTENDEE"] == f"mailto:{to}"
        assert entry["ATTENDEE"].params["RSVP"] == "FALSE"
        assert entry["ORGANIZER"] == "mailto:rendez-vous@example.org"
        assert entry["SUMMARY"] == "Rendez-vous (téléphone)"
        said = entry["SUMMARY"] + entry.get("DESCRIPTION", "")
        assert not {"Bob", "Alice"} & set(re.findall(r"\w+", said))


def test_a_download_is_published_to_nobody(bob: Mediator) -> None:
    booked = confirmed(bob)
    client = states.client_of(booked)
    assert client
    file = calendar.appointment_ics(booked, client, "PUBLISH", NOW)
    assert b"METHOD:PUBLISH" in file
    assert b"ATTENDEE" not in file


def test_what_people_type_is_text_never_markup(bob: Mediator) -> None:
    confirmed(bob, name='<b>Alice</b> & "co"\r\nBcc: x@example.org')
    letter = last_letter("mediator_confirmed")
    assert "<b>Alice" not in letter.html
    assert '<b>Alice</b> & "co" Bcc: x@example.org' in letter.text
    assert "&amp;" not in letter.text


def test_confirming_late_in_the_day_is_said_with_its_day(bob: Mediator) -> None:
    book(bob, now=NOW + timedelta(hours=14))
    assert f"jusqu’au mardi 24{NB}novembre à 1{NB}h" in last_letter("appointment_to_confirm").text


def test_each_letter_opens_its_own_door(bob: Mediator) -> None:
    book(bob)
    confirming.confirm_with_link(token_of(last_letter("appointment_to_confirm")), NOW)
    doors = {token_of(last_letter(kind)) for kind in ("appointment_to_confirm", "appointment_confirmed")}
    assert len(doors) == 2


def test_what_is_paid_before_is_said_to_the_client_only(bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(paid_before=True)
    confirmed(bob)
    for_client = last_letter("appointment_confirmed").text.replace(NB, " ")
    assert f"60 €, à régler à {bob.name} avant le rendez-vous (chèque ou virement)" in for_client
    assert "avant le rendez-vous (chèque" not in last_letter("mediator_confirmed").text.replace(NB, " ")


def test_where_the_mediator_says_no_means_the_client_reads_that_they_will(bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(paid_before=True)
    Mediator.objects.filter(pk=bob.pk).update(payment="")
    confirmed(bob)
    assert "de la manière qui vous sera indiquée" in last_letter("appointment_confirmed").text
