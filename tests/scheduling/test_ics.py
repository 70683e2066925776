from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from allomediateur.scheduling.ics import Event, Method, calendar

PARIS = ZoneInfo("Europe/Paris")
EVENT = Event(
    uid="6f1c2b34-0000-4000-8000-000000000001@allomediateur.example",
    sequence=2,
    start=datetime(2027, 3, 29, 9, tzinfo=PARIS),
    end=datetime(2027, 3, 29, 10, tzinfo=PARIS),
    summary="Premier contact ; médiation, « à distance »",
    description="Première ligne\nDeuxième ligne, bien plus longue, pour qu’elle soit pliée à soixante-quinze octets.",
    location="12 rue des Lilas, 44000 Nantes",
    url="https://allomediateur.example/rendez-vous/abc/",
    organizer_email="agenda@allomediateur.example",
    attendee_email="alice@example.org",
    attendee_name="Alice Martin",
    dtstamp=datetime(2027, 3, 1, 8, 30, 15, tzinfo=UTC),
    last_modified=datetime(2027, 3, 1, 8, 30, 15, tzinfo=UTC),
)


def read(event: Event, method: Method) -> icalendar.Event:
    """The one event of the file, read back by the library."""
    file = icalendar.Calendar.from_ical(calendar(event, method))
    assert file["METHOD"] == method
    [entry] = file.walk("VEVENT")
    assert isinstance(entry, icalendar.Event)
    return entry


def test_a_request_says_what_was_booked() -> None:
    body = calendar(EVENT, "REQUEST").decode()
    unfolded = body.replace("\r\n ", "").split("\r\n")
    assert unfolded == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//AlloMediateur//Rendez-vous//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "SUMMARY:Premier contact \\; médiation\\, « à distance »",
        "DTSTART:20270329T070000Z",
        "DTEND:20270329T080000Z",
        "DTSTAMP:20270301T083015Z",
        "UID:6f1c2b34-0000-4000-8000-000000000001@allomediateur.example",
        "SEQUENCE:2",
        'ATTENDEE;CN="Alice Martin";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:alice@example.org',
        "DESCRIPTION:Première ligne\\nDeuxième ligne\\, bien plus longue\\, pour qu’elle soit pliée"
        " à soixante-quinze octets.",
        "LAST-MODIFIED:20270301T083015Z",
        "LOCATION:12 rue des Lilas\\, 44000 Nantes",
        "ORGANIZER:mailto:agenda@allomediateur.example",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://allomediateur.example/rendez-vous/abc/",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_lines_end_by_crlf_and_are_folded_at_75_octets() -> None:
    body = calendar(replace(EVENT, summary="é" * 300), "REQUEST")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert read(replace(EVENT, summary="é" * 300), "REQUEST")["SUMMARY"] == "é" * 300


def test_a_cancellation_is_cancelled_and_frees_the_time() -> None:
    entry = read(EVENT, "CANCEL")
    assert (entry["STATUS"], entry["TRANSP"], entry["SEQUENCE"]) == ("CANCELLED", "TRANSPARENT", 2)
    assert "ATTENDEE" in entry


def test_a_published_event_names_nobody_but_the_platform() -> None:
    entry = read(EVENT, "PUBLISH")
    assert "ATTENDEE" not in entry
    assert entry["ORGANIZER"] == "mailto:agenda@allomediateur.example"
    assert b"alice" not in calendar(EVENT, "PUBLISH").lower()


def test_to_be_confirmed_is_tentative() -> None:
    entry = read(replace(EVENT, status="TENTATIVE"), "REQUEST")
    assert entry["STATUS"] == "TENTATIVE"
    assert entry["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"


def test_empty_texts_are_left_out() -> None:
    entry = read(replace(EVENT, description="", location=" ", url=""), "PUBLISH")
    assert not {"DESCRIPTION", "LOCATION", "URL"} & set(entry)


def test_nobody_writes_a_property_of_their_own() -> None:
    evil = "A\r\nATTENDEE:mailto:eve@example.org\nX\0\x07"
    event = replace(EVENT, summary=evil, location=evil, url=f"https://a/{evil}", attendee_name=f'"{evil}";X=1')
    entry = read(event, "REQUEST")
    assert isinstance(entry["ATTENDEE"], icalendar.vCalAddress)
    assert entry["ATTENDEE"] == "mailto:alice@example.org"
    body = calendar(event, "REQUEST").replace(b"\r\n ", b"")
    assert body.count(b"\r\nATTENDEE") == 1
    assert b"\0" not in body


@pytest.mark.parametrize(
    ("event", "method"),
    [
        (replace(EVENT, attendee_email=""), "REQUEST"),
        (replace(EVENT, attendee_email=""), "CANCEL"),
        (replace(EVENT, end=EVENT.start), "PUBLISH"),
        (replace(EVENT, start=datetime(2027, 3, 29, 9)), "PUBLISH"),  # noqa: DTZ001 - what is refused
        (replace(EVENT, dtstamp=datetime(2027, 3, 29, 9)), "PUBLISH"),  # noqa: DTZ001 - what is refused
    ],
)
def test_a_senseless_event_is_refused(event: Event, method: Method) -> None:
    with pytest.raises(ValueError):
        calendar(event, method)


def test_the_same_event_is_the_same_file() -> None:
    moved = replace(EVENT, sequence=3, start=EVENT.start + timedelta(hours=1), end=EVENT.end + timedelta(hours=1))
    assert calendar(EVENT, "REQUEST") == calendar(replace(EVENT), "REQUEST") != calendar(moved, "REQUEST")
    assert read(moved, "REQUEST")["UID"] == read(EVENT, "REQUEST")["UID"]
