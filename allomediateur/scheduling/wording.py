"""Dates, times, prices, lengths and distances in words, French (`fr`) or English (`en`), for pages and letters alike.

What belongs together is held by U+00A0: « 14 h 30 », « 24 novembre », « 60 € ».
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from allomediateur.scheduling.wall import zone_of

NB = "\u00a0"
WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "fr": tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
    "en": tuple("January February March April May June July August September October November December".split()),
}
SHORT_MONTHS = {
    "fr": tuple("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()),
    "en": tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()),
}
CITIES = {
    "America/Cayenne": "Cayenne",
    "America/Guadeloupe": "Pointe-à-Pitre",
    "America/Martinique": "Fort-de-France",
    "America/Miquelon": "Saint-Pierre",
    "America/Montreal": "Montréal",
    "Asia/Tokyo": "Tokyo",
    "Europe/Brussels": "Bruxelles",
    "Europe/London": "Londres",
    "Indian/Mayotte": "Mamoudzou",
    "Indian/Reunion": "Saint-Denis de La Réunion",
    "Pacific/Gambier": "Rikitea",
    "Pacific/Marquesas": "Nuku Hiva",
    "Pacific/Noumea": "Nouméa",
    "Pacific/Tahiti": "Papeete",
    "Pacific/Wallis": "Mata Utu",
}
ENGLISH_CITIES = {"Europe/Brussels": "Brussels", "Europe/London": "London"}


def tongue(language: str) -> str:
    """`en` for English and its variants, `fr` for everything else."""
    return "en" if language.lower().startswith("en") else "fr"


def local(instant: datetime, zone: str | ZoneInfo) -> datetime:
    """The wall clock of an aware instant in a zone. Raises ValueError when naive, UnknownZone."""
    if instant.tzinfo is None:
        raise ValueError("an instant has a zone")
    return instant.astimezone(zone_of(zone))


def weekday(number: int, language: str) -> str:
    """0 is lundi, Monday."""
    return WEEKDAYS[tongue(language)][number]


def month(value: date, language: str) -> str:
    """« novembre 2026 »."""
    return f"{MONTHS[tongue(language)][value.month - 1]} {value.year}"


def day(value: date, language: str, *, today: date | None = None, short: bool = False) -> str:
    """« mardi 24 novembre », short « mar. 24 nov. »; with the year when `today` is of another one."""
    name = tongue(language)
    weekdays, months = (SHORT_WEEKDAYS, SHORT_MONTHS) if short else (WEEKDAYS, MONTHS)
    words = [weekdays[name][value.weekday()], NB.join((_ordinal(value.day, name), months[name][value.month - 1]))]
    if today is not None and today.year != value.year:
        words.append(str(value.year))
    return " ".join(words)


def clock(value: datetime, language: str) -> str:
    """« 14 h 30 », « 14 h » from a local datetime; "2:30 pm" in English."""
    return minute_clock(value.hour * 60 + value.minute, language)


def minute_clock(minute: int, language: str) -> str:
    """The same from a minute of the day, 0..1440 (24 h, midnight)."""
    hour, minute = divmod(minute, 60)
    if tongue(language) == "fr":
        return f"{hour}{NB}h{NB}{minute:02}" if minute else f"{hour}{NB}h"
    half = "am" if hour % 24 < 12 else "pm"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''}{NB}{half}"


def full_clock(minute: int, language: str) -> str:
    """« 9 h 00 », "9:00 am": with its minutes, whatever they are."""
    hour, rest = divmod(minute, 60)
    if tongue(language) == "fr":
        return f"{hour}{NB}h{NB}{rest:02}"
    return f"{hour % 12 or 12}:{rest:02}{NB}{'am' if hour % 24 < 12 else 'pm'}"


def when(
    instant: datetime, zone: str | ZoneInfo, language: str, *, now: datetime | None = None, short: bool = False
) -> str:
    """« mardi 24 novembre à 14 h 30 » on the clock of `zone`; the year too when it is not that of `now`."""
    there = local(instant, zone)
    today = local(now, zone).date() if now else None
    joint = "à" if tongue(language) == "fr" else "at"
    return f"{day(there.date(), language, today=today, short=short)} {joint} {clock(there, language)}"


def zone_city(zone: str, language: str) -> str:
    """The town people know a zone by: Fort-de-France for America/Martinique."""
    if tongue(language) == "en" and zone in ENGLISH_CITIES:
        return ENGLISH_CITIES[zone]
    return CITIES.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " ")


def zone_time(zone: str, language: str) -> str:
    """« heure de Paris », « heure d’Athènes »."""
    city = zone_city(zone, language)
    if tongue(language) == "en":
        return f"{city} time"
    return f"heure d’{city}" if city[0] in "AEIOUÉ" else f"heure de {city}"


def two_clocks(instant: datetime, main: str | ZoneInfo, other: str | ZoneInfo | None, language: str) -> str:
    """« 14 h 30, heure de Paris (9 h 30 à Fort-de-France) »; without `other` the clock alone (R14).

    The other clock says its day when that is another one: « (samedi 28 novembre à 20 h à Papeete) ».
    """
    here = local(instant, main)
    if other is None:
        return clock(here, language)
    there = local(instant, other)
    said = clock(there, language)
    if there.date() != here.date():
        said = when(instant, other, language)
    french = tongue(language) == "fr"
    city = zone_city(str(other), language)
    first = f"{clock(here, language)}{',' if french else ''} {zone_time(str(main), language)}"
    return f"{first} ({said} {'à' if french else 'in'} {city})"


def span(start: datetime, end: datetime, language: str) -> str:
    """« de 14 h à 15 h 30 », of two local datetimes."""
    first, last = clock(start, language), clock(end, language)
    return f"de {first} à {last}" if tongue(language) == "fr" else f"{first} to {last}"


def days_span(first: date, last: date, language: str) -> str:
    """« du 23 au 29 novembre », « du 30 novembre au 6 décembre »."""
    name = tongue(language)
    months = MONTHS[name]
    start, end = _ordinal(first.day, name), f"{_ordinal(last.day, name)}{NB}{months[last.month - 1]}"
    if first.month != last.month:
        start += f"{NB}{months[first.month - 1]}"
    return f"du {start} au {end}" if name == "fr" else f"{start} to {end}"


def week_span(monday: date, language: str) -> str:
    return days_span(monday, monday + timedelta(days=6), language)


def duration(minutes: int) -> str:
    """« 45 min », « 1 h », « 1 h 30 »: the same in both languages."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NB}min"
    return f"{hours}{NB}h{NB}{rest:02}" if rest else f"{hours}{NB}h"


def percent(value: int, language: str) -> str:
    """« 8 % », "8%"."""
    return f"{value}{NB}%" if tongue(language) == "fr" else f"{value}%"


def price(cents: int, language: str) -> str:
    """« 60 € », « 62,50 € », « gratuit »; "€62.50", "free"."""
    french = tongue(language) == "fr"
    if not cents:
        return "gratuit" if french else "free"
    amount = number(cents / 100, language, decimals=2 if cents % 100 else 0)
    return f"{amount}{NB}€" if french else f"€{amount}"


def distance(km: float, language: str) -> str:
    """« 850 m » (to 50 m, never less than 50), « 3,2 km », « 128 km » from 10 on."""
    metres = round(km * 20) * 50
    if metres < 1000:
        return f"{max(metres, 50)}{NB}m"
    return f"{number(km, language, decimals=1 if km < 9.95 else 0)}{NB}km"


def number(value: float, language: str, *, decimals: int = 0) -> str:
    """« 1 234,5 » (narrow space U+202F), "1,234.5"."""
    text = f"{value:,.{decimals}f}"
    if tongue(language) == "en":
        return text
    return text.replace(",", "\u202f").replace(".", ",")


def listing(words: Sequence[str], language: str) -> str:
    """« a, b et c »."""
    if len(words) < 2:
        return "".join(words)
    joint = "et" if tongue(language) == "fr" else "and"
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _ordinal(number: int, name: str) -> str:
    return "1er" if name == "fr" and number == 1 else str(number)
