"""The mediator's weekly openings, by a simple form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from allomediateur.agenda import editing
from allomediateur.agenda.models import Opening
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator import holidays
from allomediateur.web.mediator.openings_form import Rows, RowSet, places_of, rows_of, typed_rows
from allomediateur.web.mediator.profile import with_profile, zone_of_agenda


@require_http_methods(["GET", "HEAD", "POST"])
@with_profile
def openings(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """The rows (GET); more blank ones (POST `add`); all of them saved (POST)."""
    rows = list(Opening.objects.filter(mediator=mediator, valid_from=None, valid_until=None))
    form_kwargs = {"places": places_of(mediator, rows)}
    if request.method != "POST":
        return _page(request, mediator, RowSet(initial=rows_of(rows), form_kwargs=form_kwargs))
    if "add" in request.POST:
        return _page(request, mediator, RowSet(initial=typed_rows(request.POST), form_kwargs=form_kwargs))
    form = RowSet(request.POST, form_kwargs=form_kwargs)
    if not form.is_valid():
        return _page(request, mediator, form, status=422)
    editing.replace_openings(mediator, form.drafts, timezone.now())
    messages.success(request, _saved(len(form.drafts)))
    return HttpResponseRedirect(reverse("mediator_openings"))


def _saved(count: int) -> str:
    if not count:
        return _("Vos plages sont enregistrées : aucune n’est ouverte. Les rendez-vous déjà pris ne changent pas.")
    text = ngettext(
        "%(count)s plage est enregistrée. Les rendez-vous déjà pris ne changent pas.",
        "%(count)s plages sont enregistrées. Les rendez-vous déjà pris ne changent pas.",
        count,
    )
    return text % {"count": count}


def _page(request: HttpRequest, mediator: Mediator, form: Rows, status: int = 200) -> HttpResponse:
    dated = Opening.objects.filter(mediator=mediator).exclude(valid_from=None, valid_until=None)
    context = {
        "mediator": mediator,
        "rows": form,
        "page_error": status == 422,
        "said": form.said if status == 422 else [],
        "too_many": list(form.non_form_errors()) if status == 422 else [],
        "zone": zone_of_agenda(mediator),
        "has_video": bool(mediator.video_room),
        "holidays": holidays.coming(mediator, timezone.now()),
        "dated": dated.select_related("office__commune"),
    }
    return render(request, "mediator/openings.html", context, status=status)
