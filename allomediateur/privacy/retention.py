"""How long each thing is kept: one table, read by the nightly job, by the privacy notice and by docs/privacy.md."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.retention import DAY, Rule
from allomediateur.agenda import leaving
from allomediateur.agenda import retention as agenda
from allomediateur.cases import retention as cases
from allomediateur.privacy import erasing
from allomediateur.support import retention as support


def forget_asleep(now: datetime, kept: timedelta) -> int:
    return leaving.forget_asleep(now, kept, erase=erasing.erase)


RULES: tuple[Rule, ...] = (
    *agenda.RULES,
    *support.RULES,
    *cases.RULES,
    Rule("asleep", lazy("Comptes de clients où l’on n’est plus entré, sans rendez-vous gardé"), 3 * 365 * DAY,
         lazy("trois ans, puis un mois après une lettre qui prévient"), forget_asleep),
)  # fmt: skip


def forget(now: datetime) -> Iterator[tuple[str, object]]:
    """Every rule, once; each name and what it said."""
    for rule in RULES:
        yield rule.name, rule.forget(now, rule.kept)
