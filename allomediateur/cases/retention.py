"""How long the rows of cases are kept (allomediateur.privacy gathers the rules of all rooms)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.retention import DAY, Rule
from allomediateur.cases.models import Compartment


def forget_traces(now: datetime, kept: timedelta) -> int:
    """Of compartments purged longer ago: their dates, and who had opened them. Returns how many."""
    gone = Compartment.objects.filter(purged_at__lt=now - kept)
    count = gone.count()
    gone.delete()
    return count


RULES: tuple[Rule, ...] = (
    Rule("compartments", lazy("Dates de ce qui a été confié puis détruit, sans rien de son contenu"), 365 * DAY,
         lazy("un an"), forget_traces),
)  # fmt: skip
