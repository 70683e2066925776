"""How a mediator is told of bookings: a letter each, or a digest a day. What is near is always told at once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from allomediateur.agenda.models import Appointment, Telling, Transition, Untold
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.wall import local_day, to_utc

NEAR = timedelta(hours=24)
_DAY = timedelta(days=1)
By = Transition.By


def choice_of(mediator: Mediator) -> Telling:
    """As chosen, or the default; not saved then."""
    return Telling.objects.filter(mediator=mediator).first() or Telling(mediator=mediator)


def choose(mediator: Mediator, mode: Telling.Mode, minute: int, now: datetime) -> None:
    """`minute` after midnight, 0..1439. What waits for a digest that is no longer wanted leaves at the next look."""
    with transaction.atomic():
        Telling.objects.select_for_update().filter(mediator=mediator).first()
        Telling.objects.update_or_create(
            mediator=mediator, defaults={"mode": mode, "minute": minute, "next_at": next_at(mediator, minute, now)}
        )


def next_at(mediator: Mediator, minute: int, now: datetime) -> datetime:
    """The first instant after `now` when the agenda's clock shows that minute: a minute it skips is the one after
    the jump, one it shows twice is the first (R6)."""
    zone = zone_of(mediator)
    today = local_day(now, zone)
    at = to_utc(today, minute, zone)
    return at if at > now else to_utc(today + _DAY, minute, zone)


def zone_of(mediator: Mediator) -> str:
    """That of the main office."""
    main = next((office for office in mediator.offices.all() if office.is_main), None)
    return main.zone if main else mediator.user.zone


def by_whom(by: By) -> str:
    """Whose hand a change was, in words to the mediator."""
    hands = {
        By.MEDIATOR: _("par vous"), By.STAFF: _("par l’administration"), By.SYSTEM: _("automatiquement"),
        By.AGENT: _("par qui a pris le rendez-vous"),
    }  # fmt: skip
    return hands.get(by) or _("par la personne")


def keep(
    kind: Untold.Kind, appointment: Appointment, now: datetime, *, former: datetime | None = None, by_mediator: bool
) -> bool:
    """Whether it waits for the digest; if not, its letter is written now, and says all that waited of it.

    It never waits when it is about the 24 hours to come, nor about what begins before the next digest.
    """
    chosen = Telling.objects.filter(mediator=appointment.mediator_id, mode=Telling.Mode.DIGEST).first()
    if chosen is None:
        return False
    soonest = min(appointment.starts_at, former or appointment.starts_at)
    if soonest < now + NEAR or (chosen.next_at and soonest <= chosen.next_at):
        Untold.objects.filter(appointment=appointment).delete()
        return False
    Untold.objects.create(appointment=appointment, kind=kind, former=former, by_mediator=by_mediator, at=now)
    return True
