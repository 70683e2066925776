"""Who may come in when more come than can be served: bookings under way always, readers as many as there is room for.

A process has more threads than it lets readers use, so that a hold, an answer, a confirmation or a letter's door finds
one free at once. Readers beyond those that are served wait a little, a few of them; the others are told at once to come
back (503, `Retry-After`), before session and database, from a page drawn once. Turning away costs far less than a
search: that is what keeps the queue in front of us short.
"""

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.html import escape
from django.utils.translation import gettext as _

from allomediateur.web.ui import conditional, errors

Answer = Callable[[HttpRequest], HttpResponse]

SEARCHES = re.compile(r"/(?:(?:en/)?(?:mediateurs|carte|lieux)|api/v1/mediators(?:/[-\w]+/slots)?)/?")
"""Whoever asks: what costs most, and changes nothing."""
READINGS = re.compile(
    r"/(?:en/)?(?:(?:mediateurs/[-\w]+|cabinets/[-\w]+|mentions-legales|confidentialite|cookies|accessibilite)/)?"
    r"|/mediateurs/[-\w]+/(?:photo\.jpg|qr\.svg|qr\.png)|/(?:en/)?mediateurs/[-\w]+/fiche\.jsonld"
    r"|/api/v1/mediators/[-\w]+|/sitemap[-\w]*\.xml|/m/\w+/"
)
"""For who has no session: a person who holds a slot goes on reading."""
WAIT_SECONDS = 1.0
SOONEST, SPREAD = 5, 10
"""Seconds: all at once is how they came, not how they should come back."""
SILENCE = 60.0
AGAIN = "/again/"
logger = logging.getLogger(__name__)


class Gate:
    """`served` at once, `waiting` in line for `seconds` at most."""

    def __init__(self, served: int, waiting: int, seconds: float = WAIT_SECONDS) -> None:
        self.seconds = seconds
        self._room = threading.BoundedSemaphore(served)
        self._line = threading.BoundedSemaphore(served + waiting)
        self._refused = 0
        self._said = -SILENCE

    @contextmanager
    def passage(self) -> Iterator[bool]:
        """Whether there is room, for the time of the block."""
        if not self._line.acquire(blocking=False):
            yield False
            return
        try:
            entered = self._room.acquire(timeout=self.seconds)
            try:
                yield entered
            finally:
                if entered:
                    self._room.release()
        finally:
            self._line.release()

    def count_refusal(self) -> None:
        """In the log, once a minute: a line each would be a load more."""
        self._refused += 1
        if time.monotonic() - self._said > SILENCE:
            logger.warning("more readers than can be served: %s turned away", self._refused)
            self._refused, self._said = 0, time.monotonic()


def middleware(get_response: Answer) -> Answer:
    gate = Gate(settings.READERS_AT_ONCE, settings.READERS_WAITING)

    def inner(request: HttpRequest) -> HttpResponse:
        if not may_wait(request):
            return get_response(request)
        with gate.passage() as entered:
            if entered:
                return get_response(request)
        gate.count_refusal()
        return come_back(request)

    return inner


def may_wait(request: HttpRequest) -> bool:
    """Whether it only reads: nothing that somebody has begun depends on it."""
    if request.method not in ("GET", "HEAD"):
        return False
    path = request.path_info
    return bool(SEARCHES.fullmatch(path) or (READINGS.fullmatch(path) and conditional.is_nobody(request)))


def come_back(request: HttpRequest) -> HttpResponse:
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    if request.path_info.startswith("/api/"):
        answer: HttpResponse = _problem(request)
    else:
        answer = HttpResponse(_page(language).replace(AGAIN, escape(request.get_full_path())), status=503)
        if "HX-Request" in request.headers:
            # A part would replace nothing: the whole page is asked for, and says it or has room by then.
            answer.headers["HX-Redirect"] = request.get_full_path()
    answer.headers["Retry-After"] = str(SOONEST + secrets.randbelow(SPREAD))
    answer.headers["Content-Length"] = str(len(answer.content))  # CommonMiddleware, which says it, is not reached
    add_never_cache_headers(answer)
    return answer


@cache
def _page(language: str) -> str:
    """The same for everybody but for the address, which takes the place of AGAIN: no reader, nothing staff have set."""
    with translation.override(language):
        return errors.plain("errors/busy.html", 503, again=AGAIN).content.decode()


def _problem(request: HttpRequest) -> HttpResponse:
    """RFC 9457, as web.api says what went wrong."""
    with translation.override(translation.get_language_from_request(request)):
        detail = _("Beaucoup de monde cherche en ce moment : recommencez dans quelques secondes.")
    body = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": detail}
    return JsonResponse(
        body, status=503, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
