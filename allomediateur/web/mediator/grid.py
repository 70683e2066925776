"""The openings as a grid of half-hours: the typical week, or one week of the calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.agenda import patterns
from allomediateur.agenda.models import Opening
from allomediateur.agenda.truth import AGREED
from allomediateur.directory.models import Mediator
from allomediateur.scheduling import clockweek
from allomediateur.scheduling.clockweek import Cell, Week
from allomediateur.scheduling.openings import week_of
from allomediateur.scheduling.wall import DAY_MINUTES, local_day
from allomediateur.web.mediator import changes, grid_cells, holidays
from allomediateur.web.mediator.profile import with_agenda
from allomediateur.web.mediator.ways import Way, way_asked, ways_of
from allomediateur.web.mediator.week import day_asked, monday_of

Weeks = Opening.Weeks
RHYTHMS = {"": Weeks.EVERY, "a": Weeks.A, "b": Weeks.B}
MOST_COPIES = 12
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `monday`: one week of the calendar; without it the typical one, in `weeks`."""

    way: Way
    weeks: int
    monday: date | None
    whole_day: bool

    def url(self, **changed: object) -> str:
        rhythm = next(word for word, weeks in RHYTHMS.items() if weeks == self.weeks)
        values: dict[str, object] = {
            "lieu": self.way.word,
            "rythme": rhythm,
            "semaine": self.monday,
            "heures": "24" if self.whole_day else "",
        }
        kept = {name: value for name, value in (values | changed).items() if value}
        return f"{reverse('mediator_openings')}?{urlencode(kept)}"


@require_http_methods(["GET", "HEAD", "POST"])
@with_agenda
def openings(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """The grid (GET); all of its cells saved (POST)."""
    now, ways = timezone.now(), ways_of(mediator)
    asked = _asked(request.GET, ways, now)
    if request.method != "POST":
        return _page(request, mediator, ways, asked, now)
    sent = grid_cells.read(request.POST)
    if sent is None:
        return _page(request, mediator, ways, asked, now, status=422, is_unreadable=True)
    try:
        return changes.apply(
            request, mediator, _saving(mediator, asked, sent, now),
            done=_("Vos heures sont enregistrées."), to=asked.url(), now=now,
        )  # fmt: skip
    except patterns.Changed:
        return _page(request, mediator, ways, asked, now, status=409, typed=sent)


@require_POST
@with_agenda
def copy(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """The saved hours shown, given to other ways to meet, or to the weeks that follow."""
    now, ways = timezone.now(), ways_of(mediator)
    asked = _asked(request.GET, ways, now)
    if asked.monday:
        count = grid_cells.number(request.POST.get("semaines", ""), MOST_COPIES)
        change = partial(patterns.copy_week, mediator, asked.way.pair, asked.monday, count, now)
        done = _("La semaine est copiée.")
    else:
        others = [one.pair for one in ways if one.word in request.POST.getlist("vers") and one != asked.way]
        change = partial(patterns.copy_pattern, mediator, asked.way.pair, others, now)
        done = _("Les heures sont copiées.")
    return changes.apply(request, mediator, change, done=done, to=asked.url(), now=now)


def _saving(mediator: Mediator, asked: Asked, sent: grid_cells.Sent, now: datetime) -> Callable[[], None]:
    """What writes the grid that came back."""
    pair, hours = asked.way.pair, _hours(mediator, asked)
    cells = (one for one in sent.cells if one[0] not in hours.locked)
    wanted = clockweek.painted(hours.shown, sent.ticked, cells, sent.step)
    if asked.monday:
        return partial(patterns.save_week, mediator, pair, asked.monday, wanted, now, sent.seen)
    replaced = hours.pattern.replaced(asked.weeks, wanted)
    return partial(patterns.save_pattern, mediator, pair, replaced, now, sent.seen)


def _asked(sent: QueryDict, ways: list[Way], now: datetime) -> Asked:
    """What makes no sense is as if it were not there."""
    way = way_asked(ways, sent.get("lieu", ""))
    day = day_asked(sent.get("semaine", ""), local_day(now, way.zone)) if way.pair != AGREED else None
    monday = monday_of(day) if day else None
    weeks = RHYTHMS.get(sent.get("rythme", ""), Weeks.EVERY)
    return Asked(way, Weeks.EVERY if monday else weeks, monday, sent.get("heures") == "24")


@dataclass(frozen=True)
class Hours:
    """What the grid is drawn from: the typical week, and one of the calendar when that is asked for."""

    pattern: patterns.Pattern
    week: patterns.DatedWeek | None
    weeks: int

    @property
    def shown(self) -> Week:
        return self.week.hours if self.week else self.pattern.shown(self.weeks)

    @property
    def locked(self) -> frozenset[int]:
        return self.week.locked if self.week else frozenset()


def _hours(mediator: Mediator, asked: Asked) -> Hours:
    pair = asked.way.pair
    week = patterns.dated_week(mediator, pair, asked.monday) if asked.monday else None
    return Hours(patterns.pattern(mediator, pair), week, asked.weeks)


def _page(
    request: HttpRequest,
    mediator: Mediator,
    ways: list[Way],
    asked: Asked,
    now: datetime,
    *,
    status: int = 200,
    typed: grid_cells.Sent | None = None,
    is_unreadable: bool = False,
) -> HttpResponse:
    pair, this_monday = asked.way.pair, monday_of(local_day(now, asked.way.zone))
    hours = _hours(mediator, asked)
    shown = grid_cells.table(
        hours.shown,
        monday=asked.monday,
        locked=hours.locked,
        holidays=hours.week.holidays if hours.week else {},
        alone=_alone(hours.pattern, asked),
        zone=asked.way.zone,
        whole_day=asked.whole_day,
        typed=typed,
    )
    context: dict[str, Any] = {
        "mediator": mediator,
        "asked": asked,
        "grid": shown,
        "seen": patterns.seen(mediator, pair, asked.monday),
        "is_changed": typed is not None,
        "is_unreadable": is_unreadable,
        "page_error": status != 200,
        "ways": [(one, Asked(one, asked.weeks, asked.monday, asked.whole_day).url()) for one in ways],
        "rhythms": _rhythms(asked, hours.pattern, this_monday),
        "alternates": hours.pattern.alternates,
        "previous_url": asked.url(semaine=asked.monday - _WEEK) if asked.monday else "",
        "following_url": asked.url(semaine=asked.monday + _WEEK) if asked.monday else "",
        "alternate_url": asked.url(rythme="a"),
        "day_url": asked.url(heures="" if asked.whole_day else "24"),
        "copy_url": f"{reverse('mediator_copy')}?{asked.url().partition('?')[2]}",
        "others": [one for one in ways if one != asked.way],
        "copies": range(1, MOST_COPIES + 1),
        "dated": Opening.objects.filter(mediator=mediator, modality=pair[0], office=pair[1])
        .exclude(valid_from=None, valid_until=None)
        .exists(),
        "holidays": holidays.coming(mediator, now),
    }
    return render(request, "mediator/grid.html", context, status=status)


def _alone(pattern: patterns.Pattern, asked: Asked) -> dict[Cell, str]:
    """In the grid of every week: the cells that are open in one of the two only, with its name."""
    if asked.monday or asked.weeks != Weeks.EVERY or not pattern.alternates:
        return {}
    found: dict[Cell, str] = {}
    for weeks, own in ((Weeks.A, pattern.a), (Weeks.B, pattern.b)):
        for number, (day, shared) in enumerate(zip(own, pattern.shown(Weeks.EVERY), strict=True)):
            for minute in range(0, DAY_MINUTES, 15):
                if clockweek.is_open(clockweek.minus(day, shared), minute, 15):
                    found[number, minute] = str(weeks.label)
    return found


def _rhythms(asked: Asked, pattern: patterns.Pattern, this_monday: date) -> list[dict[str, Any]]:
    """The grids of a way to meet, as tabs."""
    current = week_of(this_monday)
    tabs: list[dict[str, Any]] = [
        {
            "label": _("Semaine type"),
            "url": asked.url(rythme="", semaine=""),
            "is_current": not asked.monday and not asked.weeks,
        }
    ]
    if pattern.alternates or asked.weeks:
        for word, weeks in (("a", Weeks.A), ("b", Weeks.B)):
            label = _("%(week)s (en cours)") if weeks == current else _("%(week)s (la prochaine)")
            url = asked.url(rythme=word, semaine="")
            tabs.append({"label": label % {"week": weeks.label}, "url": url, "is_current": asked.weeks == weeks})
    if asked.way.pair != AGREED:
        url = asked.url(semaine=asked.monday or this_monday, rythme="")
        tabs.append({"label": _("Une semaine précise"), "url": url, "is_current": bool(asked.monday)})
    return tabs
