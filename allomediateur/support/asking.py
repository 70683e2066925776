"""A thread is opened: a question, a complaint about a mediator, a call that staff write down."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allomediateur.accounts import idempotency
from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.deadlines import answer_by
from allomediateur.support import letters, writing
from allomediateur.support.models import Message, Thread

Kind, Topic, By = Thread.Kind, Thread.Topic, Message.By


class OwnProfile(Exception):
    """Nobody complains about themselves, and a mediator must not receive a complaint by their own address."""


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


def complain(asker: Asker, mediator: Mediator, text: str, *, now: datetime, context: str = "", key: str = "") -> Thread:
    """Raises OwnProfile, idempotency.KeyReused."""
    if asker.email.lower() == mediator.user.email.lower() or asker.user == mediator.user:
        raise OwnProfile
    thread = Thread(kind=Kind.COMPLAINT, topic=Topic.MEDIATOR, mediator=mediator, context=context[:200])
    return _once(thread, asker, text, now=now, key=key)


def note_call(
    asker: Asker, topic: str, text: str, *, by: User, now: datetime, mediator: Mediator | None = None, key: str = ""
) -> Thread:
    """What somebody said on the phone, written down by staff; it is theirs to answer. Raises OwnProfile,
    idempotency.KeyReused."""
    if mediator and asker.email and asker.email.lower() == mediator.user.email.lower():
        raise OwnProfile
    kind = Kind.COMPLAINT if mediator else Kind.QUESTION
    thread = Thread(kind=kind, topic=Topic.MEDIATOR if mediator else topic, mediator=mediator, assigned=by)
    return _once(thread, asker, text, now=now, key=key, noted_by=by)


def _once(thread: Thread, asker: Asker, text: str, *, now: datetime, key: str, noted_by: User | None = None) -> Thread:
    with transaction.atomic():
        if not key:
            return _open(thread, asker, text, now, noted_by)
        print_of = idempotency.fingerprint("support", asker.email, thread.topic, thread.mediator_id, text)
        claimed = idempotency.claim(idempotency.fingerprint("support", key), print_of, now)
        if isinstance(claimed, idempotency.Answered):
            return Thread.objects.get(reference=claimed.answer)
        opened = _open(thread, asker, text, now, noted_by)
        idempotency.record(claimed, opened.reference)
        return opened


def _open(thread: Thread, asker: Asker, text: str, now: datetime, noted_by: User | None) -> Thread:
    thread.user, thread.name, thread.email = asker.user, asker.name, asker.email.strip().lower()
    thread.phone, thread.language = asker.phone, asker.language
    thread.state, thread.opened_at, thread.last_at, thread.due_at = "waiting_staff", now, now, answer_by(now)
    thread.save(force_insert=True)
    writing.say(thread, text, by=By.PERSON, author=noted_by or asker.user, now=now)
    letters.received(thread, now)
    if noted_by is None:
        letters.told_staff(thread, now)
    return thread
