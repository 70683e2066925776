"""What is known of a mediator as such, for that person: the profile, what was claimed, what was decided."""

from typing import Any

from allomediateur.accounts.models import User
from allomediateur.directory.models import Credential, Decision, Mediator, PracticeMember, Secretary


def portrait(user: User) -> dict[str, Any] | None:
    """None for who has no profile. Files are downloaded from the profile's pages. Proposals that wait for their second
    person are no decisions yet, and who of staff decided is theirs."""
    mediator = Mediator.objects.filter(user=user).prefetch_related("specialties", "offices__commune").first()
    if mediator is None:
        return None
    return {
        "name": mediator.name, "phone": str(mediator.phone), "languages": mediator.languages,
        "specialties": [one.slug for one in mediator.specialties.all()],
        "presentation": mediator.presentation_fr, "presentation_en": mediator.presentation_en,
        "video_room": mediator.video_room, "payment": mediator.payment,
        "offices": [{"name": one.name, "address": one.full_address} for one in mediator.offices.all()],
        "ethics_code": {"version": mediator.ethics_version, "signed": _iso(mediator.ethics_signed_on)},
        "claims": [_claim(one) for one in mediator.credentials.order_by("pk")],
        "practice": next((one.practice.name for one in PracticeMember.objects.filter(mediator=mediator)), None),
        "secretaries": [
            {"name": one.name, "email": one.email, **_entrusted(one)}
            for one in Secretary.objects.filter(mediator=mediator).order_by("pk")
        ],
        "decisions": [_decision(one) for one in mediator.decisions.filter(state=Decision.State.DONE).order_by("pk")],
    }  # fmt: skip


def entrusted(user: User) -> list[dict[str, Any]]:
    """The agendas that somebody keeps or kept for mediators."""
    rows = Secretary.objects.filter(user=user).select_related("mediator").order_by("pk")
    return [{"mediator": one.mediator.name, "as": one.name, **_entrusted(one)} for one in rows]


def _entrusted(row: Secretary) -> dict[str, Any]:
    return {"invited": _iso(row.invited_at), "accepted": _iso(row.accepted_at), "ended": _iso(row.ended_at)}


def _claim(one: Credential) -> dict[str, Any]:
    return {
        "kind": one.kind, "number": one.number, "issuer": one.issuer, "year": one.year,
        "valid_until": _iso(one.valid_until), "state": one.state, "claimed": _iso(one.claimed_at),
        "decided": _iso(one.decided_at), "reason": one.reason,
    }  # fmt: skip


def _decision(one: Decision) -> dict[str, Any]:
    return {"kind": one.kind, "at": _iso(one.at), "about": one.what, "reason": one.reason}


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None
