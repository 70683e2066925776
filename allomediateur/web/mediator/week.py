"""The mediator's week as a grid of hours; on a phone the same markup is a list by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allomediateur.agenda import truth
from allomediateur.agenda.models import Appointment, Busy, Modality, Participant
from allomediateur.directory.models import Mediator
from allomediateur.scheduling import wording
from allomediateur.scheduling.periods import Period, merge, subtract
from allomediateur.scheduling.wall import day_start, local_day, local_minute
from allomediateur.web.mediator.profile import with_agenda, zone_of_agenda
from allomediateur.web.ui.templatetags.ui import modality_label

FIRST_HOUR, LAST_HOUR = 8, 19
DAY_MINUTES = 24 * 60
MOST_AWAY = timedelta(weeks=520)


@dataclass(frozen=True)
class Block:
    """A period on one local day, in minutes of its wall clock."""

    start: int
    minutes: int

    @property
    def end(self) -> int:
        return self.start + self.minutes


@dataclass(frozen=True)
class Event(Block):
    """Something in the agenda. `starts` false: it began the day before. `url` empty: time taken elsewhere."""

    clock: str
    title: str
    note: str
    state: str
    url: str
    starts: bool


@dataclass
class Day:
    """One day of the week; `period` is its true length, 23 or 25 hours on clock-change days."""

    date: date
    period: Period
    is_today: bool
    openings: list[Block] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    shift_minutes: int = 0


@require_safe
@with_agenda
def week(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    now = timezone.now()
    zone = zone_of_agenda(mediator)
    today = local_day(now, zone)
    monday = monday_of(day_asked(request.GET.get("semaine", ""), today) or today)
    days = _days(monday, today, zone)
    span = Period(days[0].period.start, days[-1].period.end)
    _fill(days, open_periods(mediator, span, now), appointments(mediator, span, now), busy(mediator, span), zone)
    first, last = _hours(days)
    context = {
        "mediator": mediator,
        "zone": zone,
        "days": days,
        "monday": monday,
        "previous": monday - timedelta(days=7),
        "next": monday + timedelta(days=7),
        "is_this_week": monday <= today < monday + timedelta(days=7),
        "first_hour": first,
        "hours": last - first,
        "hour_names": [_hour(hour) for hour in range(first, last)],
        "shifted": next((day for day in days if day.shift_minutes), None),
        "count": sum(1 for day in days for event in day.events if event.url and event.starts),
    }
    return render(request, "mediator/week.html", context)


def day_asked(text: str, today: date) -> date | None:
    """The day that an address names; None when it cannot be read or is decades away."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if abs(day - today) <= MOST_AWAY else None


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _days(monday: date, today: date, zone: str) -> list[Day]:
    dates = [monday + timedelta(days=number) for number in range(7)]
    days = []
    for one in dates:
        period = Period(day_start(one, zone), day_start(one + timedelta(days=1), zone))
        shift = DAY_MINUTES - int(period.length / timedelta(minutes=1))
        days.append(Day(one, period, is_today=one == today, shift_minutes=shift))
    return days


def open_periods(mediator: Mediator, span: Period, now: datetime) -> list[Period]:
    """When anything can be booked by the weekly rules and their exceptions, whatever the modality."""
    hours = truth.read_hours([mediator.pk], span, now).get(mediator.pk)
    if hours is None:
        return []
    opened: list[Period] = []
    for pair in hours.pairs(Modality.values):
        found = hours.expand(pair, span)
        opened.extend(subtract(found.open, found.closed))
    return merge(opened)


def appointments(mediator: Mediator, span: Period, now: datetime) -> list[Appointment]:
    """Booked ones that touch the span, with their clients."""
    rows = Appointment.objects.visible_to(mediator.user).booked(now)
    rows = rows.filter(starts_at__lt=span.end, ends_at__gt=span.start).select_related("service", "office__commune")
    return list(rows.with_clients())


def busy(mediator: Mediator, span: Period) -> list[Busy]:
    """Time taken elsewhere in the span."""
    return list(Busy.objects.filter(mediator=mediator, starts_at__lt=span.end, ends_at__gt=span.start))


def _fill(days: list[Day], opened: list[Period], appointments: list[Appointment], busy: list[Busy], zone: str) -> None:
    for day in days:
        day.openings = [block for block, _starts in _blocks(opened, day.period, zone)]
        for one in appointments:
            day.events += [_event(one, block, zone, starts=starts) for block, starts in _blocks(
                [Period(one.starts_at, one.ends_at)], day.period, zone
            )]  # fmt: skip
        for taken in busy:
            day.events += [_taken(taken, block, zone, starts=starts) for block, starts in _blocks(
                [Period(taken.starts_at, taken.ends_at)], day.period, zone
            )]  # fmt: skip
        day.events.sort(key=lambda event: event.start)


def _blocks(periods: Iterable[Period], day: Period, zone: str) -> list[tuple[Block, bool]]:
    """The parts that fall on that day, and whether each starts there."""
    shown = []
    for period in periods:
        if period.overlaps(day):
            start = max(period.start, day.start)
            end = min(period.end, day.end)
            first = local_minute(start, zone)
            # Drawn at its elapsed length (R3), within the day.
            minutes = min(int((end - start) / timedelta(minutes=1)), DAY_MINUTES - first)
            shown.append((Block(first, max(minutes, 1)), period.start >= day.start))
    return shown


def _event(one: Appointment, block: Block, zone: str, *, starts: bool) -> Event:
    clients: list[Participant] = one.clients  # type: ignore[attr-defined]  # Prefetch(to_attr=...)
    place = one.town or modality_label(one.modality).lower()
    return Event(
        start=block.start,
        minutes=block.minutes,
        clock=_clock(one.starts_at, zone),
        title=clients[0].name if clients else _("Rendez-vous"),
        note=place,
        state=one.state,
        url=reverse("mediator_appointment", args=[one.reference]),
        starts=starts,
    )


def _taken(busy: Busy, block: Block, zone: str, *, starts: bool) -> Event:
    return Event(
        start=block.start,
        minutes=block.minutes,
        clock=_clock(busy.starts_at, zone),
        title=_("Pris ailleurs"),
        note="",
        state="busy",
        url="",
        starts=starts,
    )


def _clock(instant: datetime, zone: str) -> str:
    return wording.clock(wording.local(instant, zone), get_language() or "fr")


def _hour(hour: int) -> str:
    return wording.minute_clock(hour * 60, get_language() or "fr")


def _hours(days: list[Day]) -> tuple[int, int]:
    """The first and last hours shown: from 8 to 19, and what is outside of it."""
    blocks: list[Any] = [block for day in days for block in (*day.openings, *day.events)]
    first = min([FIRST_HOUR, *(block.start // 60 for block in blocks)])
    last = max([LAST_HOUR, *(-(-block.end // 60) for block in blocks)])
    return first, last
