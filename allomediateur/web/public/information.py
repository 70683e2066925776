"""/informations/: the pages that staff keep current, as they are in force now."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allomediateur.content import versions
from allomediateur.content.documents import Words
from allomediateur.content.versions import Version
from allomediateur.web.ui import indexing, pictures, reading


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    language = get_language() or "fr"
    pages = [(one.slug, one.document.words(language)) for one in versions.all_in_force(timezone.now())]
    return render(request, "public/information/index.html", {"pages": pages})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(slug)
    context = {"slug": slug, "picture": _picture_address(slug)} | reading.context(found)
    return render(request, "public/information/page.html", context)


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """For machines (schema.org), under an address of its own: the policy allows no script in a page."""
    found = _found(slug)
    told = {"@context": "https://schema.org", "@graph": [_content(found), _crumbs(found)]}
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Type"] = "application/ld+json; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_safe
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """What a shared link shows: the page's title, drawn here."""
    return _picture(_found(slug).document.words(get_language() or "fr").title)


@require_safe
def shared(request: HttpRequest, name: str) -> HttpResponse:
    """The same for the pages that are not documents."""
    if name not in indexing.SHARED:
        raise Http404
    return _picture(str(indexing.SHARED[name]))


def _picture(title: str) -> HttpResponse:
    answer = HttpResponse(pictures.titled(title, get_language() or "fr"), content_type="image/png")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _found(slug: str) -> Version:
    try:
        return versions.in_force(slug, timezone.now())
    except KeyError as error:
        raise Http404 from error


def _content(found: Version) -> dict[str, Any]:
    language = get_language() or "fr"
    words, address = found.document.words(language), _address(found.slug)
    told = {"@id": f"{address}#page", "url": address, "inLanguage": language, "dateModified": str(found.verified_on)}
    if words.asks:
        return told | {"@type": "FAQPage", "name": words.title, "mainEntity": _questions(words)}
    return told | {
        "@type": "Article", "headline": words.title, "description": words.summary,
        "image": _picture_address(found.slug),
        "author": {"@type": "Organization", "name": settings.BRAND, "url": settings.SITE_URL},
        "citation": [source.label(language) for source in found.document.sources],
    }  # fmt: skip


def _questions(words: Words) -> list[dict[str, Any]]:
    return [
        {
            "@type": "Question", "name": one.title,
            "acceptedAnswer": {
                "@type": "Answer", "text": "\n".join(line for block in one.blocks for line in block.texts),
            },
        }
        for one in words.sections
    ]  # fmt: skip


def _crumbs(found: Version) -> dict[str, Any]:
    title = found.document.words(get_language() or "fr").title
    steps = [
        (_("Accueil"), settings.SITE_URL + reverse("home")),
        (_("S’informer"), settings.SITE_URL + reverse("informations")),
        (title, _address(found.slug)),
    ]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": url}
        for number, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _address(slug: str) -> str:
    return settings.SITE_URL + reverse("information", args=[slug])


def _picture_address(slug: str) -> str:
    return settings.SITE_URL + reverse("information_picture", args=[slug])
