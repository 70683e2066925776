"""Letters leave at least once, in order of need, and whoever cannot be reached is shown to staff."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from allomediateur.notify import delivery, outbox
from allomediateur.notify.models import Letter
from tests.factories import NOW
from tests.notify.conftest import Sink

pytestmark = pytest.mark.django_db

ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def post(**changes: str) -> Letter:
    values = {
        "kind": "test", "topic": "appointment:x", "to": "alice@example.org", "language": "fr",
        "subject": "Votre rendez-vous à 14 h 30", "text": "Bonjour\n", "html": "<p>Bonjour</p>",
    }  # fmt: skip
    return outbox.post(**(values | changes), now=NOW)


def deliver_due(now: datetime) -> int:
    """As the worker's net does, until the server is away."""
    sent = 0
    with suppress(delivery.ServerAway):
        for letter_id in delivery.due(now):
            sent += delivery.deliver(letter_id, now)
    return sent


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [outbox.JOB])
        return int(cursor.fetchone()[0])


def test_a_letter_arrives_once_with_text_html_and_calendar(smtp: Sink) -> None:
    letter = post(ics=ICS, ics_method="REQUEST")
    assert delivery.deliver(letter.pk, NOW)
    assert not delivery.deliver(letter.pk, NOW)
    (mail,) = smtp.letters
    assert smtp.recipients == ["alice@example.org"]
    assert mail["Message-ID"] == f"<{letter.message_id}@localhost>"
    assert mail["Subject"] == "Votre rendez-vous à 14 h 30"
    types = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert types == ["text/plain", "text/html", "text/calendar", "application/ics"]
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert "METHOD:REQUEST" in calendar.get_content()
    letter.refresh_from_db()
    assert letter.sent_at == NOW


def test_a_rollback_takes_the_letter_and_its_job_back() -> None:
    before = jobs()
    with transaction.atomic():
        post()
        assert jobs() == before + 1
        transaction.set_rollback(True)
    assert (Letter.objects.count(), jobs()) == (0, before)


def test_a_server_that_is_away_delays_and_loses_nothing(smtp: Sink, settings: Settings) -> None:
    letter, port = post(), settings.EMAIL_PORT
    settings.EMAIL_PORT = 9  # nobody listens there
    with pytest.raises(delivery.ServerAway):
        delivery.deliver(letter.pk, NOW)
    letter.refresh_from_db()
    assert (letter.attempts, letter.sent_at, letter.parked_at) == (0, None, None)
    assert "Error" in letter.last_error
    settings.EMAIL_PORT = port
    assert deliver_due(NOW) == 0
    assert deliver_due(NOW + delivery.AWAY) == 1
    assert len(smtp.letters) == 1


def test_after_an_hour_without_server_all_leave_within_a_minute_in_order(smtp: Sink, settings: Settings) -> None:
    letters, port = [post(subject=f"Lettre {number}") for number in range(5)], settings.EMAIL_PORT
    settings.EMAIL_PORT = 9
    now = NOW
    for _minute in range(60):
        assert deliver_due(now) == 0
        now += timedelta(minutes=1)
    assert not Letter.objects.filter(parked_at__isnull=False).exists()
    settings.EMAIL_PORT = port
    assert deliver_due(now) == len(letters)
    assert [mail["Subject"] for mail in smtp.letters] == [letter.subject for letter in letters]


def test_a_letter_that_cannot_even_be_written_stops_none_behind_it(smtp: Sink) -> None:
    poison, good = post(ics=ICS, ics_method="A\nB"), post(subject="Saine")
    assert deliver_due(NOW) == 1
    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.attempts, poison.sent_at, good.sent_at) == (1, None, NOW)
    assert "BadHeaderError" in poison.last_error


def test_an_address_refused_for_good_is_put_aside_and_can_be_tried_again(smtp: Sink) -> None:
    letter = post()
    smtp.refusal = "550 no such person"
    assert not delivery.deliver(letter.pk, NOW)
    letter.refresh_from_db()
    assert letter.parked_at == NOW
    assert (delivery.health().waiting, delivery.health().parked, delivery.health().oldest) == (0, 1, None)
    smtp.refusal = ""
    assert deliver_due(NOW + timedelta(days=2)) == 0
    delivery.retry(letter, NOW)
    assert deliver_due(NOW) == 1


def test_an_address_refused_for_now_is_tried_until_it_is_put_aside(smtp: Sink) -> None:
    letter = post()
    smtp.refusal = "450 come back later"
    now = NOW
    for wait in delivery.WAITS:
        assert not delivery.deliver(letter.pk, now)
        letter.refresh_from_db()
        assert (letter.parked_at, letter.next_attempt_at) == (None, now + wait)
        now += wait
    assert not delivery.deliver(letter.pk, now)
    letter.refresh_from_db()
    assert letter.parked_at == now


def test_a_worker_killed_after_its_claim_leaves_the_letter_to_the_sweep(smtp: Sink) -> None:
    letter = post()
    assert delivery._claim(letter.pk, NOW) is not None  # and then the worker is gone
    assert deliver_due(NOW + delivery.CLAIM - timedelta(seconds=1)) == 0
    assert deliver_due(NOW + delivery.CLAIM) == 1
    assert [mail["Message-ID"] for mail in smtp.letters] == [f"<{letter.message_id}@localhost>"]


def test_a_line_break_in_a_subject_or_an_address_is_refused() -> None:
    for wrong in ({"subject": "a\r\nBcc: b@example.org"}, {"to": "a@example.org\nb"}):
        with pytest.raises(ValueError, match="one line"):
            post(**wrong)


def test_without_a_mail_server_letters_wait_outside_the_demo(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.DEMO = "", False
    letter = post()
    with pytest.raises(delivery.ServerAway):
        delivery.deliver(letter.pk, NOW)
    settings.DEMO = True
    assert delivery.deliver(letter.pk, NOW + delivery.AWAY)


def test_a_goodbye_gone_wrong_does_not_send_the_letter_again(smtp: Sink) -> None:
    smtp.rude = True
    letter = post()
    assert delivery.deliver(letter.pk, NOW)
    letter.refresh_from_db()
    assert (letter.sent_at, len(smtp.letters)) == (NOW, 1)
