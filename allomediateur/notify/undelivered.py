"""Letters that did not arrive: refused at once, or sent back later. Somebody has to call these people."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from allomediateur.notify import bounces
from allomediateur.notify.models import Letter

OLD = timedelta(days=14)
"""Servers give up after five days; a report on an older letter is no server's."""


def all_of_them() -> QuerySet[Letter]:
    """That nobody has dealt with, the newest first."""
    refused = Q(sent_at__isnull=True, parked_at__isnull=False)
    return Letter.objects.filter(refused | Q(bounced_at__isnull=False), dealt_with_at__isnull=True).order_by("-pk")


def to(address: str) -> QuerySet[Letter]:
    """All of them to that address."""
    return all_of_them().filter(to=address)


def about(topics: Iterable[str]) -> set[tuple[str, str]]:
    """(topic, address) of those about these, in one query."""
    return set(all_of_them().filter(topic__in=list(topics)).values_list("topic", "to"))


def deal_with(letter: Letter, now: datetime) -> bool:
    """Somebody called, or knows better. False when it was done already, or it is on its way again."""
    return bool(all_of_them().filter(pk=letter.pk).update(dealt_with_at=now))


def take_back(message: bytes, now: datetime) -> bool:
    """Note what a report says of a letter that left lately; False when it says nothing of one.

    A delay is nothing: the server goes on. The first report is kept: a second one changes nothing.
    """
    try:
        report = bounces.read(message)
    except bounces.NotAReport:
        return False
    left_lately = Letter.objects.filter(message_id=report.message_id, sent_at__gt=now - OLD, sent_at__lte=now)
    if not report.failed:
        return False
    noted = left_lately.filter(bounced_at__isnull=True).update(
        bounced_at=now, bounce_status=report.status, bounce_reason=report.reason
    )
    return bool(noted)
