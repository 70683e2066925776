"""What waits for a human about mediators: applications, claims, second words, ends that come near, suspensions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from allomediateur.agenda import lapsing, verifying
from allomediateur.directory.models import Application, Credential, Decision, Mediator
from allomediateur.directory.rights import day_of
from allomediateur.web.ui import tracing
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 50
AHEAD_DAYS = 60


@dataclass(frozen=True)
class Tab:
    """`word` is the address's; `rows` reads what it lists; `template` shows one line."""

    word: str
    label: str | Promise
    rows: Callable[[datetime], "QuerySet[Any]"]
    template: str
    none: str | Promise


def _applications(state: str) -> Callable[[datetime], "QuerySet[Application]"]:
    rows = Application.objects.filter(state=state).order_by("submitted_at", "pk")
    return lambda now: rows.select_related("mediator__user")


def _claims(now: datetime) -> "QuerySet[Credential]":
    return Credential.objects.waiting().select_related("mediator").order_by("claimed_at", "pk")


def _seconds(now: datetime) -> "QuerySet[Decision]":
    return verifying.waiting_decisions()


def _suspended(now: datetime) -> "QuerySet[Mediator]":
    return Mediator.objects.filter(suspended_at__isnull=False).order_by("-suspended_at", "pk")


def _ends(now: datetime) -> "QuerySet[Credential]":
    return lapsing.coming_ends(now, AHEAD_DAYS)


TABS = (
    Tab("candidatures", lazy("Candidatures"), _applications("submitted"), "application",
        lazy("Aucune candidature n’attend.")),
    Tab("pieces", lazy("Pièces"), _claims, "claim", lazy("Aucune pièce n’attend.")),
    Tab("decisions", lazy("Second avis"), _seconds, "decision", lazy("Aucune décision n’attend un second avis.")),
    Tab("echeances", lazy("Échéances"), _ends, "end", lazy("Rien n’échoit d’ici deux mois.")),
    Tab("attente", lazy("À préciser"), _applications("more_asked"), "application",
        lazy("Personne n’a de précision à donner.")),
    Tab("suspendus", lazy("Suspendus"), _suspended, "suspended", lazy("Personne n’est suspendu.")),
    Tab("refusees", lazy("Refusées"), _applications("refused"), "application",
        lazy("Aucune candidature n’a été refusée.")),
)  # fmt: skip


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One tab of the queue, the oldest first."""
    now = timezone.now()
    tracing.look(request, "verification", what=Act.LISTED)
    tab = next((one for one in TABS if one.word == request.GET.get("vue")), TABS[0])
    page = Paginator(tab.rows(now), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [(one, one.rows(now).count()) for one in TABS],
        "tab": tab,
        "line": f"staff/verification/_{tab.template}.html",
        "page": page,
        "today": day_of(now),
        "zone": viewer_zone(request),
    }
    return render(request, "staff/verification.html", context)


def waiting(view: str, now: datetime) -> int:
    """How many are under that word of the address."""
    return next(one.rows(now).count() for one in TABS if one.word == view)
