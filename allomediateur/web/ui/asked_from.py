"""Which page of ours somebody comes from, told to the assistance without any secret of its address."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

KEPT = {"slug", "reference"}
"""Words of an address that open nothing by themselves; any other (tokens, keys) is left out."""
MOST = 200


def referer(request: HttpRequest) -> str:
    """The page that led here, empty when it is not ours or the browser does not say."""
    address = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return ""
    return place(urlsplit(address).path)


def place(path: str) -> str:
    """A local path that exists here: « /rendez-vous/…/ » for one that holds a secret; empty for anything else."""
    if not path.startswith("/") or path.startswith("//"):
        return ""
    try:
        match = resolve(path)
    except (Resolver404, ValueError):
        return ""
    for name, value in match.kwargs.items():
        if name not in KEPT:
            path = path.replace(str(value), "…")
    return path if len(path) <= MOST else ""
