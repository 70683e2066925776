"""Who may open a compartment: it begins with one reader, and only who is inside opens it to another."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from allomediateur.cases.compartments import cipher
from allomediateur.cases.compartments.actors import Account, Actor, Holder, Platform, Purpose, Role, columns
from allomediateur.cases.compartments.gate import MayNot, Opened
from allomediateur.cases.models import Compartment, CompartmentKey, Membership
from allomediateur.trail.keeping import Act
from allomediateur.vault import sealing

WRITERS = (Role.AUTHOR, Role.STAFF)
LETS_IN = (Role.AUTHOR, Role.STAFF, Role.SYSTEM)
"""Who lets others in. A mediator reads what was confided to them, and passes it to nobody."""


def begin(
    kind: Compartment.Kind,
    reader: Account | Holder,
    role: Role,
    *,
    now: datetime,
    until: datetime | None = None,
    purposes: Iterable[Purpose] = (),
) -> Compartment:
    """A new compartment with a key of its own, opened by its author, or by whoever of staff writes for them; until
    then, or without an end. `purposes`: what the platform itself may open it for."""
    with transaction.atomic():
        made = Compartment.objects.create(kind=kind, created_at=now)
        wrapped = cipher.wrap(cipher.new_key(), made.ref)
        CompartmentKey.objects.create(
            compartment=made, wrapped=wrapped, master=sealing.sealed_with(wrapped), made_at=now
        )  # fmt: skip
        _add(made, reader, role, now, until=until)
        for purpose in purposes:
            _add(made, Platform(purpose), Role.SYSTEM, now)
    return made


def admit(
    opened: Opened, reader: Actor, role: Role, *, until: datetime | None = None, only: Iterable[str] | None = None
) -> Membership:
    """One more reader, who reads all, or `only` what has these names; on the trail. What the same reader was in the
    same role ends. Authors and staff write, others read.

    Raises MayNot: whoever opened it lets nobody in, or reads less than that themselves.
    """
    names = None if only is None else sorted(set(only))
    if opened.role not in LETS_IN or (opened.only is not None and (names is None or not opened.only.issuperset(names))):
        raise MayNot(opened.compartment.pk)
    with transaction.atomic():
        opened.note(Act.ADMITTED, f"{role} {_said(reader)}")
        _end(opened, reader, Q(role=role))
        return _add(opened.compartment, reader, role, opened.now, until=until, only=names)


def dismiss(opened: Opened, reader: Actor) -> int:
    """That reader opens it no more, in any role; on the trail. Returns how many memberships ended. Raises MayNot."""
    if opened.role not in LETS_IN:
        raise MayNot(opened.compartment.pk)
    with transaction.atomic():
        opened.note(Act.DISMISSED, _said(reader))
        return _end(opened, reader, Q())


def hand_over(opened: Opened, account: Account) -> None:
    """A draft without an account becomes its author's, whose address is proven: every link to it ends.

    Raises MayNot: opened by somebody else than the holder of a link who writes it.
    """
    if not isinstance(opened.actor, Holder) or opened.role != Role.AUTHOR:
        raise MayNot(opened.compartment.pk)
    with transaction.atomic():
        admit(opened, account, Role.AUTHOR)
        opened.compartment.members.live(opened.now).exclude(token_hash="").update(until=opened.now)


def _add(
    compartment: Compartment,
    reader: Actor,
    role: Role,
    now: datetime,
    *,
    until: datetime | None = None,
    only: list[str] | None = None,
) -> Membership:
    told = columns(reader) | {"role": role, "may_write": role in WRITERS, "only": only, "until": until}
    return compartment.members.create(since=now, **told)


def _end(opened: Opened, reader: Actor, which: Q) -> int:
    """Those of a link go: their hash is unique. Those of others keep their dates, but for what had not begun."""
    found = opened.compartment.members.of(reader).filter(which)
    if isinstance(reader, Holder):
        return found.delete()[0]
    return found.filter(Q(until__isnull=True) | Q(until__gt=opened.now), since__lte=opened.now).update(
        until=opened.now
    )  # fmt: skip


def _said(reader: Actor) -> str:
    """For the trail: an account by its number, no other reader has a name."""
    if isinstance(reader, Account):
        return f"user:{reader.pk}"
    return str(reader.purpose) if isinstance(reader, Platform) else "link"
