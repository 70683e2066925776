"""People and agendas for tests: Alice the client, Bob the mediator, Charlie the stranger. Everything can be named."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from allomediateur.accounts import notices
from allomediateur.accounts.models import User
from allomediateur.agenda import availability
from allomediateur.agenda.models import (
    PENDING,
    Agenda,
    Appointment,
    Modality,
    Opening,
    Participant,
    Service,
    State,
)
from allomediateur.directory import places
from allomediateur.directory.models import Commune, Mediator, Office, Specialty

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday, 9 o’clock in Paris."""

PARIS = ("75056", "Paris", "75", ["75001", "75011"], 2_103_778, 48.85661, 2.35222, "Europe/Paris")
HOURS = ((9 * 60, 12 * 60), (14 * 60, 18 * 60))
MODALITIES = (Modality.PHONE, Modality.VIDEO, Modality.IN_PERSON)
PENDING_FOR: dict[str, timedelta] = {State.HELD: timedelta(minutes=10), State.UNCONFIRMED: timedelta(hours=2)}
"""A hold, and the time to confirm: the suite is longer than a hold."""
_numbers = count(1)


def make_user(
    email: str = "alice@example.org",
    *,
    name: str = "Alice",
    role: str = User.Role.CLIENT,
    verified: bool = True,
    **fields: Any,
) -> User:
    """An account; `verified` as allauth knows it. Without a password: `password=` gives one."""
    fields.setdefault("notice", notices.CURRENT)
    user = User.objects.create_user(email, fields.pop("password", None), name=name, role=role, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def make_commune(
    code: str = PARIS[0],
    name: str = PARIS[1],
    department: str = PARIS[2],
    postal_codes: list[str] | None = None,
    population: int = PARIS[4],
    lat: float = PARIS[5],
    lon: float = PARIS[6],
    zone: str = PARIS[7],
) -> Commune:
    """That commune, Paris by default; the same row when it is there already."""
    values = {
        "name": name, "key": places.normalise(name), "department": department, "population": population,
        "postal_codes": postal_codes or PARIS[3], "lat": lat, "lon": lon, "zone": zone,
    }  # fmt: skip
    return Commune.objects.get_or_create(code=code, defaults=values)[0]


def make_specialty(slug: str = "famille", **fields: Any) -> Specialty:
    labels = {"label_fr": slug.capitalize(), "label_en": slug.capitalize()}
    return Specialty.objects.get_or_create(slug=slug, defaults=labels | fields)[0]


def make_office(mediator: Mediator, commune: Commune | None = None, *, is_main: bool = False, **fields: Any) -> Office:
    commune = commune or make_commune()
    values = {"name": "Cabinet", "address": "1 rue de la Paix", "postal_code": commune.postal_codes[0]}
    where = {"lat": commune.lat, "lon": commune.lon, "zone": commune.zone, "commune": commune}
    return Office.objects.create(mediator=mediator, is_main=is_main, **(values | where | fields))


def make_service(mediator: Mediator, **fields: Any) -> Service:
    """A free first contact of 30 minutes, no buffer, two hours’ notice, 60 days’ horizon."""
    values: dict[str, Any] = {
        "name_fr": "Premier contact",
        "name_en": "First contact",
        "minutes": 30,
        "modalities": list(MODALITIES),
    }
    return Service.objects.create(mediator=mediator, **(values | fields))


def make_openings(
    mediator: Mediator,
    modality: str,
    office: Office | None = None,
    *,
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4),
    hours: tuple[tuple[int, int], ...] = HOURS,
) -> list[Opening]:
    """Weekly openings in minutes after midnight. Availability is not rebuilt: see `refresh`."""
    return Opening.objects.bulk_create(
        Opening(mediator=mediator, modality=modality, office=office, weekday=day, start_minute=start, end_minute=end)
        for day in weekdays
        for start, end in hours
    )


def make_mediator(
    name: str = "Bob Durand",
    *,
    commune: Commune | None = None,
    modalities: tuple[str, ...] = MODALITIES,
    specialties: tuple[str, ...] = ("famille",),
    now: datetime = NOW,
    **fields: Any,
) -> Mediator:
    """Bookable: verified, member, main office in Paris, one service, Monday to Friday 9-12 and 14-18, rows rebuilt.

    `capm_verified=False`, `cpmn_member=False` or `suspended_at=...` take the rights away.
    """
    number = next(_numbers)
    user = fields.pop("user", None) or make_user(f"mediator{number}@example.org", name=name, role=User.Role.MEDIATOR)
    values: dict[str, Any] = {
        "slug": f"mediator-{number}", "languages": ["fr"], "phone": "+33199000001", "capm_verified": True,
        "cpmn_member": True, "video_room": f"https://visio.example.org/{number}", "presentation_fr": "Je vous reçois.",
    }  # fmt: skip
    mediator = Mediator.objects.create(user=user, name=name, **(values | fields))
    mediator.specialties.set([make_specialty(slug) for slug in specialties])
    Agenda.objects.create(mediator=mediator)
    office = make_office(mediator, commune, is_main=True)
    make_service(mediator, modalities=list(modalities))
    for modality in modalities:
        make_openings(mediator, modality, office if modality == Modality.IN_PERSON else None)
    refresh(mediator, now)
    return mediator


def refresh(mediator: Mediator, now: datetime = NOW) -> None:
    availability.rebuild(mediator.pk, now)


def service_of(mediator: Mediator) -> Service:
    return Service.objects.filter(mediator=mediator).order_by("rank", "pk")[0]


def office_of(mediator: Mediator) -> Office:
    return Office.objects.get(mediator=mediator, is_main=True)


def book(
    mediator: Mediator,
    start: datetime,
    *,
    client: User | None = None,
    service: Service | None = None,
    modality: str = Modality.PHONE,
    state: str = State.CONFIRMED,
    now: datetime = NOW,
    **fields: Any,
) -> Appointment:
    """An appointment written as it is, without the rules of booking; with its two participants unless only held."""
    service = service or service_of(mediator)
    end = start + timedelta(minutes=service.minutes)
    blocked = start - timedelta(minutes=service.before_minutes), end + timedelta(minutes=service.after_minutes)
    values: dict[str, Any] = {
        "office": office_of(mediator) if modality == Modality.IN_PERSON else None,
        "expires_at": now + PENDING_FOR[state] if state in PENDING else None,
        "price_cents": service.price_cents, "created_at": now, "changed_at": now,
    }  # fmt: skip
    with transaction.atomic():
        appointment = Appointment.objects.create(
            mediator=mediator, service=service, modality=modality, starts_at=start, ends_at=end, blocked=blocked,
            state=state, **(values | fields),
        )  # fmt: skip
        if state != State.HELD:
            _take_part(appointment, client)
        refresh(mediator, now)
    return appointment


def _take_part(appointment: Appointment, client: User | None) -> None:
    bob = appointment.mediator
    Participant.objects.create(
        appointment=appointment, role="mediator", user=bob.user, name=bob.name, email=bob.user.email
    )
    name, email = (client.name, client.email) if client else ("Alice", "alice@example.org")
    Participant.objects.create(appointment=appointment, role="client", user=client, name=name, email=email)
