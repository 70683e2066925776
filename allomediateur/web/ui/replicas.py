"""Pages that replicas may answer, and whom they may not: whoever has just changed something reads the primary.

A page by `from_replica` only reads, and reads again on the primary when its replica fails in the middle.
"""

from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg.errors import SerializationFailure

from config.postgresql import replicas

P = ParamSpec("P")
Answer = Callable[[HttpRequest], HttpResponse]
COOKIE = "__Host-seen" if settings.HTTPS else "seen"
SALT = "allomediateur.web.ui.replicas"
MORE_SECONDS = 60
"""Beyond the lag that is borne: a replica that has not replayed what the cookie says is late by then, and not read."""
SAFE = frozenset({"GET", "HEAD"})


def remember(get_response: Answer) -> Answer:
    """After whatever may have changed something, the browser carries how far the primary's journal was."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method not in SAFE and replicas.replicas():
            lasts = settings.REPLICA_LATE_SECONDS + MORE_SECONDS
            response.set_signed_cookie(
                COOKIE, replicas.position(), salt=SALT, max_age=lasts, httponly=True, samesite="Lax",
                secure=settings.HTTPS,
            )  # fmt: skip
        return response

    return middleware


def from_replica(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Around a view that only reads: from a replica that has what this browser has seen, else from the primary."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        one = replicas.choose(monotonic(), _seen(request))
        if one is None:
            return view(request, *args, **kwargs)
        try:
            with replicas.reading(one.alias):
                return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if not one.failed():
                raise
            if not isinstance(error.__cause__, SerializationFailure):  # replay went first: it is well
                one.rest(monotonic())
        return view(request, *args, **kwargs)

    return answer


def _seen(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT) or "")
