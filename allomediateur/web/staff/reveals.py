"""Who asks for many contact details: the sources of the last day, by network or account."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allomediateur.directory import revealing
from allomediateur.web.ui import tracing
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone


@require_safe
def reveals(request: HttpRequest) -> HttpResponse:
    tracing.look(request, "reveals", what=Act.LISTED)
    sources = revealing.sources(datetime.now(UTC))
    context = {"sources": sources, "least": revealing.MANY, "zone": viewer_zone(request)}
    return render(request, "staff/reveals.html", context)
