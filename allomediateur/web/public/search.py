"""Who is near, who is free soonest. The address holds the whole question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from allomediateur.agenda import finding
from allomediateur.directory import places
from allomediateur.directory.models import Commune, Specialty
from allomediateur.directory.places import AmbiguousPlace, Place, UnknownPlace
from allomediateur.web.ui.pages import render_page
from allomediateur.web.ui.slots import MODALITIES, WORDS
from allomediateur.web.ui.zones import viewer_zone

RADII = (10, 30, 60, 100, 200)
RADIUS = 30
LANGUAGES = ("fr", "en", "es", "pt", "ar", "de", "it", "ru", "zh", "tr", "pl", "ro")
LONGEST = 80


@dataclass(frozen=True)
class Asked:
    """The question as its address says it; what makes no sense is left out."""

    place: str
    specialty: Specialty | None
    modality: str
    language: str
    radius: int
    soonest: bool
    page: int


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    specialties = list(Specialty.objects.all())
    asked = _read(request.GET, specialties)
    context: dict[str, Any] = {"asked": asked, "specialties": specialties, "radii": RADII, "languages": LANGUAGES}
    try:
        place = places.resolve(asked.place) if asked.place else None
    except AmbiguousPlace as several:
        return _page(request, context | {"candidates": several.candidates})
    except UnknownPlace as unknown:
        return _page(request, context | {"suggestions": unknown.suggestions, "page_error": True, "unknown": True})
    return _page(request, context | _answer(request, asked, specialties, place, now))


def _answer(
    request: HttpRequest, asked: Asked, specialties: list[Specialty], place: Place | None, now: datetime
) -> dict[str, Any]:
    found = finding.find(_query(asked, place), now)
    return {
        "place": place,
        "found": found,
        "zone": viewer_zone(request, place),
        "modalities": [
            (word, modality.value, found.by_modality.get(modality, 0)) for modality, word in WORDS.items()
        ],
        "specialty_counts": [(one, found.by_specialty.get(one.pk, 0)) for one in specialties],
        "wider": next((radius for radius in RADII if radius > asked.radius), None),
        "words": WORDS,
    }


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render_page(request, "public/search.html", "public/search/_results.html", context)


def _read(sent: Mapping[str, str], specialties: list[Specialty]) -> Asked:
    radius, page = sent.get("rayon", ""), sent.get("page", "")
    return Asked(
        place=" ".join(sent.get("lieu", "").replace("\x00", "").split())[:LONGEST],
        specialty=next((one for one in specialties if one.slug == sent.get("specialite")), None),
        modality=MODALITIES.get(sent.get("modalite", ""), ""),
        language=sent.get("langue", "") if sent.get("langue") in LANGUAGES else "",
        radius=int(radius) if radius.isascii() and radius.isdigit() and int(radius[:4]) in RADII else RADIUS,
        soonest=sent.get("tri") == "tot",
        page=int(page[:4]) if page.isascii() and page.isdigit() else 1,
    )


def _query(asked: Asked, place: Place | None) -> finding.Query:
    return finding.Query(
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        radius_km=asked.radius,
        specialty_id=asked.specialty.pk if asked.specialty else None,
        modality=asked.modality or None,
        language=asked.language or None,
        sort="soonest" if asked.soonest else "nearest",
        page=max(1, asked.page),
    )


@require_safe
@cache_control(max_age=3600)
def communes(request: HttpRequest) -> HttpResponse:
    """Options of the place's box: at most eight, nothing for less than two characters."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found: list[Commune] = places.suggest(text) if len(text) > 1 else []
    return render(request, "public/search/_communes.html", {"communes": found})
