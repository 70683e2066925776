"""How long threads are kept once they are closed (allomediateur.privacy gathers the rules of all rooms)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.retention import DAY, Rule
from allomediateur.notify.models import Letter
from allomediateur.support import answering, letters
from allomediateur.support.models import Thread

Kind = Thread.Kind


def forget_questions(now: datetime, kept: timedelta) -> int:
    """With what was said; those silent for long are closed first. Returns how many."""
    answering.close_silent(now)
    return _forget(Kind.QUESTION, now - kept)


def forget_complaints(now: datetime, kept: timedelta) -> int:
    return _forget(Kind.COMPLAINT, now - kept)


def _forget(kind: str, before: datetime) -> int:
    gone = list(Thread.objects.filter(kind=kind, closed_at__lt=before))
    Letter.objects.filter(topic__in=[letters.topic_of(one) for one in gone]).delete()
    Thread.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


RULES: tuple[Rule, ...] = (
    Rule("questions", lazy("Questions posées à l’assistance, avec leurs réponses, une fois closes"), 365 * DAY,
         lazy("un an"), forget_questions),
    Rule("complaints", lazy("Réclamations sur un médiateur, une fois closes"), 5 * 365 * DAY,
         lazy("cinq ans"), forget_complaints),
)  # fmt: skip
