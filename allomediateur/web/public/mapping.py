"""The map beside the list: everybody whom the search finds, within what is seen of the country."""

from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allomediateur.agenda import gathering
from allomediateur.agenda.grid import Frame, WrongFrame
from allomediateur.agenda.question import Query
from allomediateur.directory import places
from allomediateur.directory.places import AmbiguousPlace, Place, UnknownPlace
from allomediateur.web.public import asking, maps, marks
from allomediateur.web.ui.conditional import tagged
from allomediateur.web.ui.replicas import from_replica
from allomediateur.web.ui.zones import viewer_zone


@require_safe
@tagged
@from_replica
def found(request: HttpRequest) -> HttpResponse:
    """A part of the search's page, which reads the same address: it has no page of its own. 400 for a frame that is
    none."""
    now = datetime.now(UTC)
    asked = asking.read(request.GET)
    query = asked.query(None, viewer_zone(request, _place(asked.place)), now)
    try:
        frame, level = marks.frame(request.GET)
        clusters = gathering.within(query, frame, level, now)
    except (marks.WrongAddress, WrongFrame):
        raise BadRequest("a frame of the map that is none") from None
    context = {
        "marks": marks.marks(clusters, asked, request.GET, level, now),
        "total": marks.total(clusters),
        "views": _views(query, now) if "vues" in request.GET else [],
    }
    return render(request, "public/search/_marks.html", context)


def _views(query: Query, now: datetime) -> list[str]:
    """How many are in each part of the country, in the order of the buttons that turn the map there."""
    return marks.numbers(gathering.numbers(query, [Frame(*box) for box in maps.BOXES.values()], now))


def _place(text: str) -> Place | None:
    """For its zone only: days of a delay are those of a calendar."""
    try:
        return places.resolve(text) if text else None
    except (AmbiguousPlace, UnknownPlace):
        return None
