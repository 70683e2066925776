"""The month beside a mediator's slots: days that have something are links, made of the same reading as the slots."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language, ngettext

from allomediateur.scheduling import wording
from allomediateur.web.public.timetable import DAYS, Asked, Week

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """`url` is empty where nothing is free; `name` begins with what is shown, said whole."""

    date: date
    url: str
    name: str
    is_first: bool
    is_shown: bool


@dataclass(frozen=True)
class Month:
    """`weeks` are of seven, None outside the month; from Monday."""

    title: str
    weeks: list[list[Day | None]]
    previous_url: str
    following_url: str

    @property
    def is_empty(self) -> bool:
        return not any(day and day.url for week in self.weeks for day in week)


def month(asked: Asked, week: Week) -> Month | None:
    """The month asked for, else that of the first day shown; None when nothing at all is free."""
    if week.is_empty:
        return None
    shown = shown_month(asked, week)
    first, last = _month_of(min(week.free)), _month_of(max(week.free))
    return Month(
        title=wording.month(shown, get_language() or "fr"),
        weeks=[
            [_day(day, week, asked) if day.month == shown.month else None for day in seven]
            for seven in Calendar().monthdatescalendar(shown.year, shown.month)
        ],
        previous_url=_url(asked, week, _month_of(shown - _DAY)) if shown > first else "",
        following_url=_url(asked, week, _month_of(shown + 31 * _DAY)) if shown < last else "",
    )


def asked_month(text: str) -> date | None:
    """« 2026-12 » is its first day; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return None


def shown_month(asked: Asked, week: Week) -> date:
    """Within those that have something."""
    wanted = asked_month(asked.month) or _month_of(week.start)
    return min(max(wanted, _month_of(min(week.free))), _month_of(max(week.free)))


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _url(asked: Asked, week: Week, month: date) -> str:
    """The days shown stay."""
    return asked.url(at="quand", du=week.start, mois=f"{month:%Y-%m}")


def _day(day: date, week: Week, asked: Asked) -> Day:
    count, language = week.free.get(day, 0), get_language() or "fr"
    said = ngettext("%(count)s créneau", "%(count)s créneaux", count) % {"count": count}
    return Day(
        date=day,
        url=asked.url(at="quand", du=day) if count else "",
        name=f"{wording.day(day, language)}, {said}" if count else "",
        is_first=day == week.start,
        is_shown=week.start <= day < week.start + DAYS * _DAY,
    )


def weekdays() -> list[tuple[str, str]]:
    """Short and whole, from Monday."""
    name = wording.tongue(get_language() or "fr")
    return list(zip(wording.SHORT_WEEKDAYS[name], wording.WEEKDAYS[name], strict=True))
