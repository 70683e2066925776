"""Delivering SMS: once. A text is claimed as a letter is; since a provider does not recognise a second one, whoever
takes up a text whose answer got lost first asks what became of it, and never sends what may have been taken.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from allomediateur.notify.channels.sms import segments
from allomediateur.notify.channels.sms.chosen import engine
from allomediateur.notify.channels.sms.engines import Engine, ProviderAway, Refused, Sms, Unknown
from allomediateur.notify.models import Text

log = logging.getLogger(__name__)

CLAIM = timedelta(minutes=2)
"""Longer than any conversation with a provider (its engine's timeout)."""
DOUBT = timedelta(minutes=10)
"""What a provider took shows in its list by then: nobody asks before."""
LOST = 3
"""After so many answers lost a text is put aside."""
AWAY = timedelta(minutes=2)


def deliver(text_id: int, now: datetime) -> bool:
    """Send that text if it is due at `now`; False when there was nothing to do, or it was not sent.

    Raises ProviderAway, the text's next attempt put off.
    """
    text, provider = _claim(text_id, now), engine()
    if text is None:
        return False
    if text.useless_at <= now:
        return _park(text, "too late", now)
    try:
        if provider is None:
            raise ProviderAway("SMS_ENGINE is not set")
        name = _hand_over(provider, text, now)
    except ProviderAway as failure:
        _put_off(text, failure, now)
        raise
    except Refused as failure:
        return _park(text, f"refused: {failure}", now)
    except Unknown as failure:
        return _doubt(text, failure, now)
    Text.objects.filter(pk=text.pk).update(sent_at=now, asked_at=None, provider_id=name[:80], last_error="")
    Text.objects.filter(pk=text.pk, forgotten_once_sent=True).delete()
    return True


def due(now: datetime, limit: int = 200) -> list[int]:
    """Ids of what should have left by `now`, in the order they were written."""
    return list(_waiting().filter(next_attempt_at__lte=now).order_by("pk").values_list("pk", flat=True)[:limit])


def forget(before: datetime) -> int:
    """Delete texts written before, sent or not, and those of erased people that have left. Returns how many."""
    last = Q(forgotten_once_sent=True) & (Q(sent_at__isnull=False) | Q(parked_at__isnull=False))
    return Text.objects.filter(Q(created_at__lt=before) | last).delete()[0]


def _waiting() -> QuerySet[Text]:
    return Text.objects.filter(sent_at__isnull=True, parked_at__isnull=True)


def _claim(text_id: int, now: datetime) -> Text | None:
    """One UPDATE decides among workers: whoever pushes the next attempt away has the text."""
    due = _waiting().filter(pk=text_id, next_attempt_at__lte=now)
    return Text.objects.get(pk=text_id) if due.update(next_attempt_at=now + CLAIM) else None


def _hand_over(provider: Engine, text: Text, now: datetime) -> str:
    """`asked_at` is written before the provider is asked: a worker killed in between leaves the doubt behind, and the
    next one comes once the provider's list would tell."""
    sms = Sms(text.to.as_e164, text.body, str(text.mark), segments.size(text.body).unicode)
    if text.asked_at and (name := provider.taken(sms)):
        return name
    Text.objects.filter(pk=text.pk).update(asked_at=now, next_attempt_at=now + DOUBT)
    return provider.send(sms)


def _put_off(text: Text, failure: ProviderAway, now: datetime) -> None:
    """It was not taken this time; whether it was at a former one is still to be asked."""
    Text.objects.filter(pk=text.pk).update(
        next_attempt_at=now + AWAY, asked_at=text.asked_at, last_error=str(failure)[:300]
    )
    log.warning("text %s waits: %s", text.pk, failure)


def _doubt(text: Text, failure: Unknown, now: datetime) -> bool:
    """Not sent again before the provider's list was read; after so many answers lost, staff see it."""
    if text.attempts + 1 >= LOST:
        return _park(text, f"unknown: {failure}", now)
    Text.objects.filter(pk=text.pk).update(attempts=F("attempts") + 1, last_error=f"unknown: {failure}"[:300])
    log.warning("text %s: answer lost (attempt %s)", text.pk, text.attempts + 1)
    return False


def _park(text: Text, why: str, now: datetime) -> bool:
    Text.objects.filter(pk=text.pk).update(parked_at=now, last_error=why[:300])
    log.warning("text %s put aside: %s", text.pk, why)
    return False
