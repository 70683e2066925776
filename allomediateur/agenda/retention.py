"""How long appointments, accounts, letters and the trail are kept (allomediateur.privacy gathers all rules)."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts import idempotency, limits, people
from allomediateur.accounts.retention import DAY, Rule
from allomediateur.agenda import applying, figures, importing, leaving
from allomediateur.agenda.models import Appointment, State
from allomediateur.directory import entrusting, revealing
from allomediateur.notify import delivery, posting, text_delivery
from allomediateur.trail import keeping


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
    Rule("texts", lazy("SMS envoyés"), 365 * DAY, lazy("un an"), lambda now, kept: text_delivery.forget(now - kept)),
    Rule("paper", lazy("Lettres sur papier, avec l’adresse postale"), 365 * DAY, lazy("un an"),
         lambda now, kept: posting.forget(now - kept)),
    Rule("unproven", lazy("Comptes dont l’adresse n’a jamais été confirmée"), 30 * DAY, lazy("un mois"),
         leaving.forget_unproven),
    Rule("browsers", lazy("Navigateurs d’où l’on est entré dans un compte"), 395 * DAY, lazy("treize mois"),
         lambda now, kept: people.forget_browsers(now - kept)),
    Rule("reveals", lazy("Demandes de coordonnées de médiateurs : compte ou réseau sous une forme illisible"), 90 * DAY,
         lazy("trois mois"), lambda now, kept: revealing.forget(now - kept)),
    Rule("secretaries", lazy("Agendas qui ne sont plus confiés, et invitations restées sans réponse"), 90 * DAY,
         lazy("trois mois"), entrusting.forget),
    Rule("imports", lazy("Fichiers de médiateurs à reprendre de l’ancien site, scellés"), importing.KEPT,
         lazy("un jour"), importing.forget),
    Rule("trail", lazy("Journal des actes et des consultations"), keeping.KEPT, lazy("un an"),
         lambda now, _kept: keeping.forget(now)),
    Rule("keys", lazy("Clés qui empêchent d’agir deux fois"), 30 * DAY, lazy("un mois"),
         lambda now, kept: idempotency.forget(now - kept)),
    Rule("limits", lazy("Compteurs contre les abus, sous une forme illisible"), limits.KEPT, lazy("deux jours"),
         lambda now, _kept: limits.forget(now)),
)  # fmt: skip
