"""Who did and saw what, on the trail, from a request."""

from datetime import UTC, datetime

from django.http import HttpRequest

from allomediateur.accounts.models import User
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act

__all__ = ["Act", "act", "look"]


def act(
    request: HttpRequest,
    what: Act,
    *,
    by: User | None = None,
    person: int | None = None,
    thing: str = "",
    detail: str = "",
) -> None:
    """`by`: the account that acts, where the request has none yet."""
    user = by or _user(request)
    keeping.record(what, _now(), actor=user.pk, role=user.role, person=person, thing=thing, detail=detail)


def look(request: HttpRequest, thing: str, *, person: int | None = None, what: Act = Act.SEEN) -> None:
    """What is another's was shown to them. One's own is not written down."""
    user = _user(request)
    if person != user.pk:
        keeping.record_look(_now(), actor=user.pk, role=user.role, person=person, thing=thing, act=what)


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - behind a door
    return user


def _now() -> datetime:
    return datetime.now(UTC)
