"""Letters that come back: a permanent failure is noted, a delay is not, a forged report does nothing."""

import io
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allomediateur.notify import bounces, outbox, undelivered
from allomediateur.notify.bounces import NotAReport, Report
from allomediateur.notify.models import Letter
from tests.factories import NOW
from tests.notify.reports import out_of_office, report

DAY = timedelta(days=1)
NAME = UUID("6f1a3c52-0000-4000-8000-000000000001")
SAID = "550 5.1.1 <alice@example.org>: Recipient address rejected"


def letter(sent: datetime | None = NOW) -> Letter:
    made = outbox.post(
        kind="appointment_confirmed", topic="appointment:x", to="alice@example.org", language="fr", subject="Objet",
        text="Texte", html="", now=NOW - DAY,
    )  # fmt: skip
    Letter.objects.filter(pk=made.pk).update(sent_at=sent)
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_is_read(original: str) -> None:
    assert bounces.read(report(NAME, original=original)) == Report(NAME, True, "5.1.1", SAID)


@pytest.mark.parametrize(
    ("action", "status", "failed"),
    [("failed", "5.2.2", True), ("failed", "4.4.7", True), ("delayed", "4.4.1", False), ("relayed", "2.0.0", False)],
)
def test_a_delay_is_no_failure_and_the_code_tells_for_how_long(action: str, status: str, failed: bool) -> None:
    found = bounces.read(report(NAME, action=action, status=status))
    assert (found.failed, found.status) == (failed, status)


@pytest.mark.parametrize(
    "message",
    [b"", b"\x00\xff\xfe", b"Subject: x\r\n\r\nbonjour", out_of_office(NAME), report("not-a-uuid"),
     report(NAME).replace(b"Action: failed", b"X: y"), report(NAME).replace(b"multipart/report", b"multipart/mixed"),
     report(NAME).replace(b"report-type=delivery-status; boundary", b"boundary_"),
     b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" * 3000],
)  # fmt: skip
def test_what_is_no_report_is_refused_and_breaks_nothing(message: bytes) -> None:
    with pytest.raises(NotAReport):
        bounces.read(message)


@given(st.data())
def test_a_report_that_was_tampered_with_is_read_or_refused(data: st.DataObject) -> None:
    whole = report(NAME)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    try:
        found = bounces.read(whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:])
    except NotAReport:
        return
    assert len(found.reason) <= 300
    assert found.reason.isprintable()


@pytest.mark.django_db
def test_a_letter_that_came_back_waits_for_somebody_once() -> None:
    made = letter()
    assert undelivered.take_back(report(made.message_id), NOW + DAY)
    assert not undelivered.take_back(report(made.message_id, status="5.7.1", said="smtp; other"), NOW + 2 * DAY)
    made.refresh_from_db()
    assert (made.bounced_at, made.bounce_status, made.bounce_reason) == (NOW + DAY, "5.1.1", SAID)
    assert list(undelivered.to("alice@example.org")) == [made]
    assert undelivered.about(["appointment:x"]) == {("appointment:x", "alice@example.org")}
    assert undelivered.deal_with(made, NOW + DAY)
    assert not undelivered.deal_with(made, NOW + DAY)
    assert undelivered.about(["appointment:x"]) == set()


@pytest.mark.django_db
def test_a_delay_changes_nothing() -> None:
    made = letter()
    assert not undelivered.take_back(report(made.message_id, action="delayed", status="4.4.1"), NOW)
    assert not undelivered.all_of_them().exists()


@pytest.mark.django_db
def test_a_forged_report_does_nothing() -> None:
    """On a letter that does not exist, that has not left, or that left long ago."""
    old, waiting = letter(NOW - undelivered.OLD), letter(None)
    for name in (uuid4(), old.message_id, waiting.message_id):
        assert not undelivered.take_back(report(name), NOW)
    assert not undelivered.all_of_them().exists()


@pytest.mark.django_db
def test_a_letter_refused_for_good_waits_until_it_leaves_or_is_dealt_with() -> None:
    made = letter(None)
    Letter.objects.filter(pk=made.pk).update(parked_at=NOW)
    assert list(undelivered.all_of_them()) == [made]
    Letter.objects.filter(pk=made.pk).update(sent_at=NOW)
    assert list(undelivered.all_of_them()) == []


@pytest.mark.django_db
def test_the_mail_servers_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    made = letter(timezone.now())
    for message, said in ((report(made.message_id), "noté"), (b"nonsense", "rien à noter")):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(message)))
        call_command("read_bounce")
        assert capsys.readouterr().out.strip() == said
    made.refresh_from_db()
    assert made.bounce_status == "5.1.1"
