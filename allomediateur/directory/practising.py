"""Practices: founded by a mediator, joined with a code that its members hand on, left at will.

Colleagues share a public page, and see no more of each other than it shows. Everything is done under the practice's
row, taken first: the last to leave takes it away, and nobody joins what is going.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from allomediateur.directory.models import Mediator, MediatorQuerySet, Practice, PracticeMember
from allomediateur.directory.models.practices import new_code

MOST = 50
_TRIES = 20


class AlreadyInOne(Exception):
    """A mediator is in one practice at most: leave it first."""


class WrongCode(LookupError):
    """No practice has that code (any more)."""


class Full(Exception):
    """MOST members are there."""


class NotAllowed(Exception):
    """Who has been there longest does that, and not to themselves."""


def practice_of(mediator: Mediator) -> Practice | None:
    return Practice.objects.filter(members__mediator=mediator).first()


def members(practice: Practice) -> list[PracticeMember]:
    """The longest there first: that one looks after the practice."""
    return list(practice.members.select_related("mediator").order_by("joined_at", "pk"))


def looks_after(mediator: Mediator, practice: Practice) -> bool:
    first = practice.members.order_by("joined_at", "pk").first()
    return first is not None and first.mediator_id == mediator.pk


def listed(practice: Practice, now: datetime) -> MediatorQuerySet:
    """Those of its members that the rights table lists today, by name."""
    return Mediator.objects.listed(now).filter(membership__practice=practice).order_by("name", "pk")


def found(mediator: Mediator, name: str, now: datetime) -> Practice:
    """Raises AlreadyInOne."""
    with transaction.atomic():
        practice = _new(name.strip(), now)
        _add(practice, mediator, now)
    return practice


def join(mediator: Mediator, code: str, now: datetime) -> Practice:
    """By the code, however it was typed. Raises WrongCode, AlreadyInOne, Full."""
    asked = "".join(sign for sign in code.lower() if sign.isalnum())
    with transaction.atomic():
        practice = Practice.objects.select_for_update().filter(code=asked).first()
        if practice is None:
            raise WrongCode
        if practice.members.count() >= MOST:
            raise Full
        _add(practice, mediator, now)
    return practice


def leave(mediator: Mediator) -> bool:
    """The last one takes the practice away. False when they were in none."""
    with transaction.atomic():
        practice = Practice.objects.select_for_update().filter(members__mediator=mediator).first()
        return practice is not None and _remove(practice, mediator.pk)


def put_out(mediator: Mediator, member: int) -> bool:
    """By who looks after it, and the code changes: who is out does not come back with it. Raises NotAllowed."""
    with transaction.atomic():
        practice = _own(mediator)
        if member == mediator.pk:
            raise NotAllowed
        done = _remove(practice, member)
        Practice.objects.filter(pk=practice.pk).update(code=new_code())
    return done


def rename(mediator: Mediator, name: str) -> None:
    """By who looks after it; the page keeps its address. Raises NotAllowed."""
    with transaction.atomic():
        practice = _own(mediator)
        practice.name = name.strip()
        practice.save(update_fields=["name"])


def renew_code(mediator: Mediator) -> None:
    """The former one no longer opens. By who looks after it. Raises NotAllowed."""
    with transaction.atomic():
        practice = _own(mediator)
        practice.code = new_code()
        practice.save(update_fields=["code"])


def _own(mediator: Mediator) -> Practice:
    practice = Practice.objects.select_for_update().filter(members__mediator=mediator).first()
    if practice is None or not looks_after(mediator, practice):
        raise NotAllowed
    return practice


def _add(practice: Practice, mediator: Mediator, now: datetime) -> None:
    try:
        with transaction.atomic():
            PracticeMember.objects.create(practice=practice, mediator=mediator, joined_at=now)
    except IntegrityError as error:
        raise AlreadyInOne from error


def _remove(practice: Practice, mediator_id: int) -> bool:
    count, _rows = practice.members.filter(mediator=mediator_id).delete()
    if count and not practice.members.exists():
        practice.delete()
    return bool(count)


def _new(name: str, now: datetime) -> Practice:
    beginning = slugify(name)[:70] or "cabinet"
    for number in range(1, _TRIES):
        slug = beginning if number == 1 else f"{beginning}-{number}"
        try:
            with transaction.atomic():
                return Practice.objects.create(name=name, slug=slug, founded_at=now)
        except IntegrityError:
            continue
    return Practice.objects.create(name=name, slug=f"{beginning[:60]}-{new_code()}", founded_at=now)
