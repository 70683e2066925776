"""Reminders in tests: appointments confirmed far enough ahead, what is planned for them, what was told."""

from datetime import datetime, timedelta
from typing import Any

from allomediateur.agenda import confirming, reminding
from allomediateur.agenda.models import Appointment, Reminder, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.agenda.steps import MINUTE, TEN, code_of, last_letter
from tests.factories import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = TEN + 14 * DAY
"""Tuesday 8 December, 10 o’clock in Paris."""
CLIENT = Transition.By.CLIENT
MOBILE = "+33612345678"


def confirmed(bob: Mediator, start: datetime = FAR, *, now: datetime = NOW, **more: Any) -> Appointment:
    made = steps.book(bob, start, now=now, **more)
    confirming.confirm_with_code(made, code_of(last_letter("appointment_to_confirm")), now)
    made.refresh_from_db()
    return made


def planned() -> list[tuple[int, datetime]]:
    return list(Reminder.objects.waiting().values_list("days", "due_at"))


def told() -> list[Letter]:
    return list(Letter.objects.filter(kind=reminding.KIND).order_by("pk"))


def pass_time(until: datetime, since: datetime = NOW, step: timedelta = 15 * MINUTE) -> list[datetime]:
    """When messages left, with a worker that looks every quarter of an hour."""
    left, now = [], since
    while now <= until:
        left += [now] * reminding.send_due(now)
        now += step
    return left


BOTH = [(7, FAR - 7 * DAY), (1, FAR - DAY)]
