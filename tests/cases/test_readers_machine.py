"""Every reader and every content, whatever was opened, taken back, closed or destroyed before: the gate against plain
books that say who may read what."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import gate, members, purging, rotation
from allomediateur.cases.compartments.actors import Account, Actor, Holder, Role
from allomediateur.cases.models import Compartment
from tests.cases.confided import ROUTING, confide, enter
from tests.factories import NOW, make_mediator, make_user

pytestmark = pytest.mark.django_db
NAMES = ("story", "domain", "place")
HOUR = timedelta(hours=1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["admit", "admit", "some", "dismiss", "write", "forget", "close", "purge", "renew"]),
        st.integers(0, 1),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=14,
)
_words = count(1)


@dataclass
class Book:
    """What one compartment should be: its texts, who reads which names until when, and its end."""

    compartment: Compartment
    texts: dict[str, str] = field(default_factory=dict)
    readers: dict[Actor, dict[Role, tuple[set[str], datetime | None]]] = field(default_factory=dict)
    closed: bool = False
    purged: bool = False

    def reads(self, actor: Actor, now: datetime) -> dict[str, str] | None:
        """None: it opens nothing."""
        live = [names for names, until in self.readers.get(actor, {}).values() if until is None or until > now]
        if not live or self.purged:
            return None
        shown = max(live, key=len)
        return {name: text for name, text in self.texts.items() if name in shown}


@dataclass(frozen=True)
class World:
    """Two authors, each with a compartment; mediators, somebody of staff, a stranger, a link."""

    books: tuple[Book, Book]
    actors: tuple[Actor, ...]
    roles: tuple[Role, ...]


def world() -> World:
    people: list[Actor] = [Account.of(make_user(f"{name}@example.org")) for name in ("alice", "zoe")]
    mediators: list[Actor] = [Account.of(make_mediator(f"{name}@example.org").user) for name in ("bob", "nina")]
    staff = Account.of(make_user("sam@example.org", role=User.Role.STAFF))
    _token, holder = Holder.new()
    books = []
    for person in people:
        assert isinstance(person, Account)
        texts = {name: f"texte {next(_words)}" for name in NAMES}
        made = confide(User.objects.get(pk=person.pk), texts)
        whole = ({*NAMES}, None)
        books.append(Book(made, texts, {person: {Role.AUTHOR: whole}, ROUTING: {Role.SYSTEM: whole}}))
    roles = (Role.AUTHOR, Role.AUTHOR, Role.MEDIATOR, Role.MEDIATOR, Role.STAFF, Role.AUTHOR)
    return World((books[0], books[1]), (*people, *mediators, staff, holder), roles)


def act(there: World, step: str, book: Book, who: int, which: int, now: datetime) -> None:
    """One step, on the gate and in the book. The platform lets in and out; authors write."""
    actor, role, held = there.actors[who], there.roles[who], book.compartment
    author = next(iter(book.readers))
    if step in ("admit", "some", "dismiss"):
        if book.reads(ROUTING, now) is None:
            return
        opened, theirs = enter(held, ROUTING, now), book.readers.setdefault(actor, {})
        if step == "dismiss":
            members.dismiss(opened, actor)
            theirs.clear()
        else:
            only = None if step == "admit" else NAMES[: which % 3 + 1]
            until = now + which * HOUR if which else None
            members.admit(opened, actor, role, only=only, until=until)
            theirs[role] = ({*(only or NAMES)}, until)
    elif step == "renew" and not book.purged:
        rotation.renew(held, now)
    elif step == "close":
        purging.close(held, now)
        book.closed = True
    elif step == "purge":
        purging.purge(held, now)
        book.purged = True
    elif step in ("write", "forget") and book.reads(author, now) is not None:
        write(book, enter(held, author, now), step, NAMES[which % 3])


def write(book: Book, opened: gate.Opened, step: str, name: str) -> None:
    refused = book.closed or (opened.only is not None and name not in opened.only)
    text = f"texte {next(_words)}"
    try:
        opened.write(name, text) if step == "write" else opened.forget(name)
    except (gate.Closed, gate.MayNot):
        assert refused
        return
    assert not refused
    book.texts.pop(name, None)
    book.texts |= {name: text} if step == "write" else {}


def seen(book: Book, actor: Actor, now: datetime) -> dict[str, str] | None:
    try:
        return enter(book.compartment, actor, now).read_all()
    except (gate.NotMember, gate.Purged):
        return None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(STEPS)
def test_every_reader_reads_what_the_books_say_and_nothing_else(steps: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        there, now = world(), NOW
        for step, compartment, who, which in steps:
            act(there, step, there.books[compartment], who, which, now)
            now += HOUR / 2
        for book in there.books:
            for actor in (*there.actors, ROUTING):
                assert seen(book, actor, now) == book.reads(actor, now), (actor, steps)
                visible: Any = Compartment.objects.visible_to(actor, now).filter(pk=book.compartment.pk)
                assert book.reads(actor, now) is None or visible.exists()
        transaction.set_rollback(True)
