"""What needs a human of the administration now, and whether letters go out."""

from datetime import UTC, datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allomediateur.notify import delivery, outbox
from allomediateur.notify.models import Letter
from allomediateur.web.staff import cards, health, undelivered
from allomediateur.web.staff.reading import kind_of
from allomediateur.web.ui import tracing
from allomediateur.web.ui.tracing import Act

SHOWN = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    tracing.look(request, "letter", what=Act.LISTED)
    now = datetime.now(UTC)
    failed = Letter.objects.filter(sent_at=None, parked_at=None).exclude(last_error="").order_by("created_at")
    context = {
        "cards": list(cards.shown(now)),
        "report": health.report(now),
        "undelivered": undelivered.lines(),
        "waiting": _named(failed),
    }
    return render(request, "staff/home.html", context)


def _named(letters: QuerySet[Letter]) -> list[tuple[Letter, str]]:
    """Each with its kind in words: a subject may hold a code."""
    return [(one, kind_of(one.kind)) for one in letters[:SHOWN]]


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter put aside, or waiting, is tried again at once."""
    letter = get_object_or_404(Letter, pk=pk, sent_at__isnull=True)
    delivery.retry(letter, datetime.now(UTC))
    outbox.wake(letter.pk)
    tracing.act(request, Act.SENT_AGAIN, thing=f"letter:{letter.pk}")
    messages.success(request, _("La lettre va être essayée de nouveau."))
    return redirect("staff_home")
