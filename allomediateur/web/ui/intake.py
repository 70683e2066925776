"""Who stands before a saisine in a browser: an account that writes it, or whoever holds the secret of one of its links.

The secret is kept in the session, and nothing of what is told.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest

from allomediateur.accounts.models import User
from allomediateur.cases import drafting
from allomediateur.cases.compartments.actors import Account, Actor, Holder
from allomediateur.cases.compartments.gate import NotMember, Purged
from allomediateur.cases.drafting import Draft
from allomediateur.cases.models import Intake
from allomediateur.web.ui import proof

_KEY = "intakes"
_MOST = 5
"""Requests that one browser keeps the secrets of, the latest."""


@dataclass(frozen=True)
class Seat:
    """`user`: who is signed in and writes it. `is_noting`: of staff, under dictation."""

    intake: Intake
    writer: Actor
    user: User | None = None

    @property
    def is_noting(self) -> bool:
        return self.user is not None and self.user.pk == self.intake.noted_by_id

    def draft(self, now: datetime) -> Draft:
        """Raises Http404 where nothing can be read any more."""
        try:
            return drafting.read(self.intake, self.writer, now=now)
        except (NotMember, Purged):
            raise Http404 from None


def seat(request: HttpRequest, reference: str, now: datetime) -> Seat:
    """Raises Http404: a stranger's is not there."""
    user = request.user if isinstance(request.user, User) and proof.may_work(request) else None
    if user and (found := _found(reference, Account.of(user), now)):
        return Seat(found, Account.of(user), user)
    holder = _holder(request, reference)
    if holder and (found := _found(reference, holder, now)):
        return Seat(found, holder)
    raise Http404


def _found(reference: str, writer: Actor, now: datetime) -> Intake | None:
    rows = Intake.objects.by(writer, now).select_related("compartment", "appointment__mediator", "appointment__office")
    return rows.filter(reference=reference[:22]).first()


def remember(request: HttpRequest, reference: str, token: str) -> None:
    """This browser opens that request from now on."""
    kept = {name: one for name, one in _kept(request).items() if name != reference}
    request.session[_KEY] = dict([*kept.items(), (reference, token)][-_MOST:])


def forget(request: HttpRequest, reference: str) -> None:
    request.session[_KEY] = {name: one for name, one in _kept(request).items() if name != reference}


def holds(request: HttpRequest, reference: str) -> bool:
    """Whether this browser has a secret of it."""
    return reference in _kept(request)


def own(request: HttpRequest, now: datetime) -> list[Intake]:
    """Those of who is here, by account or by secret, the latest first."""
    user = request.user
    found = {one.pk: one for one in Intake.objects.of(user, now)} if isinstance(user, User) else {}
    for reference in _kept(request):
        writer = _holder(request, reference)
        found |= {one.pk: one for one in Intake.objects.by(writer, now).filter(reference=reference)} if writer else {}
    return sorted(found.values(), key=lambda one: one.changed_at, reverse=True)


def _kept(request: HttpRequest) -> dict[str, str]:
    kept = request.session.get(_KEY, {})
    return kept if isinstance(kept, dict) else {}


def _holder(request: HttpRequest, reference: str) -> Holder | None:
    token = _kept(request).get(reference)
    return Holder.of(token) if token else None
