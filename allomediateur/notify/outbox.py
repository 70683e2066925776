"""Writing letters: in the transaction that causes them, with the job that will deliver them."""

from collections.abc import Mapping
from datetime import datetime

from procrastinate.contrib.django import app

from allomediateur.notify.models import Letter
from allomediateur.notify.rendering import render

JOB = "deliver_letter"


def post(
    *,
    kind: str,
    topic: str,
    to: str,
    language: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    ics: str = "",
    ics_method: str = "",
) -> Letter:
    """Put one letter for one address in the outbox; a rollback takes it back. The worker is woken by the commit.

    Raises ValueError when the subject or the address holds a line break (header injection).
    """
    if any(mark in part for part in (subject, to) for mark in "\r\n"):
        raise ValueError("a subject and an address are one line")
    letter = Letter.objects.create(
        kind=kind, topic=topic, to=to, language=language, subject=subject[:200], text=text, html=html,
        ics=ics, ics_method=ics_method, created_at=now, next_attempt_at=now,
    )  # fmt: skip
    wake(letter.pk)
    return letter


def write(
    kind: str, *, topic: str, to: str, language: str, now: datetime, context: Mapping[str, object] | None = None
) -> Letter:
    """Post the letter whose templates are named after its kind. Raises ValueError, TemplateDoesNotExist."""
    written = render(kind, language, context or {})
    return post(
        kind=kind, topic=topic, to=to, language=language, subject=written.subject, text=written.text,
        html=written.html, now=now,
    )  # fmt: skip


def post_again(kind: str, topic: str, to: str, now: datetime) -> None:
    """The last letter of that kind about that to that address, once more, as it was."""
    last = Letter.objects.filter(kind=kind, topic=topic, to=to).order_by("-pk").first()
    if last:
        post(
            kind=kind, topic=topic, to=to, language=last.language, subject=last.subject, text=last.text,
            html=last.html, now=now, ics=last.ics, ics_method=last.ics_method,
        )  # fmt: skip


def wake(letter_id: int) -> None:
    """Ask for a delivery. The job carries the id only and no queueing lock: bookings must not wait for each other."""
    app.configure_task(JOB).defer(letter_id=letter_id)
