"""Who calls: somebody with an appointment's own token, a person by one of their tokens or in a session, or nobody in
particular.

A session counts only where the request also carries the CSRF token: no other site can make a browser act. What is not
given is not guessed: a token that opens nothing is refused, not taken for an anonymous caller's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from allomediateur.accounts import tokens
from allomediateur.accounts.models import ApiToken, User
from allomediateur.accounts.tokens import TokenInvalid
from allomediateur.agenda import confirming
from allomediateur.agenda.confirming import LinkInvalid
from allomediateur.agenda.models import AccessLink, Participant
from allomediateur.web.api.problems import Problem
from allomediateur.web.ui import proof
from allomediateur.web.ui.limiting import allow, network

Scope = ApiToken.Scope
BEARER = 'Bearer realm="api"'


@dataclass(frozen=True)
class Caller:
    """One of three at most: `user`, an account; `reader`, the client of the appointment whose token was shown.

    `subject` names whose idempotency keys these are: nobody else's are the same.
    """

    subject: str
    user: User | None = None
    reader: Participant | None = None

    @property
    def is_mediator(self) -> bool:
        return self.user is not None and self.user.role == User.Role.MEDIATOR


def anybody(request: HttpRequest) -> Caller:
    """For what needs no account. A session without its CSRF token is not looked at. Raises Problem 401, 403, 429."""
    _read_body(request)
    secret = _bearer(request)
    if secret is not None:
        return _by_token(request, secret, Scope.WRITE)
    if (user := _in_session(request)) and check_csrf(request) is None:
        return _person(request, user)
    return Caller(f"network {network(request)}")


def may(scope: Scope) -> Callable[[HttpRequest], Caller]:
    """Of an appointment: its own token, or a person's with that scope, or a session. Raises Problem 401, 403, 429."""

    def authenticate(request: HttpRequest) -> Caller:
        _read_body(request)
        secret = _bearer(request)
        if secret is None:
            return _by_session(request)
        return _by_token(request, secret, scope) if tokens.looks_like_one(secret) else _by_appointment(secret)

    return authenticate


def person_may(scope: Scope) -> Callable[[HttpRequest], Caller]:
    """A person's token with that scope, or a session. Raises Problem 401, 403, 429."""

    def authenticate(request: HttpRequest) -> Caller:
        secret = _bearer(request)
        return _by_session(request) if secret is None else _by_token(request, secret, scope)

    return authenticate


def _read_body(request: HttpRequest) -> bytes:
    """Before anything reads it as a form, and nothing else can. Raises RequestDataTooBig."""
    return request.body


def _bearer(request: HttpRequest) -> str | None:
    """None when nothing is shown. Raises Problem 401 for another scheme."""
    shown = request.headers.get("Authorization")
    if not shown:
        return None
    scheme, _space, secret = shown.strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise _unknown()
    return secret.strip()


def _by_appointment(secret: str) -> Caller:
    try:
        link = confirming.peek_link(secret, AccessLink.Purpose.MANAGE, datetime.now(UTC))
    except (LinkInvalid, UnicodeEncodeError):
        raise _unknown() from None
    return Caller(f"participant {link.participant_id}", reader=link.participant)


def _by_token(request: HttpRequest, secret: str, scope: Scope) -> Caller:
    try:
        token = tokens.find(secret, datetime.now(UTC))
    except TokenInvalid:
        raise _unknown() from None
    allow(request, "api", str(token.user_id))
    if token.user.needs_second_factor and not proof.has_second_factor(token.user):
        raise Problem(403, _("Ajoutez d’abord un second facteur à votre compte."), code="second_factor")
    if scope not in token.scopes:
        detail = _("Ce jeton n’a pas la portée « %(scope)s » : faites-en un autre qui l’ait.") % {"scope": scope}
        headers = {"WWW-Authenticate": f'{BEARER}, error="insufficient_scope", scope="{scope}"'}
        raise Problem(403, detail, headers=headers, code="insufficient_scope", scope=str(scope))
    return _person(request, token.user)


def _by_session(request: HttpRequest) -> Caller:
    user = _in_session(request)
    if user is None:
        raise _unknown()
    if request.method != "GET" and check_csrf(request) is not None:
        raise Problem(
            403, _("Une session ne suffit pas : joignez le jeton CSRF, ou un jeton d’accès (Authorization: Bearer)."),
            code="csrf",
        )  # fmt: skip
    return _person(request, user)


def _in_session(request: HttpRequest) -> User | None:
    """Who is signed in with all that their role asks for."""
    user = request.user
    return user if isinstance(user, User) and proof.may_work(request) else None


def _person(request: HttpRequest, user: User) -> Caller:
    if user.role not in tokens.ROLES:
        raise Problem(403, _("Ce compte n’agit que par les pages du site."), code="role")
    return Caller(f"user {user.pk}", user=user)


def _unknown() -> Problem:
    """The same whether there is no token, or none that opens anything."""
    detail = _("Présentez le jeton du rendez-vous, ou un jeton de votre compte : « Authorization: Bearer … ».")
    return Problem(401, detail, headers={"WWW-Authenticate": BEARER}, code="unauthorized")


def caller_of(request: HttpRequest) -> Caller:
    """Whom the operation's own `auth` found."""
    caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(caller, Caller)  # noqa: S101 - said to the type checker
    return caller
