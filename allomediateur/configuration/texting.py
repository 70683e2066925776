"""What staff decide of SMS: how many a month, and which kinds leave; without a word of theirs, none does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from allomediateur.configuration.models import Setting

KINDS = ("reminder", "change", "waiting")
MOST = 1_000_000
"""A month's budget may not be higher."""
_BUDGET, _KINDS = "sms_budget", "sms_kinds"


@dataclass(frozen=True)
class Texting:
    """`budget`: parts a month, as operators bill them; `kinds`: those that leave."""

    budget: int = 0
    kinds: frozenset[str] = frozenset()

    def allows(self, kind: str) -> bool:
        return self.budget > 0 and kind in self.kinds


def texting() -> Texting:
    """As it is now, in one query."""
    rows = dict(Setting.objects.filter(key__in=(_BUDGET, _KINDS)).values_list("key", "value"))
    return Texting(int(rows.get(_BUDGET, 0)), frozenset(rows.get(_KINDS, "").split()) & frozenset(KINDS))


def decide(budget: int, kinds: Iterable[str], now: datetime) -> None:
    """Instead of what was decided before. Raises ValueError for a budget below 0 or above MOST."""
    if not 0 <= budget <= MOST:
        raise ValueError(f"a month's budget is 0..{MOST}: {budget}")
    told = {_BUDGET: str(budget), _KINDS: " ".join(one for one in KINDS if one in set(kinds))}
    with transaction.atomic():
        for key, value in told.items():
            Setting.objects.update_or_create(key=key, defaults={"value": value, "changed_at": now})
