"""Calm pages for what went wrong; those for our own faults need neither database nor session."""

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from allomediateur.configuration import names
from allomediateur.directory import moved
from allomediateur.web.ui.context import brand

RETRY_SECONDS = 30


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django tells a session that could not be written like one that was deleted: the reader's fault (400)."""
    if isinstance(exception, RequestDataTooBig):
        return plain("errors/413.html", 413)
    return _come_back() if _database_failed(exception) else plain("errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where nothing else is, an address of the former site leads to whose page it was: always a path of ours."""
    if request.method in ("GET", "HEAD"):
        now, query = datetime.now(UTC), request.META.get("QUERY_STRING", "")
        if here := moved.find(request.path_info, query, now):
            answer = HttpResponsePermanentRedirect(reverse("mediator", args=[here.slug]))
            answer.headers["Cache-Control"] = "no-cache"
            return answer
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception."""
    return _come_back() if _database_failed(sys.exception()) else plain("errors/500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", {"again": _previous(request)}, status=403)


def _database_failed(failure: BaseException | None) -> bool:
    """Whether a database that is away, full or too slow is behind it."""
    while failure and not isinstance(failure, OperationalError | InterfaceError):
        failure = failure.__context__
    return failure is not None


def _come_back() -> HttpResponse:
    answer = plain("errors/503.html", 503)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _previous(request: HttpRequest) -> str:
    """Address of the page that held the form, on this site only; empty when the browser does not say."""
    address = request.headers.get("Referer", "")
    here = {request.get_host()}
    return address if url_has_allowed_host_and_scheme(address, here, require_https=request.is_secure()) else ""


def plain(template: str, status: int, **more: str) -> HttpResponse:
    """Without context processors: they may be what failed."""
    context: dict[str, Any] = {"brand": brand(names.installation()), "LANGUAGE_CODE": get_language() or "fr", **more}
    return HttpResponse(render_to_string(template, context), status=status)
