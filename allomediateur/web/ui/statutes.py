"""Articles of law and days as a page shows them, in its language."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote_plus

from django.conf import settings
from django.utils.translation import gettext as _

from allomediateur.law.tables import Article, Verified
from allomediateur.law.texts import day


@dataclass(frozen=True)
class Link:
    label: str
    url: str


def links(articles: Iterable[Article], language: str) -> list[Link]:
    """Each one with its search on Légifrance."""
    return [Link(one.label.of(language), url(one)) for one in articles]


def url(article: Article) -> str:
    """Where it is read, in the version of the day that one chooses there."""
    return settings.LEGIFRANCE_URL.replace("{query}", quote_plus(article.link))


def verified(found: Verified, language: str) -> str:
    """When the rule was last verified, and how: only who compared it with the official text may say so."""
    told = {"day": day(found.on).of(language)}
    if found.at_source:
        return _("Vérifié le %(day)s, en comparant avec le texte officiel.") % told
    return _("Relu le %(day)s d’après nos notes, pas encore comparé avec le texte officiel.") % told
