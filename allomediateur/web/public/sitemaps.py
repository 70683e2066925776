"""The site map: what search engines may read, asked for again each time, so that who is not entitled leaves at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from allomediateur.content import shelf
from allomediateur.directory.models import Mediator, Practice
from allomediateur.web.public.calculating import BY_SLUG
from allomediateur.web.ui import indexing

A_PAGE = 5000
MOST_PAGES = 10_000


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    count = Mediator.objects.listed(datetime.now(UTC)).count()
    numbers = range(1, ceil(count / A_PAGE) + 1)
    parts = [reverse("sitemap_pages"), *(reverse("sitemap_mediators", args=[number]) for number in numbers)]
    return _xml("public/sitemap_index.xml", {"parts": [settings.SITE_URL + part for part in parts]})


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    fixed = [indexing.addresses(name) for name in indexing.PAGES]
    told = [*_by_language("information", list(shelf.SLUGS)), *_by_language("calculator", list(BY_SLUG))]
    return _xml("public/sitemap.xml", {"pages": [*fixed, *told, *_by_language("practice", _practices())]})


@require_safe
def mediators(request: HttpRequest, number: int) -> HttpResponse:
    """One query, whatever the size."""
    if not 1 <= number <= MOST_PAGES:
        raise Http404
    listed = Mediator.objects.listed(datetime.now(UTC)).order_by("pk")
    slugs = list(listed.values_list("slug", flat=True)[(number - 1) * A_PAGE : number * A_PAGE])
    if not slugs:
        raise Http404
    return _xml("public/sitemap.xml", {"pages": _by_language("mediator", slugs)})


def _practices() -> list[str]:
    """Those with somebody to show."""
    people = Mediator.objects.listed(datetime.now(UTC))
    rows = Practice.objects.filter(members__mediator__in=people).order_by("pk").distinct()
    return list(rows.values_list("slug", flat=True)[:A_PAGE])


def _by_language(name: str, slugs: list[str]) -> Iterator[dict[str, str]]:
    """Their pages' addresses; a language is switched to once, not once an address."""
    told = {}
    for language in indexing.LANGUAGES:
        with translation.override(language):
            told[language] = [settings.SITE_URL + reverse(name, args=[slug]) for slug in slugs]
    return (dict(zip(told, every, strict=True)) for every in zip(*told.values(), strict=True))


def _xml(template: str, context: dict[str, object]) -> HttpResponse:
    answer = HttpResponse(render_to_string(template, context), content_type="application/xml; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
