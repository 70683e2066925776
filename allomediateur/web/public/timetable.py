"""A mediator's free time as the page shows it: one service, one way to meet, a week from a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import openings
from allomediateur.agenda.models import Modality, Service
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.directory.models import Mediator
from allomediateur.scheduling import slots as core
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.periods import utc
from allomediateur.web.ui import slots
from allomediateur.web.ui.appointments import service_name

DAYS = 7
NEAREST = 4
"""Offered in place of a slot that is gone."""
MOST_AWAY = timedelta(days=800)
"""Of a slot named by an address: the ends of the calendar are nobody’s."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choice:
    """A service or a way to meet, as a link of the page."""

    label: str
    url: str
    is_current: bool
    modality: str = ""


@dataclass(frozen=True)
class Asked:
    """What the address asks of a mediator's page; `place_text` is the searched place, kept for the way back."""

    service: Service
    place: OfferedPlace | None
    day: str
    start: str
    month: str
    place_text: str

    def url(self, *, at: str = "creneaux", **changes: object) -> str:
        """The page with this service and way to meet, something changed; `at` is where it opens."""
        office = self.place.office if self.place else None
        values: dict[str, object] = {
            "prestation": self.service.pk,
            "modalite": slots.WORDS[Modality(self.place.modality)] if self.place else None,
            "lieu-exercice": office.pk if office else slots.AGREED if self.place and self.place.is_agreed else None,
            "lieu": self.place_text,
        }
        kept = {key: value for key, value in (values | changes).items() if value not in (None, "")}
        return f"?{urlencode(kept)}#{at}"


@dataclass(frozen=True)
class Week:
    """`rows` are days (`ui/_slot_day.html`) and gaps; `zone` is shown first, the other one where a slot's clock differs
    (R14). `free`: how many slots each day has, up to the horizon."""

    rows: list[dict[str, Any]]
    zone: str
    other_zone: str
    start: date
    previous: date | None
    following: date | None
    free: dict[date, int]
    wanted: dict[str, Any] | None

    @property
    def is_empty(self) -> bool:
        return not self.free


def read(sent: Mapping[str, str], services: list[Service], offered: list[OfferedPlace]) -> Asked | None:
    """None when nothing is proposed. A way to meet asked for without a service finds a service that has it."""
    modality = slots.MODALITIES.get(sent.get("modalite", ""), "")
    named = [one for one in services if str(one.pk) == sent.get("prestation")]
    having = [one for one in services if modality in one.modalities]
    service = next(iter([*named, *having, *services]), None)
    if service is None:
        return None
    office = sent.get("lieu-exercice", "")
    ways = [one for one in offered if one.serves(service)]
    alike = [one for one in ways if one.modality == modality]
    wanted = [one for one in alike if office in ("", office_word(one))]
    text = " ".join(sent.get("lieu", "").replace("\x00", "").split())[:80]
    way = next(iter([*wanted, *alike, *ways]), None)
    return Asked(service, way, sent.get("du", ""), sent.get("creneau", ""), sent.get("mois", ""), text)


def office_word(place: OfferedPlace) -> str:
    """As the address names it."""
    return str(place.office.pk) if place.office else slots.AGREED if place.is_agreed else ""


def service_choices(asked: Asked, services: list[Service], offered: list[OfferedPlace]) -> list[Choice]:
    """Changing the service keeps the way to meet where it has it."""
    language = get_language() or "fr"
    return [
        Choice(
            ", ".join((service_name(one), wording.duration(one.minutes), wording.price(one.price_cents, language))),
            replace(asked, service=one, place=_way_for(one, asked, offered)).url(),
            one == asked.service,
        )
        for one in services
    ]


def _way_for(service: Service, asked: Asked, offered: list[OfferedPlace]) -> OfferedPlace | None:
    ways = [one for one in offered if one.serves(service)]
    return asked.place if asked.place in ways else next(iter(ways), None)


def way_choices(asked: Asked, offered: list[OfferedPlace]) -> list[Choice]:
    ways = [one for one in offered if one.serves(asked.service)]
    return [Choice(way_label(one), replace(asked, place=one).url(), one == asked.place, one.modality) for one in ways]


def way_label(place: OfferedPlace) -> str:
    return slots.place_label(place)


def week(mediator: Mediator, asked: Asked, reader_zone: str, now: datetime) -> Week:
    """From the day asked for, else from the first free one. In three queries, the month's days included."""
    place, service = asked.place, asked.service
    if place is None:
        return Week([], reader_zone, "", wording.local(now, reader_zone).date(), None, None, {}, None)
    shown, _other = display_zones(place.modality, place.zone, reader_zone, now)
    until = now + timedelta(days=service.horizon_days + 1)
    found = openings.slots(mediator, service, at=place.pair, since=now, until=until, now=now)
    by_day = {day: list(some) for day, some in groupby(found, key=lambda one: one.start.astimezone(shown).date())}
    start = _first_day(asked, list(by_day), shown.key, now)
    last = start + DAYS * _DAY
    some = [_button(one, asked, reader_zone, now) for day in by_day if start <= day < last for one in by_day[day]]
    later = next((day for day in by_day if day >= last), None)
    return Week(
        rows=list(_rows(slots.days(some), start, later, asked)),
        zone=shown.key,
        other_zone=_apart(place, reader_zone) if any(button["note"] for button, _day in some) else "",
        start=start,
        previous=_previous(list(by_day), start),
        following=later and last,
        free={day: len(free) for day, free in by_day.items()},
        wanted=_wanted(found, asked, reader_zone, now),
    )


def _apart(place: OfferedPlace, reader_zone: str) -> str:
    """The zone that comes second (R14)."""
    return reader_zone if place.modality == Modality.IN_PERSON else place.zone


def _wanted(free: list[openings.Slot], asked: Asked, reader_zone: str, now: datetime) -> dict[str, Any] | None:
    """The slot that a link names, as a button; `near` are the nearest free ones when it is not free any more."""
    start, way = wanted_start(asked, now), asked.place
    if start is None or way is None:
        return None
    by_start = {one.start: one for one in free}
    named = openings.Slot(start, start, way.modality, way.office.pk if way.office else None, asked.service.pk)
    near = [] if start in by_start else core.nearest(list(by_start), start, NEAREST)
    buttons = [slots.dated(by_start[instant], way.zone, reader_zone)[0] for instant in near]
    return slots.dated(named, way.zone, reader_zone)[0] | {"is_free": start in by_start, "near": buttons}


def wanted_start(asked: Asked, now: datetime) -> datetime | None:
    """The instant that a link of a result names."""
    try:
        start = utc(datetime.fromisoformat(asked.start))
    except (ValueError, OverflowError):
        return None
    return start if abs(start - now) < MOST_AWAY else None


def _button(slot: openings.Slot, asked: Asked, reader_zone: str, now: datetime) -> tuple[dict[str, Any], date]:
    button, day = slots.dated(slot, asked.place.zone if asked.place else reader_zone, reader_zone)
    return button | {"chosen": slot.start == wanted_start(asked, now)}, day


def _first_day(asked: Asked, every: list[date], zone: str, now: datetime) -> date:
    """Never before today, nor so late that nothing is left to show."""
    today = wording.local(now, zone).date()
    if not every:
        return today
    wanted, start = asked_day(asked), wanted_start(asked, now)
    day = wanted or (wording.local(start, zone).date() if start else every[0])
    return min(max(day, today), every[-1])


def asked_day(asked: Asked) -> date | None:
    """None without one, or when it cannot be read."""
    try:
        return date.fromisoformat(asked.day)
    except ValueError:
        return None


def _previous(every: list[date], start: date) -> date | None:
    if not every or every[0] >= start:
        return None
    return max(every[0], start - DAYS * _DAY)


def _rows(some: list[dict[str, Any]], start: date, later: date | None, asked: Asked) -> Iterator[dict[str, Any]]:
    """Days and gaps; after the last day, the gap says where to go on."""
    for row in slots.with_gaps(some, start):
        yield {"none": _none(row["gap"].first, row["gap"].last)} if "gap" in row else row
    after = some[-1]["date"] + _DAY if some else start
    if later and after < later:
        yield {"none": _none(after, later - _DAY), "url": asked.url(at="quand", du=later), "next": later}


def _none(first: date, last: date) -> str:
    language = get_language() or "fr"
    if first == last:
        return _("Aucun créneau %(day)s.") % {"day": wording.day(first, language)}
    return _("Aucun créneau %(days)s.") % {"days": wording.days_span(first, last, language)}
