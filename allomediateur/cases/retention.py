"""How long the rows of cases are kept (allomediateur.privacy gathers the rules of all rooms)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.retention import DAY, Rule
from allomediateur.cases.compartments import purging
from allomediateur.cases.models import Compartment


def forget_traces(now: datetime, kept: timedelta) -> int:
    """Of compartments purged longer ago: their dates, and who had opened them. Those that a restore left without a key
    are purged first. Returns how many were forgotten."""
    for keyless in Compartment.objects.filter(purged_at=None, key__wrapped=None).order_by("pk"):
        purging.purge(keyless, now)
    gone = Compartment.objects.filter(purged_at__lt=now - kept)
    count = gone.count()
    gone.delete()
    return count


RULES: tuple[Rule, ...] = (
    Rule("compartments", lazy("Dates de ce qui a été confié puis détruit, sans rien de son contenu"), 365 * DAY,
         lazy("un an"), forget_traces),
)  # fmt: skip
