"""How long each thing is kept: one table, read by the nightly job, by the privacy notice and by docs/privacy.md."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts import idempotency, limits, people
from allomediateur.agenda import applying, figures, leaving
from allomediateur.agenda.models import Appointment, State
from allomediateur.notify import delivery, posting
from allomediateur.trail import keeping

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """`forget` removes what is older than `kept` at the instant it is given."""

    name: str
    what: str | Promise
    kept: timedelta
    said: str | Promise
    forget: Callable[[datetime, timedelta], object]


def forget_past(now: datetime, kept: timedelta) -> int:
    """With all that was told for them. Returns how many."""
    return _delete(Appointment.objects.filter(Q(ends_at__lt=now - kept)))


def forget_unfinished(now: datetime, kept: timedelta) -> int:
    return _delete(Appointment.objects.filter(state=State.EXPIRED, changed_at__lt=now - kept))


def _delete(gone: "Appointment.objects.QuerySet") -> int:  # type: ignore[name-defined]
    count: int = gone.count()
    gone.delete()
    return count


RULES: tuple[Rule, ...] = (
    Rule("appointments", lazy("Rendez-vous passés, avec les coordonnées données pour eux"), 3 * 365 * DAY,
         lazy("trois ans"), forget_past),
    Rule("unfinished", lazy("Réservations qui n’ont pas été menées au bout"), 30 * DAY, lazy("un mois"),
         forget_unfinished),
    Rule("figures", lazy("Relevés quotidiens des agendas, par département et par spécialité, sans nom"), 3 * 365 * DAY,
         lazy("trois ans"), figures.forget),
    Rule("drafts", lazy("Candidatures de médiateurs abandonnées ou refusées, avec leurs pièces"), 365 * DAY,
         lazy("un an"), applying.forget_drafts),
    Rule("letters", lazy("Lettres envoyées"), 365 * DAY, lazy("un an"), lambda now, kept: delivery.forget(now - kept)),
    Rule("paper", lazy("Lettres sur papier, avec l’adresse postale"), 365 * DAY, lazy("un an"),
         lambda now, kept: posting.forget(now - kept)),
    Rule("unproven", lazy("Comptes dont l’adresse n’a jamais été confirmée"), 30 * DAY, lazy("un mois"),
         leaving.forget_unproven),
    Rule("asleep", lazy("Comptes de clients où l’on n’est plus entré, sans rendez-vous gardé"), 3 * 365 * DAY,
         lazy("trois ans, puis un mois après une lettre qui prévient"), leaving.forget_asleep),
    Rule("browsers", lazy("Navigateurs d’où l’on est entré dans un compte"), 395 * DAY, lazy("treize mois"),
         lambda now, kept: people.forget_browsers(now - kept)),
    Rule("trail", lazy("Journal des actes et des consultations"), keeping.KEPT, lazy("un an"),
         lambda now, _kept: keeping.forget(now)),
    Rule("keys", lazy("Clés qui empêchent d’agir deux fois"), 30 * DAY, lazy("un mois"),
         lambda now, kept: idempotency.forget(now - kept)),
    Rule("limits", lazy("Compteurs contre les abus, sous une forme illisible"), limits.KEPT, lazy("deux jours"),
         lambda now, _kept: limits.forget(now)),
)  # fmt: skip


def forget(now: datetime) -> Iterator[tuple[str, object]]:
    """Every rule, once; each name and what it said."""
    for rule in RULES:
        yield rule.name, rule.forget(now, rule.kept)
