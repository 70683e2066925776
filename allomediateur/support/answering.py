"""A thread goes on: a word of the person, an answer or a note of staff; it is taken, closed, opened again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from allomediateur.accounts.models import User
from allomediateur.scheduling.deadlines import answer_by
from allomediateur.support import doors, letters, writing
from allomediateur.support.models import Message, Thread

State, By = Thread.State, Message.By
SILENCE = doors.OPEN
"""Answered, and not a word since: the thread is closed of itself, its doors being shut."""


class SaidMeanwhile(Exception):
    """Somebody wrote after the page was shown: read it first."""


class SaidTwice(Exception):
    """The same words, again at once: a double click."""


def write(thread: Thread, text: str, *, author: User | None, now: datetime) -> None:
    """One more word of the person: staff have to answer, a closed thread opens again. Staff are written to once while
    they have not answered. Raises SaidTwice."""
    with transaction.atomic():
        locked = _locked(thread)
        _refuse_twice(locked, text, now)
        writing.say(locked, text, by=By.PERSON, author=author, now=now)
        was_waiting = locked.state == State.WAITING_STAFF
        _to(locked, State.WAITING_STAFF, now)
        if not was_waiting:
            letters.told_staff(locked, now)


def reply(thread: Thread, text: str, *, by: User, seen: int, now: datetime) -> None:
    """An answer of staff, with its letter. `seen`: the last message that the page showed. Raises SaidMeanwhile."""
    with transaction.atomic():
        locked = _locked(thread)
        if seen < last(locked):
            raise SaidMeanwhile
        writing.say(locked, text, by=By.STAFF, author=by, now=now)
        locked.answered_at = locked.answered_at or now
        locked.assigned = locked.assigned or by
        _to(locked, State.WAITING_PERSON, now)
        letters.answered(locked, now)


def note(thread: Thread, text: str, *, by: User, now: datetime) -> None:
    """For staff's eyes only; nobody is written to and nothing else changes."""
    writing.say(thread, text, by=By.STAFF, author=by, now=now, is_internal=True)


def take(thread: Thread, by: User | None) -> None:
    """Who takes care of it; None gives it back to all."""
    Thread.objects.filter(pk=thread.pk).update(assigned=by)


def close(thread: Thread, *, seen: int, now: datetime) -> None:
    """By either side. Whoever has a door may still write, which opens it again. Raises SaidMeanwhile."""
    with transaction.atomic():
        locked = _locked(thread)
        if locked.is_closed:
            return
        if seen < last(locked):
            raise SaidMeanwhile
        Thread.objects.filter(pk=locked.pk).update(state=State.CLOSED, due_at=None, closed_at=now)


def reopen(thread: Thread, now: datetime) -> None:
    """By staff: an answer is promised anew. One that is open stays as it is."""
    closed = Thread.objects.filter(pk=thread.pk, state=State.CLOSED)
    closed.update(state=State.WAITING_STAFF, due_at=answer_by(now), closed_at=None, last_at=now)


def close_silent(now: datetime) -> int:
    """Those answered that have been silent for ninety days. Returns how many."""
    silent = Thread.objects.filter(state=State.WAITING_PERSON, last_at__lt=now - SILENCE)
    return silent.update(state=State.CLOSED, closed_at=now)


def last(thread: Thread) -> int:
    """Of its messages, internal ones left out: 0 without any."""
    found = thread.messages.filter(is_internal=False).aggregate(last=Max("pk"))
    return found["last"] or 0


def _locked(thread: Thread) -> Thread:
    return Thread.objects.select_for_update(of=("self",)).select_related("user").get(pk=thread.pk)


def _to(thread: Thread, state: str, now: datetime) -> None:
    """What is promised counts from the first word that waits."""
    waits = state == State.WAITING_STAFF
    thread.due_at = (thread.due_at or answer_by(now)) if waits else None
    thread.state, thread.last_at, thread.closed_at = state, now, None
    thread.save(update_fields=["state", "due_at", "last_at", "answered_at", "closed_at", "assigned"])
    doors.prolong(thread, now)


def _refuse_twice(thread: Thread, text: str, now: datetime) -> None:
    before = writing.read(thread)[-1:]
    if before and before[0].by == By.PERSON and before[0].text == text and now - before[0].at < timedelta(minutes=5):
        raise SaidTwice
