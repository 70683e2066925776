"""How an appointment passes from one state to another. Every passage is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from allomediateur.agenda import planning
from allomediateur.agenda.models import GUESTS, PENDING, Appointment, Participant, State, Transition

OVER = (State.EXPIRED, State.CANCELLED)


def passes(
    appointment: Appointment,
    to: State,
    *,
    by: Transition.By,
    now: datetime,
    reason: str = "",
    **changes: Any,
) -> None:
    """Write the state, the columns in `changes` and the passage; a state that does not expire loses its expiry.

    Reminders go with it, whichever way it is confirmed or ends.
    """
    came_from = appointment.state
    values: dict[str, Any] = {"state": to, "changed_at": now, **changes}
    if to not in PENDING:
        values["expires_at"] = None
    for name, value in values.items():
        setattr(appointment, name, value)
    appointment.save(update_fields=list(values))
    record(appointment, by=by, now=now, reason=reason, from_state=came_from)
    if to == State.CONFIRMED:
        planning.plan(appointment, now)
    elif came_from == State.CONFIRMED:
        planning.take_away(appointment)


def record(
    appointment: Appointment,
    *,
    by: Transition.By,
    now: datetime,
    from_state: str,
    from_start: datetime | None = None,
    reason: str = "",
) -> None:
    Transition.objects.create(
        appointment=appointment,
        at=now,
        by=by,
        from_state=from_state,
        to_state=appointment.state,
        from_start=from_start,
        reason=reason,
    )


def is_pending(appointment: Appointment, now: datetime) -> bool:
    """Held or unconfirmed, and not yet at its expiry instant (R15)."""
    return appointment.state in PENDING and appointment.expires_at is not None and now < appointment.expires_at


def is_settled(appointment: Appointment) -> bool:
    """Confirmed, or what follows from it."""
    return appointment.state in (State.CONFIRMED, State.ATTENDED, State.NO_SHOW)


@contextmanager
def gathering(appointment: Appointment) -> Iterator[list[Participant]]:
    """Within, who takes part in a locked appointment is read once, whoever asks; who joins is appended to the list.

    Write to these very objects: another copy of one of them would not be seen by those who ask.
    """
    everybody = appointment.participants.select_related("user").order_by("pk")
    appointment.gathered = list(everybody)
    try:
        yield appointment.gathered
    finally:
        appointment.gathered = None


def _one(appointment: Appointment, role: Participant.Role) -> Participant | None:
    if appointment.gathered is not None:
        return next((one for one in appointment.gathered if one.role == role), None)
    return appointment.participants.filter(role=role).select_related("user").first()


def client_of(appointment: Appointment) -> Participant | None:
    return _one(appointment, Participant.Role.CLIENT)


def mediator_of(appointment: Appointment) -> Participant | None:
    return _one(appointment, Participant.Role.MEDIATOR)


def agent_of(appointment: Appointment) -> Participant | None:
    """Who booked it for somebody else, if anybody."""
    return _one(appointment, Participant.Role.AGENT)


def booker_of(appointment: Appointment) -> Participant | None:
    """Who books: the agent, or the client themselves."""
    return agent_of(appointment) or client_of(appointment)


def guests_of(appointment: Appointment) -> list[Participant]:
    """Those invited, in the order they were."""
    rows = appointment.participants.filter(role__in=GUESTS).select_related("invited_by")
    return list(rows.order_by("pk"))


def is_asked(appointment: Appointment) -> bool:
    """Whether the person concerned may hear of it: booked by themselves, or by an agent whose address is proven."""
    agent = agent_of(appointment)
    return agent is None or agent.answer == Participant.Answer.ACCEPTED


def awaits_person(appointment: Appointment) -> bool:
    """Booked on mandate by a proven agent; the person concerned has not answered."""
    if appointment.state != State.UNCONFIRMED:
        return False
    agent = agent_of(appointment)
    return agent is not None and agent.answer == Participant.Answer.ACCEPTED


def asked_of(appointment: Appointment) -> Participant | None:
    """Who is to confirm an unconfirmed one now: the agent their address first, then the person concerned."""
    return client_of(appointment) if is_asked(appointment) else agent_of(appointment)


def hand_of(one: Participant | None) -> Transition.By:
    """Whose hand a client's act is: an account's, or a visitor's; or that of an agent."""
    if one and one.role == Participant.Role.AGENT:
        return Transition.By.AGENT
    return Transition.By.CLIENT if one and one.user_id else Transition.By.VISITOR
