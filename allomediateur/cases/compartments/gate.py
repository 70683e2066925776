"""The one gate to what compartments hold: membership, access log and plaintext, in that order, in one place.

`Compartment.open` comes here. Nothing is cached beyond the object that it returns, whose life is a request or a job.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from allomediateur.cases.compartments import blind, cipher
from allomediateur.cases.compartments.actors import Actor, Reason, Role, on_trail
from allomediateur.cases.compartments.cipher import NotAuthentic, Place
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act
from allomediateur.vault import sealing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allomediateur.cases.models import Compartment, Membership, PartyName, Sealed

    _Row = tuple[str, bytes | memoryview, int, datetime, bytes | memoryview | None]

__all__ = [
    "TEXT_MOST", "ChangedMeanwhile", "Closed", "Content", "MayNot", "NotAuthentic", "NotMember", "Opened", "Purged",
    "TooLong", "enter",
]  # fmt: skip

logger = logging.getLogger(__name__)
TEXT_MOST = 40_000
"""Characters of one text: about twenty pages."""
NAMES_MOST = 60
"""Parties of one compartment."""
_OFTEN = (Act.SEEN, Act.CHANGED)
"""Written on the trail once an hour for the same reader, compartment and reason."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,79}")


class NotMember(LookupError):
    """This reader opens nothing there at that instant: to a page, as if it were not there (404)."""


class Purged(Exception):
    """Its key is destroyed, or was not restored: nothing can be read any more."""


class Closed(Exception):
    """It is read and no more written."""


class MayNot(Exception):
    """The membership lets read, not write; or that name is not among those it opens."""


class ChangedMeanwhile(Exception):
    """Somebody, or another window, has written it since: `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TooLong(ValueError):
    """More than `most` characters; `name` says where. What was there before is still there."""

    def __init__(self, name: str, most: int = TEXT_MOST) -> None:
        super().__init__(f"{name}: {most} at most")
        self.name, self.most = name, most


@dataclass(frozen=True)
class Content:
    """One content in clear. Its text is in no representation, so in no log."""

    name: str
    text: str = field(repr=False)
    version: int
    changed_at: datetime


def enter(compartment: "Compartment", actor: Actor, *, now: datetime, reason: Reason) -> "Opened":
    """Raises NotMember, Purged. The look is on the trail, once an hour for the same reader and reason."""
    found = compartment.members.live(now).of(actor).with_author().widest_first().first()
    if found is None:
        logger.warning("compartment %s not opened: no membership", compartment.pk)
        raise NotMember(compartment.pk)
    if found.wrapped is None:
        raise Purged(compartment.pk)
    opened = Opened(compartment, found, actor, now, Reason(reason))
    opened.note(Act.SEEN)
    return opened


class Opened:
    """What one reader may do in one compartment, now. Made by Compartment.open, for a request or a job."""

    def __init__(
        self, compartment: "Compartment", member: "Membership", actor: Actor, now: datetime, reason: Reason
    ) -> None:
        self.compartment, self.actor, self.now, self.reason = compartment, actor, now, reason
        self.role = Role(member.role)
        self.may_write = member.may_write
        self.author = member.author
        self.only = None if member.only is None else frozenset(member.only)
        self._contents: dict[str, Content] | None = None

    def __repr__(self) -> str:
        return f"<{self.compartment.pk} opened as {self.role}>"

    def read(self, name: str) -> str | None:
        """The text, None where nothing was written. Raises MayNot, NotAuthentic."""
        self._shown(name)
        found = self.contents().get(name)
        return found.text if found else None

    def read_all(self) -> dict[str, str]:
        """All that this reader may read, by name. One query however many. Raises NotAuthentic."""
        return {name: one.text for name, one in self.contents().items()}

    def contents(self) -> dict[str, Content]:
        """The same with versions and dates."""
        if self._contents is None:
            rows = list(self._rows())
            key = self._key(rows[0][-1]) if rows else b""
            opened = (self._content(key, *row[:-1]) for row in rows)
            self._contents = {one.name: one for one in opened if self.only is None or one.name in self.only}
        return self._contents

    def write(self, name: str, text: str, *, seen: int | None = None) -> int:
        """Its new version. `seen`: the version that the writer had before their eyes, 0 for none: another one there
        now raises ChangedMeanwhile. Raises TooLong, Closed, MayNot, Purged."""
        return self.write_all({name: text}, seen=None if seen is None else {name: seen})[name]

    def write_all(self, texts: Mapping[str, str], *, seen: Mapping[str, int] | None = None) -> dict[str, int]:
        """All of them or none; the new versions. The same statements however many."""
        for name, text in texts.items():
            self._writable(name)
            if len(text) > TEXT_MOST:
                raise TooLong(name)
        with transaction.atomic():
            self.note(Act.CHANGED)
            key = self._locked()
            slots = {name: cipher.slot(key, name) for name in texts}
            there = dict(self.compartment.contents.filter(slot__in=slots.values()).values_list("slot", "version"))
            for name, version in (seen or {}).items():
                if there.get(slots[name], 0) != version:
                    raise ChangedMeanwhile(name)
            versions = {name: there.get(slots[name], 0) + 1 for name in texts}
            self._save(key, texts, slots, versions)
        self._contents = None
        return versions

    def forget(self, name: str) -> None:
        """What was written there, if anything. Raises Closed, MayNot, Purged."""
        self._writable(name)
        with transaction.atomic():
            self.note(Act.DELETED)
            slot = cipher.slot(self._locked(), name)
            self.compartment.contents.filter(slot=slot).delete()
        self._contents = None

    def name_parties(self, names: Iterable[str]) -> None:
        """The parties' names for the blind index, in the place of those told before. Raises as `write`."""
        self._writable("parties")
        forms = sorted({form for form in map(blind.alike, names) if form})
        if len(forms) > NAMES_MOST or any(len(form) > TEXT_MOST for form in forms):
            raise TooLong("parties", NAMES_MOST if len(forms) > NAMES_MOST else TEXT_MOST)
        with transaction.atomic():
            self.note(Act.CHANGED)
            key = self._locked()
            self.compartment.parties.all().delete()
            self.compartment.parties.bulk_create([self._party(key, form) for form in forms])

    def party_digests(self) -> set[str]:
        """Of the parties' names, by each key of the ring: they say no name (compartments.crossing)."""
        rows = self.compartment.parties.values_list("ref", "sealed", "compartment__key__wrapped")
        forms = []
        for ref, sealed, wrapped in rows:
            plain = cipher.unseal(self._key(wrapped), bytes(sealed), party_place(self.compartment, ref))
            forms.append(plain.decode())
        return blind.digests(forms)

    def note(self, act: Act, detail: str = "") -> None:
        """On the trail: who, which compartment, as what and why; no name of a content, which would say much."""
        actor, role = on_trail(self.actor)
        write = keeping.record_look if act in _OFTEN else keeping.record
        write(
            now=self.now, actor=actor, role=role, person=self.author, thing=f"compartment:{self.compartment.ref}",
            act=act, detail=detail or f"{self.role} {self.reason}",
        )  # fmt: skip

    def _shown(self, name: str) -> None:
        if self.only is not None and name not in self.only:
            raise MayNot(name)

    def _writable(self, name: str) -> None:
        if not self.may_write:
            raise MayNot(name)
        self._shown(name)
        if not _NAME.fullmatch(name):
            raise ValueError(f"« {name[:80]} » is no name of a content")

    def _locked(self) -> bytes:
        """The data key as it is now: nobody writes, changes keys or purges beside us until the transaction ends."""
        rows = type(self.compartment).objects.filter(pk=self.compartment.pk)
        ends = rows.select_for_update(no_key=True).values_list("closed_at", "purged_at").first()
        if ends is None or ends[1] is not None:
            raise Purged(self.compartment.pk)
        if ends[0] is not None:
            raise Closed(self.compartment.pk)
        # Only now: a statement that waited for the lock would have the key of before.
        return self._key(rows.values_list("key__wrapped", flat=True).get())

    def _key(self, wrapped: bytes | memoryview | None) -> bytes:
        if wrapped is None:
            raise Purged(self.compartment.pk)
        return cipher.unwrap(bytes(wrapped), self.compartment.ref)

    def _rows(self) -> "QuerySet[Sealed, _Row]":
        """With the key of the same instant: a rotation beside us cannot part them."""
        return self.compartment.contents.order_by("pk").values_list(
            "slot", "ciphertext", "version", "changed_at", "compartment__key__wrapped"
        )

    def _content(self, key: bytes, slot: str, sealed: bytes | memoryview, version: int, at: datetime) -> Content:
        plain = cipher.unseal(key, bytes(sealed), content_place(self.compartment, slot))
        name, _zero, text = plain.decode().partition("\0")
        return Content(name, text, version, at)

    def _save(
        self, key: bytes, texts: Mapping[str, str], slots: Mapping[str, str], versions: Mapping[str, int]
    ) -> None:
        rows = [
            self.compartment.contents.model(
                compartment=self.compartment, slot=slots[name], version=versions[name], changed_at=self.now,
                ciphertext=cipher.seal(
                    key, f"{name}\0{text}".encode(errors="replace"), content_place(self.compartment, slots[name])
                ),
            )
            for name, text in texts.items()
        ]  # fmt: skip
        self.compartment.contents.bulk_create(
            rows, update_conflicts=True, unique_fields=["compartment", "slot"],
            update_fields=["ciphertext", "version", "changed_at"],
        )  # fmt: skip

    def _party(self, key: bytes, form: str) -> "PartyName":
        row = self.compartment.parties.model(compartment=self.compartment, digest=blind.digest(form))
        row.master = sealing.ring()[0]
        row.sealed = cipher.seal(key, form.encode(), party_place(self.compartment, row.ref))
        return row


def content_place(compartment: "Compartment", slot: str) -> Place:
    return Place("cases_sealed", "ciphertext", slot, compartment.ref)


def party_place(compartment: "Compartment", ref: str) -> Place:
    return Place("cases_partyname", "sealed", ref, compartment.ref)
