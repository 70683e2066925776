"""Articles of law and days as a page shows them, in its language."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote_plus

from django.conf import settings

from allomediateur.law.tables import Article


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
