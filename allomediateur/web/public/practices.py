"""The page of a practice: those of its members who may be shown today, each with a link to their own page."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from allomediateur.directory import practising
from allomediateur.directory.models import Mediator, Practice


@require_safe
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    """Http404 when nobody of it may be shown."""
    found = get_object_or_404(Practice, slug=slug.replace("\x00", "")[:80])
    now = datetime.now(UTC)
    people = practising.listed(found, now).prefetch_related("specialties", "offices__commune")
    members = [(one, one.rights_at(now).bookable, _town(one)) for one in people]
    if not members:
        raise Http404
    answer = render(request, "public/practice.html", {"practice": found, "members": members})
    answer.headers.setdefault("Cache-Control", "no-cache")
    return answer


def _town(mediator: Mediator) -> str:
    office = next((one for one in mediator.offices.all() if one.is_main), None)
    return office.district if office else ""
