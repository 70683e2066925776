"""Thin tags over `scheduling.wording` in the page's language, and the few pieces every page needs (docs/design.md)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

import lucide
from babel import Locale
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import is_possible_number

from allomediateur.directory import portraits
from allomediateur.directory.models import Mediator
from allomediateur.scheduling import wording
from allomediateur.web.ui import indexing
from allomediateur.web.ui.forms import DIALLED_NATIONALLY

register = template.Library()
HUES = 12
MODALITY_ICONS = {"phone": "phone", "video": "video", "in_person": "map-pin"}
STATE_TONES = {"confirmed": "ok", "attended": "ok", "unconfirmed": "wait", "held": "info", "no_show": "bad"}


def _language() -> str:
    return get_language() or "fr"


def _now() -> datetime:
    return datetime.now(UTC)


# Dates and times


@register.filter
def when(instant: datetime, zone: str) -> str:
    return wording.when(instant, zone, _language(), now=_now())


@register.filter
def when_short(instant: datetime, zone: str) -> str:
    return wording.when(instant, zone, _language(), now=_now(), short=True)


@register.filter
def clock(instant: datetime, zone: str) -> str:
    return wording.clock(wording.local(instant, zone), _language())


@register.filter
def day_long(value: datetime | date, zone: str = "") -> str:
    """A date as it is, an instant by the calendar of `zone`; the year only when it is another one."""
    return wording.day(_day(value, zone), _language(), today=_now().date())


@register.filter
def day_short(value: datetime | date, zone: str = "") -> str:
    return wording.day(_day(value, zone), _language(), today=_now().date(), short=True)


def _day(value: datetime | date, zone: str) -> date:
    return wording.local(value, zone).date() if isinstance(value, datetime) else value


@register.filter
def in_zone(instant: datetime, zone: str) -> datetime:
    """The local datetime, naive: Django's templates would turn an aware one back to UTC."""
    return wording.local(instant, zone).replace(tzinfo=None)


@register.filter
def month_short(value: date) -> str:
    language = wording.tongue(_language())
    return wording.SHORT_MONTHS[language][value.month - 1]


@register.filter
def weekday_short(value: date) -> str:
    return wording.SHORT_WEEKDAYS[wording.tongue(_language())][value.weekday()]


@register.filter
def minute_clock(minute: int) -> str:
    return wording.minute_clock(minute, _language())


@register.filter
def weekday(number: int) -> str:
    return wording.weekday(number, _language())


@register.filter
def week_span(monday: date) -> str:
    return wording.week_span(monday, _language())


@register.filter
def days_span(first: date, last: date) -> str:
    """« du 25 au 28 novembre »."""
    return wording.days_span(first, last, _language())


@register.filter
def zone_time(zone: str) -> str:
    return wording.zone_time(str(zone), _language())


@register.filter
def zone_city(zone: str) -> str:
    return wording.zone_city(str(zone), _language())


@register.simple_tag
def two_clocks(instant: datetime, main: str, other: str | None = None) -> str:
    return wording.two_clocks(instant, main, other, _language())


@register.simple_tag
def time(instant: datetime, zone: str, length: str = "long") -> SafeString:
    said = wording.when(instant, zone, _language(), now=_now(), short=length == "short")
    return format_html('<time datetime="{}">{}</time>', wording.local(instant, zone).isoformat(), said)


# Quantities and names


@register.filter
def duration(minutes: int) -> str:
    return wording.duration(minutes)


@register.filter
def price(cents: int) -> str:
    return wording.price(cents, _language())


@register.filter
def distance(km: float) -> str:
    return wording.distance(km, _language())


@register.filter
def listing(words: Any) -> str:
    return wording.listing([str(word) for word in words], _language())


@register.filter
def phone(number: PhoneNumber | str | None) -> str:
    """06 12 34 56 78 for a number dialled so in France, +32 … for another; what cannot be read is shown as typed."""
    if not number:
        return ""
    parsed = number if isinstance(number, PhoneNumber) else PhoneNumber.from_string(str(number), region="FR")
    if not parsed.country_code or not is_possible_number(parsed):
        return str(number)
    return str(parsed.as_national if parsed.country_code in DIALLED_NATIONALLY else parsed.as_international)


@register.filter
def language_name(code: str) -> str:
    return _names_of_languages(wording.tongue(_language())).get(code, code)


@lru_cache(maxsize=2)
def _names_of_languages(language: str) -> dict[str, str]:
    return dict(Locale(language).languages.items())


@register.filter
def modality_label(modality: str) -> str:
    return {"phone": _("Téléphone"), "video": _("Visio"), "in_person": _("En présence")}[modality]


@register.filter
def modality_text(modality: str) -> str:
    """What follows a verb: « par téléphone »."""
    return {"phone": _("par téléphone"), "video": _("en visio"), "in_person": _("en présence")}[modality]


@register.filter
def initials(name: str) -> str:
    """At most two letters: first and last word."""
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


@register.filter
def hue(name: str) -> int:
    """0..11, always the same for a name."""
    return crc32(name.encode()) % HUES


# Pieces


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A Lucide icon for the eye only: say in words what it means. IconDoesNotExist for another name."""
    return mark_safe(_drawn(name, size))  # noqa: S308 - drawn by the lucide package from its own files


@lru_cache(maxsize=256)
def _drawn(name: str, size: int) -> str:
    return str(lucide._render_icon(name, size, **{"class": "icon", "aria_hidden": "true", "focusable": "false"}))


@register.simple_tag
def modality_icon(modality: str, size: int = 20) -> SafeString:
    return icon(MODALITY_ICONS[modality], size)


@register.simple_tag
def state_badge(state: str) -> SafeString:
    return format_html('<span class="badge badge-{}">{}</span>', STATE_TONES.get(state, "off"), state_label(state))


@register.filter
def listed(mediator: Mediator | None, now: datetime) -> bool:
    """Whether the rights table shows the card: `{% if mediator|listed:now %}`."""
    return bool(mediator and mediator.rights_at(now).listed)


@register.filter
def bookable(mediator: Mediator | None, now: datetime) -> bool:
    return bool(mediator and mediator.rights_at(now).bookable)


@register.filter
def photo_url(mediator: Mediator | None, now: datetime) -> str:
    """Where the portrait is, for `ui/_face.html`; empty without one, or when the rights table does not show it."""
    digest = portraits.digest_of(mediator) if mediator and mediator.rights_at(now).bookable else ""
    return f"{reverse('portrait', args=[mediator.slug])}?v={digest[:8]}" if mediator and digest else ""


@register.filter
def state_label(state: str) -> str:
    return {
        "held": _("En cours de réservation"),
        "unconfirmed": _("À confirmer"),
        "confirmed": _("Confirmé"),
        "cancelled": _("Annulé"),
        "expired": _("Expiré"),
        "attended": _("A eu lieu"),
        "no_show": _("Absence"),
    }[state]


@register.simple_tag
def week_place(start_minute: int, minutes: int, first_hour: int) -> str:
    """The classes that place a block of the week on its rows of a quarter of an hour; what starts before `first_hour`
    is cut."""
    start = max(start_minute - first_hour * 60, 0) // 15
    end = -(-(start_minute + minutes - first_hour * 60) // 15)
    return f"h-{start // 4} q-{start % 4} n-{max(end - start, 1)}"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The present query string with these keys changed; None or an empty value removes one."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        values.pop(key, None)
        if value not in (None, ""):
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else context["request"].path


@register.simple_tag(takes_context=True)
def other_language(context: template.Context) -> dict[str, str] | None:
    """Code, name and address of this page in the other language; None where there is no such page."""
    request: HttpRequest | None = context.get("request")
    code, name = ("fr", "Français") if _language().startswith("en") else ("en", "English")
    if request is None:
        return None
    here = request.get_full_path()
    there = translate_url(here, code)
    if there == here:
        return None
    return {"code": code, "name": name, "url": there}


@register.simple_tag(takes_context=True)
def page_links(context: template.Context) -> indexing.Links | None:
    """What search engines are told of this page; None where it is not for them."""
    request: HttpRequest | None = context.get("request")
    return indexing.links(request) if request else None


@register.simple_tag(takes_context=True)
def here(context: template.Context, *names: str) -> SafeString:
    """`aria-current="page"` when the page's URL name is one of these."""
    match = getattr(context.get("request"), "resolver_match", None)
    return mark_safe(' aria-current="page"' if match and match.url_name in names else "")  # noqa: S308 - two constants


@register.filter
def page_numbers(pages: int, page: int) -> list[int | None]:
    """What a pagination shows: first, last, the present one and its neighbours; None for a gap."""
    shown = sorted({1, pages, page - 1, page, page + 1} & set(range(1, pages + 1)))
    numbers: list[int | None] = []
    for number in shown:
        if numbers and number != (numbers[-1] or 0) + 1:
            numbers.append(None)
        numbers.append(number)
    return numbers


@register.filter
def anchor(field: Any) -> str:
    """Where an error summary leads: the input, or the first of a group."""
    return f"{field.auto_id}_0" if field.use_fieldset else str(field.id_for_label)


@register.simple_tag
def quick_exit_url() -> str:
    """The site « Quitter vite » leads to; a tag, for pages shown when something failed have no context."""
    return str(settings.QUICK_EXIT_URL)


@register.simple_tag
def sheet(name: str) -> str:
    """The address of a style sheet, for pages shown when something failed: never an error of its own."""
    try:
        return static(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


@register.filter
def up_to(last: int) -> range:
    """1 to `last`, both shown."""
    return range(1, last + 1)
