"""Applicants, claims and staff, as short as a test wants them."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.agenda import verifying
from allomediateur.directory.models import Application, Credential, Mediator
from tests.factories import NOW, make_mediator, make_user

KINDS = Credential.Kind
NEXT_YEAR = (NOW + timedelta(days=365)).date()
_numbers = count(1)


def make_staff(name: str = "Sam") -> User:
    return make_user(f"{name.lower()}{next(_numbers)}@example.org", name=name, role=User.Role.STAFF)


def make_applicant(
    *, state: str = Application.State.SUBMITTED, now: datetime = NOW, claims: tuple[str, ...] = (), **fields: Any
) -> Mediator:
    """A whole profile that nobody has verified yet, of a client's account."""
    address = fields.pop("email", "") or f"anne{next(_numbers)}@example.org"
    user = make_user(address, name="Anne Roux")
    given: dict[str, Any] = {"capm_verified": False, "cpmn_member": False, "user": user, "now": now}
    mediator = make_mediator("Anne Roux", **(given | fields))
    Application.objects.create(
        mediator=mediator, state=state, started_at=now, touched_at=now, submitted_at=now
    )  # fmt: skip
    for kind in claims:
        make_claim(mediator, kind, now=now)
    return mediator


def make_claim(
    mediator: Mediator, kind: str, *, until: date | None = NEXT_YEAR, now: datetime = NOW, **fields: Any
) -> Credential:
    values: dict[str, Any] = {"number": "C-12", "year": 2015 if kind == KINDS.CERTIFICATE else None}
    end = None if kind == KINDS.CERTIFICATE else until
    return Credential.objects.create(mediator=mediator, kind=kind, valid_until=end, claimed_at=now, **(values | fields))


def make_proven(mediator: Mediator, kind: str, *, until: date | None = NEXT_YEAR, now: datetime = NOW) -> Credential:
    """A claim, accepted by somebody of staff."""
    return verifying.judge(make_claim(mediator, kind, until=until, now=now), accepted=True, by=make_staff(), now=now)
