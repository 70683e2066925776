"""All weekly openings as lines: to the minute, every other week, or for a time only."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from allomediateur.agenda import editing
from allomediateur.agenda.models import Opening
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator import changes
from allomediateur.web.mediator.lines_form import Rows, RowSet, rows_of, typed_rows
from allomediateur.web.mediator.profile import with_agenda, zone_of_agenda
from allomediateur.web.mediator.ways import ways_of


@require_http_methods(["GET", "HEAD", "POST"])
@with_agenda
def lines(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """The rows (GET); more blank ones (POST `add`); all of them saved (POST)."""
    form_kwargs = {"places": [(one.word, one.label) for one in ways_of(mediator)]}
    if request.method != "POST":
        rows = list(Opening.objects.filter(mediator=mediator))
        return _page(request, mediator, RowSet(initial=rows_of(rows), form_kwargs=form_kwargs))
    if "add" in request.POST:
        return _page(request, mediator, RowSet(initial=typed_rows(request.POST), form_kwargs=form_kwargs))
    form = RowSet(request.POST, form_kwargs=form_kwargs)
    if not form.is_valid():
        return _page(request, mediator, form, status=422)
    drafts, now = form.drafts, timezone.now()
    try:
        return changes.apply(
            request, mediator, partial(editing.replace_openings, mediator, drafts, now, request.POST.get("vu", "")),
            done=_saved(len(drafts)), to=reverse("mediator_lines"), now=now,
        )  # fmt: skip
    except editing.Changed:
        return _page(request, mediator, form, status=409)


def _saved(count: int) -> str:
    if not count:
        return _("Vos plages sont enregistrées : aucune n’est ouverte.")
    text = ngettext("%(count)s plage est enregistrée.", "%(count)s plages sont enregistrées.", count)
    return text % {"count": count}


def _page(request: HttpRequest, mediator: Mediator, form: Rows, status: int = 200) -> HttpResponse:
    """Typed rows keep the version they were typed over; after a change elsewhere, the one there is now."""
    shown = editing.openings_seen(mediator)
    context = {
        "mediator": mediator,
        "rows": form,
        "page_error": status != 200,
        "is_changed": status == 409,
        "seen": request.POST.get("vu", shown) if status != 409 else shown,
        "said": form.said if status == 422 else [],
        "too_many": list(form.non_form_errors()) if status == 422 else [],
        "zone": zone_of_agenda(mediator),
    }
    return render(request, "mediator/lines.html", context, status=status)
