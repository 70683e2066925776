"""Why a start is not proposed, for the mediator whose agenda it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allomediateur.directory.models import Mediator
from allomediateur.web.mediator.profile import with_agenda
from allomediateur.web.ui import explaining


@require_safe
@with_agenda
def why(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    found = explaining.context(request.GET, mediator, timezone.now())
    return render(request, "mediator/why.html", found, status=422 if found["page_error"] else 200)
