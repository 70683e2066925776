"""Becoming a mediator: a draft that its owner fills in any order, sends, and completes when more is asked.

A draft is a whole profile that the rights table shows nowhere. Once in the list, the same claims are renewed here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from allomediateur.accounts.models import User
from allomediateur.agenda import standing_letters
from allomediateur.agenda.models import Agenda, Modality, Service
from allomediateur.directory import papers
from allomediateur.directory.models import Application, Credential, Decision, Mediator
from allomediateur.directory.papers import Paper
from allomediateur.directory.rights import day_of

FIRST_CONTACT = {"minutes": 30, "notice_minutes": 24 * 60, "horizon_days": 60, "modalities": [Modality.PHONE]}
SLUG_LENGTH = 80


class NotOpen(Exception):
    """The application is being looked at, or was decided: it does not change now."""


class Incomplete(Exception):
    """`steps`: what is still missing."""

    def __init__(self, steps: "list[Step]") -> None:
        super().__init__(", ".join(steps))
        self.steps = steps


class NotAnApplicant(Exception):
    """Staff and secretaries do not apply with the account they work with."""


class Step(StrEnum):
    """In the order in which they are proposed; the values are those of addresses."""

    IDENTITY = "identite"
    CERTIFICATE = "certificat"
    MEMBERSHIP = "adhesion"
    INSURANCE = "assurance"
    TRAINING = "formation"
    ETHICS = "ethique"
    OFFICES = "lieux"
    SPECIALTIES = "specialites"
    LANGUAGES = "langues"
    SERVICES = "prestations"
    PHOTO = "photo"
    PRESENTATION = "presentation"


OPTIONAL = (Step.MEMBERSHIP, Step.INSURANCE, Step.TRAINING, Step.PHOTO)
"""Without membership and insurance the rights are those of a bare line (directory.rights)."""
KINDS = {
    Step.CERTIFICATE: Credential.Kind.CERTIFICATE,
    Step.MEMBERSHIP: Credential.Kind.MEMBERSHIP,
    Step.INSURANCE: Credential.Kind.INSURANCE,
    Step.TRAINING: Credential.Kind.TRAINING,
}


@dataclass(frozen=True)
class Progress:
    """A step, and whether what it asks is there."""

    step: Step
    done: bool

    @property
    def is_optional(self) -> bool:
        return self.step in OPTIONAL


def start(user: User, now: datetime) -> Mediator:
    """The draft of that account: the one there is, or a new one. The account keeps its role until it is accepted.

    Raises NotAnApplicant.
    """
    if found := Mediator.objects.filter(user=user).first():
        return found
    if user.role != User.Role.CLIENT:
        raise NotAnApplicant
    try:
        with transaction.atomic():
            made = Mediator.objects.create(
                user=user, name=user.name, slug=free_slug(user.name or "mediateur"), languages=["fr"], phone=user.phone
            )
            Agenda.objects.create(mediator=made)
            Application.objects.create(mediator=made, started_at=now, touched_at=now)
    except IntegrityError:
        return Mediator.objects.get(user=user)  # a second click made it first
    return made


def free_slug(name: str) -> str:
    """The address of a new profile: `claire-berthier`, then `claire-berthier-2`."""
    stem = slugify(name)[: SLUG_LENGTH - 6] or "mediateur"
    taken = set(Mediator.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for number in range(1, 10**5) if (slug := f"{stem}-{number}" if number > 1 else stem) not in taken)


def claim(
    mediator: Mediator,
    kind: Credential.Kind,
    *,
    number: str = "",
    issuer: str = "",
    year: int | None = None,
    valid_until: date | None = None,
    paper: Paper | None = None,
    now: datetime,
) -> Credential:
    """What is claimed instead of the claim that waits, if any; without a new paper, the waiting one's is kept.

    What was accepted stands until its end.
    """
    with transaction.atomic():
        mine = Credential.objects.select_for_update(of=("self",)).filter(mediator=mediator, kind=kind)
        former = mine.filter(state=Credential.State.CLAIMED).first()
        if former:
            former.state = Credential.State.REPLACED
            former.save(update_fields=["state"])
        made = Credential.objects.create(
            mediator=mediator, kind=kind, number=number, issuer=issuer, year=year, valid_until=valid_until,
            claimed_at=now,
        )  # fmt: skip
        if paper:
            papers.store(made, paper, now)
        elif former and (kept := papers.document_of(former)):
            papers.store(made, Paper(kept.name, kept.media_type, papers.read(kept)), now)
        if former:
            papers.forget(former)
    return made


def withdraw(mediator: Mediator, kind: Credential.Kind) -> None:
    """The claim that waits is taken back, with its paper."""
    Credential.objects.filter(mediator=mediator, kind=kind, state=Credential.State.CLAIMED).delete()


def progress(mediator: Mediator) -> list[Progress]:
    """Every step in order, in four queries or so."""
    return [Progress(step, _DONE[step](mediator)) for step in Step]


def missing(mediator: Mediator) -> list[Step]:
    return [one.step for one in progress(mediator) if not one.done and not one.is_optional]


def check_open(mediator: Mediator) -> None:
    """Raises NotOpen while an application is looked at, or once it was refused."""
    application = Application.objects.filter(mediator=mediator).first()
    if application and not application.is_open and application.state != Application.State.ACCEPTED:
        raise NotOpen


def touch(mediator: Mediator, now: datetime) -> None:
    """A step was saved: drafts nobody touches are forgotten after a year."""
    Application.objects.filter(mediator=mediator).update(touched_at=now)


def submit(mediator: Mediator, now: datetime) -> Application:
    """To staff, with a letter that says what follows. Raises NotOpen, Incomplete."""
    with transaction.atomic():
        rows = Application.objects.select_for_update(of=("self",)).select_related("mediator__user")
        found = rows.get(mediator=mediator)
        if not found.is_open:
            raise NotOpen
        if steps := missing(mediator):
            raise Incomplete(steps)
        found.state, found.submitted_at, found.touched_at, found.asked = Application.State.SUBMITTED, now, now, ""
        found.save(update_fields=["state", "submitted_at", "touched_at", "asked"])
        Decision.objects.create(mediator=mediator, kind=Decision.Kind.SUBMITTED, by=found.mediator.user, at=now)
        standing_letters.submitted(found, now)
    return found


def sign(mediator: Mediator, version: str, now: datetime) -> None:
    """The ethics code, in that version, today."""
    mediator.ethics_version, mediator.ethics_signed_on = version, day_of(now)
    mediator.save(update_fields=["ethics_version", "ethics_signed_on"])


def abandon(user: User) -> None:
    """The draft, or the refused application, of an account that is erased, with all its papers."""
    mine = Mediator.objects.filter(user=user, user__role=User.Role.CLIENT)
    mine.exclude(application__state=Application.State.ACCEPTED).delete()


def forget_drafts(now: datetime, kept: timedelta) -> int:
    """Drafts that nobody has touched, and refused applications, for so long. Returns how many."""
    states = (Application.State.DRAFT, Application.State.MORE_ASKED, Application.State.REFUSED)
    untouched = Mediator.objects.filter(application__state__in=states, application__touched_at__lt=now - kept)
    gone = untouched.filter(user__role=User.Role.CLIENT)  # who is not one was in the list
    count = gone.count()
    gone.delete()
    return count


def _has_claim(kind: Credential.Kind) -> Callable[[Mediator], bool]:
    standing = (Credential.State.CLAIMED, Credential.State.ACCEPTED)

    def has(mediator: Mediator) -> bool:
        return Credential.objects.filter(
            mediator=mediator, kind=kind, state__in=standing, document__isnull=False
        ).exists()  # fmt: skip

    return has


def _has_services(mediator: Mediator) -> bool:
    """Something to book, and a room where something is by video."""
    services = list(Service.objects.filter(mediator=mediator, is_active=True))
    by_video = any(Modality.VIDEO in one.modalities for one in services)
    return bool(services) and (bool(mediator.video_room) or not by_video)


_DONE: dict[Step, Callable[[Mediator], bool]] = {
    Step.IDENTITY: lambda one: bool(one.name and one.phone),
    **{step: _has_claim(kind) for step, kind in KINDS.items()},
    Step.ETHICS: lambda one: one.ethics_signed_on is not None,
    Step.OFFICES: lambda one: one.offices.filter(is_main=True).exists(),
    Step.SPECIALTIES: lambda one: one.specialties.exists(),
    Step.LANGUAGES: lambda one: bool(one.languages),
    Step.SERVICES: _has_services,
    Step.PHOTO: lambda one: hasattr(one, "photo"),
    Step.PRESENTATION: lambda one: bool(one.presentation_fr),
}
