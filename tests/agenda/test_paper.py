"""Letters on paper: who gets one, what it says and in which language; what people wrote is text, never source."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import override_settings
from pypdf import PdfReader

from allomediateur.agenda import changing, direct, retention
from allomediateur.agenda.direct import Somebody
from allomediateur.agenda.models import AccessLink, Appointment, Modality, Transition
from allomediateur.agenda.refusals import Wish
from allomediateur.directory.models import Mediator
from allomediateur.notify import posting, printing
from allomediateur.notify.models import Letter, PaperLetter
from tests.agenda.steps import MINUTE, TEN
from tests.factories import NOW, make_mediator, service_of

pytestmark = pytest.mark.django_db
STAFF, CLIENT = Transition.By.STAFF, changing.Side.CLIENT
ADDRESS = "3 rue du Bac\n75007 Paris"
OFFICE = {"POSTAL_ADDRESS": ["12 rue des Lilas", "75010 Paris"], "ASSISTANCE_PHONE": "01 99 00 12 34"}


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def booked(bob: Mediator, by: Transition.By = STAFF, **told: str) -> Appointment:
    values = {"name": "Zoé Petit", "phone": "+33639981234", "postal_address": ADDRESS} | told
    wish = Wish(bob, service_of(bob), Modality.PHONE, None, TEN)
    return direct.book_for(wish, [TEN], Somebody(**values), None, "key", NOW, by)[0]  # type: ignore[arg-type]


def pages(document: bytes) -> list[str]:
    """The text of each, with plain spaces."""
    read = [page.extract_text() for page in PdfReader(BytesIO(document)).pages]
    return [" ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()) for text in read]


def printed(**told: str) -> str:
    """One letter of that name and address, as printed."""
    sheet = posting.Sheet(date="Le lundi", greeting="Bonjour,", opening=["Un mot."], closing=["Adieu."])
    values = {"name": "Zoé Petit", "address": ADDRESS, "subject": "Objet"} | told
    one = posting.put_aside(kind="k", topic="appointment:x", language="fr", sheet=sheet, now=NOW, **values)
    (text,) = pages(printing.pdf([one], "Lettres", NOW))
    return text


def test_without_an_email_the_client_has_a_letter_to_print_and_the_mediator_an_email(bob: Mediator) -> None:
    booked(bob)
    assert [(one.kind, one.name, one.address) for one in posting.to_print()] == [
        ("appointment_confirmed", "Zoé Petit", ADDRESS)
    ]
    assert [(one.kind, one.to) for one in Letter.objects.all()] == [("mediator_confirmed", bob.user.email)]


def test_with_an_email_nothing_is_printed(bob: Mediator) -> None:
    booked(bob, email="zoe@example.org")
    assert not posting.to_print().exists()
    assert Letter.objects.filter(to="zoe@example.org").exists()


def test_without_any_address_nothing_is_written(bob: Mediator) -> None:
    """As mediators book today for somebody before them."""
    booked(bob, Transition.By.MEDIATOR, postal_address="")
    assert not posting.to_print().exists()


@override_settings(**OFFICE)
def test_confirmed_moved_cancelled_each_a_page(bob: Mediator) -> None:
    made = booked(bob)
    changing.move(made, start=TEN + 30 * MINUTE, by=STAFF, side=CLIENT, now=NOW)
    changing.cancel(made, by=STAFF, side=CLIENT, now=NOW)
    confirmed, moved, cancelled = pages(printing.pdf(list(posting.to_print()), "Lettres", NOW))
    assert "Zoé Petit 3 rue du Bac 75007 Paris" in confirmed
    assert "Votre rendez-vous du mardi 24 novembre 2026 à 10 h (heure de Paris)" in confirmed
    assert "Par téléphone : Bob Durand vous appelle au +33 6 39 98 12 34" in confirmed
    assert "appelez le 01 99 00 12 34, ou écrivez-nous : 12 rue des Lilas, 75010 Paris" in confirmed
    assert made.reference in confirmed
    assert "prévu le mardi 24 novembre 2026 à 10 h (heure de Paris), est déplacé" in moved
    assert "est annulé, comme demandé" in cancelled
    assert "ce code" not in cancelled


def test_who_cancels_is_told_as_it_was(bob: Mediator) -> None:
    changing.cancel(booked(bob), by=STAFF, side=changing.Side.MEDIATOR, reason="Grève\ndes trains", now=NOW)
    text = pages(printing.pdf(list(posting.to_print())[1:], "Lettres", NOW))[0]
    assert "Bob Durand a dû annuler votre rendez-vous" in text
    assert "Motif : Grève des trains" in text


def test_in_the_readers_language(bob: Mediator) -> None:
    booked(bob, language="en")
    (text,) = pages(printing.pdf(list(posting.to_print()), "Letters", NOW))
    assert "Your appointment of Tuesday 24 November 2026 at 10 am (Paris time)" in text
    assert "Votre" not in text
    assert PaperLetter.objects.get().content["date"] == "Monday 23\u00a0November 2026"


def test_the_code_leads_to_the_appointment(bob: Mediator) -> None:
    made = booked(bob)
    link = PaperLetter.objects.get().content["link"]
    assert AccessLink.objects.get(participant__appointment=made).token_hash
    assert "/rendez-vous/" in link
    assert "code" in pages(printing.pdf(list(posting.to_print()), "Lettres", NOW))[0]


def test_the_document_is_tagged_titled_and_an_archives(bob: Mediator) -> None:
    booked(bob)
    read = PdfReader(BytesIO(printing.pdf(list(posting.to_print()), "Lettres", NOW)))
    root: Any = read.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert "/StructTreeRoot" in root
    assert read.metadata is not None
    assert read.metadata.title == "Lettres"
    marks = str(root["/Metadata"].get_object().get_data())
    assert "pdfuaid" in marks
    assert "pdfaid" in marks


PAYLOADS = [
    "#panic()", '"]; #read("/etc/passwd")', "$x$ _y_ *z* `raw`", "#sys.inputs", "\\u{41} @label <label>",
    "#import \"@preview/x:1.0.0\": *", "= Titre", "{{ 7*7 }} %(name)s", "https://evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_wrote_is_shown_as_they_wrote_it(payload: str) -> None:
    text = printed(name=payload, subject=payload, address=f"{payload}\n75007 Paris")
    assert text.count(" ".join(payload.split())) == 3
    assert "root:" not in text


def test_right_to_left_scripts_are_printed() -> None:
    assert "שלום" in printed(name="שלום כהן") or "םולש" in printed(name="שלום כהן")
    assert printed(name="شريف محمد")


def test_pictures_and_marks_that_turn_the_writing_are_left_out() -> None:
    assert "Zoé Petit" in printed(name="😀Zoé\u202e Petit\x07")


def test_a_script_no_font_has_does_not_stop_the_printer() -> None:
    """The document is then no archive's, and the rest of it is there."""
    assert "75007 Paris" in printed(name="日本語 Tanaka")


def test_a_name_of_120_letters_stays_in_the_window() -> None:
    text = printed(name="Anne-" * 24)
    assert "75007 Paris" in text


def test_the_window_is_where_envelopes_have_it() -> None:
    """110 mm from the left, 50 mm from the top, in points."""
    sheet = posting.Sheet(date="", greeting="", opening=[], closing=[])
    one = posting.put_aside(
        kind="k", topic="t", name="Zoé", address=ADDRESS, language="fr", subject="O", sheet=sheet, now=NOW
    )
    page = PdfReader(BytesIO(printing.pdf([one], "Lettres", NOW))).pages[0]
    spots: list[tuple[float, float]] = []

    def visit(text: str, _cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if "Zoé" in text:
            cm = _cm
            spots.append((tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]))

    page.extract_text(visitor_text=visit)
    ((x, y),) = spots[:1]
    height = float(page.mediabox.height)
    assert 109 < x / 72 * 25.4 < 111
    assert 49 < (height - y) / 72 * 25.4 < 56


def test_printed_once_and_forgotten_after_a_year(bob: Mediator) -> None:
    booked(bob)
    one = PaperLetter.objects.get()
    assert posting.mark_printed([one.pk], NOW) == [one]
    assert posting.mark_printed([one.pk], NOW) == []
    rule = next(rule for rule in retention.RULES if rule.name == "paper")
    rule.forget(NOW + timedelta(days=364), rule.kept)
    assert PaperLetter.objects.count() == 1
    rule.forget(NOW + timedelta(days=366), rule.kept)
    assert PaperLetter.objects.count() == 0


def test_a_letter_is_printed_on_the_day_that_three_years_in_four_lack(bob: Mediator) -> None:
    leap = datetime(2028, 2, 29, 9, tzinfo=UTC)
    start = leap + timedelta(days=7, hours=1)
    who = Somebody(name="Zoé Petit", phone="+33639981234", postal_address=ADDRESS)
    wish = Wish(bob, service_of(bob), Modality.PHONE, None, start)
    direct.book_for(wish, [start], who, None, "key", leap, Transition.By.MEDIATOR)
    assert PaperLetter.objects.get().content["date"] == "Le mardi 29\u00a0février 2028"
