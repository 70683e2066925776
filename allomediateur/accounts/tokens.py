"""Tokens that let a person's programs into their account: named, with scopes and an end, shown once, kept hashed.

They are longer than any guess, so nothing slow hashes them. Who may use one is asked at each use (web.api): the
account may have been closed, or have changed role, since.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet

from allomediateur.accounts.models import ApiToken, User

MOST = 10
"""Live at once, for one account."""
BEGINNING = "alm."
"""Tells a token of ours from another secret; the point is in no other one of ours (RFC 6750 allows it)."""
SEEN_EACH = timedelta(minutes=5)
ROLES = (User.Role.CLIENT, User.Role.MEDIATOR)
"""Staff act with reasons, and secretaries in the agendas of others: never by a program."""


class TooManyTokens(Exception):
    """The account has MOST of them."""


class NameTaken(Exception):
    """A live token of that account has that name."""


class TokenInvalid(Exception):
    """Unknown, revoked, past its end, or of a closed account."""


def live(user: User, now: datetime) -> QuerySet[ApiToken]:
    """Those that open something, latest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now).order_by("-pk")


def over(user: User, now: datetime) -> QuerySet[ApiToken]:
    """Revoked, or past their end, latest first."""
    ended = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
    return ApiToken.objects.filter(ended, user=user).order_by("-pk")


def make(
    user: User, *, name: str, scopes: Sequence[ApiToken.Scope], lasts: timedelta, now: datetime
) -> tuple[ApiToken, str]:
    """The token and its secret, which nothing can tell again. Raises TooManyTokens, NameTaken."""
    name, secret = " ".join(name.split()), BEGINNING + secrets.token_urlsafe(32)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        own = live(user, now)
        if own.count() >= MOST:
            raise TooManyTokens
        if own.filter(name=name).exists():
            raise NameTaken
        # One past its end gives its name back.
        ApiToken.objects.filter(user=user, name=name, revoked_at=None).update(revoked_at=now)
        made = ApiToken.objects.create(
            user=user, name=name, scopes=list(scopes), token_hash=_hash(secret), created_at=now, expires_at=now + lasts
        )
    return made, secret


def looks_like_one(secret: str) -> bool:
    return secret.startswith(BEGINNING)


def find(secret: str, now: datetime) -> ApiToken:
    """With its user; that it served is noted, every few minutes. Raises TokenInvalid."""
    rows = ApiToken.objects.filter(token_hash=_hash(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
    token = rows.select_related("user").first()
    if token is None:
        raise TokenInvalid
    if token.last_used_at is None or token.last_used_at < now - SEEN_EACH:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke(user: User, pk: int, now: datetime) -> ApiToken | None:
    """From the next request on. None when it is not theirs, or over already."""
    token = ApiToken.objects.filter(user=user, pk=pk, revoked_at=None).first()
    if token is None or not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        return None
    return token


def revoke_all(user: User, now: datetime) -> int:
    """How many there were."""
    return ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)


def forget(before: datetime) -> None:
    """Those that ended earlier."""
    ApiToken.objects.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before)).delete()


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
