"""Becoming a mediator: a draft that its owner fills in any order, sends, and completes when more is asked.

A draft is a whole profile that the rights table shows nowhere. Once in the list, the same claims are renewed here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, connection, transaction
from django.utils.text import slugify

from allomediateur.accounts.models import User
from allomediateur.agenda import standing_letters
from allomediateur.agenda.editing import editing
from allomediateur.agenda.models import Agenda, Modality, Service
from allomediateur.directory import papers, portraits
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
        return _begin(user, now)
    except IntegrityError:  # a second click made it first, or a namesake took the address
        return Mediator.objects.filter(user=user).first() or _begin(user, now)


def _begin(user: User, now: datetime) -> Mediator:
    with transaction.atomic():
        made = Mediator.objects.create(
            user=user, name=user.name, slug=free_slug(user.name), languages=["fr"], phone=user.phone
        )
        Agenda.objects.create(mediator=made)
        Application.objects.create(mediator=made, started_at=now, touched_at=now)
    return made


@contextmanager
def changing(mediator: Mediator, now: datetime) -> Iterator[None]:
    """Around the change of a step: under the agenda's lock, and never while staff read. Raises NotOpen."""
    with editing(mediator, now):
        check_open(mediator)
        yield
        touch(mediator, now)


def rename(mediator: Mediator, name: str) -> None:
    """The address of a draft follows its name; that of a page people know does not."""
    mediator.name = name
    draft = Application.objects.filter(mediator=mediator).exclude(state=Application.State.ACCEPTED)
    if draft.exists() and not mediator.slug.startswith(_stem(name)):
        mediator.slug = free_slug(name)
    mediator.save(update_fields=["name", "slug"])


def free_slug(name: str) -> str:
    """The address of a new profile: `claire-berthier`, then `claire-berthier-2`."""
    stem = _stem(name)
    taken = set(Mediator.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for number in range(1, 10**5) if (slug := f"{stem}-{number}" if number > 1 else stem) not in taken)


def _stem(name: str) -> str:
    return slugify(name)[: SLUG_LENGTH - 6] or "mediateur"


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


def claims_all(mediator: Mediator) -> bool:
    """Whether membership and insurance are there too: accepted, they open the whole card."""
    there = {one.step for one in progress(mediator) if one.done}
    return {Step.CERTIFICATE, Step.MEMBERSHIP, Step.INSURANCE} <= there


def missing(mediator: Mediator) -> list[Step]:
    return [one.step for one in progress(mediator) if not one.done and not one.is_optional]


def check_open(mediator: Mediator) -> None:
    """Raises NotOpen while an application is looked at, or once it was refused. Locks it, in a transaction."""
    rows = Application.objects.filter(mediator=mediator)
    application = (rows.select_for_update() if connection.in_atomic_block else rows).first()
    if application and not application.is_open and application.state != Application.State.ACCEPTED:
        raise NotOpen


def touch(mediator: Mediator, now: datetime) -> None:
    """A step was saved: drafts nobody touches are forgotten after a year."""
    Application.objects.filter(mediator=mediator).update(touched_at=now)


def submit(mediator: Mediator, now: datetime) -> Application:
    """To staff, with a letter that says what follows. Raises NotOpen, Incomplete."""
    with transaction.atomic():
        rows = Application.objects.select_for_update(of=("self",)).select_related("mediator__user")
        found = rows.filter(mediator=mediator).first()
        if found is None or not found.is_open:
            raise NotOpen
        if steps := missing(mediator):
            raise Incomplete(steps)
        found.state, found.submitted_at, found.touched_at, found.asked = Application.State.SUBMITTED, now, now, ""
        found.save(update_fields=["state", "submitted_at", "touched_at", "asked"])
        Decision.objects.create(mediator=mediator, kind=Decision.Kind.SUBMITTED, by=found.mediator.user, at=now)
        standing_letters.submitted(found, now)
    return found


def propose(service: Service) -> Service:
    """A service of a draft, last in its list; the same one sent twice is one. Under the agenda's lock."""
    own = Service.objects.filter(mediator=service.mediator)
    if service._state.adding:
        same = own.filter(name_fr=service.name_fr, minutes=service.minutes).first()
        service.pk, service.rank = (same.pk, same.rank) if same else (None, own.count())
        service._state.adding = same is None
    service.save()
    return service


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


def _has_claim(kind: Credential.Kind, column: str) -> Callable[[Mediator], bool]:
    """Claimed or accepted with its paper; or known by staff since before there were papers, in `column`."""
    standing = (Credential.State.CLAIMED, Credential.State.ACCEPTED)

    def has(mediator: Mediator) -> bool:
        rows = Credential.objects.filter(mediator=mediator, kind=kind, state__in=standing, document__isnull=False)
        return bool(getattr(mediator, column)) or rows.exists()

    return has


def _has_services(mediator: Mediator) -> bool:
    """Something to book, and a room where something is by video."""
    services = list(Service.objects.filter(mediator=mediator, is_active=True))
    by_video = any(Modality.VIDEO in one.modalities for one in services)
    return bool(services) and (bool(mediator.video_room) or not by_video)


_DONE: dict[Step, Callable[[Mediator], bool]] = {
    Step.IDENTITY: lambda one: bool(one.name and one.phone),
    Step.CERTIFICATE: _has_claim(KINDS[Step.CERTIFICATE], "capm_verified"),
    Step.MEMBERSHIP: _has_claim(KINDS[Step.MEMBERSHIP], "cpmn_member"),
    Step.INSURANCE: _has_claim(KINDS[Step.INSURANCE], "insured_until"),
    Step.TRAINING: _has_claim(KINDS[Step.TRAINING], "trained_until"),
    Step.ETHICS: lambda one: one.ethics_signed_on is not None,
    Step.OFFICES: lambda one: one.offices.filter(is_main=True).exists(),
    Step.SPECIALTIES: lambda one: one.specialties.exists(),
    Step.LANGUAGES: lambda one: bool(one.languages),
    Step.SERVICES: _has_services,
    Step.PHOTO: lambda one: bool(portraits.digest_of(one)),
    Step.PRESENTATION: lambda one: bool(one.presentation_fr),
}
