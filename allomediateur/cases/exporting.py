"""What somebody confided, for that person: plain values, ready for JSON, read as they would, trail included."""

from datetime import datetime
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.cases.compartments.actors import Account, Reason, Role
from allomediateur.cases.compartments.gate import NotMember, Purged
from allomediateur.cases.models import Membership


def portrait(user: User, now: datetime) -> list[dict[str, Any]]:
    """The compartments they may or might open, oldest first; with its contents where they are the author. Dates are
    ISO 8601. What others confided to them is not theirs to take away."""
    found = Membership.objects.filter(user=user).select_related("compartment").order_by("pk")
    return [_membership(one, user, now) for one in found]


def _membership(one: Membership, user: User, now: datetime) -> dict[str, Any]:
    held = one.compartment
    told = {
        "reference": held.ref, "kind": held.kind, "role": one.role, "since": _iso(one.since), "until": _iso(one.until),
        "begun": _iso(held.created_at), "closed": _iso(held.closed_at), "destroyed": _iso(held.purged_at),
    }  # fmt: skip
    return told | {"contents": _contents(one, user, now)} if one.role == Role.AUTHOR else told


def _contents(one: Membership, user: User, now: datetime) -> list[dict[str, Any]] | None:
    """None where it opens no more."""
    try:
        opened = one.compartment.open(Account.of(user), now=now, reason=Reason.EXPORTING)
    except (NotMember, Purged):
        return None
    return [
        {"name": each.name, "text": each.text, "changed": _iso(each.changed_at)} for each in opened.contents().values()
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
