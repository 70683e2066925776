"""What staff decide about mediators: claims, applications, suspensions. Each leaves a line of history and a letter.

Refusals and suspensions are proposed by one person and confirmed by another. Whatever changes a standing is done under
the agenda's lock, and what search reads follows in the same transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from allomediateur.accounts.models import User
from allomediateur.agenda import standing_letters
from allomediateur.agenda.editing import editing
from allomediateur.directory.models import Application, Credential, Decision, Mediator

Kind = Decision.Kind
NEEDED = (Credential.Kind.CERTIFICATE,)
"""Without them nobody is listed; membership and insurance open the rights of the card."""


class NotWaiting(Exception):
    """Somebody has decided meanwhile, or there is nothing to decide."""


class SamePerson(Exception):
    """Who proposed a refusal or a suspension does not confirm it."""


class AlreadyProposed(Exception):
    """Another decision about this mediator waits for its second person."""


class Unproven(Exception):
    """`kinds`: the claims without which nobody is accepted, that are not accepted yet."""

    def __init__(self, kinds: list[Credential.Kind]) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = kinds


class Endless(Exception):
    """Membership, insurance and training have an end: without it the claim cannot be accepted."""


def judge(
    credential: Credential, *, accepted: bool, by: User, now: datetime, reason: str = "", until: date | None = None
) -> Credential:
    """Accept a claim, with the end read on its document when `until` is given, or refuse it with a reason.

    Who is in the list is written to; an applicant is, once the application is decided. Raises NotWaiting, Endless.
    """
    with _standing_of(credential.mediator, now) as mediator:
        claim = Credential.objects.select_for_update().filter(pk=credential.pk, state=Credential.State.CLAIMED).first()
        if claim is None:
            raise NotWaiting
        claim.state = Credential.State.ACCEPTED if accepted else Credential.State.REFUSED
        claim.valid_until = until or claim.valid_until
        claim.decided_at, claim.decided_by, claim.reason = now, by, reason
        if accepted and claim.kind != Credential.Kind.CERTIFICATE and claim.valid_until is None:
            raise Endless
        claim.save()
        kind = Kind.PROOF_ACCEPTED if accepted else Kind.PROOF_REFUSED
        _note(mediator, kind, by, now, reason, what=claim.get_kind_display())
        settle(mediator)
    if _is_in(mediator):
        standing_letters.judged(claim, now)
    return claim


def accept(application: Application, *, by: User, now: datetime) -> None:
    """Into the list, with the rights that the accepted claims open; the account becomes a mediator's.

    Raises NotWaiting, Unproven.
    """
    with _standing_of(application.mediator, now) as mediator:
        found = _locked(application, Application.State.SUBMITTED)
        proven = set(Credential.objects.accepted().filter(mediator=mediator).values_list("kind", flat=True))
        if missing := [kind for kind in NEEDED if kind not in proven]:
            raise Unproven(missing)
        _pass(found, Application.State.ACCEPTED)
        User.objects.filter(pk=mediator.user_id, role=User.Role.CLIENT).update(role=User.Role.MEDIATOR)
        _note(mediator, Kind.ACCEPTED, by, now)
        mediator.application = found
        settle(mediator)
        standing_letters.accepted(mediator, now)


def ask_more(application: Application, *, text: str, by: User, now: datetime) -> None:
    """Back to the applicant with what is missing. Raises NotWaiting."""
    with transaction.atomic():
        found = _locked(application, Application.State.SUBMITTED)
        found.asked = text
        _pass(found, Application.State.MORE_ASKED)
        _note(found.mediator, Kind.MORE_ASKED, by, now, text)
        standing_letters.more_asked(found, now)


def propose(
    mediator: Mediator, kind: Decision.Kind, *, reason: str, by: User, now: datetime, keeps_appointments: bool = False
) -> Decision:
    """A refusal or a suspension, done once somebody else confirms it.

    Raises NotWaiting when it makes no sense, AlreadyProposed.
    """
    if kind == Kind.REFUSED and not _may_be_refused(mediator):
        raise NotWaiting
    if kind == Kind.SUSPENDED and Mediator.objects.filter(pk=mediator.pk, suspended_at__isnull=False).exists():
        raise NotWaiting
    try:
        with transaction.atomic():
            return Decision.objects.create(
                mediator=mediator, kind=kind, state=Decision.State.PROPOSED, reason=reason, by=by, at=now,
                keeps_appointments=keeps_appointments,
            )  # fmt: skip
    except IntegrityError as clash:
        raise AlreadyProposed from clash


def confirm(decision: Decision, *, by: User, now: datetime) -> Decision:
    """The second person's word: it is done. Raises NotWaiting, SamePerson.

    After a suspension, call `closing.close_appointments` for what was booked.
    """
    with _standing_of(decision.mediator, now) as mediator:
        found = _proposed(decision)
        if found.by_id == by.pk:
            raise SamePerson
        if found.kind == Kind.REFUSED:
            _pass(_locked(mediator.application, Application.State.SUBMITTED), Application.State.REFUSED)
            standing_letters.refused(found, now)
        else:
            mediator.suspended_at = now
            mediator.save(update_fields=["suspended_at"])
            standing_letters.suspended(found, now)
        _settle_decision(found, Decision.State.DONE, by, now)
    return found


def decline(decision: Decision, *, by: User, now: datetime) -> None:
    """Nothing is done; who proposed it may take it back. Raises NotWaiting."""
    with transaction.atomic():
        _settle_decision(_proposed(decision), Decision.State.DECLINED, by, now)


def reinstate(mediator: Mediator, *, reason: str, by: User, now: datetime) -> None:
    """The end of a suspension: the rights are again those of the accepted claims. Raises NotWaiting."""
    with _standing_of(mediator, now) as found:
        if found.suspended_at is None:
            raise NotWaiting
        found.suspended_at = None
        found.save(update_fields=["suspended_at"])
        _note(found, Kind.REINSTATED, by, now, reason)
        standing_letters.reinstated(found, now)


def settle(mediator: Mediator) -> None:
    """The columns that the rights table reads, from the accepted claims; call it under the agenda's lock.

    A kind of which nothing was ever accepted leaves its column as it is: profiles older than claims have none. Nobody
    becomes a member without an insurance.
    """
    kinds = Credential.Kind
    proven: dict[str, Credential] = {}
    for one in Credential.objects.accepted().filter(mediator=mediator).order_by("valid_until", "pk"):
        proven[one.kind] = one
    if kinds.CERTIFICATE in proven:
        mediator.capm_verified, mediator.capm_year = True, proven[kinds.CERTIFICATE].year
    if kinds.TRAINING in proven:
        mediator.trained_until = proven[kinds.TRAINING].valid_until
    if kinds.INSURANCE in proven:
        mediator.insured_until = proven[kinds.INSURANCE].valid_until
    if kinds.MEMBERSHIP in proven:
        mediator.member_until = proven[kinds.MEMBERSHIP].valid_until
        mediator.cpmn_member = mediator.cpmn_member or mediator.insured_until is not None
    if not _is_in(mediator):
        mediator.capm_verified = mediator.cpmn_member = False
    mediator.save(
        update_fields=[
            "capm_verified", "capm_year", "cpmn_member", "trained_until", "member_until", "insured_until",
        ]
    )  # fmt: skip


def waiting_decisions() -> "QuerySet[Decision]":
    """Proposed, the oldest first."""
    rows = Decision.objects.filter(state=Decision.State.PROPOSED).order_by("at")
    return rows.select_related("mediator__user", "by")


def _is_in(mediator: Mediator) -> bool:
    """Whether there is no application, or an accepted one."""
    state = Application.objects.filter(mediator=mediator).values_list("state", flat=True).first()
    return state in (None, Application.State.ACCEPTED)


def _may_be_refused(mediator: Mediator) -> bool:
    return Application.objects.filter(mediator=mediator, state=Application.State.SUBMITTED).exists()


@contextmanager
def _standing_of(mediator: Mediator, now: datetime) -> Iterator[Mediator]:
    with editing(mediator, now):
        yield Mediator.objects.select_related("user").get(pk=mediator.pk)


def _locked(application: Application, state: str) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("mediator__user")
    found = rows.filter(pk=application.pk, state=state).first()
    if found is None:
        raise NotWaiting
    return found


def _proposed(decision: Decision) -> Decision:
    rows = Decision.objects.select_for_update(of=("self",)).select_related("mediator__user")
    found = rows.filter(pk=decision.pk, state=Decision.State.PROPOSED).first()
    if found is None:
        raise NotWaiting
    return found


def _pass(application: Application, state: Application.State) -> None:
    application.state = state
    application.save(update_fields=["state", "asked"])


def _settle_decision(decision: Decision, state: Decision.State, by: User, now: datetime) -> None:
    decision.state, decision.settled_by, decision.settled_at = state, by, now
    decision.save(update_fields=["state", "settled_by", "settled_at"])


def _note(
    mediator: Mediator, kind: Decision.Kind, by: User | None, now: datetime, reason: str = "", what: str = ""
) -> None:
    Decision.objects.create(mediator=mediator, kind=kind, by=by, at=now, reason=reason, what=what)
