"""Every French zone, Belgium, Switzerland, Luxembourg, Canada: times, both clocks in letters, the calendar's entry."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from allomediateur.agenda import availability, finding, openings
from allomediateur.agenda.models import Appointment
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling import wording
from allomediateur.scheduling.wall import local_day, to_utc, zone_of
from tests.agenda import steps
from tests.factories import make_commune, make_mediator, make_user, office_of, refresh, service_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
FRENCH = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "America/Miquelon", "Indian/Reunion",
    "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier", "Pacific/Wallis",
)  # fmt: skip
ABROAD = {
    "Europe/Brussels": ("Bruxelles", "Belgique", "BE", date(2027, 7, 21)),
    "Europe/Zurich": ("Genève", "Suisse", "CH-GE", date(2026, 12, 31)),
    "Europe/Luxembourg": ("Luxembourg", "Luxembourg", "LU", date(2027, 6, 23)),
    "America/Toronto": ("Montréal", "Canada", "CA-QC", date(2027, 6, 24)),
}


def mediator_in(zone: str) -> Mediator:
    if zone in FRENCH:
        return make_mediator(commune=make_commune("99003", "Là-Bas", "99", ["99003"], 9, 1.0, 1.0, zone), now=NOW)
    bob = make_mediator(now=NOW)
    city, country, territory, _holiday = ABROAD[zone]
    Office.objects.filter(mediator=bob).update(
        commune=None, city=city, country=country, territory=territory, zone=zone, address="1 rue Haute",
        postal_code="1000", lat=50.0, lon=4.0,
    )  # fmt: skip
    refresh(bob, NOW)
    return bob


@pytest.mark.parametrize("zone", [*FRENCH, *ABROAD])
@pytest.mark.parametrize("modality", ["phone", "in_person"])
def test_an_appointment_says_the_right_time_everywhere(zone: str, modality: str) -> None:
    bob = mediator_in(zone)
    start = to_utc(date(2026, 11, 25), 10 * 60, zone)
    office = office_of(bob) if modality == "in_person" else None
    user = make_user("alice@example.org", zone="Europe/Paris")
    made = steps.book(bob, start, now=NOW, modality=modality, office=office, user=user)
    assert Appointment.objects.get(pk=made.pk).starts_at == start
    letter, mine = steps.last_letter("appointment_confirmed"), steps.last_letter("mediator_confirmed")
    assert "10\u00a0h" in mine.text
    assert wording.clock(wording.local(start, "Europe/Paris" if modality == "phone" else zone), "fr") in letter.text
    differs = start.astimezone(zone_of(zone)).utcoffset() != start.astimezone(zone_of("Europe/Paris")).utcoffset()
    named = {wording.zone_city("Europe/Paris" if modality == "phone" else zone, "fr")}
    if differs:
        named = {wording.zone_city("Europe/Paris", "fr"), wording.zone_city(zone, "fr")}
        assert wording.clock(wording.local(start, "Europe/Paris"), "fr") in letter.text
    assert all(city in letter.text for city in named)
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in letter.ics
    assert availability.differences(NOW) == []


@pytest.mark.parametrize("zone", ABROAD)
def test_an_office_abroad_has_its_town_its_country_and_its_holidays(zone: str) -> None:
    bob = mediator_in(zone)
    city, country, _territory, holiday = ABROAD[zone]
    office = office_of(bob)
    assert office.full_address == f"1 rue Haute, 1000 {city}, {country}"
    noon = to_utc(holiday, 10 * 60, zone)
    assert local_day(noon, zone) == holiday
    assert openings.refusal(bob, service_of(bob), "in_person", office, noon, noon - 9 * DAY) == "closed"
    found = finding.find(finding.Query(lat=50.0, lon=4.0, radius_km=10), NOW)
    assert [(card.mediator, card.office) for card in found.items] == [(bob, office)]


def test_a_certified_mediator_abroad_who_is_no_member_is_found_near() -> None:
    bob = mediator_in("Europe/Brussels")
    Mediator.objects.filter(pk=bob.pk).update(cpmn_member=False)
    refresh(bob, NOW)
    found = finding.find(finding.Query(lat=50.0, lon=4.0, radius_km=10), NOW)
    assert [(card.mediator, card.bookable) for card in found.items] == [(bob, False)]


def test_an_office_is_somewhere() -> None:
    bob = make_mediator(now=NOW)
    with pytest.raises(IntegrityError, match="office_somewhere"), transaction.atomic():
        Office.objects.filter(mediator=bob).update(commune=None)
    office = office_of(bob)
    office.zone = "Europe/Nowhere"
    with pytest.raises(ValidationError, match="fuseau horaire connu"):
        office.full_clean()
