"""The same address answers a whole page, or to htmx the part of it that changes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part: a history restore and a boosted link want the whole page."""
    sent = request.headers
    return "HX-Request" in sent and "HX-History-Restore-Request" not in sent and "HX-Boosted" not in sent


def render_page(
    request: HttpRequest, full: str, partial: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template `partial` to htmx, else `full`, which includes it; a refused form answers 422."""
    template = partial if wants_partial(request) else full
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
