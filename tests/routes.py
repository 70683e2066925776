"""Every address of the site, read from the URL configuration: what the matrix and the house are checked against."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern

SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
ADMIN = "administration/donnees/"


@dataclass(frozen=True)
class Route:
    """`pattern` as configured, without a language; `name` with its namespace; `path` an example of it."""

    pattern: str
    name: str
    module: str
    path: str

    @property
    def is_of_the_admin(self) -> bool:
        return self.pattern.startswith(ADMIN)

    def begins(self, *starts: str) -> bool:
        return self.pattern.startswith(starts)


def routes() -> list[Route]:
    return list(_routes(get_resolver().url_patterns))


def _routes(patterns: list[Any], before: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[Route]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inside = (*namespaces, one.namespace) if one.namespace else namespaces
            yield from _routes(one.url_patterns, before + _text(one.pattern), inside)
        elif isinstance(one, URLPattern):
            pattern = before + _text(one.pattern)
            name = ":".join([*namespaces, one.name or ""])
            yield Route(pattern, name, one.callback.__module__, _example(pattern))


def _text(pattern: Any) -> str:
    if isinstance(pattern, LocalePrefixPattern):
        return ""
    if isinstance(pattern, RoutePattern):
        return str(pattern)
    assert isinstance(pattern, RegexPattern)
    return _of_regex(str(pattern))


def _of_regex(regex: str) -> str:
    """The admin's last word: any address below it."""
    return re.sub(r"\(\?P<(\w+)>.*\)", r"<path:\1>", regex.strip("^$"))


def _example(pattern: str) -> str:
    """An address that resolves there, of things that do not exist."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), pattern)
