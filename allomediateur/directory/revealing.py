"""The contact details of a mediator, given to who asks by the button of the card: counted, kept for a while, told to
staff when one source asks for many."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from phonenumber_field.phonenumber import PhoneNumber

from allomediateur.accounts import limits
from allomediateur.accounts.models import User
from allomediateur.configuration import names
from allomediateur.directory.models import Mediator, Office, Reveal
from allomediateur.notify import outbox
from allomediateur.vault import sealing

MANY = 20
"""So many within a day, from one network or account, is more than somebody who looks for a mediator asks for."""
DAY = timedelta(days=1)
_PURPOSE = "directory.reveal"


class NotOpen(LookupError):
    """The rights table opens no contact button on that card."""


@dataclass(frozen=True)
class Contact:
    """What the mediator lets be known: both may be empty. Offices read their commune."""

    phone: PhoneNumber | None
    email: str
    offices: list[Office]


@dataclass(frozen=True)
class Source:
    """A network, by its fingerprint, or an account; `user` is None for a network."""

    network: str
    user: User | None
    reveals: int
    mediators: int
    last: datetime


def reveal(mediator: Mediator, *, user: User | None, network: str, now: datetime) -> Contact:
    """The details, and a row that says that they were asked for. Raises NotOpen."""
    if not mediator.rights_at(now).contact_button:
        raise NotOpen(mediator.slug)
    Reveal.objects.create(mediator=mediator, user=user, network=fingerprint(network), at=now)
    return Contact(mediator.phone or None, mediator.contact_email, list(mediator.offices.select_related("commune")))


def fingerprint(network: str) -> str:
    """Two requests of one network have the same; nobody without the keys outside the database can tell which."""
    return hmac.new(sealing.derived(_PURPOSE)[0], network.encode(), sha256).hexdigest()[:32]


def tell_staff(now: datetime) -> bool:
    """That a source was stopped: a letter, once a day at most. Whether one was written now."""
    try:
        with transaction.atomic():
            limits.take("reveals_told", "", limits.Rate(1, 1 / 24), now)
            page = f"{settings.SITE_URL}{reverse('staff_reveals')}"
            outbox.write(
                "staff_reveals", topic="reveals", to=names.value("contact_email"), language="fr", now=now,
                context={"url": page},
            )  # fmt: skip
    except limits.TooMany:
        return False
    return True


def many(now: datetime) -> int:
    """How many sources have asked for a lot within a day."""
    return len(sources(now))


def sources(now: datetime) -> list[Source]:
    """Those, the busiest first; an account and the network it came from are two. Three queries."""
    lately = Reveal.objects.filter(at__gt=now - DAY)
    networks = [Source(one["network"], None, *_counts(one)) for one in _busy(lately, "network")]
    by_account = _busy(lately.filter(user__isnull=False), "user")
    known = User.objects.in_bulk([one["user"] for one in by_account])
    accounts = [Source("", known[one["user"]], *_counts(one)) for one in by_account if one["user"] in known]
    return sorted(networks + accounts, key=lambda one: (-one.reveals, one.network))


def _busy(rows: "QuerySet[Reveal]", by: str) -> list[dict[str, Any]]:
    counted = rows.order_by().values(by).annotate(
        reveals=Count("pk"), mediators=Count("mediator", distinct=True), last=Max("at")
    )  # fmt: skip
    return list(counted.filter(reveals__gte=MANY))


def _counts(row: dict[str, Any]) -> tuple[int, int, datetime]:
    return row["reveals"], row["mediators"], row["last"]


def forget(before: datetime) -> int:
    """Rows older than that. Returns how many."""
    count, _rows = Reveal.objects.filter(at__lt=before).delete()
    return count
