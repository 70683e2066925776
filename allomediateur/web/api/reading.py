"""From the words of a query to what the rooms take; every misreading is a Problem that says how to mend it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import catalogue
from allomediateur.agenda.finding import Query
from allomediateur.agenda.models import Service
from allomediateur.agenda.refusals import Wish
from allomediateur.directory import places
from allomediateur.directory.models import Commune, Mediator, Office, Specialty
from allomediateur.scheduling.display import DEFAULT_ZONE
from allomediateur.scheduling.periods import utc
from allomediateur.scheduling.wall import UnknownZone, day_start, zone_of
from allomediateur.web.api.booking_schemas import HoldIn
from allomediateur.web.api.problems import Problem
from allomediateur.web.api.schemas import SearchIn, SlotsIn
from allomediateur.web.ui.slots import YEARS

SPAN = timedelta(days=14)
LONGEST_SPAN = timedelta(days=62)
_DAY = timedelta(days=1)
_ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class SlotsWish:
    """`service` None: nothing can be booked. `zone` is the one asked for, else that of each place."""

    service: Service | None
    modality: str | None
    office: Office | None
    since: datetime
    until: datetime
    zone: ZoneInfo | None
    zones: dict[int | None, ZoneInfo]

    def zone_of(self, office_id: int | None) -> ZoneInfo:
        return self.zone or self.zones[office_id]


def search(asked: SearchIn) -> Query:
    """Raises Problem 422: unknown or ambiguous place, unknown specialty."""
    place = _place(asked.near) if asked.near.strip() else None
    return Query(
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        radius_km=asked.radius_km,
        specialty_id=_specialty(asked.specialty) if asked.specialty else None,
        modality=asked.modality,
        language=asked.language or None,
        step_free=asked.step_free,
        sort=asked.sort,
        page=asked.page,
    )


def mediator(slug: str, now: datetime) -> Mediator:
    """With offices and specialties. Http404 for one who is not listed."""
    listed = Mediator.objects.listed(now).prefetch_related("offices__commune", "specialties")
    found = listed.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def service_name(service: Service) -> str:
    english = (get_language() or "fr").startswith("en")
    return (service.name_en if english else "") or service.name_fr


def slots(mediator: Mediator, asked: SlotsIn, now: datetime) -> SlotsWish:
    """Raises Problem 422: what the mediator does not have, an unreadable day or zone, too long a span."""
    shown_in = zone_asked(asked.tz) if asked.tz else None
    zones = zones_of(mediator)
    service, office = _service(mediator, asked.service, now), _office(mediator, asked.office, now)
    days_zone = shown_in or zones[office.pk if office else None]
    since = _instant("from", asked.since, days_zone) if asked.since else now
    until = _instant("to", asked.until, days_zone, is_end=True) if asked.until else since + SPAN
    if until <= since:
        raise Problem(422, _("« to » vient après « from »."))
    if until - since > LONGEST_SPAN + _ONE_HOUR:  # a clock change may lengthen the days
        detail = _("Demandez au plus %(days)s jours à la fois.") % {"days": LONGEST_SPAN.days}
        raise Problem(422, detail, max_days=LONGEST_SPAN.days)
    return SlotsWish(service, asked.modality, office, since, until, shown_in, zones)


def in_zone(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(zone_of(zone))


def _place(near: str) -> places.Place:
    try:
        return places.resolve(near)
    except places.AmbiguousPlace as several:
        detail = _("Plusieurs communes portent ce nom : donnez le code de l’une d’elles.")
        raise Problem(422, detail, candidates=[_commune(one) for one in several.candidates]) from None
    except places.UnknownPlace as unknown:
        detail = _("Lieu inconnu : donnez une commune, un code postal, un code INSEE ou « lat,lon ».")
        raise Problem(422, detail, suggestions=[_commune(one) for one in unknown.suggestions]) from None


def _commune(commune: Commune) -> dict[str, object]:
    return {
        "code": commune.code,
        "name": commune.name,
        "department": commune.department,
        "postal_codes": commune.postal_codes,
    }


def _specialty(slug: str) -> int:
    known = dict(Specialty.objects.values_list("slug", "pk"))
    if slug not in known:
        raise Problem(422, _("Spécialité inconnue."), known=sorted(known))
    return known[slug]


def zones_of(mediator: Mediator) -> dict[int | None, ZoneInfo]:
    """By office; of the main one where there is none."""
    zones: dict[int | None, ZoneInfo] = {None: zone_of(DEFAULT_ZONE)}
    for office in mediator.offices.all():
        zones[office.pk] = zone_of(office.zone)
        if office.is_main:
            zones[None] = zone_of(office.zone)
    return zones


def hold(asked: HoldIn, now: datetime) -> Wish:
    """Raises Http404 for who is not listed, Problem 422 for what the mediator does not have."""
    found = mediator(asked.mediator.replace("\x00", ""), now)
    service, office = _service(found, asked.service, now), _office(found, asked.office, now)
    if service is None:
        raise Problem(422, _("On ne prend pas rendez-vous en ligne avec ce médiateur."), code="not_bookable")
    if office and asked.modality != "in_person":
        raise Problem(422, _("« office » ne va qu’avec « in_person »."), code="office_not_in_person")
    return Wish(found, service, asked.modality, office, instant(asked.start))


def instant(text: str) -> datetime:
    """Of a body, whose shape is right. Raises Problem 422 for one that no calendar has."""
    try:
        if (start := utc(datetime.fromisoformat(text))).year in YEARS:
            return start
    except (ValueError, OverflowError):
        pass
    detail = _("« start » se lit 2026-11-24T10:00:00+01:00, à une date qui existe.")
    raise Problem(422, detail, code="invalid", errors=[{"parameter": "start", "message": detail}])


def zone_asked(name: str) -> ZoneInfo:
    try:
        return zone_of(name)
    except UnknownZone:
        raise Problem(422, _("Fuseau horaire inconnu : donnez un nom IANA, par exemple Europe/Paris.")) from None


def _service(mediator: Mediator, asked: int | None, now: datetime) -> Service | None:
    offered = catalogue.services(mediator, now)
    if asked is None:
        return offered[0] if offered else None
    found = next((one for one in offered if one.pk == asked), None)
    if found is None:
        raise Problem(
            422,
            _("Ce médiateur ne propose pas cette prestation."),
            code="unknown_service",
            known=[one.pk for one in offered],
        )
    return found


def _office(mediator: Mediator, asked: int | None, now: datetime) -> Office | None:
    offices = mediator.offices.all() if mediator.rights_at(now).bookable else []
    found = next((one for one in offices if one.pk == asked), None)
    if asked is not None and found is None:
        raise Problem(
            422, _("Ce médiateur ne reçoit pas à ce lieu."), code="unknown_office", known=[one.pk for one in offices]
        )
    return found


def _instant(name: str, text: str, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """A day is its first instant, or when `is_end` its last; an instant without offset is read in `zone`."""
    try:
        if len(text) <= len("2026-11-24"):
            return day_start(date.fromisoformat(text) + _DAY * is_end, zone)
        # A « + » that was not percent-encoded arrives as a space.
        read = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        aware = read if read.tzinfo else read.replace(tzinfo=zone)
        return aware.astimezone(zone)
    except (ValueError, OverflowError):
        detail = _("« %(name)s » se lit 2026-11-24 ou 2026-11-24T09:00:00+01:00.") % {"name": name}
        raise Problem(422, detail) from None
