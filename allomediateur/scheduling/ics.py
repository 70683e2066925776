"""One event as an iCalendar file (RFC 5545), for letters (RFC 5546) and downloads.

Instants are written in UTC: every program shows them in its reader's own zone, and none needs a VTIMEZONE.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import icalendar

from allomediateur.scheduling.periods import Period, utc

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
PRODUCT = "-//AlloMediateur//Rendez-vous//FR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`uid` is `<appointment-uuid>@<instance-domain>`, for life; `sequence` rises with time, place and
    status; `dtstamp` and `last_modified` come from the database. Empty texts are left out.
    The organizer is the platform's address, never a party's."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    summary: str
    organizer_email: str
    dtstamp: datetime
    last_modified: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = "CONFIRMED"
    attendee_email: str = ""
    attendee_name: str = ""


def calendar(event: Event, method: Method) -> bytes:
    """UTF-8, CRLF, folded at 75 octets. A CANCEL is always CANCELLED; a PUBLISH names no attendee.

    Raises ValueError: naive or reversed instants, a REQUEST or CANCEL to nobody.
    """
    if method != "PUBLISH" and not event.attendee_email:
        raise ValueError(f"{method} needs an attendee")
    file = icalendar.Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", method)
    file.add_component(_event(event, method))
    return bytes(file.to_ical())


def _event(event: Event, method: Method) -> icalendar.Event:
    period = Period(event.start, event.end)
    entry = icalendar.Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", utc(event.dtstamp))
    entry.add("last-modified", utc(event.last_modified))
    entry.add("dtstart", period.start)
    entry.add("dtend", period.end)
    for name in ("summary", "description", "location"):
        if text := _clean(getattr(event, name)):
            entry.add(name, text)
    if event.url:
        entry.add("url", _line(event.url))
    cancelled = method == "CANCEL" or event.status == "CANCELLED"
    entry.add("status", "CANCELLED" if cancelled else event.status)
    entry.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    entry.add("organizer", icalendar.vCalAddress(f"mailto:{_line(event.organizer_email)}"))
    if method != "PUBLISH":
        entry.add("attendee", _attendee(event))
    return entry


def _attendee(event: Event) -> icalendar.vCalAddress:
    attendee = icalendar.vCalAddress(f"mailto:{_line(event.attendee_email)}")
    if name := _line(event.attendee_name).replace('"', "'"):
        attendee.params["CN"] = name
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED" if event.status == "CONFIRMED" else "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE"
    return attendee


def _clean(text: str) -> str:
    """Without the control characters the format forbids; line ends stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char == "\n" or unicodedata.category(char) != "Cc").strip()


def _line(text: str) -> str:
    """On one line: nobody writes a property of their own into the file."""
    return " ".join(_clean(text).split())
