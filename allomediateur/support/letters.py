"""Letters of a thread. None holds what was written, nor who wrote it: a link leads to it."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from allomediateur.configuration import names
from allomediateur.notify import outbox
from allomediateur.scheduling import wording
from allomediateur.scheduling.deadlines import answer_day
from allomediateur.support import doors
from allomediateur.support.models import Thread


def received(thread: Thread, now: datetime) -> None:
    """To the person: it has come, an answer is promised, here is where it will be."""
    day = wording.day(answer_day(thread.due_at or now), thread.language, today=now.date())
    _to_person("support_received", thread, now, day=day)


def answered(thread: Thread, now: datetime) -> None:
    _to_person("support_answer", thread, now)


def written(thread: Thread, now: datetime) -> None:
    """To somebody whom staff write to first."""
    _to_person("support_written", thread, now)


def told_staff(thread: Thread, now: datetime) -> None:
    """To the address of the site: somebody waits for an answer. Neither their name nor their words."""
    outbox.write(
        "support_waiting", topic=topic_of(thread), to=names.value("contact_email"), language="fr", now=now,
        context={"page_url": _address("staff_thread", "fr", thread.reference)},
    )  # fmt: skip


def topic_of(thread: Thread) -> str:
    """What its letters are about."""
    return f"support:{thread.reference}"


def _to_person(kind: str, thread: Thread, now: datetime, **more: object) -> None:
    """Who has an account is written to where it is now, and signs in to read; others get a door of their own."""
    if thread.user:
        to, url = thread.user.email, _address("client_thread", thread.language, thread.reference)
    elif thread.email:
        to, url = thread.email, _address("thread", thread.language, doors.make(thread, now))
    else:
        return  # told on the phone
    context = {"thread_url": url, "has_account": thread.user is not None, **more}
    outbox.write(kind, topic=topic_of(thread), to=to, language=thread.language, now=now, context=context)


def _address(name: str, language: str, *args: str) -> str:
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(name, args=args)}"
