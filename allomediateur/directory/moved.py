"""Addresses of the former site: where a mediator's page was, and who is there now."""

from datetime import datetime
from urllib.parse import unquote, urlsplit

from allomediateur.directory.models import Mediator, Redirect

LONGEST = 300


def path_of(address: str) -> str:
    """What is kept of an old address: its path, decoded, without a last slash, and its query. Raises ValueError."""
    told = address.strip()
    if not told.startswith(("http://", "https://", "/")) or told.startswith("//") or "\\" in told:
        raise ValueError(address)
    split = urlsplit(told)
    found = tidy(unquote(split.path), split.query)
    if len(found) < 2 or len(found) > LONGEST or found.startswith("//") or not found.isprintable():
        raise ValueError(address)
    return found


def tidy(path: str, query: str) -> str:
    """A decoded path and a raw query, as they are kept."""
    bare = path.rstrip("/") or "/"
    return f"{bare}?{query}" if query else bare


def find(path: str, query: str, now: datetime) -> Mediator | None:
    """Who was at that path (decoded) and query, and is listed; the path alone answers for any query of others' making.

    One query.
    """
    wanted = {tidy(path, query), tidy(path, "")}
    if max(map(len, wanted)) > LONGEST or "\x00" in path + query:
        return None
    rows = Redirect.objects.filter(path__in=wanted, mediator__in=Mediator.objects.listed(now))
    found = sorted(rows.select_related("mediator"), key=lambda one: -len(one.path))
    return found[0].mediator if found else None
