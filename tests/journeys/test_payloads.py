"""What a person may write anywhere, read everywhere: in a real browser, in letters, in calendars and by the API."""

import json
from email import message_from_bytes, policy
from functools import partial
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Dialog, Page

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Participant, Service, State, Transition
from allomediateur.directory.models import Mediator, Office, Specialty
from allomediateur.notify import delivery
from allomediateur.notify.models import Letter
from allomediateur.support import answering
from allomediateur.support.models import Canned
from tests.factories import refresh
from tests.journeys.conftest import Visitors
from tests.journeys.test_every_page import pages
from tests.web.filling import LATER, terms
from tests.web.paths import value
from tests.web.times import NOW, TEN
from tests.web.world import World, make_world

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MARK = "PAYLOAD"
SHORT = "\"'><img data-payload src=x onerror=__owned=1>"
SCRIPT = f"</textarea></title></script><script data-payload>__owned=1;alert(1)</script>{MARK}"
CORPUS = (
    f"{SCRIPT}<svg data-payload onload=alert(1)><a data-payload href='javascript:alert(1)'>{MARK}</a>",
    f"{MARK}\" autofocus onfocus=\"__owned=1\" data-payload x=\"' onmouseover='alert(1)' data-payload='",
    f"{MARK} {{{{7*7}}}} {{% load static %}} ${{7*7}} <%= 7*7 %> {{{{ request.user.email }}}} {{% csrf_token %}}",
    f'=HYPERLINK("https://evil.example.org";"{MARK}") +1 @SUM(1) -2+3|cmd',
    f"{MARK}\r\nBcc: evil@example.org\r\nSubject: owned\r\n\r\nEND:VEVENT\r\nATTENDEE:mailto:evil@example.org",
    f"{MARK} \u202egpj.exe\u202c \u200b\u200d\ufeff\u2066 \u0301\u0301\u0301 {SHORT}",
    f"{MARK}{'m' * 70} &lt;b data-payload&gt; &amp;#60; \\u003cscript\\u003e <!-- --> ]]> ' \" ` \\ ; , : % _",
)
"""Each longer than the shortest field takes: what does not fit is cut."""


def word(number: int, most: int, *, lines: bool = False) -> str:
    """That payload, as long as its field takes; on one line as the browser's own fields send it."""
    text = CORPUS[number % len(CORPUS)]
    return (text if lines else text.replace("\r\n", " "))[:most].strip()


def written(world: World, number: int) -> None:
    """Every field of every person, through its form."""
    bob, alice = world.visitors["mediator"], world.visitors["client"]
    office, service = Office.objects.get(mediator=world.bob).pk, world.mine.service_id
    send(alice, reverse("account_home"), name=word(number, 120), phone="", language="fr", zone="Europe/Paris")
    telling = {"name": word(number + 1, 120), "email": "alice@example.org", "phone": "06 39 98 01 02"}
    send(alice, reverse("booking_who", args=[world.held.reference]), **telling)
    access = {"floor": 60, "transport": 200, "parking": 200, "access": 300}
    told = {f"{office}-{name}": word(number + 2, most) for name, most in access.items()}
    send(bob, reverse("mediator_offices"), lieu=str(office), **told)
    send(bob, reverse("mediator_service", args=[service]), **terms(
        name_fr=word(number + 3, 80), name_en=word(number + 4, 80), prepare_fr=word(number, 900, lines=True),
        prepare_en=word(number + 1, 900, lines=True),
    ) | {"modalities": ["phone", "video", "in_person"], "notice_minutes": "0"})  # fmt: skip
    administered(world, number)
    booked_and_changed(world, number)
    exchanged(world, number)


def exchanged(world: World, number: int) -> None:
    """With the assistance: asked by a visitor, answered, noted; said on in a thread of Alice's."""
    staff, visitor = world.visitors["staff"], world.visitors["anonymous"]
    telling = {"name": word(number, 120), "email": "vera@example.org"}
    send(visitor, reverse("support"), topic="other", text=word(number + 1, 900, lines=True), **telling)
    send(visitor, reverse("complaint", args=[world.bob.slug]), text=word(number + 2, 900, lines=True), **telling)
    thread, seen = [world.thread.reference], answering.last(world.thread)
    send(staff, reverse("staff_thread", args=thread), text=word(number + 3, 900, lines=True), vu=str(seen))
    send(staff, reverse("staff_thread_note", args=thread), note=word(number + 4, 900, lines=True))
    send(world.visitors["client"], reverse("client_thread", args=thread), text=word(number + 5, 900, lines=True))
    Canned.objects.create(title=word(number + 6, 80), text_fr=word(number, 900, lines=True))


def send(visitor: Client, path: str, **told: Any) -> None:
    answer = visitor.post(path, told)
    assert answer.status_code == 302, (path, answer.context and answer.context["form"].errors)


def administered(world: World, number: int) -> None:
    """What staff write: the profile, the office, the specialties. Its forms are Django's own."""
    Mediator.objects.filter(pk=world.bob.pk).update(
        name=word(number + 5, 120), presentation_fr=word(number, 900, lines=True), payment=word(number + 6, 200),
        presentation_en=word(number + 1, 900, lines=True),
    )  # fmt: skip
    Office.objects.filter(mediator=world.bob).update(name=word(number + 1, 80), address=word(number + 2, 160))
    Specialty.objects.update(label_fr=word(number + 4, 60), label_en=word(number + 5, 60))
    User.objects.filter(pk=world.bob.user_id).update(name=word(number + 5, 120))
    Participant.objects.filter(role=Participant.Role.CLIENT).update(name=word(number + 1, 120))
    refresh(world.bob, NOW)


def booked_and_changed(world: World, number: int) -> None:
    """Letters of every kind: booked for somebody, moved with a reason, cancelled with one."""
    bob = world.visitors["mediator"]
    address = f"{reverse('mediator_reserve')}?creneau={LATER:%Y-%m-%dT%H:%MZ}&lieu=telephone"
    somebody = {"name": word(number + 2, 120), "email": "zoe@example.org", "phone": "06 39 98 12 34", "language": "fr"}
    send(bob, address, **somebody, key="k", date=[LATER.isoformat()])
    made = Appointment.objects.latest("pk")
    again = LATER.replace(hour=LATER.hour + 4)
    send(bob, reverse("mediator_move", args=[made.reference]), slot=value(again), reason=word(number + 3, 300))
    send(bob, reverse("mediator_cancel", args=[made.reference]), reason=word(number + 4, 300))
    Transition.objects.filter(appointment=world.mine).update(reason=word(number + 5, 300))
    world.mine.refresh_from_db()
    assert (world.mine.state, world.mine.starts_at) == (State.CONFIRMED, TEN)


def injected(page: Page) -> list[str]:
    """What a payload made of the page."""
    found: list[str] = page.evaluate(
        """() => [
            ...[...document.querySelectorAll("[data-payload], [onerror], [onload], [onfocus], [onmouseover], base")]
                .map(one => one.outerHTML.slice(0, 200)),
            ...[...document.querySelectorAll("a[href], form[action]")]
                .map(one => one.getAttribute("href") || one.getAttribute("action"))
                .filter(one => /^(javascript|data|vbscript):/i.test(one.trim())),
            ...("__owned" in window ? ["window.__owned"] : []),
        ]"""
    )
    return found


def test_what_people_write_is_shown_as_text_everywhere(visitors: Visitors) -> None:
    world = make_world()
    written(world, 0)
    wrong: list[str] = []
    shown = 0
    for audience, addresses in pages(world):
        page = visitors.open()
        page.on("dialog", partial(opened, wrong, audience))
        visitors.enter(page, world.visitors[audience])
        for address in [*addresses, *more_pages(world, audience)]:
            page.goto(address)
            wrong += [f"{audience} {address}: {one}" for one in injected(page)]
            shown += MARK in page.inner_text("body")
    assert wrong == []
    assert shown > 10, "the payloads were seen nowhere"


def opened(wrong: list[str], who: str, dialog: Dialog) -> None:
    dialog.dismiss()
    wrong.append(f"{who}: a dialog")


def more_pages(world: World, audience: str) -> list[str]:
    if audience == "anonymous":
        letters = list(Letter.objects.order_by("-pk")[:6])
        names = ("demo_letter", "demo_letter_html")
        english = [f"/en{reverse('mediator', args=[world.bob.slug])}", "/en/mediateurs/?lieu=Paris"]
        typed = [f"{reverse('search')}?lieu=%22%3E%3Csvg%20data-payload%20onload=alert(1)%3E{MARK}"]
        return [reverse(name, args=[one.pk]) for one in letters for name in names] + english + typed
    if audience == "staff":
        admin = ("agenda_appointment", "directory_mediator", "accounts_user")
        return [reverse(f"admin:{name}_changelist") for name in admin] + [
            reverse("admin:directory_mediator_change", args=[world.bob.pk]),
            reverse("admin:accounts_user_change", args=[world.alice.pk]),
        ]
    return []


@pytest.mark.parametrize("number", range(0, len(CORPUS), 2))
def test_letters_and_calendars_carry_it_as_text(transactional_db: None, number: int) -> None:
    world = make_world()
    written(world, number)
    told = list(Letter.objects.order_by("pk"))
    assert {one.kind for one in told} >= {"appointment_confirmed", "appointment_moved", "appointment_cancelled"}
    for letter in told:
        sealed(letter)
    files = [one.ics.encode() for one in told if one.ics]
    for name, args, who in (
        ("appointment_ics", world.manage, "anonymous"),
        ("client_ics", world.mine.reference, "client"),
        ("mediator_ics", world.mine.reference, "mediator"),
    ):
        files.append(world.visitors[who].get(reverse(name, args=[args])).content)
    for file in files:
        well_formed(file)


def sealed(letter: Letter) -> None:
    """One of each header, as we wrote it, and no tag that we did not write."""
    parsed = message_from_bytes(delivery.message(letter).message().as_bytes(), policy=policy.default)
    for name in ("Subject", "To", "From", "Message-ID", "Date", "Content-Type"):
        assert len(parsed.get_all(name, [])) == 1, name
    assert parsed["To"] == letter.to
    assert parsed["Bcc"] is None
    assert parsed["Cc"] is None
    assert "\n" not in letter.subject
    assert "<img data-payload" not in letter.html
    assert "<script" not in letter.html
    assert "<svg" not in letter.html


def well_formed(file: bytes) -> None:
    """Folded at 75 octets, one event, nobody invited by a payload."""
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert b"\n" not in file.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(file)
    assert [one.name for one in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    event = calendar.walk("VEVENT")[0]
    attendees = event.get("attendee", [])
    for one in attendees if isinstance(attendees, list) else [attendees]:
        assert "evil@example.org" not in str(one)
    assert file.count(b"BEGIN:VEVENT") == file.count(b"\r\nSUMMARY:") == file.count(b"\r\nORGANIZER") == 1


def test_the_api_says_it_as_it_is(transactional_db: None) -> None:
    world, visitor = make_world(), Client()
    for number in range(len(CORPUS)):
        administered(world, number)
        Service.objects.filter(mediator=world.bob).update(name_fr=word(number + 3, 80))
        answer = visitor.get(f"/api/v1/mediators/{world.bob.slug}")
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.json()["name"] == word(number + 5, 120)
        assert answer.json()["services"][0]["name"] == word(number + 3, 80)
        found = visitor.get("/api/v1/mediators", {"near": word(number, 80)})
        assert found.status_code in {200, 422}
        assert found.headers["Content-Type"].startswith("application/")
        json.loads(found.content)


def test_the_file_of_ones_data_says_it_as_it_is(transactional_db: None) -> None:
    world = make_world()
    name = word(6, 120)
    User.objects.filter(pk=world.alice.pk).update(name=name)
    Participant.objects.filter(user=world.alice).update(name=word(0, 120))
    answer = world.visitors["client"].post(reverse("account_export"))
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.content)
    assert told["account"]["name"] == name
    assert word(0, 120) in {one["name"] for one in told["appointments"]}
