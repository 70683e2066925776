"""A thread is opened: a question, a complaint about a mediator, a call that staff write down."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from allomediateur.accounts import idempotency
from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.deadlines import answer_by
from allomediateur.support import letters, writing
from allomediateur.support.models import Message, Thread

Kind, Topic, By = Thread.Kind, Thread.Topic, Message.By


class OwnProfile(Exception):
    """Nobody complains about themselves."""


@dataclass(frozen=True)
class Asker:
    """Who writes: the account when there is one; the address may be empty for somebody on the phone."""

    name: str
    email: str
    language: str
    phone: str = ""
    user: User | None = None

    @classmethod
    def of(cls, user: User, language: str) -> "Asker":
        return cls(str(user), user.email, language, str(user.phone), user)


def ask(asker: Asker, topic: str, text: str, *, now: datetime, context: str = "", key: str = "") -> Thread:
    """A question to the administration, with its letter of receipt. The same `key` finds the same thread.

    Raises idempotency.KeyReused.
    """
    return _once(Thread(kind=Kind.QUESTION, topic=topic, context=context[:200]), asker, text, now=now, key=key)


def complain(
    asker: Asker,
    mediator: Mediator,
    text: str,
    *,
    now: datetime,
    context: str = "",
    appointment: str = "",
    key: str = "",
) -> Thread:
    """Under the mediator's own address nobody is written to, and staff are told: the answer does not say whose it is.

    Raises OwnProfile, idempotency.KeyReused.
    """
    if asker.user == mediator.user:
        raise OwnProfile
    thread = Thread(
        kind=Kind.COMPLAINT, topic=Topic.MEDIATOR, mediator=mediator, context=context[:200], appointment=appointment
    )
    return _once(thread, asker, text, now=now, key=key)


def note_call(
    asker: Asker, topic: str, text: str, *, by: User, now: datetime, mediator: Mediator | None = None, key: str = ""
) -> Thread:
    """What somebody said on the phone, written down by staff; it is theirs to answer. Raises idempotency.KeyReused."""
    kind = Kind.COMPLAINT if mediator else Kind.QUESTION
    thread = Thread(kind=kind, topic=Topic.MEDIATOR if mediator else topic, mediator=mediator, assigned=by)
    return _once(thread, asker, text, now=now, key=key, noted_by=by)


def write_to(user: User, topic: str, text: str, *, by: User, now: datetime, key: str = "") -> Thread:
    """Staff write first, to somebody who has an account. Raises idempotency.KeyReused."""
    thread = Thread(kind=Kind.QUESTION, topic=topic, assigned=by, user=user, name=str(user), email=user.email.lower())
    thread.phone, thread.language = user.phone, user.language
    thread.state, thread.opened_at, thread.last_at = "waiting_person", now, now
    with transaction.atomic():
        claimed = _claim(key, user.email, topic, text, now) if key else None
        if isinstance(claimed, idempotency.Answered):
            return Thread.objects.get(reference=claimed.answer)
        thread.save(force_insert=True)
        writing.say(thread, text, by=By.STAFF, author=by, now=now)
        letters.written(thread, now)
        if claimed:
            idempotency.record(claimed, thread.reference)
    return thread


def _claim(key: str, email: str, about: object, text: str, now: datetime) -> idempotency.Claimed | idempotency.Answered:
    return idempotency.claim(
        idempotency.fingerprint("support", key), idempotency.fingerprint("support", email, about, text), now
    )


def _once(thread: Thread, asker: Asker, text: str, *, now: datetime, key: str, noted_by: User | None = None) -> Thread:
    with transaction.atomic():
        if not key:
            return _open(thread, asker, text, now, noted_by)
        claimed = _claim(key, asker.email, (thread.topic, thread.mediator_id), text, now)
        if isinstance(claimed, idempotency.Answered):
            return Thread.objects.get(reference=claimed.answer)
        opened = _open(thread, asker, text, now, noted_by)
        idempotency.record(claimed, opened.reference)
        return opened


def _open(thread: Thread, asker: Asker, text: str, now: datetime, noted_by: User | None) -> Thread:
    thread.user, thread.name, thread.email = asker.user, asker.name, asker.email.strip().lower()
    thread.phone, thread.language = asker.phone, asker.language
    thread.state, thread.opened_at, thread.last_at, thread.due_at = "waiting_staff", now, now, answer_by(now)
    is_theirs = thread.mediator is not None and thread.email == thread.mediator.user.email.lower()
    thread.email = "" if is_theirs else thread.email
    thread.save(force_insert=True)
    writing.say(thread, text, by=By.PERSON, author=noted_by or asker.user, now=now)
    if is_theirs:
        warning = gettext("L’adresse donnée était celle du médiateur mis en cause : aucune lettre n’y est partie.")
        writing.say(thread, warning, by=By.STAFF, author=None, now=now, is_internal=True)
    letters.received(thread, now)
    if noted_by is None:
        letters.told_staff(thread, now)
    return thread
