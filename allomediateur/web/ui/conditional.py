"""Public pages that have not changed are not made again (RFC 9110, 13): a tag on the page, 304 to who has it.

The tag is made of the page's own text, so that it forgets nothing that the page depends on: rights, free times,
language, zone, day, announcement, names of static files. That costs the page, and saves its way. Making it is saved
too where it was proven lately, in this process, that the page of that tag is the page of a version of the database,
in that minute, and the version is still that one: one statement, no session, no template. Words that follow the
clock (« aujourd’hui », a notice that passes) change at minutes; a hold that expires is in the version.

Only for browsers without a session: what somebody signed in reads is kept by nobody. A page with a form is good for
the secret of its own form only (CSRF): it is in the tag, and such a page is never kept here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from hashlib import blake2b
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

from allomediateur.agenda import versions
from allomediateur.web.ui.bounded import Bounded
from allomediateur.web.ui.replicas import COOKIE as SEEN
from config.postgresql import replicas

Answer = Callable[..., HttpResponse]

SECRETS = re.compile(rb'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"')
"""Other ones in each copy of a page, each as good as the others."""
OF_OTHERS = "allomediateur.reads_others"
KEPT_HEADERS = ("ETag", "Cache-Control", "Vary")
LARGEST = 512 * 1024
"""Bytes of an answer that may be kept."""
PARTS = ("HX-Request", "HX-History-Restore-Request", "HX-Boosted")


@dataclass(frozen=True)
class Page:
    """A family of addresses. `is_kept`: it holds nothing of who reads it, and the same copy does for all."""

    pattern: re.Pattern[str]
    version: Callable[[str, datetime], str]
    is_kept: bool = False


def _everything(_slug: str, _now: datetime) -> str:
    return versions.of_everything([DEFAULT_DB_ALIAS, *replicas.alive(monotonic())])


PAGES = (
    Page(re.compile(r"/(?:en/)?(?:mediateurs|carte)/()"), _everything, is_kept=True),
    Page(re.compile(r"/(?:en/)?mediateurs/([-\w]{1,80})/"), versions.of_profile),
)


@dataclass(frozen=True)
class Asked:
    """What an answer depends on beside the database: `who` is every cookie sent, which a tag is bound to."""

    address: str
    parts: tuple[bool, ...]
    zone: str
    who: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Moment:
    """A state of the database, in a minute of the clock."""

    version: str
    minute: int


@dataclass(frozen=True)
class Proven:
    """That what was asked has had that tag at that moment; `headers` are those of a 304."""

    asked: Asked
    moment: Moment
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Kept:
    """A whole answer, as it leaves (compressed or not)."""

    moment: Moment
    headers: tuple[tuple[str, str], ...]
    body: bytes


PROVEN: Bounded[str, Proven] = Bounded(8192)
KEPT: Bounded[tuple[Asked, bool], Kept] = Bounded(128)
HEARD: Bounded[Asked, bool] = Bounded(4096)
"""Questions asked at least once: only those asked again are worth a statement more, and a place."""


def tagged(view: Answer) -> Answer:
    """The view's page has a tag, for browsers without a session; 304 without the page to who has that one."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = view(request, *args, **named)
        if response.status_code != 200 or not is_nobody(request):
            return response
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Accept-Language", "Cookie", "Accept-Encoding"])
        response.headers["ETag"] = _tag(request, response)
        return _unchanged(_headers(response)) if response.headers["ETag"] in _sent(request) else response

    return inner


def reads_others(request: HttpRequest) -> None:
    """The page says what others have free: the version of its own mediator proves nothing."""
    request.META[OF_OTHERS] = True


def middleware(get_response: Answer) -> Answer:
    """Before sessions, compression and all the rest: what is still so is said again in one statement."""

    def inner(request: HttpRequest) -> HttpResponse:
        page, slug = _page(request)
        if page is None:
            return get_response(request)
        request.get_host()  # an address that is not ours is refused here as below
        asked = _asked(request)
        moment = _moment(request, page, slug, asked)
        if moment and (answer := _again(request, page, asked, moment)):
            return answer
        response = get_response(request)
        if moment and not request.META.get(OF_OTHERS):
            _remember(request, response, page, asked, moment)
        return response

    return inner


def _page(request: HttpRequest) -> tuple[Page | None, str]:
    if request.method in ("GET", "HEAD") and is_nobody(request):
        for page in PAGES:
            if found := page.pattern.fullmatch(request.path_info):
                return page, found[1]
    return None, ""


def is_nobody(request: HttpRequest) -> bool:
    """No session, no message waiting, no token: nothing that tells one reader from another but the page's own form.

    Nor something just changed: a page kept from a replica may be older than that (`replicas.remember`).
    """
    told = request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, "messages", SEEN}
    return not (told or "Authorization" in request.headers)


def _asked(request: HttpRequest) -> Asked:
    parts = tuple(one in request.headers for one in PARTS)
    return Asked(request.get_full_path(), parts, request.COOKIES.get("tz", ""))


def _moment(request: HttpRequest, page: Page, slug: str, asked: Asked) -> Moment | None:
    """Read before the page is: what changes meanwhile has another version. None where it would serve nobody."""
    if not _sent(request) and not (page.is_kept and HEARD.get(asked)):
        HEARD.put(asked, True)
        return None
    now = datetime.now(UTC)
    try:
        version = page.version(slug, now)
    except (OperationalError, InterfaceError):
        replicas.rest_of_failed(monotonic())
        connections.close_all()  # the page itself finds out, and says so
        return None
    return Moment(version, int(now.timestamp()) // 60) if version else None


def _again(request: HttpRequest, page: Page, asked: Asked, moment: Moment) -> HttpResponse | None:
    for tag in _sent(request):
        proven = PROVEN.get(tag)
        if proven and (proven.asked, proven.moment) == (_whole(request, asked), moment):
            return _unchanged(proven.headers)
    kept = KEPT.get((asked, _compressed(request))) if page.is_kept and request.method == "GET" else None
    if kept is None or kept.moment != moment:
        return None
    if dict(kept.headers)["ETag"] in _sent(request):
        return _unchanged([(name, value) for name, value in kept.headers if name in KEPT_HEADERS])
    answer = HttpResponse(kept.body)
    _say(answer, kept.headers)
    return answer


def _remember(request: HttpRequest, response: HttpResponse, page: Page, asked: Asked, moment: Moment) -> None:
    tag = response.headers.get("ETag", "")
    if not tag or response.status_code not in (200, 304):
        return
    PROVEN.put(tag, Proven(_whole(request, asked), moment, tuple(_headers(response))))
    whole = request.method == "GET" and response.status_code == 200 and not response.cookies
    if page.is_kept and whole and len(response.content) <= LARGEST:
        headers = tuple(response.headers.items())
        KEPT.put((asked, _compressed(request)), Kept(moment, headers, response.content))


def _whole(request: HttpRequest, asked: Asked) -> Asked:
    return Asked(asked.address, asked.parts, asked.zone, tuple(sorted(request.COOKIES.items())))


def _tag(request: HttpRequest, response: HttpResponse) -> str:
    """Weak: two copies say the same, each with its own secrets. The form's secret is the browser's cookie."""
    made = blake2b(SECRETS.sub(b"", response.content), digest_size=16)
    made.update(request.get_full_path().encode())
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        made.update(str(request.META.get("CSRF_COOKIE", "")).encode())
    return f'W/"{made.hexdigest()}"'


def _sent(request: HttpRequest) -> list[str]:
    """The tags that the browser has, as weak ones; « * » is none of ours."""
    given = parse_etags(request.headers.get("If-None-Match", "")[:1000])
    return [tag if tag.startswith("W/") else f"W/{tag}" for tag in given]


def _headers(response: HttpResponse) -> list[tuple[str, str]]:
    return [(name, response.headers[name]) for name in KEPT_HEADERS if name in response.headers]


def _compressed(request: HttpRequest) -> bool:
    """As Django's GZipMiddleware, below, decides it."""
    return bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))


def _unchanged(headers: Iterable[tuple[str, str]]) -> HttpResponse:
    answer = HttpResponseNotModified()
    _say(answer, headers)
    return answer


def _say(answer: HttpResponse, headers: Iterable[tuple[str, str]]) -> None:
    for name, value in headers:
        answer.headers[name] = value
