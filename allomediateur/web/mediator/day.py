"""One day of the agenda, as a list to read and to print: hours, people, places."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allomediateur.agenda import states, unreached
from allomediateur.agenda.models import Appointment
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.wall import day_start, local_day
from allomediateur.web.mediator import week
from allomediateur.web.mediator.profile import with_agenda, zone_of_agenda
from allomediateur.web.ui.appointments import service_name

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """An appointment or time taken elsewhere (`appointment` None), in the order of the day."""

    starts_at: datetime
    ends_at: datetime
    appointment: Appointment | None
    client: str
    phone: Any
    service_name: str
    is_unreached: bool = False


@require_safe
@with_agenda
def day(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    now, zone = timezone.now(), zone_of_agenda(mediator)
    today = local_day(now, zone)
    shown = week.day_asked(request.GET.get("jour", ""), today) or today
    span = Period(day_start(shown, zone), day_start(shown + _DAY, zone))
    booked = week.appointments(mediator, span, now)
    missed = unreached.clients(booked)
    entries = [_entry(one, one.pk in missed) for one in booked]
    entries += [Entry(one.starts_at, one.ends_at, None, "", "", "") for one in week.busy(mediator, span)]
    context = {
        "mediator": mediator,
        "day": shown,
        "zone": zone,
        "is_today": shown == today,
        "is_past": shown < today,
        "entries": sorted(entries, key=lambda one: one.starts_at),
        "opened": [(one.start, one.end) for one in week.open_periods(mediator, span, now)],
        "previous": shown - _DAY,
        "next": shown + _DAY,
        "count": sum(1 for one in entries if one.appointment),
    }
    return render(request, "mediator/day.html", context)


def _entry(one: Appointment, is_unreached: bool) -> Entry:
    """The number is the mediator's from the confirmation on."""
    clients = one.clients  # type: ignore[attr-defined]  # Prefetch(to_attr=...)
    client = clients[0] if clients else None
    return Entry(
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        appointment=one,
        client=client.name if client else "",
        phone=client.phone if client and states.is_settled(one) else "",
        service_name=service_name(one.service),
        is_unreached=is_unreached,
    )
