"""A past for the invented country: thirteen weeks of appointments, and the figures of each of their nights."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from allomediateur.agenda import figures
from allomediateur.agenda.models import Appointment, DailyFigure, State
from allomediateur.worker.country import bookings

WEEK, DAY = timedelta(days=7), timedelta(days=1)
WEEKS = range(2, 14)
"""Before the fortnight that is already there."""
FIRST_SHARE = 0.35


def add(chance: Random, now: datetime) -> None:
    """The last week again and again, thinner the further back it is."""
    last = Appointment.objects.filter(blocked__startswith__gte=now - WEEK, blocked__endswith__lt=now)
    rows = list(last.exclude(state__in=("held", "unconfirmed", "expired")).select_related("mediator__user", "service"))
    bookings.write(chance, [(one, bookings.client(chance)) for one in _earlier(chance, rows, now)])
    _note(chance, now)


def _earlier(chance: Random, rows: list[Appointment], now: datetime) -> Iterator[Appointment]:
    for weeks in WEEKS:
        for one in rows:
            if chance.random() < FIRST_SHARE * (1 - weeks / (WEEKS.stop + 1)):
                place = bookings.Place(one.service, one.modality, one.office_id, one.starts_at - weeks * WEEK)
                yield bookings.appointment(one.mediator, place, _state(chance), now)


def _state(chance: Random) -> State:
    return chance.choices((State.ATTENDED, State.NO_SHOW, State.CANCELLED), weights=(82, 9, 9))[0]


def _note(chance: Random, now: datetime) -> None:
    """The last seven days as they are; the nights before like them, a little fuller or emptier, as if noted then."""
    days = [figures.yesterday(now) - back * DAY for back in range(7 * WEEKS.stop)]
    for day in days[:7]:
        figures.write(day, now)
    week: dict[int, list[DailyFigure]] = defaultdict(list)
    for one in DailyFigure.objects.all():
        week[one.day.weekday()].append(one)
    made = []
    for back, day in enumerate(days[7:], 7):
        mood = 1.1 - 0.2 * chance.random() - 0.4 * back / len(days)
        made += [_like(one, day, mood, chance.choice((0, 0, 1))) for one in week[day.weekday()]]
    DailyFigure.objects.bulk_create(made, batch_size=2000)


def _like(one: DailyFigure, day: date, mood: float, later: int) -> DailyFigure:
    taken = min(round(one.taken_minutes * mood), one.open_minutes)
    return DailyFigure(
        day=day, of=one.of, key=one.key, mediators=one.mediators, open_minutes=one.open_minutes, taken_minutes=taken,
        waits=[0] * later + one.waits,
    )  # fmt: skip
