"""Delivering letters: at least once, recognisable when twice (a stable Message-ID, RFC 5322), never in a transaction.

A letter is claimed by pushing its next attempt away, sent, then marked. A worker killed in between loses nothing:
the claim runs out and the sweep takes the letter again.
"""

import contextlib
import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formatdate
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Count, Min, Q, QuerySet

from allomediateur.notify.models import Letter

log = logging.getLogger(__name__)

CLAIM = timedelta(minutes=2)
"""Longer than any SMTP conversation (EMAIL_TIMEOUT bounds each of its steps)."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 480, 720))
"""After a letter's n-th failure; after the last one it is put aside for staff."""
AWAY = timedelta(minutes=1)
"""When the server itself does not answer: no letter's fault, so none is put aside and all leave when it is back."""
LATE = timedelta(minutes=15)
FOREVER = range(500, 600)


class ServerAway(Exception):
    """No conversation with the mail server: no connection, or our login refused. No other letter would leave."""


def deliver(letter_id: int, now: datetime) -> bool:
    """Send that letter if it is due at `now`; False when there was nothing to do or it failed (to be tried again).

    Raises ServerAway, the letter's next attempt put off.
    """
    letter = _claim(letter_id, now)
    if letter is None:
        return False
    try:
        _send(letter)
    except ServerAway as failure:
        _put_off(letter, failure, now)
        raise
    except Exception as failure:  # noqa: BLE001 -- one that cannot even be written must not stop those behind it
        _failed(letter, failure, now)
        return False
    Letter.objects.filter(pk=letter.pk).update(sent_at=now, last_error="")
    Letter.objects.filter(pk=letter.pk, forgotten_once_sent=True).delete()
    return True


def due(now: datetime, limit: int = 200) -> list[int]:
    """Ids of what should have left by `now`, in the order they were written."""
    return list(_waiting().filter(next_attempt_at__lte=now).order_by("pk").values_list("pk", flat=True)[:limit])


def retry(letter: Letter, now: datetime) -> None:
    """Take a letter put aside, or waiting, back to the front."""
    Letter.objects.filter(pk=letter.pk, sent_at__isnull=True).update(
        parked_at=None, attempts=0, next_attempt_at=now, last_error="", dealt_with_at=None
    )


@dataclass(frozen=True)
class Health:
    """`oldest`: when the oldest letter still to leave was written, None when all are gone. Those put aside are apart:
    a mistyped address is nobody's outage."""

    waiting: int
    parked: int
    oldest: datetime | None


def health() -> Health:
    waiting = _waiting().aggregate(count=Count("pk"), oldest=Min("created_at"))
    parked = Letter.objects.filter(sent_at__isnull=True, parked_at__isnull=False, dealt_with_at__isnull=True)
    return Health(waiting=waiting["count"], parked=parked.count(), oldest=waiting["oldest"])


def late(now: datetime) -> int:
    """How many should have left a quarter of an hour ago."""
    return _waiting().filter(created_at__lt=now - LATE).count()


def _waiting() -> QuerySet[Letter]:
    return Letter.objects.filter(sent_at__isnull=True, parked_at__isnull=True)


def _claim(letter_id: int, now: datetime) -> Letter | None:
    """One UPDATE decides among workers: whoever pushes the next attempt away has the letter."""
    due = _waiting().filter(pk=letter_id, next_attempt_at__lte=now)
    return Letter.objects.get(pk=letter_id) if due.update(next_attempt_at=now + CLAIM) else None


def _put_off(letter: Letter, failure: ServerAway, now: datetime) -> None:
    Letter.objects.filter(pk=letter.pk).update(next_attempt_at=now + AWAY, last_error=str(failure)[:300])
    log.warning("letter %s waits: %s", letter.pk, failure)


def _failed(letter: Letter, failure: Exception, now: datetime) -> None:
    letter.attempts += 1
    letter.last_error = f"{type(failure).__name__}: {failure}"[:300]
    if _refused_forever(failure) or letter.attempts > len(WAITS):
        letter.parked_at = now
    else:
        letter.next_attempt_at = now + WAITS[letter.attempts - 1]
    letter.save(update_fields=["attempts", "last_error", "parked_at", "next_attempt_at"])
    log.warning("letter %s not delivered (attempt %s): %s", letter.pk, letter.attempts, type(failure).__name__)


def _refused_forever(failure: Exception) -> bool:
    """The server said this address will never do (5xx on the recipient). A refused login is ours to mend: it waits."""
    if not isinstance(failure, smtplib.SMTPRecipientsRefused):
        return False
    return all(code in FOREVER for code, _reason in failure.recipients.values())


def _send(letter: Letter) -> None:
    if not settings.EMAIL_HOST:
        if settings.DEMO:
            return  # kept, to be read at /demo/courrier/
        raise ServerAway("EMAIL_HOST is not set")
    mail, server = message(letter), get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as failure:
        raise ServerAway(f"{type(failure).__name__}: {failure}") from failure
    try:
        server.send_messages([mail])
    finally:
        # Whatever the goodbye is worth, it says nothing of the letter.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.close()


def message(letter: Letter) -> EmailMultiAlternatives:
    """Text, HTML, and the calendar twice: an alternative (RFC 6047: Outlook, Gmail) and a file (everybody else)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{letter.message_id}@{host}>",
        "Date": formatdate(letter.created_at.timestamp()),
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
    }
    mail = EmailMultiAlternatives(
        letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.to], headers=headers
    )
    mail.attach_alternative(letter.html, "text/html")
    if letter.ics:
        mail.attach_alternative(letter.ics, f"text/calendar; method={letter.ics_method}; charset=utf-8")
        mail.attach("rendez-vous.ics", letter.ics.encode(), "application/ics")
    return mail


def forget(before: datetime) -> int:
    """Delete letters written before, delivered or not, and those of erased people that have left. Returns how many."""
    last = Q(forgotten_once_sent=True) & (Q(sent_at__isnull=False) | Q(parked_at__isnull=False))
    return Letter.objects.filter(Q(created_at__lt=before) | last).delete()[0]
