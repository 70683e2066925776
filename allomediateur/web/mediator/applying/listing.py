"""The list of steps: what each holds, and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import applying
from allomediateur.agenda.applying import KINDS, Progress
from allomediateur.directory.models import Credential, Mediator
from allomediateur.scheduling import wording
from allomediateur.web.mediator.applying import steps
from allomediateur.web.mediator.applying.people import Base

State = Credential.State


@dataclass(frozen=True)
class Badge:
    label: str
    tone: str


@dataclass(frozen=True)
class Line:
    """A step; `note`, what is known of its claims."""

    title: str | Promise
    url: str
    note: str
    badge: Badge


def context(mediator: Mediator, base: Base, today: date) -> dict[str, Any]:
    """For the pages that show the list; `first_url` is the first step that lacks something, empty when none does."""
    found = applying.progress(mediator)
    claims = list(mediator.credentials.exclude(state=State.REPLACED).order_by("claimed_at", "pk"))
    lacking = [base.step_url(one.step) for one in found if not one.done and not one.is_optional]
    return {
        "mediator": mediator, "base": base, "left": len(lacking), "first_url": next(iter(lacking), ""),
        "done": sum(one.done for one in found), "count": len(found),
        "lines": [_line(one, _of(one, claims), base, today) for one in found],
    }  # fmt: skip


def _of(one: Progress, claims: Iterable[Credential]) -> list[Credential]:
    """Those of the step that count: the last accepted one, and what came after it."""
    mine = [claim for claim in claims if claim.kind == KINDS.get(one.step)]
    accepted = [claim for claim in mine if claim.state == State.ACCEPTED][-1:]
    last = mine[-1:] if mine and mine[-1].state != State.ACCEPTED else []
    return [*accepted, *last]


def _line(one: Progress, claims: list[Credential], base: Base, today: date) -> Line:
    note = " ".join(_said(claim, today) for claim in claims)
    return Line(steps.TITLES[one.step], base.step_url(one.step), note, _badge(one, claims, base, today))


def _said(claim: Credential, today: date) -> str:
    day = wording.day(claim.valid_until, get_language() or "fr", today=date.min) if claim.valid_until else ""
    if claim.state == State.REFUSED:
        return _("Pièce refusée : %(reason)s") % {"reason": claim.reason}
    if claim.state == State.CLAIMED:
        return _("Déposée, jusqu’au %(day)s.") % {"day": day} if day else _("Déposée.")
    if claim.valid_until and claim.valid_until < today:
        return _("Échue depuis le %(day)s.") % {"day": day}
    return _("Vérifiée, jusqu’au %(day)s.") % {"day": day} if day else _("Vérifiée.")


def _badge(one: Progress, claims: list[Credential], base: Base, today: date) -> Badge:
    last = claims[-1] if claims else None
    if last and last.state == State.REFUSED:
        return Badge(_("à revoir"), "bad")
    if last and last.state == State.CLAIMED and base.is_profile:
        return Badge(_("à vérifier"), "wait")
    if last and last.valid_until and last.valid_until < today:
        return Badge(_("à renouveler"), "bad")
    if one.done:
        return Badge(_("fait"), "ok")
    return Badge(_("facultatif"), "off") if one.is_optional else Badge(_("reste à faire"), "wait")
