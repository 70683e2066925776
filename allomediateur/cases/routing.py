"""Who a request may be directed to: verified, of the specialty, the language and the way to meet, near, independent,
with a time that fits; then whoever was served least recently.

It proposes and explains: the person may choose otherwise, staff may override, a mediator may decline.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Max, Q

from allomediateur.agenda import candidates
from allomediateur.agenda.candidates import Candidate
from allomediateur.agenda.models import Modality
from allomediateur.agenda.question import WHOLE_KM, Query
from allomediateur.agenda.walking import MOST
from allomediateur.cases.compartments import crossing
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Proposal
from allomediateur.cases.questionnaire.facets import Facets
from allomediateur.directory.models import Commune, Mediator, Specialty
from allomediateur.scheduling import wording

RINGS_KM = (30.0, 100.0)
"""How far from the place one looks: first near, then around; then, at a distance only, the whole country."""
HORIZONS = {"days": timedelta(days=7), "weeks": timedelta(days=28)}
HALF_PAST_11, MIDDLE, EVENING = 11 * 60 + 30, 14 * 60, 18 * 60
SATURDAY = 5

Crossing = Callable[[Iterable[int]], set[int]]
"""Of these accounts, those that a name of the parties is known to."""


class Why(StrEnum):
    """The reasons of a choice, in the order they are told."""

    VERIFIED = "verified"
    SPECIALTY = "specialty"
    LANGUAGE = "language"
    MODALITY = "modality"
    NEAR = "near"
    AROUND = "around"
    REMOTE = "remote"
    STEP_FREE = "step_free"
    INDEPENDENT = "independent"
    SOON = "soon"
    TURN = "turn"
    CHOSEN = "chosen"
    CROSSED = "crossed"
    STAFF = "staff"


@dataclass(frozen=True)
class Time:
    """A free start that fits, in aware UTC; `zone` is that of its place."""

    start: datetime
    modality: str
    office_id: int | None
    service_id: int
    zone: str


@dataclass(frozen=True)
class Suited:
    """A mediator whom the request suits, and why. `served_at`: when the platform last directed one to them."""

    mediator_id: int
    km: float | None
    time: Time
    served_at: datetime | None
    why: tuple[Why, ...]


def suited(found: Facets, crossed: Crossing, now: datetime, *, but: Q | None = None, most: int = 3) -> list[Suited]:
    """The first `most` in order, of the nearest ring where there is anybody; empty when nobody fits.

    `but`: mediators who are not asked (again). At most `MOST` of a ring and way to meet are looked at, the nearest.
    """
    asked = set(Mediator.objects.filter(but).values_list("pk", flat=True)) if but is not None else set()
    for ring in _rings(found):
        fits = _fitting(found, ring, now, asked)
        if independent := _independent(fits, crossed):
            return _in_turn(found, ring, independent)[:most]
    return []


def crossing_of(opened: Opened) -> Crossing:
    """By the names of that compartment."""
    return lambda accounts: crossing.conflicted(opened, among=accounts)


def wants(found: Facets) -> tuple[str, ...]:
    """The ways to meet that may be: those asked for, by phone with a number only."""
    ways = found.modalities or tuple(Modality.values)
    return tuple(way for way in Modality.values if way in ways and (way != Modality.PHONE or found.phone))


def suits(found: Facets, start: datetime, zone: str, now: datetime) -> bool:
    """Whether a start is soon enough, and at a time of the week that was said to suit."""
    horizon = HORIZONS.get(found.urgency)
    if horizon is not None and start > now + horizon:
        return False
    return not found.times or _moment(start, zone) & set(found.times) != set()


@dataclass(frozen=True)
class _Ring:
    why: Why | None
    queries: tuple[Query, ...]


def _rings(found: Facets) -> list[_Ring]:
    place = Commune.objects.filter(code=found.commune).first() if found.commune else None
    ways = wants(found)
    specialty = Specialty.objects.filter(slug=found.specialty).first() if found.specialty else None
    if found.specialty and specialty is None:
        return []

    def queries(km: float, these: Sequence[str], *, at: Commune | None) -> tuple[Query, ...]:
        return tuple(
            Query(
                lat=at and at.lat, lon=at and at.lon, radius_km=km, specialty_id=specialty and specialty.pk,
                modality=way, language=language, per_page=MOST, sort="nearest" if at else "soonest",
                step_free="step_free" in found.accessibility,
            )
            for way in these
            for language in _languages(found)
        )  # fmt: skip

    if place is None:
        return [_Ring(None, queries(WHOLE_KM, ways, at=None))]
    rings = [_Ring(why, queries(km, ways, at=place)) for why, km in zip((Why.NEAR, Why.AROUND), RINGS_KM, strict=True)]
    remote = [way for way in ways if way != Modality.IN_PERSON]
    return [*rings, _Ring(Why.REMOTE, queries(WHOLE_KM, remote, at=place))]


def _languages(found: Facets) -> tuple[str | None, ...]:
    """Any of those somebody is at ease in; another one is for an interpreter, whom any mediator may work with."""
    known = tuple(one for one in found.languages if one != "other")
    return known if known and "other" not in found.languages else (None,)


def _fitting(found: Facets, ring: _Ring, now: datetime, asked: set[int]) -> dict[int, tuple[float | None, Time]]:
    """By mediator, how far and the first time that fits."""
    fits: dict[int, tuple[float | None, Time]] = {}
    for query in ring.queries:
        for row in candidates.page(query, now).rows:
            if not row.bookable or row.mediator_id in asked or not _is_within(row, query):
                continue
            first = next(iter(_times(found, row, query, now)), None)
            known = fits.get(row.mediator_id)
            if first and (known is None or first.start < known[1].start):
                fits[row.mediator_id] = (row.km, first)
    return fits


def _is_within(row: Candidate, query: Query) -> bool:
    """Whoever is at a distance is looked for near too; who comes to people says how far themselves."""
    return row.km is None or query.modality == Modality.IN_PERSON or row.km <= query.radius_km


def _times(found: Facets, row: Candidate, query: Query, now: datetime) -> list[Time]:
    """Those that fit, in order. A place to be agreed is agreed by two: it cannot be offered."""
    times = (
        Time(start, one.modality, one.office_id, one.service_id, one.zone)
        for one in row.times
        if one.modality == query.modality and (one.modality != Modality.IN_PERSON or one.office_id)
        for start in one.starts
    )
    return sorted((one for one in times if suits(found, one.start, one.zone, now)), key=lambda one: one.start)


def _independent(
    fits: dict[int, tuple[float | None, Time]], crossed: Crossing
) -> dict[int, tuple[float | None, Time]]:  # fmt: skip
    """Those whom no name of the parties is known to."""
    users = dict(Mediator.objects.filter(pk__in=fits).values_list("pk", "user_id"))
    known = crossed(users.values())
    return {pk: fit for pk, fit in fits.items() if pk in users and users[pk] not in known}


def _in_turn(found: Facets, ring: _Ring, fits: dict[int, tuple[float | None, Time]]) -> list[Suited]:
    """Whoever was served least recently first, those never served before all; then the soonest."""
    served = served_at(fits)
    everybody = [
        Suited(pk, km, time, served.get(pk), tuple(_why(found, ring, time))) for pk, (km, time) in fits.items()
    ]
    return sorted(everybody, key=_turn)


def _turn(one: Suited) -> tuple[float, datetime, int]:
    return one.served_at.timestamp() if one.served_at else 0.0, one.time.start, one.mediator_id


def served_at(mediators: Iterable[int]) -> dict[int, datetime]:
    """When the platform last directed a request to each; those never served are not in it."""
    directed = Proposal.objects.filter(mediator__in=list(mediators), hand=Proposal.Hand.ROUTING).order_by()
    return dict(directed.values_list("mediator").annotate(Max("made_at")))


def _why(found: Facets, ring: _Ring, time: Time) -> Iterable[Why]:
    told = (
        (Why.VERIFIED, True), (Why.SPECIALTY, bool(found.specialty)), (Why.LANGUAGE, _languages(found) != (None,)),
        (Why.MODALITY, bool(found.modalities)), (ring.why, ring.why is not None),
        (Why.STEP_FREE, "step_free" in found.accessibility), (Why.INDEPENDENT, bool(found.parties)),
        (Why.SOON, True), (Why.TURN, True),
    )  # fmt: skip
    return (why for why, holds in told if holds and why)


def _moment(start: datetime, zone: str) -> set[str]:
    """The times of the week of the questionnaire that a start is at, on the clock of its place."""
    there = wording.local(start, zone)
    minute = there.hour * 60 + there.minute
    if there.weekday() > SATURDAY:
        return set()
    if there.weekday() == SATURDAY:
        return {"saturday"}
    bounds = (
        ("morning", 0, 12 * 60), ("midday", HALF_PAST_11, MIDDLE), ("afternoon", 12 * 60, EVENING),
        ("evening", EVENING, 24 * 60),
    )  # fmt: skip
    return {name for name, first, last in bounds if first <= minute < last}
