"""How long the rows of cases are kept (allomediateur.privacy gathers the rules of all rooms)."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.retention import DAY, Rule
from allomediateur.cases import overdue
from allomediateur.cases.compartments import purging
from allomediateur.cases.models import Compartment, Intake


def forget_traces(now: datetime, kept: timedelta) -> int:
    """Of compartments purged longer ago: their dates, and who had opened them. Those that a restore left without a key
    are purged first. Returns how many were forgotten."""
    for keyless in Compartment.objects.filter(purged_at=None, key__wrapped=None).order_by("pk"):
        purging.purge(keyless, now)
    gone = Compartment.objects.filter(purged_at__lt=now - kept)
    count = gone.count()
    gone.delete()
    return count


def forget_drafts(now: datetime, kept: timedelta) -> int:
    """Nobody came back to them, or proved their address. Returns how many were destroyed."""
    drafts = Q(state__in=(Intake.State.DRAFT, Intake.State.UNPROVEN))
    return overdue.forget(drafts & Q(changed_at__lt=now - kept), now)


def forget_ended(now: datetime, kept: timedelta) -> int:
    """Withdrawn, or closed by staff. Returns how many were destroyed."""
    ended = Q(state__in=(Intake.State.WITHDRAWN, Intake.State.CLOSED))
    return overdue.forget(ended & Q(ended_at__lt=now - kept), now)


def forget_accepted(now: datetime, kept: timedelta) -> int:
    """Taken by a mediator so long ago. Returns how many were destroyed."""
    return overdue.forget(Q(state=Intake.State.ACCEPTED, ended_at__lt=now - kept), now)


RULES: tuple[Rule, ...] = (
    Rule("intake_drafts", lazy("Brouillons de demandes, après la dernière réponse"), 30 * DAY, lazy("trente jours"),
         forget_drafts),
    Rule("intakes_ended", lazy("Demandes retirées ou closes, avec tout ce qu’elles disent"), 30 * DAY,
         lazy("trente jours"), forget_ended),
    Rule("intakes_accepted", lazy("Demandes acceptées par un médiateur, avec tout ce qu’elles disent"), 183 * DAY,
         lazy("six mois"), forget_accepted),
    Rule("compartments", lazy("Dates de ce qui a été confié puis détruit, sans rien de son contenu"), 365 * DAY,
         lazy("un an"), forget_traces),
)  # fmt: skip
