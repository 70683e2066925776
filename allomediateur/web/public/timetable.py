"""A mediator's free time as the page shows it: one service, one way to meet, a week from a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import openings
from allomediateur.agenda.models import Modality, Service
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.directory.models import Mediator
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.periods import utc
from allomediateur.web.ui import slots
from allomediateur.web.ui.appointments import service_name

DAYS = 7
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
    place_text: str

    def url(self, **changes: object) -> str:
        """The page with this service and way to meet, something changed."""
        office = self.place.office if self.place else None
        values: dict[str, object] = {
            "prestation": self.service.pk,
            "modalite": slots.WORDS[Modality(self.place.modality)] if self.place else None,
            "lieu-exercice": office.pk if office else slots.AGREED if self.place and self.place.is_agreed else None,
            "lieu": self.place_text,
        }
        kept = {key: value for key, value in (values | changes).items() if value not in (None, "")}
        return f"?{urlencode(kept)}#creneaux"


@dataclass(frozen=True)
class Week:
    """`rows` are days (`ui/_slot_day.html`) and gaps; `zone` is shown first, the other one where it differs (R14)."""

    rows: list[dict[str, Any]]
    zone: str
    other_zone: str
    previous: date | None
    following: date | None
    first: datetime | None
    is_empty: bool


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
    wanted = [one for one in ways if one.modality == modality and (not office or _office_of(one) == office)]
    text = " ".join(sent.get("lieu", "").replace("\x00", "").split())[:80]
    return Asked(service, next(iter([*wanted, *ways]), None), sent.get("du", ""), sent.get("creneau", ""), text)


def _office_of(place: OfferedPlace) -> str:
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
    """From the day asked for, else from the first free one. In three queries."""
    place, service = asked.place, asked.service
    if place is None:
        return Week([], reader_zone, "", None, None, None, is_empty=True)
    shown, other = display_zones(place.modality, place.zone, reader_zone, now)
    until = now + timedelta(days=service.horizon_days + 1)
    free = openings.slots(mediator, service, at=place.pair, since=now, until=until, now=now)
    wanted = wanted_start(asked, now)
    every = slots.days(_button(one, place.zone, reader_zone, wanted) for one in free)
    start = _first_day(asked.day, wanted, every, shown.key, now)
    some = [day for day in every if start <= day["date"] < start + DAYS * _DAY]
    later = next((day["date"] for day in every if day["date"] >= start + DAYS * _DAY), None)
    return Week(
        rows=list(_rows(some, start, later, asked)),
        zone=shown.key,
        other_zone=other.key if other else "",
        previous=_previous(every, start),
        following=later and start + DAYS * _DAY,
        first=free[0].start if free else None,
        is_empty=not every,
    )


def wanted_start(asked: Asked, now: datetime) -> datetime | None:
    """The instant that a link of a result names."""
    try:
        start = utc(datetime.fromisoformat(asked.start))
    except (ValueError, OverflowError):
        return None
    return start if abs(start - now) < MOST_AWAY else None


def _button(
    slot: openings.Slot, place_zone: str, reader_zone: str, wanted: datetime | None
) -> tuple[dict[str, Any], date]:
    button, day = slots.dated(slot, place_zone, reader_zone)
    return button | {"chosen": slot.start == wanted}, day


def _first_day(asked: str, wanted: datetime | None, every: list[dict[str, Any]], zone: str, now: datetime) -> date:
    """Never before today, nor so late that nothing is left to show."""
    if not every:
        return wording.local(now, zone).date()
    first: date = every[0]["date"]
    last: date = every[-1]["date"]
    try:
        day = date.fromisoformat(asked) if asked else wording.local(wanted, zone).date() if wanted else first
    except (ValueError, OverflowError):
        return first
    return min(max(day, wording.local(now, zone).date()), last)


def _previous(every: list[dict[str, Any]], start: date) -> date | None:
    if not every or every[0]["date"] >= start:
        return None
    first: date = every[0]["date"]
    return max(first, start - DAYS * _DAY)


def _rows(some: list[dict[str, Any]], start: date, later: date | None, asked: Asked) -> Iterator[dict[str, Any]]:
    """Days and gaps; after the last day, the gap says where to go on."""
    for row in slots.with_gaps(some, start):
        yield {"none": _none(row["gap"].first, row["gap"].last)} if "gap" in row else row
    after = some[-1]["date"] + _DAY if some else start
    if later and after < later:
        yield {"none": _none(after, later - _DAY), "url": asked.url(du=later), "next": later}


def _none(first: date, last: date) -> str:
    language = get_language() or "fr"
    if first == last:
        return _("Aucun créneau %(day)s.") % {"day": wording.day(first, language)}
    return _("Aucun créneau %(days)s.") % {"days": wording.days_span(first, last, language)}
