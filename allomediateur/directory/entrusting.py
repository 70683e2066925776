"""A mediator's agenda entrusted to secretaries: invited by letter, they accept with the account of that address.

An account that accepts becomes a secretary's; it is a client's again once nothing is entrusted to it. Who keeps an
agenda sees and changes it as its mediator does, and nothing else of theirs (web.mediator says which pages).
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, override

from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator, Secretary
from allomediateur.directory.models.secretaries import INVITED_FOR
from allomediateur.notify import outbox

MOST = 10
"""Invited or accepted at once, for one mediator."""


class AlreadyThere(Exception):
    """That address is the mediator's own, or was invited already."""


class TooMany(Exception):
    """The mediator has MOST of them."""


class LinkInvalid(LookupError):
    """Unknown, used, taken back or past its end."""


class OtherAddress(Exception):
    """The invitation went to another address than that of the account."""


class OtherRole(Exception):
    """Mediators, staff and who applies to be a mediator work with that account already."""


def live(mediator: Mediator) -> QuerySet[Secretary]:
    """Invited or accepted, not over, by name."""
    return Secretary.objects.filter(mediator=mediator, ended_at=None).order_by("name", "pk")


def agendas_of(user: User) -> QuerySet[Mediator]:
    """Those entrusted to a secretary, by name; a closed account's agenda is nobody's to keep."""
    if user.role != User.Role.SECRETARY:
        return Mediator.objects.none()
    mine = Q(secretaries__user=user, secretaries__accepted_at__isnull=False, secretaries__ended_at=None)
    rows = Mediator.objects.filter(mine, user__is_active=True).order_by("name", "pk")
    return rows.select_related("user").prefetch_related("offices__commune")


def invite(mediator: Mediator, *, name: str, email: str, now: datetime) -> Secretary:
    """With the letter. Raises AlreadyThere, TooMany."""
    email = email.strip().lower()
    if email == mediator.user.email.lower():
        raise AlreadyThere
    with transaction.atomic():
        _locked(mediator)
        if live(mediator).count() >= MOST:
            raise TooMany
        try:
            with transaction.atomic():
                row = Secretary.objects.create(mediator=mediator, name=name.strip(), email=email, invited_at=now)
        except IntegrityError as error:
            raise AlreadyThere from error
        _write(row, now)
    return row


def invite_again(mediator: Mediator, pk: int, now: datetime) -> bool:
    """Another letter, whose link takes the place of the former one. False when nobody waits for one any more."""
    with transaction.atomic():
        row = live(mediator).filter(pk=pk, accepted_at=None).select_for_update().first()
        if row is None:
            return False
        row.invited_at = now
        _write(row, now)
    return True


def find(token: str, now: datetime) -> Secretary:
    """The invitation that a letter's link leads to; looking consumes nothing. Raises LinkInvalid."""
    rows = Secretary.objects.filter(
        token_hash=_hash(token), accepted_at=None, ended_at=None, invited_at__gt=now - INVITED_FOR,
        mediator__user__is_active=True,
    )  # fmt: skip
    row = rows.select_related("mediator__user").first()
    if row is None:
        raise LinkInvalid
    return row


def accept(token: str, user: User, now: datetime) -> Mediator:
    """The agenda is theirs to keep. Raises LinkInvalid, OtherAddress, OtherRole."""
    with transaction.atomic():
        me = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        row = Secretary.objects.select_for_update(of=("self",)).get(pk=find(token, now).pk)
        if row.accepted_at or row.ended_at:
            raise LinkInvalid
        if row.email != me.email.lower():
            raise OtherAddress
        if me.role not in (User.Role.CLIENT, User.Role.SECRETARY) or Mediator.objects.filter(user=me).exists():
            raise OtherRole
        row.user, row.accepted_at, row.token_hash = me, now, ""
        row.save(update_fields=["user", "accepted_at", "token_hash"])
        User.objects.filter(pk=me.pk).update(role=User.Role.SECRETARY)
    return row.mediator


def take_back(mediator: Mediator, pk: int, now: datetime) -> bool:
    """From the next page on. Who had accepted is told. False when it was over already."""
    return _end(live(mediator).filter(pk=pk), now, tells=True)


def leave(user: User, mediator: Mediator, now: datetime) -> bool:
    """By the secretary. False when it was over already."""
    return _end(Secretary.objects.filter(user=user, mediator=mediator, ended_at=None), now, tells=False)


def forget(now: datetime, kept: timedelta) -> int:
    """Rows that ended, or were never answered, so long ago; accounts whose last agenda went are clients' again."""
    stale = Secretary.objects.filter(Q(ended_at__lt=now - kept) | Q(accepted_at=None, invited_at__lt=now - kept))
    count, _rows = stale.delete()
    for user in User.objects.filter(role=User.Role.SECRETARY).exclude(
        pk__in=Secretary.objects.filter(user__isnull=False, ended_at=None).values("user")
    ):
        with transaction.atomic():
            _become_client_again(user.pk)
    return count


def forget_person(user: User) -> None:
    """What was entrusted or proposed to who is erased."""
    Secretary.objects.filter(Q(user=user) | Q(email=user.email.lower())).delete()


def _end(rows: QuerySet[Secretary], now: datetime, *, tells: bool) -> bool:
    with transaction.atomic():
        pk = rows.values_list("user", flat=True).first()
        if pk:  # accepting takes the account first too
            User.objects.select_for_update(no_key=True).get(pk=pk)
        row = rows.select_related("mediator", "user").select_for_update(of=("self",)).first()
        if row is None:
            return False
        row.ended_at, row.token_hash = now, ""
        row.save(update_fields=["ended_at", "token_hash"])
        if row.user_id and row.user:
            _become_client_again(row.user_id)
            if tells:
                outbox.write(
                    "secretary_ended", topic=f"secretary:{row.pk}", to=row.user.email, language=row.user.language,
                    now=now, context={"mediator": row.mediator.name},
                )  # fmt: skip
    return True


def _become_client_again(user_id: int) -> None:
    if not Secretary.objects.filter(user=user_id, accepted_at__isnull=False, ended_at=None).exists():
        User.objects.filter(pk=user_id, role=User.Role.SECRETARY).update(role=User.Role.CLIENT)


def _write(row: Secretary, now: datetime) -> None:
    token = secrets.token_urlsafe(24)
    row.token_hash = _hash(token)
    row.save(update_fields=["token_hash", "invited_at"])
    language = get_language() or "fr"
    with override(language):
        url = f"{settings.SITE_URL}{reverse('secretary_accept', args=[token])}"
    outbox.write(
        "secretary_invited", topic=f"secretary:{row.pk}", to=row.email, language=language, now=now,
        context={"mediator": row.mediator.name, "url": url, "days": INVITED_FOR.days},
    )  # fmt: skip


def _locked(mediator: Mediator) -> None:
    """Two invitations at once count each other."""
    Mediator.objects.select_for_update(no_key=True).get(pk=mediator.pk)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
