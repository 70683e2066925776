"""Reminders are rows, written in the transaction that confirms or moves an appointment (R12); `reminding` sends them.

Both kinds are always planned: what the person wants of them is read when they are due, so that a changed mind plans
nothing anew. One that is settled stays, and its unique key keeps it from being planned twice.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from allomediateur.agenda import locks
from allomediateur.agenda.models import GUESTS, Appointment, Participant, Reminder, State, Transition
from allomediateur.scheduling.display import visitor_zone
from allomediateur.scheduling.reminders import DAYS_BEFORE, remind_at
from allomediateur.scheduling.wall import local_day

AHEAD = timedelta(days=max(DAYS_BEFORE) + 2)
CATCH_UP = timedelta(days=1)
"""A reminder overdue for so long is still told by what plans afterwards; an older one is not."""
BATCH = 1000
Role = Participant.Role


def who_comes() -> Q:
    """Of participants: who comes and can be written to. Neither the mediator nor an agent, nor who has declined."""
    comes = Q(role__in=(Role.CLIENT, *GUESTS)) & ~Q(answer=Participant.Answer.DECLINED)
    return comes & ~Q(email="")


def plan(appointment: Appointment, now: datetime) -> None:
    """For everybody who comes to a confirmed appointment, what is not past at `now`; what is planned stays as it is."""
    readers = appointment.participants.filter(who_comes()).order_by("pk")
    _write(_rows(one, appointment.starts_at, now) for one in readers)


def take_away(appointment: Appointment) -> None:
    """What was not sent yet."""
    _forget(Participant.objects.filter(appointment=appointment))


def replan(appointment: Appointment, now: datetime) -> None:
    """It was moved: what was planned for its former start goes."""
    take_away(appointment)
    if appointment.state == State.CONFIRMED:
        plan(appointment, now)


def follow(readers: Q, now: datetime, *, language: str, zone: str) -> None:
    """These participants are written to in another language, on another clock: what waits is planned by it, and what
    is overdue by it goes at once."""
    with transaction.atomic():
        # In the order of a booking: the appointments, then who takes part.
        found = locks.appointments(Q(pk__in=Participant.objects.filter(readers).values("appointment")))
        Participant.objects.filter(readers).update(language=language, zone=zone)
        rows = {one.pk: one for one in found if one.state == State.CONFIRMED and one.starts_at > now}
        mine = Participant.objects.filter(readers, who_comes(), appointment__in=rows)
        _forget(mine)
        booked = _booked_at(rows.values())
        _write(
            _rows(one, rows[one.appointment_id].starts_at, max(booked.get(one.appointment_id, now), now - CATCH_UP))
            for one in mine.order_by("pk")
        )


def sweep(now: datetime, ahead: timedelta = AHEAD) -> int:
    """The net below: confirmed before there were reminders, or written without the rules of booking. Returns how many
    it planned.

    `ahead`: how far it looks; by default, far enough for each hour. Who came to it later than the client (a guest) is
    told of nothing that was past by now.
    """
    planned = Reminder.objects.filter(participant=OuterRef("pk"), starts_at=OuterRef("appointment__starts_at"))
    missed = Participant.objects.filter(
        ~Exists(planned), who_comes(), appointment__state=State.CONFIRMED, appointment__starts_at__gt=now,
        appointment__starts_at__lte=now + ahead,
    )  # fmt: skip
    found = list(missed.select_related("appointment").order_by("pk"))
    booked = _booked_at(one.appointment for one in found)
    made = 0
    for first in range(0, len(found), BATCH):
        made += _write(
            _rows(one, one.appointment.starts_at, _since(one, booked, now)) for one in found[first : first + BATCH]
        )
    return made


def _since(reader: Participant, booked: dict[int, datetime], now: datetime) -> datetime:
    if reader.role != Role.CLIENT:
        return now
    return max(booked.get(reader.appointment_id, reader.appointment.created_at), now - CATCH_UP)


def _booked_at(appointments: Iterable[Appointment]) -> dict[int, datetime]:
    """When each was confirmed, or moved since."""
    steps = Transition.objects.filter(appointment__in=[one.pk for one in appointments], to_state=State.CONFIRMED)
    return dict(steps.order_by().values_list("appointment").annotate(Max("at")))


def _rows(reader: Participant, start: datetime, since: datetime) -> Iterator[Reminder]:
    zone = visitor_zone(reader.zone)
    for days in DAYS_BEFORE:
        if due := remind_at(start, days, zone, since):
            yield Reminder(participant=reader, days=days, starts_at=start, day=local_day(start, zone), due_at=due)


def _write(planned: Iterable[Iterable[Reminder]]) -> int:
    """In one statement; the unique key leaves those that are there. How many were asked for."""
    rows = [row for each in planned for row in each]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _forget(readers: "Participant.objects.QuerySet") -> None:  # type: ignore[name-defined]
    # Not by a join: waiting for a row that is being sent, PostgreSQL reads again that row, and only that one.
    Reminder.objects.waiting().filter(participant__in=readers).delete()
