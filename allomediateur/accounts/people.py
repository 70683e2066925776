"""Accounts made on the way: when an e-mail address is proven, never before."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from allomediateur.accounts import notices, tokens
from allomediateur.accounts.idempotency import fingerprint
from allomediateur.accounts.models import Browser, User
from allomediateur.notify import outbox


def sign_up_or_find(email: str, *, name: str, phone: str, language: str, zone: str, now: datetime) -> tuple[User, bool]:
    """The account of a proven address and whether it was just made. An existing one is not changed, but for one
    whose address was never proven: a stranger may have made it, so it takes what the proven person tells.

    Two at once make one account: whoever comes second finds it.
    """
    email = email.strip().lower()
    with transaction.atomic():
        _alone(email)
        known = User.objects.filter(email__iexact=email).first()
        told = {"name": name, "phone": phone, "language": language, "zone": zone}
        user = known or User.objects.create_user(email, **told, joined_at=now, notice=notices.CURRENT)
        if known and distrust(known):
            User.objects.filter(pk=known.pk).update(**told)
            known.refresh_from_db()
        if known:
            _prove(user)
        else:
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user, known is None


def distrust(user: User) -> bool:
    """A password set before the address was proven may be a stranger's, who registered the address of another: it
    opens nothing any more. False when the address is proven, and nothing was done."""
    if is_verified(user):
        return False
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return True


def has_account(email: str) -> bool:
    return User.objects.filter(email__iexact=email.strip()).exists()


def is_verified(user: User) -> bool:
    """Whether the account's own address is proven."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists())


def owns(user: User | None, email: str) -> bool:
    """Whether that address is the account's own, and proven: only then is what is done with it that person's."""
    return user is not None and user.email.lower() == email.strip().lower() and is_verified(user)


def _prove(user: User) -> None:
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def _alone(email: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"account:{email}"])


def is_stranger(user: User, browser: str, now: datetime) -> bool:
    """Whether that browser (a secret of its own) enters the account for the first time, after others did."""
    key = fingerprint("browser", str(user.pk), browser)
    others = Browser.objects.filter(user=user).exclude(key=key).exists()
    _row, is_new = Browser.objects.update_or_create(key=key, defaults={"user": user, "seen_at": now})
    return is_new and others


def forget_browsers(before: datetime) -> None:
    Browser.objects.filter(seen_at__lt=before).delete()


def remove_factors(user: User, now: datetime) -> None:
    """For who has lost every one of them, and whom staff have recognised: every session and token ends, and they are
    told."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        _end_sessions(user)
        tokens.revoke_all(user, now)
        outbox.write("account_factors_removed", topic="account", to=user.email, language=user.language, now=now)


def _end_sessions(user: User) -> None:
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()


def erase(user: User) -> None:
    """The account with all that hangs on it here: addresses, second factors, browsers, sessions, on every device."""
    _end_sessions(user)
    user.delete()


def portrait(user: User) -> dict[str, Any]:
    """What the account holds, for its person; secrets left out."""
    sessions = UserSession.objects.filter(user=user).order_by("pk")
    return {
        "email": user.email, "name": user.name, "phone": str(user.phone), "language": user.language, "zone": user.zone,
        "role": user.role, "joined": _iso(user.joined_at), "last_sign_in": _iso(user.last_login), "notice": user.notice,
        "signed_in_from": [
            {"since": _iso(one.created_at), "network": one.ip, "browser": one.user_agent} for one in sessions
        ],
        "second_factors": [
            {"kind": one.type, "since": _iso(one.created_at)} for one in Authenticator.objects.filter(user=user)
        ],
        "api_tokens": [
            {"name": one.name, "scopes": one.scopes, "since": _iso(one.created_at), "until": _iso(one.expires_at),
             "last_used": _iso(one.last_used_at), "revoked": _iso(one.revoked_at)}
            for one in user.api_tokens.order_by("pk")
        ],
        "browsers_last_seen": [_iso(one.seen_at) for one in Browser.objects.filter(user=user)],
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def forget_sessions() -> None:
    """Where somebody was signed in, once the session is over."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
