"""Who a request may be directed to: verified, of the specialty, the language and the way to meet, near, independent,
with a time that fits; then whoever was served least recently.

It proposes and explains: the person may choose otherwise, staff may override, a mediator may decline.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from django.db.models import Max, Q

from allomediateur.agenda import candidates, openings
from allomediateur.agenda.candidates import Candidate, Times
from allomediateur.agenda.models import Modality, Service
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
FARTHEST = timedelta(days=60)
LOOKED_INTO = 40
"""Agendas read whole in a ring, at most."""
IN_PERSON = Modality.IN_PERSON
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

    `but`: mediators who are not asked (again). Of a ring and a way to meet, `walking.MOST` are looked at, the nearest,
    and `LOOKED_INTO` of their agendas are read beyond the first starts that search knows.
    """
    asked = set(Mediator.objects.filter(but).values_list("pk", flat=True)) if but is not None else set()
    for ring in _rings(found):
        near = _independent(_near(ring, now, asked), crossed)
        if chosen := list(islice(_with_time(found, ring, _in_turn(near), now), most)):
            return chosen
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

    specialty_id = specialty.pk if specialty else None

    def queries(km: float, these: Sequence[str], *, at: Commune | None) -> tuple[Query, ...]:
        return tuple(
            Query(
                lat=at.lat if at else None, lon=at.lon if at else None, radius_km=km, specialty_id=specialty_id,
                modality=way, language=language, per_page=MOST, sort="nearest" if at else "soonest",
                step_free="step_free" in found.accessibility,
            )
            for way in these
            for language in _languages(found)
        )  # fmt: skip

    if place is None:
        return [_Ring(None, queries(WHOLE_KM, ways, at=None))]
    rings = [_Ring(why, queries(km, ways, at=place)) for why, km in zip((Why.NEAR, Why.AROUND), RINGS_KM, strict=True)]
    remote = [way for way in ways if way != IN_PERSON]
    return [*rings, _Ring(Why.REMOTE, queries(WHOLE_KM, remote, at=place))]


def _languages(found: Facets) -> tuple[str | None, ...]:
    """Any of those somebody is at ease in; another one is for an interpreter, whom any mediator may work with."""
    known = tuple(one for one in found.languages if one != "other")
    return known if known and "other" not in found.languages else (None,)


@dataclass
class _Near:
    """Somebody of a ring, with what search knows of their time."""

    mediator_id: int
    km: float | None
    times: list[Times]

    @property
    def soonest(self) -> datetime:
        return min(one.starts[0] for one in self.times)


def _near(ring: _Ring, now: datetime, asked: set[int]) -> dict[int, _Near]:
    """By mediator. A place to be agreed is agreed by two: it cannot be offered."""
    near: dict[int, _Near] = {}
    for query in ring.queries:
        for row in candidates.page(query, now).rows:
            times = [
                one
                for one in row.times
                if one.modality == query.modality and one.starts and (one.modality != IN_PERSON or one.office_id)
            ]
            if row.bookable and times and row.mediator_id not in asked and _is_within(row, query):
                near.setdefault(row.mediator_id, _Near(row.mediator_id, row.km, [])).times.extend(times)
    return near


def _is_within(row: Candidate, query: Query) -> bool:
    """Whoever is at a distance is looked for near too; who comes to people says how far themselves."""
    return row.km is None or query.modality == IN_PERSON or row.km <= query.radius_km


def _independent(near: dict[int, _Near], crossed: Crossing) -> list[_Near]:
    """Those whom no name of the parties is known to."""
    users = dict(Mediator.objects.filter(pk__in=near).values_list("pk", "user_id"))
    known = crossed(users.values())
    return [near[pk] for pk, user in users.items() if user not in known]


def _in_turn(near: list[_Near]) -> list[tuple[_Near, datetime | None]]:
    """Whoever was served least recently first, those never served before all; then the soonest."""
    served = served_at(one.mediator_id for one in near)
    turns = [(one, served.get(one.mediator_id)) for one in near]
    return sorted(
        turns, key=lambda turn: (turn[1].timestamp() if turn[1] else 0.0, turn[0].soonest, turn[0].mediator_id)
    )


def _with_time(
    found: Facets, ring: _Ring, turns: list[tuple[_Near, datetime | None]], now: datetime
) -> Iterator[Suited]:
    """Those who have a time that fits: by the first starts that search knows, else by their agenda."""
    looks = LOOKED_INTO
    for one, served in turns:
        time = _first(found, one.times, now)
        if time is None and looks:
            looks -= 1
            time = _later(found, one, now)
        if time:
            yield Suited(one.mediator_id, one.km, time, served, tuple(_why(found, ring)))


def _first(found: Facets, times: Iterable[Times], now: datetime) -> Time | None:
    known = (
        Time(start, one.modality, one.office_id, one.service_id, one.zone)
        for one in times
        for start in one.starts
        if suits(found, start, one.zone, now)
    )
    return min(known, key=lambda time: time.start, default=None)


def _later(found: Facets, one: _Near, now: datetime) -> Time | None:
    """All that is free until as far as it may be, read whole."""
    services = Service.objects.select_related("mediator__user").in_bulk({time.service_id for time in one.times})
    until = now + HORIZONS.get(found.urgency, FARTHEST)
    read = (
        replace(time, starts=[slot.start for slot in openings.slots(
            service.mediator, service, at=(time.modality, time.office_id), since=now, until=until, now=now
        )])
        for time in one.times
        if (service := services.get(time.service_id))
    )  # fmt: skip
    return _first(found, read, now)


def served_at(mediators: Iterable[int]) -> dict[int, datetime]:
    """When the platform last directed a request to each; those never served are not in it."""
    directed = Proposal.objects.filter(mediator__in=list(mediators), hand=Proposal.Hand.ROUTING).order_by()
    return dict(directed.values_list("mediator").annotate(Max("made_at")))


def _why(found: Facets, ring: _Ring) -> Iterable[Why]:
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
