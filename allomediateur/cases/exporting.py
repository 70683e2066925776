"""What somebody confided, for that person: plain values, ready for JSON, read as they would, trail included."""

from datetime import datetime
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.cases.compartments.actors import Account, Reason, Role
from allomediateur.cases.compartments.gate import NotMember, Purged
from allomediateur.cases.copies import Copy
from allomediateur.cases.models import Intake, Membership


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
    if one.role != Role.AUTHOR:
        return told
    return told | {"standing": _standing(one), "contents": _contents(one, user, now)}


def _standing(one: Membership) -> dict[str, Any] | None:
    """Where the request stands, and what happened to it; None where it is gone."""
    intake = Intake.objects.filter(compartment=one.compartment_id).first()
    if intake is None:
        return None
    return {
        "state": intake.state, "sent": _iso(intake.sent_at), "ended": _iso(intake.ended_at),
        "steps": [{"what": step.kind, "by": step.by, "at": _iso(step.at)} for step in intake.steps.all()],
    }  # fmt: skip


def _contents(one: Membership, user: User, now: datetime) -> list[dict[str, Any]] | None:
    """None where it opens no more."""
    try:
        opened = one.compartment.open(Account.of(user), now=now, reason=Reason.EXPORTING)
    except (NotMember, Purged):
        return None
    copied = tuple(f"{copy}." for copy in Copy)
    return [
        {"name": each.name, "text": each.text, "changed": _iso(each.changed_at)}
        for each in opened.contents().values()
        if not each.name.startswith(copied)
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
