"""Public holidays on the page of openings: the days to come in each territory, and the switch (R13)."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allomediateur.agenda import editing
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.territories import holidays_of
from allomediateur.scheduling.wall import local_day
from allomediateur.web.mediator import changes
from allomediateur.web.mediator.profile import with_agenda

SHOWN = 6


@dataclass(frozen=True)
class Territory:
    """The next days off at some offices, by day, with their names."""

    offices: list[Office]
    days: list[tuple[date, str]]


@require_POST
@with_agenda
def switch(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    closed = "closed" in request.POST
    said = _("Les jours fériés sont fermés.") if closed else _("Les jours fériés sont ouverts comme les autres jours.")
    now = timezone.now()
    change = partial(editing.close_on_holidays, mediator, closed, now)
    return changes.apply(
        request, mediator, change, done=said, to=f"{reverse('mediator_openings')}#jours-feries", now=now
    )


def coming(mediator: Mediator, now: datetime) -> list[Territory]:
    """By territory of the offices, in their order."""
    by_code: dict[str, list[Office]] = {}
    for office in mediator.offices.all():
        by_code.setdefault(office.holidays_of, []).append(office)
    return [Territory(offices, _next(code, local_day(now, offices[0].zone))) for code, offices in by_code.items()]


def _next(territory: str, today: date) -> list[tuple[date, str]]:
    days = holidays_of(territory, (today.year, today.year + 1), get_language() or "fr")
    return [(day, name) for day, name in days.items() if day >= today][:SHOWN]
