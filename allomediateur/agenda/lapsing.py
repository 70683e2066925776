"""The ends of memberships, insurances and trainings: told 60, 30 and 7 days before, and what lapses on the day after.

Rights end by themselves (directory.rights asks the day): this writes the letters, the history, and frees the rows of
search. Two schedulers at once write nothing twice: a claim is locked, and remembers its last reminder.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from allomediateur.agenda import availability, effects, standing_letters
from allomediateur.directory.models import Credential, Decision, Mediator
from allomediateur.directory.rights import day_of

BEFORE = (7, 30, 60)
"""Days; the smallest that is reached counts. Nobody gets three letters at once."""
LAPSED = 0


def tell(now: datetime) -> tuple[int, int]:
    """Every reminder due, every right that lapsed since the last time. Returns how many of each."""
    reminded, lapsed = 0, []
    for pk in due(now):
        with transaction.atomic():
            claim = _locked(pk, now)
            if claim is None:
                continue
            step = _step(claim, now)
            claim.reminded = step
            claim.save(update_fields=["reminded"])
            if step == LAPSED:
                lapsed.append(_lapse(claim, now))
            else:
                standing_letters.ending(claim, now)
                reminded += 1
    if lapsed:
        standing_letters.staff_told(lapsed, now)
    return reminded, len(lapsed)


def due(now: datetime) -> list[int]:
    """Ids of the accepted claims that are the last of their kind, near their end or past it, and not told yet."""
    return [one.pk for one in _ending(now, max(BEFORE)).order_by("pk") if _is_new(one, now)]


def coming_ends(now: datetime, days: int) -> "QuerySet[Credential]":
    """For staff: what ends within so many days, or has ended and was not renewed, the soonest first."""
    rows = _ending(now, days).filter(mediator__suspended_at__isnull=True)
    return rows.select_related("mediator").order_by("valid_until", "pk")


def _ending(now: datetime, days: int) -> "QuerySet[Credential]":
    """Accepted, the last of their kind, with so many days left at most."""
    longer = Credential.objects.accepted().filter(
        mediator=OuterRef("mediator"), kind=OuterRef("kind"), valid_until__gt=OuterRef("valid_until")
    )
    rows = Credential.objects.accepted().filter(valid_until__lte=day_of(now) + timedelta(days=days))
    return rows.filter(~Exists(longer))


def _is_new(claim: Credential, now: datetime) -> bool:
    step = _step(claim, now)
    return step is not None and (claim.reminded is None or step < claim.reminded)


def _step(claim: Credential, now: datetime) -> int | None:
    left = claim.days_left(day_of(now))
    if left is None:
        return None
    return LAPSED if left < 0 else next((one for one in BEFORE if left <= one), None)


def _locked(pk: int, now: datetime) -> Credential | None:
    rows = Credential.objects.select_for_update(of=("self",)).select_related("mediator__user")
    claim = rows.filter(pk=pk, state=Credential.State.ACCEPTED).first()
    return claim if claim and _is_new(claim, now) else None


def _lapse(claim: Credential, now: datetime) -> str:
    """A sentence for staff."""
    mediator: Mediator = claim.mediator
    kept = len(effects.coming(mediator, now))
    Decision.objects.create(
        mediator=mediator, kind=Decision.Kind.LAPSED, by=None, at=now, what=claim.get_kind_display()
    )
    standing_letters.lapsed(claim, kept, now)
    availability.rebuild(mediator.pk, now)
    return standing_letters.lapse_line(mediator, claim, kept)
