"""« Qui a vu mes données »: what the trail says of the person who asks."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allomediateur.accounts.models import User
from allomediateur.trail.models import Entry
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 30


@dataclass(frozen=True)
class Look:
    """A mediator is named; somebody of the administration is its own member's business."""

    at: datetime
    who: str
    act: str


@require_safe
@login_required
def looks(request: HttpRequest) -> HttpResponse:
    user = request.user
    found = Entry.objects.filter(person=user.pk).exclude(actor=user.pk).order_by("-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    people = User.objects.in_bulk({one.actor for one in page if one.actor})
    shown = [Look(one.at, _who(one, people), str(Act(one.act).label)) for one in page]
    return render(request, "account/looks.html", {"page": page, "looks": shown, "zone": viewer_zone(request)})


def _who(entry: Entry, people: dict[int, User]) -> str:
    if entry.role == User.Role.MEDIATOR and entry.actor in people:
        return str(people[entry.actor])
    return _("L’administration du site") if entry.role == User.Role.STAFF else _("La plateforme")
