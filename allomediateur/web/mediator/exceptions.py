"""Days that differ: closings, extra openings, other hours; told as periods, kept as days (R11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.agenda import editing
from allomediateur.agenda.models import OpeningException
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.wall import local_day
from allomediateur.web.mediator import changes
from allomediateur.web.mediator.exceptions_form import ExceptionForm, place_label
from allomediateur.web.mediator.profile import with_agenda, zone_of_agenda
from allomediateur.web.mediator.week import day_asked

PER_PAGE = 20
_DAY = timedelta(days=1)
Kind = OpeningException.Kind


@dataclass(frozen=True)
class Run:
    """The same exception on days in a row."""

    first: OpeningException
    last: date
    ids: list[int]
    place: str

    @property
    def value(self) -> str:
        return ",".join(map(str, self.ids))


@require_http_methods(["GET", "HEAD", "POST"])
@with_agenda
def exceptions(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """Those to come, and a form (GET); what it says is added, appointments asked about first (POST)."""
    now = timezone.now()
    today = local_day(now, zone_of_agenda(mediator))
    is_ill = request.GET.get("motif") == "empechement"
    if request.method != "POST":
        day = max(day_asked(request.GET.get("jour", ""), today) or today, today) if is_ill else None
        initial = {"first": day, "kind": Kind.CLOSED}
        return _page(request, mediator, ExceptionForm(mediator=mediator, today=today, initial=initial), is_ill=is_ill)
    form = ExceptionForm(request.POST, mediator=mediator, today=today)
    if not form.is_valid():
        return _page(request, mediator, form, is_ill=is_ill, status=422)
    return changes.apply(
        request, mediator, partial(editing.add_exceptions, mediator, form.drafts, now),
        done=_added(form), to=reverse("mediator_exceptions"), now=now,
        suggested="move" if form.cleaned_data["kind"] == Kind.CLOSED else "keep",
    )  # fmt: skip


@require_POST
@with_agenda
def remove(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """Take back one line of the list: what it closed is open again, what it opened is closed."""
    now = timezone.now()
    ids = [int(text) for text in request.POST.get("lesquelles", "").split(",") if text.isdecimal() and len(text) < 19]
    if not OpeningException.objects.filter(mediator=mediator, pk__in=ids).exists():
        messages.info(request, _("Cette exception est déjà retirée."))
        return HttpResponseRedirect(reverse("mediator_exceptions"))
    return changes.apply(
        request, mediator, partial(editing.remove_exceptions, mediator, ids, now),
        done=_("L’exception est retirée."), to=reverse("mediator_exceptions"), now=now,
    )  # fmt: skip


def _added(form: ExceptionForm) -> str:
    count = len({draft.day for draft in form.drafts})
    if form.cleaned_data["kind"] == Kind.CLOSED:
        return ngettext("%(count)s jour est fermé.", "%(count)s jours sont fermés.", count) % {"count": count}
    return ngettext("%(count)s jour est changé.", "%(count)s jours sont changés.", count) % {"count": count}


def _page(
    request: HttpRequest, mediator: Mediator, form: ExceptionForm, *, is_ill: bool, status: int = 200
) -> HttpResponse:
    rows = OpeningException.objects.filter(mediator=mediator, day__gte=form.today).select_related("office__commune")
    runs = list(_runs(rows.order_by("kind", "modality", "office", "start_minute", "end_minute", "day")))
    runs.sort(key=lambda run: (run.first.day, run.first.start_minute or 0))
    pages = Paginator(runs, PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "runs": list(shown),
        "page": shown.number,
        "pages": pages.num_pages,
        "is_ill": is_ill,
    }
    return render(request, "mediator/exceptions.html", context, status=status)


def _runs(rows: Iterable[OpeningException]) -> Iterable[Run]:
    """Days in a row that say the same, as one."""
    names = ("kind", "modality", "office_id", "start_minute", "end_minute", "ends_next_day")
    for _same, alike in groupby(rows, key=lambda one: tuple(getattr(one, name) for name in names)):
        run: list[OpeningException] = []
        for one in alike:
            if run and one.day > run[-1].day + _DAY:
                yield _run(run)
                run = []
            run.append(one)
        yield _run(run)


def _run(rows: list[OpeningException]) -> Run:
    return Run(rows[0], rows[-1].day, [one.pk for one in rows], place_label(rows[0].modality, rows[0].office))
