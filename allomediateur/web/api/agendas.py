"""Which appointments a caller may see: those of their account, or the one whose token they showed. Any other is not
there (404), whether it exists or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allomediateur.accounts.models import User
from allomediateur.agenda import states
from allomediateur.agenda.models import Appointment, Participant, State, Transition
from allomediateur.trail import keeping
from allomediateur.web.api.callers import Caller
from allomediateur.web.api.problems import Problem
from allomediateur.web.ui import appointments as shared
from allomediateur.web.ui.appointments import Addresses, Visit

PER_PAGE = 20
NOWHERE = Addresses(page="", move="", cancel="", ics="")
By, Role = Transition.By, Participant.Role


@dataclass(frozen=True)
class Found:
    """An appointment, and who comes to it; `user` none with the appointment's own token."""

    visit: Visit
    user: User | None

    @property
    def appointment(self) -> Appointment:
        return self.visit.appointment


def find(caller: Caller, reference: str) -> Found:
    """Raises Problem 404."""
    if caller.reader is not None:
        # Whoever is invited, or booked for another, has a page of their own: less is shown there, and less may be done.
        if caller.reader.appointment.reference != reference or caller.reader.role != Role.CLIENT:
            raise _not_there()
        return _found(shared.read(caller.reader.appointment), caller.reader, None)
    one = _rows(caller).filter(reference=reference).first()
    if one is None or caller.user is None:
        raise _not_there()
    return _of(one, caller.user)


def listed(caller: Caller, when: str, page: int, now: datetime) -> tuple[list[Found], int, int]:
    """Those of that page, its number (the last there is at most), and how many there are in all."""
    user = caller.user
    if user is None:
        raise _not_there()
    rows = _upcoming(caller, now) if when == "upcoming" else _past(caller, now)
    pages = Paginator(rows, PER_PAGE)
    shown = pages.get_page(page)
    found: Sequence[Appointment] = list(shown)
    return [_of(one, user) for one in found], shown.number, pages.count


def look(found: Found, now: datetime) -> None:
    """A mediator who reads of somebody is on the trail, by a program too."""
    if found.user is None or not found.visit.is_by_mediator:
        return
    client = states.client_of(found.appointment)
    keeping.record_look(
        now, actor=found.user.pk, role=found.user.role, person=client.user_id if client else None,
        thing=f"appointment:{found.appointment.reference}",
    )  # fmt: skip


def _rows(caller: Caller) -> QuerySet[Appointment]:
    """A mediator's agenda; what a client has booked."""
    if caller.user is None:
        return Appointment.objects.none()
    rows = Appointment.objects.visible_to(caller.user)
    if not caller.is_mediator:
        rows = rows.filter(pk__in=Participant.objects.filter(user=caller.user, role=Role.CLIENT).values("appointment"))
    return rows.select_related(*shared.RELATED).prefetch_related("mediator__offices", "participants")


def _upcoming(caller: Caller, now: datetime) -> QuerySet[Appointment]:
    return _rows(caller).filter(_to_come(now), ends_at__gt=now)


def _past(caller: Caller, now: datetime) -> QuerySet[Appointment]:
    """Over or cancelled. Mediators are not told of what was never confirmed: nobody was to come."""
    rows = _rows(caller).exclude(_to_come(now), ends_at__gt=now)
    if caller.is_mediator:
        settled = Q(state__in=(State.CONFIRMED, State.ATTENDED, State.NO_SHOW))
        confirmed = Transition.objects.filter(from_state=State.CONFIRMED).values("appointment")
        rows = rows.filter(settled | Q(state=State.CANCELLED, pk__in=confirmed))
    return rows.order_by("-starts_at", "-pk")


def _to_come(now: datetime) -> Q:
    return Q(state=State.CONFIRMED) | Q(state=State.UNCONFIRMED, expires_at__gt=now)


def _of(one: Appointment, user: User) -> Found:
    role = Role.MEDIATOR if user.role == User.Role.MEDIATOR else Role.CLIENT
    mine = [each for each in one.participants.all() if each.role == role]
    # A mediator takes part in their agenda from the booking on, written down or not.
    reader = mine[0] if mine else Participant(appointment=one, role=role, user=user, zone=shared.place_zone(one))
    return _found(one, reader, user)


def _found(one: Appointment, reader: Participant, user: User | None) -> Found:
    is_mediators = reader.role == Role.MEDIATOR
    hand = By.MEDIATOR if is_mediators else states.hand_of(reader)
    zone = shared.place_zone(one) if is_mediators else reader.zone
    return Found(Visit(appointment=one, reader=reader, hand=hand, at=NOWHERE, zone=zone), user)


def _not_there() -> Problem:
    return Problem(404, _("Aucun rendez-vous de ce nom ne s’ouvre avec ce jeton."), code="unknown_appointment")
