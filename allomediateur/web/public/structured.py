"""A mediator's page for machines (schema.org, JSON-LD), under an address of its own: the policy allows no script in a
page. It says what the rights table shows, and no contact detail."""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allomediateur.configuration import names
from allomediateur.directory.models import Mediator, Office
from allomediateur.web.public.choosing import listed
from allomediateur.web.ui.templatetags.ui import photo_url


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    now = datetime.now(UTC)
    found = listed(slug, now)
    told = json.dumps(_person(found, now), ensure_ascii=False, indent=1)
    answer = HttpResponse(told, content_type="application/ld+json; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _person(found: Mediator, now: datetime) -> dict[str, Any]:
    """Who is not shown whole: name, commune, specialties, certificate."""
    page = settings.SITE_URL + reverse("mediator", args=[found.slug])
    certificate = names.value("certificate")
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Person",
        "@id": f"{page}#mediateur",
        "url": page,
        "name": found.name,
        "jobTitle": _("Médiateur professionnel"),
        "knowsAbout": [one.label for one in found.specialties.all()],
        "hasCredential": {"@type": "EducationalOccupationalCredential", "name": certificate},
    }
    if main := next((one for one in found.offices.all() if one.is_main), None):
        told["workLocation"] = _place(main)
    return told | _more(found, page, now) if found.rights_at(now).bookable else told


def _place(office: Office) -> dict[str, Any]:
    """The town, never the street."""
    address = {"@type": "PostalAddress", "addressLocality": office.district, "addressCountry": office.country or "FR"}
    return {"@type": "Place", "address": address}


def _more(found: Mediator, page: str, now: datetime) -> dict[str, Any]:
    photo = photo_url(found, now)
    return {
        "knowsLanguage": found.languages,
        "memberOf": {"@type": "Organization", "name": names.value("chamber")},
        "potentialAction": {"@type": "ReserveAction", "target": f"{page}#creneaux", "name": _("Prendre rendez-vous")},
        **({"description": found.presentation, "inLanguage": get_language()} if found.presentation else {}),
        **({"image": settings.SITE_URL + photo} if photo else {}),
    }
