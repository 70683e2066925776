"""The doors, shut unless opened to a role, the methods there are, and the headers of every answer."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control

from allomediateur.accounts.models import User
from allomediateur.web.ui import errors, proof

Answer = Callable[[HttpRequest], HttpResponse]

OPEN = "open"
SIGNED_IN = "signed in"
AGENDA = "agenda"
"""The pages of mediators that say so (`for_secretaries`) are their secretaries' too."""
WHO = {AGENDA: (User.Role.MEDIATOR, User.Role.SECRETARY)}
DOORS: tuple[tuple[str, str], ...] = (
    ("espace/", SIGNED_IN),
    ("mediateur/", User.Role.MEDIATOR),
    ("administration/", User.Role.STAFF),
    ("devenir-mediateur/etapes/", SIGNED_IN),
    ("devenir-mediateur/commencer/", SIGNED_IN),
    ("devenir-mediateur/", OPEN),
    ("compte/donnees/", SIGNED_IN),  # the letters of mediators name their clients
    ("compte/", OPEN),  # allauth's own doors behind it; the account's page asks for a session itself
    ("api/v1/", OPEN),
    ("healthz", OPEN),
    ("demo/", OPEN),
    ("static/", OPEN),
)
"""The first matching beginning of a route decides; what is not here is a public page (web.public) or nothing."""

METHODS = ("GET", "HEAD", "POST")
"""No view has another one; where a class takes PUT for POST (Django's forms do), it would change by surprise."""
MORE = {"api:hold_release": ("DELETE",)}
"""But for these, by name."""

PERMISSIONS = "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()"

CLEARED = '"cache", "storage"'
"""What a browser forgets when somebody signs out (Clear-Site-Data); cookies are the session's own business."""


def doors(get_response: Answer) -> Answer:
    """Who is not signed in goes to sign in and comes back; who has another role is refused (403); all but clients
    show a second factor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS and request.method not in _more(request.path_info):
            return HttpResponseNotAllowed(METHODS)
        wanted, was_in = door(request.path_info), request.user.is_authenticated
        if wanted != OPEN and not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
        if wanted not in (OPEN, SIGNED_IN) and getattr(request.user, "role", "") not in WHO.get(wanted, (wanted,)):
            response = errors.forbidden(request, PermissionDenied())
        elif wanted != OPEN and not proof.may_work(request):
            response = _to_second_factor(request)
        else:
            response = get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
            patch_cache_control(response, private=True, no_store=True)
        elif was_in:
            response.headers["Clear-Site-Data"] = CLEARED
        return response

    return middleware


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """To use it, or to add one first."""
    place = "mfa_reauthenticate" if proof.has_second_factor(request.user) else "mfa_index"
    return HttpResponseRedirect(f"{reverse(place)}?{urlencode({'next': request.get_full_path()})}")


def door(path: str) -> str:
    """What `path` asks: OPEN, SIGNED_IN, AGENDA or a role. Public pages are those that web.public routes; an unknown
    address is open (it answers 404 whoever asks)."""
    try:
        match = resolve(path)
    except Resolver404:
        return OPEN
    route = match.route.removeprefix("en/")
    for beginning, wanted in DOORS:
        if route.startswith(beginning):
            return AGENDA if getattr(match.func, "for_secretaries", False) else wanted
    return OPEN if match.func.__module__.startswith("allomediateur.web.public") else SIGNED_IN


def _more(path: str) -> tuple[str, ...]:
    try:
        return MORE.get(resolve(path).view_name, ())
    except Resolver404:
        return ()


def headers(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware
