"""What a change of hours does to the appointments already made, and what becomes of them.

A change is tried first, in a transaction that is rolled back: its effect is known before anything is saved.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from allomediateur.agenda import changing, openings, truth
from allomediateur.agenda.models import Appointment, Transition
from allomediateur.agenda.refusals import SlotLost
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.openings import Openings
from allomediateur.scheduling.periods import Period

Choice = Literal["keep", "move", "cancel"]


def coming(mediator: Mediator, now: datetime) -> list[Appointment]:
    """Appointments to come, in order, with service, office and clients."""
    rows = Appointment.objects.booked(now).filter(mediator=mediator, starts_at__gt=now).order_by("starts_at")
    return list(rows.select_related("mediator__user", "service", "office__commune").with_clients())


def outside(mediator: Mediator, now: datetime) -> list[Appointment]:
    """Of those to come, the ones that the mediator's hours do not hold."""
    rows = coming(mediator, now)
    if not rows:
        return []
    window = Period(rows[0].starts_at, max(one.ends_at for one in rows))
    hours = truth.read_hours([mediator.pk], window, now).get(mediator.pk)
    read: dict[truth.Pair, Openings] = {}
    found = []
    for one in rows:
        pair = one.modality, one.office_id
        if hours and pair not in read:
            read[pair] = hours.expand(pair, window)
        if hours is None or not _holds(read[pair], Period(one.starts_at, one.ends_at)):
            found.append(one)
    return found


@dataclass(frozen=True)
class Effect:
    """An appointment that a change leaves outside of the hours, and where it could then go, if anywhere."""

    appointment: Appointment
    next_free: datetime | None


def preview(mediator: Mediator, change: Callable[[], object], now: datetime) -> list[Effect]:
    """What the change would leave outside of the hours; nothing is changed. Raises what the change raises."""
    with transaction.atomic():
        before = {one.pk for one in outside(mediator, now)}
        change()
        found = _effects((one for one in outside(mediator, now) if one.pk not in before), now)
        transaction.set_rollback(True)
    return found


def _effects(appointments: Iterable[Appointment], now: datetime) -> list[Effect]:
    """Two are not sent to the same time."""
    found: list[Effect] = []
    taken: list[Period] = []
    for one in appointments:
        length = one.ends_at - one.starts_at
        free = (start for start in _free(one, now) if not any(Period(start, start + length).overlaps(x) for x in taken))
        start = next(free, None)
        if start:
            before, after = one.starts_at - one.blocked.lower, one.blocked.upper - one.ends_at
            taken.append(Period(start - before, start + length + after))
        found.append(Effect(one, start))
    return found


@dataclass
class Outcome:
    """What became of them."""

    kept: list[Appointment] = field(default_factory=list)
    moved: list[Appointment] = field(default_factory=list)
    cancelled: list[Appointment] = field(default_factory=list)
    stuck: list[Appointment] = field(default_factory=list)
    """To be moved, and no other time was free: as they were."""


def settle(appointments: Iterable[Appointment], choices: Mapping[str, Choice], reason: str, now: datetime) -> Outcome:
    """What was chosen for each, by reference, with its letters; one without a choice is kept.

    Each in its own transaction: what cannot be done for one does not undo the others.
    """
    done = Outcome()
    for one in appointments:
        _settle(one, choices.get(one.reference, "keep"), reason, now, done)
    return done


def _free(appointment: Appointment, now: datetime) -> list[datetime]:
    """The times after its own to which it can be moved in the same way, up to the horizon, in order."""
    until = now + timedelta(days=appointment.service.horizon_days + 1)
    found = openings.slots(
        appointment.mediator, appointment.service, at=(appointment.modality, appointment.office_id),
        since=appointment.starts_at, until=until, now=now, ignoring=appointment, asker="mediator",
    )  # fmt: skip
    return [one.start for one in found if one.start != appointment.starts_at]


def _settle(one: Appointment, choice: Choice, reason: str, now: datetime, done: Outcome) -> None:
    try:
        if choice == "cancel":
            done.cancelled.append(changing.cancel(one, by=Transition.By.MEDIATOR, reason=reason, now=now))
        elif choice == "move" and (start := next(iter(_free(one, now)), None)):
            done.moved.append(changing.move(one, start=start, by=Transition.By.MEDIATOR, reason=reason, now=now))
        else:
            (done.stuck if choice == "move" else done.kept).append(one)
    except (SlotLost, changing.NotChangeable, changing.TooLate):
        done.stuck.append(one)


def _holds(read: Openings, meeting: Period) -> bool:
    inside = any(one.start <= meeting.start and meeting.end <= one.end for one in read.open)
    return inside and not any(closed.overlaps(meeting) for closed in read.closed)
