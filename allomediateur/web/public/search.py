"""Who is near, who is free soonest. The address holds the whole question."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from allomediateur.agenda import finding
from allomediateur.directory import places
from allomediateur.directory.models import Commune
from allomediateur.directory.places import AmbiguousPlace, Place, UnknownPlace
from allomediateur.web.public import asking, card_cache, filters, maps
from allomediateur.web.public.asking import LONGEST, Asked
from allomediateur.web.ui.conditional import tagged
from allomediateur.web.ui.pages import render_page
from allomediateur.web.ui.replicas import from_replica
from allomediateur.web.ui.zones import viewer_zone


@require_safe
@tagged
@from_replica
def search(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    asked = asking.read(request.GET)
    context: dict[str, Any] = {
        "asked": asked,
        "shown_place": asked.place,
        **asking.choices(),
        **filters.kept(request.GET),
    }
    try:
        place = places.resolve(asked.place) if asked.place else None
    except AmbiguousPlace as several:
        return _page(request, context | {"candidates": filters.namesakes(several.candidates, request.GET)})
    except UnknownPlace as unknown:
        suggestions = filters.namesakes(unknown.suggestions, request.GET)
        return _page(request, context | {"is_unknown": True, "page_error": True, "suggestions": suggestions})
    return _page(request, context | _answer(request, asked, place, now))


def _answer(request: HttpRequest, asked: Asked, place: Place | None, now: datetime) -> dict[str, Any]:
    zone = viewer_zone(request, place)
    query = asked.query(place, zone, now)
    found = finding.find(query, now)
    counts = filters.count(query, zone, now)
    cards = card_cache.drawn(found.items, asked, zone, now)
    return {
        "place": place,
        "shown_place": place.label if place else "",
        "found": found,
        "cards": cards,
        "map": maps.around(place, request.GET) if any(card.point for card in cards) else None,
        "groups": filters.groups(asked, counts, request.GET, zone, now),
        "remote": filters.remote(asked, found, counts, request.GET),
        "active": filters.active(asked, request.GET),
        "ways_out": filters.ways_out(asked, counts, request.GET) if not found.total else [],
    }


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render_page(request, "public/search.html", "public/search/_results.html", context)


@require_safe
@cache_control(max_age=3600)
@from_replica
def communes(request: HttpRequest) -> HttpResponse:
    """Options of the place's box: at most eight, nothing for less than two characters."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found: list[Commune] = places.suggest(text) if len(text) > 1 else []
    return render(request, "public/search/_communes.html", {"communes": found})
