"""Accounts that nobody uses: those never proven go, those asleep are warned by letter, then erased."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.agenda.models import Participant
from allomediateur.notify import outbox
from allomediateur.scheduling import wording

WARNED = timedelta(days=30)


def forget_unproven(now: datetime, kept: timedelta) -> int:
    """Accounts made so long ago whose address nobody has confirmed. Returns how many."""
    proven = EmailAddress.objects.filter(verified=True).values("user")
    gone = _clients().filter(joined_at__lt=now - kept, last_login=None).exclude(pk__in=proven)
    gone = gone.exclude(pk__in=Participant.objects.filter(user__isnull=False).values("user"))
    for user in gone:
        people.erase(user)
    return len(gone)


def forget_asleep(now: datetime, kept: timedelta, erase: Callable[[User, datetime], None]) -> int:
    """Warn those asleep for so long, erase those warned a month ago who have not come back. Returns how many went."""
    asleep = _asleep(now - kept)
    _clients().exclude(pk__in=asleep.values("pk")).exclude(leaves_at=None).update(leaves_at=None)
    gone = list(asleep.filter(leaves_at__lte=now))
    for user in gone:
        erase(user, now)
    for user in asleep.filter(leaves_at=None):
        _warn(user, now)
    return len(gone)


def _clients() -> QuerySet[User]:
    return User.objects.filter(role=User.Role.CLIENT)


def _asleep(since: datetime) -> QuerySet[User]:
    entered = Q(last_login__lt=since) | Q(last_login=None, joined_at__lt=since)
    busy = Participant.objects.filter(user__isnull=False).values("user")
    return _clients().filter(entered).exclude(pk__in=busy)


def _warn(user: User, now: datetime) -> None:
    with transaction.atomic():
        user.leaves_at = now + WARNED
        user.save(update_fields=["leaves_at"])
        day = wording.day(wording.local(user.leaves_at, user.zone).date(), user.language, today=now.date())
        told = {"day": day, "login_url": settings.SITE_URL + reverse("account_login")}
        outbox.write("account_leaving", topic="account", to=user.email, language=user.language, now=now, context=told)
