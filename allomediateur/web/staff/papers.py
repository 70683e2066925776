"""Letters to print: those for people without an e-mail address. Printed one by one or all at once, then posted."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from allomediateur.agenda.models import Participant
from allomediateur.notify import posting, printing
from allomediateur.notify.models import PaperLetter
from allomediateur.web.ui import tracing
from allomediateur.web.ui.tracing import Act

PER_PAGE = 100
"""Also the most that one document holds."""


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """Those to print, or with `?vue=imprimees` those that were, latest first."""
    tracing.look(request, "paper", what=Act.LISTED)
    is_done = request.GET.get("vue") == "imprimees"
    rows = PaperLetter.objects.filter(printed_at__isnull=False).order_by("-printed_at", "-pk") if is_done else None
    shown = Paginator(posting.to_print() if rows is None else rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "letters": [(one, one.topic.partition(":")[2]) for one in shown],
        "is_done": is_done,
        "total": shown.paginator.count,
        "page": shown.number,
        "pages": shown.paginator.num_pages,
    }
    return render(request, "staff/papers.html", context)


@require_POST
def to_pdf(request: HttpRequest) -> HttpResponse:
    """One document of those that are ticked, or of the one whose button was pressed; on the trail, each."""
    letters = list(PaperLetter.objects.filter(pk__in=_chosen(request)).order_by("pk")[:PER_PAGE])
    if not letters:
        messages.warning(request, _("Cochez au moins une lettre."))
        return redirect("staff_papers")
    made = printing.pdf(letters, _("Lettres"), datetime.now(UTC))
    _trace(request, letters, "pdf")
    headers = {"Content-Disposition": 'attachment; filename="lettres.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """Those that are ticked are printed, and will be posted."""
    letters = posting.mark_printed(_chosen(request), datetime.now(UTC))
    if letters:
        _trace(request, letters, "printed")
        said = ngettext("%(count)s lettre est imprimée.", "%(count)s lettres sont imprimées.", len(letters))
        messages.success(request, said % {"count": len(letters)})
    else:
        messages.warning(request, _("Cochez au moins une lettre."))
    return redirect("staff_papers")


def _chosen(request: HttpRequest) -> list[int]:
    one = request.POST.get("une", "")
    values = [one] if one else request.POST.getlist("lettre")
    return [int(value) for value in values if value.isdecimal() and len(value) < 19][:PER_PAGE]


def _trace(request: HttpRequest, letters: list[PaperLetter], detail: str) -> None:
    references = {one.topic.partition(":")[2] for one in letters}
    clients = Participant.objects.filter(appointment__reference__in=references, role=Participant.Role.CLIENT)
    people = dict(clients.values_list("appointment__reference", "user"))
    for one in letters:
        person = people.get(one.topic.partition(":")[2])
        tracing.act(request, Act.PRINTED, person=person, thing=f"paper:{one.pk}", detail=detail)
