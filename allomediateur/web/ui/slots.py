"""Free slots as pages show them: buttons or links, grouped by day, with the other clock where it differs (R14)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda.models import Modality
from allomediateur.agenda.openings import OfferedPlace, Slot
from allomediateur.agenda.truth import Pair
from allomediateur.directory.models import Office
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.periods import utc
from allomediateur.scheduling.wall import day_start
from allomediateur.web.ui.templatetags.ui import modality_label

WORDS = {Modality.PHONE: "telephone", Modality.VIDEO: "visio", Modality.IN_PERSON: "presentiel"}
"""How pages' addresses say a modality."""
MODALITIES = {word: modality for modality, word in WORDS.items()}
AGREED = "convenu"
"""In an address, in place of an office: where the client wishes."""
YEARS = range(2000, 2200)
"""Beyond these nothing of ours is ever offered, and the ends of the calendar overflow."""
EVENING = 18
PARTS = ("morning", "afternoon", "evening")
"""Of a day, on the clock shown first."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chosen:
    """What a slot's button says."""

    start: datetime
    modality: str
    office: Office | None


@dataclass(frozen=True)
class Gap:
    """Days without anything free, both included."""

    first: date
    last: date


def place_label(place: OfferedPlace) -> str:
    """As a choice among the ways to meet."""
    if place.office:
        return str(place.office)
    return _("Au lieu de votre choix") if place.is_agreed else modality_label(place.modality)


def way_word(pair: Pair) -> str:
    """A way to meet in an address: « telephone », « presentiel-12 », « presentiel-convenu »."""
    modality, office_id = pair
    word = WORDS[Modality(modality)]
    if modality != Modality.IN_PERSON:
        return word
    return f"{word}-{office_id or AGREED}"


def pair_of(word: str) -> Pair:
    """What such a word means. Raises ValueError when it is none."""
    name, _dash, office = word.partition("-")
    if name not in MODALITIES or (office and office != AGREED and not office.isdecimal()):
        raise ValueError(word)
    return MODALITIES[name].value, int(office) if office.isdecimal() else None


def value_of(slot: Slot) -> str:
    return f"{slot.start.isoformat()}|{slot.modality}|{slot.office_id or ''}"


def read_value(value: str, places: Iterable[OfferedPlace]) -> Chosen | None:
    """What a slot's button says, None when it is no button of ours."""
    try:
        instant, modality, office_id = value.split("|")
        start = utc(datetime.fromisoformat(instant))
    except (ValueError, OverflowError):
        return None
    if start.year not in YEARS:
        return None
    for place in places:
        if (place.modality, str(place.office.pk if place.office else "")) == (modality, office_id):
            return Chosen(start, modality, place.office)
    return None


def dated(slot: Slot, place_zone: str, reader_zone: str) -> tuple[dict[str, Any], date]:
    """A slot for `ui/_slot.html`, the other clock as its note, and the day it is shown under."""
    language = get_language() or "fr"
    main, other = display_zones(slot.modality, place_zone, reader_zone, slot.start)
    start = slot.start.astimezone(main)
    button = {
        "value": value_of(slot),
        "clock": wording.clock(start, language),
        "name": wording.when(slot.start, main, language),
        "note": other_clock(slot.start, other, language) if other else "",
        "part": _part(start.hour),
    }
    return button, start.date()


def _part(hour: int) -> str:
    return "morning" if hour < 12 else "afternoon" if hour < EVENING else "evening"


def other_clock(instant: datetime, zone: ZoneInfo, language: str) -> str:
    clock = wording.clock(instant.astimezone(zone), language)
    return _("%(clock)s à %(city)s") % {"clock": clock, "city": wording.zone_city(str(zone), language)}


def days(buttons: Iterable[tuple[dict[str, Any], date]]) -> list[dict[str, Any]]:
    """Grouped for `ui/_slot_day.html`, in order."""
    shown = []
    for day, group in groupby(buttons, key=lambda one: one[1]):
        of_day = [button for button, _day in group]
        shown.append({
            "date": day,
            **{part: [one for one in of_day if one["part"] == part] for part in PARTS},
        })  # fmt: skip
    return shown


def with_gaps(shown: list[dict[str, Any]], since: date) -> Iterator[dict[str, Any]]:
    """The days, and before each the gap that separates it from the one before: `{"gap": Gap}`."""
    expected = since
    for day in shown:
        if expected < day["date"]:
            yield {"gap": Gap(expected, day["date"] - _DAY)}
        yield day
        expected = day["date"] + _DAY


def since(day: str, zone: str, now: datetime) -> datetime:
    """The start of the day asked for in an address, never before now; nonsense is now."""
    try:
        return max(day_start(date.fromisoformat(day), zone), now)
    except (ValueError, OverflowError):
        return now
