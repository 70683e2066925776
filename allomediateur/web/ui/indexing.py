"""Which pages search engines are given, under which addresses: whole ones, in each language, without a query."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

PAGES = (
    "home", "search", "intake_start", "prior_attempt", "informations", "calculators", "apply", "legal_notice",
    "privacy", "cookies", "accessibility", "quick_exit",
)  # fmt: skip
"""URL names without an argument."""
INDEXED = (*PAGES, "mediator", "information", "calculator")
LANGUAGES = ("fr", "en")
SHARED = {
    "home": lazy("Un médiateur professionnel, un rendez-vous garanti"),
    "search": lazy("Trouver un médiateur"),
    "intake_start": lazy("Raconter ma situation"),
    "prior_attempt": lazy("Dois-je tenter une médiation avant de saisir le juge ?"),
    "informations": lazy("S’informer sur la médiation"),
    "calculators": lazy("Calculer un délai"),
    "apply": lazy("Devenir médiateur"),
}
"""What is written on the picture that a shared link shows; other pages have that of the first."""


@dataclass(frozen=True)
class Links:
    """The address of the page that is read, and by language those of the same page; French is the default one.

    `picture`: what a shared link shows; `title` is empty where the page's own says enough.
    """

    canonical: str
    alternates: dict[str, str]
    picture: str
    title: str | Promise

    @property
    def default(self) -> str:
        return self.alternates["fr"]


def addresses(name: str, *args: str) -> dict[str, str]:
    """The page of that URL name, by language."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = settings.SITE_URL + reverse(name, args=args)
    return found


def links(request: HttpRequest) -> Links | None:
    """None for a page that is not for search engines."""
    match = request.resolver_match
    if match is None or match.url_name not in INDEXED:
        return None
    here = request.path
    there = {language: settings.SITE_URL + translate_url(here, language) for language in LANGUAGES}
    shared = match.url_name if match.url_name in SHARED else "home"
    picture = settings.SITE_URL + reverse("shared_picture", args=[shared])
    return Links(settings.SITE_URL + here, there, picture, SHARED.get(match.url_name, ""))
