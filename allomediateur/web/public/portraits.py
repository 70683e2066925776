"""A mediator’s portrait, under one address for every language."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from allomediateur.directory import portraits
from allomediateur.web.ui import papers


@require_safe
def photo(request: HttpRequest, slug: str) -> HttpResponse:
    """Http404 as soon as the card is not shown whole."""
    found = portraits.shown(slug, datetime.now(UTC))
    if found is None:
        raise Http404
    return papers.picture(request, found)
