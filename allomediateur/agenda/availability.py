"""The derived rows that search reads: one function makes them from the truth, in the transaction that changed it.

Order of locks, against lost updates: the agenda (nobody edits hours or services), then the mediators' Availability
rows by id, and only then appointments are read, in a snapshot newer than those of the bookings waited for.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import Min, Q
from django.db.models.functions import Least

from allomediateur.agenda import catalogue, freeing, listing, locks, truth
from allomediateur.agenda.models import Availability, Service
from allomediateur.directory import rights
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.availability import reading_window, summarise
from allomediateur.scheduling.openings import Openings
from allomediateur.scheduling.periods import Period, utc

CHUNK = 50
NEXT_STARTS = 12
KEY = ("mediator", "service", "modality", "office")
DERIVED = (
    "next_starts", "first_free_day", "base_day", "free_days", "notice_minutes", "stale_at",
    "zone", "lon", "lat", "specialties", "languages", "reach_km", "step_free", "entitled_until",
)  # fmt: skip

Key = tuple[int, int, str, int | None]
"""Mediator, service, modality, office."""


def rebuild(mediator_id: int, now: datetime) -> None:
    """Make the mediator's rows right at `now`; call it in the transaction that changed the truth, after the change."""
    rebuild_many([mediator_id], now)


def rebuild_many(mediator_ids: Iterable[int], now: datetime) -> None:
    """The same for many, by id, `CHUNK` mediators at a time, all in one transaction."""
    ordered = sorted(set(mediator_ids))
    with transaction.atomic(savepoint=False):
        for first in range(0, len(ordered), CHUNK):
            _rebuild(ordered[first : first + CHUNK], utc(now))


def refresh_stale(now: datetime, limit: int = 200) -> int:
    """Rebuild the mediators whose rows time has made wrong, the stalest first, `CHUNK` a transaction.

    Returns how many were rebuilt, `limit` at most. Several at once share the work: a mediator whom another one has in
    hand is passed over.
    """
    stale = Availability.objects.filter(stale_at__lte=now).values("mediator_id").annotate(since=Min("stale_at"))
    due = [row["mediator_id"] for row in stale.order_by("since", "mediator_id")[:limit]]
    return sum(_refresh(due[first : first + CHUNK], now) for first in range(0, len(due), CHUNK))


def _refresh(mediator_ids: list[int], now: datetime) -> int:
    with transaction.atomic():
        alone = locks.refreshed_alone(mediator_ids)
        stale = Availability.objects.filter(mediator__in=alone, stale_at__lte=now).order_by()
        left = list(stale.values_list("mediator_id", flat=True).distinct())
        rebuild_many(left, now)
    return len(left)


def differences(now: datetime) -> list[str]:
    """One sentence a row that is not what the truth gives at its own `computed_at`, that is missing (at `now`) or too
    many."""
    return [sentence for _count, found in compared(now) for sentence in found]


def compared(now: datetime) -> Iterator[tuple[int, list[str]]]:
    """The same as it goes: how many mediators were looked at in one step, and what was found there."""
    last = 0
    while ids := list(Mediator.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            found = list(_differences(ids, now))
        yield len(ids), found
        last = ids[-1]


def _rebuild(mediator_ids: list[int], now: datetime) -> None:
    plan = _Plan.read(locks.share(mediator_ids), now)
    wanted = plan.keys()
    rows = _locked_keys(mediator_ids)
    if missing := [key for key in wanted if key not in rows]:
        # Somebody else may be making them: whoever comes second waits here, and both then lock what is there.
        _write([plan.empty_row(key) for key in missing], "NOTHING")
        rows = _locked_keys(mediator_ids)
    made = plan.rows()
    _write(made, _UPDATE)
    kept = set(wanted)
    if obsolete := [row.pk for key, row in rows.items() if key not in kept]:
        Availability.objects.filter(pk__in=obsolete).delete()
    other = {key[0] for key in (*missing, *(rows.keys() - kept))}
    other |= {one.mediator_id for one in made if rows[_key(one)].said != _said(one)}
    listing.refresh(set(mediator_ids) - ({key[0] for key in kept} - other))
    # Those who wait hear of what is free, or that nothing is offered any more.
    offering = {key[0] for key in wanted}
    freeing.wake({row.mediator_id for row in made if row.next_starts} | (set(mediator_ids) - offering))


_COLUMNS = tuple(str(one.column) for one in Availability._meta.local_concrete_fields if not one.primary_key)
_UPDATE = "UPDATE SET " + ", ".join(f"{one} = EXCLUDED.{one}" for one in (*DERIVED, "computed_at"))


def _write(rows: list[Availability], on_conflict: str) -> None:
    """All of them in one parameter: with one a column, adapting them costs more than computing them."""
    names = ", ".join(_COLUMNS)
    found = [{name: _json(getattr(row, name)) for name in _COLUMNS} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO agenda_availability ({names}) "  # noqa: S608 (column names of the model)
            f"SELECT {names} FROM json_populate_recordset(NULL::agenda_availability, %s) "
            f"ON CONFLICT (mediator_id, service_id, modality, office_id) DO {on_conflict}",
            [json.dumps(found)],
        )


def _json(value: object) -> object:
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, date):  # instants too
        return value.isoformat()
    return "\\x" + value.hex() if isinstance(value, bytes) else value


@dataclass(frozen=True)
class _Locked:
    pk: int
    said: tuple[Any, ...]


_LISTED = ("first_free_day", "specialties", "languages", "lon", "lat", "reach_km", "step_free", "entitled_until")
"""What Listing is made of, beside the first start."""


def _said(row: Availability) -> tuple[Any, ...]:
    first = row.next_starts[0] if row.next_starts else None
    return first, *(getattr(row, name) for name in _LISTED)


def _locked_keys(mediator_ids: Sequence[int]) -> dict[Key, _Locked]:
    """As `_locked_rows`, without reading more than what search walks by."""
    rows = Availability.objects.filter(mediator__in=mediator_ids).order_by("pk").select_for_update()
    found = rows.values_list("pk", *KEY, "next_starts__0", *_LISTED)
    return {tuple(row[1:5]): _Locked(row[0], row[5:]) for row in found}


def _locked_rows(mediator_ids: Sequence[int]) -> dict[Key, Availability]:
    rows = Availability.objects.filter(mediator__in=mediator_ids).order_by("pk").select_for_update()
    return {_key(row): row for row in rows}


def _key(row: Availability) -> Key:
    return row.mediator_id, row.service_id, row.modality, row.office_id


@dataclass(frozen=True)
class _Plan:
    """What is read under the agenda's lock alone: hours, services, facets; `window` is what rows look at."""

    now: datetime
    window: Period
    hours: Mapping[int, truth.Hours]
    services: Mapping[int, Service]
    facets: Mapping[int, tuple[list[int], list[str], date | None]]

    @classmethod
    def read(cls, mediator_ids: list[int], now: datetime) -> "_Plan":
        services = {one.pk: one for one in catalogue.public().filter(mediator__in=mediator_ids)}
        ends = (reading_window(truth.slot_rules(one), now).end for one in services.values())
        window = Period(now, max(ends, default=now + timedelta(days=1)))
        hours = truth.read_hours([one.mediator_id for one in services.values()], window, now)
        return cls(now, window, hours, services, _facets(list(hours)))

    def keys(self) -> list[Key]:
        """The rows there should be; sorted, so that two makers of missing rows wait in the same order."""
        found = [
            (service.mediator_id, service.pk, *pair)
            for service in self.services.values()
            if service.mediator_id in self.hours
            for pair in truth.pairs_of(self.hours[service.mediator_id], service)
        ]
        return sorted(found, key=lambda key: (*key[:3], key[3] or 0))

    def rows(self) -> list[Availability]:
        """The rows, appointments being read now: in one query."""
        around = truth.reach(self.window, self.services.values())
        blocked = truth.read_blocked(list(self.hours), around, self.now) if self.services else {}
        openings: dict[tuple[int, truth.Pair], Openings] = {}
        made = []
        for key in self.keys():
            mediator_id, pair = key[0], (key[2], key[3])
            if (mediator_id, pair) not in openings:
                openings[mediator_id, pair] = self.hours[mediator_id].expand(pair, self.window)
            made.append(self._row(key, openings[mediator_id, pair], blocked.get(mediator_id, [])))
        return made

    def _row(self, key: Key, openings: Openings, blocked: list[truth.Blocked]) -> Availability:
        row, service, main = self.empty_row(key), self.services[key[1]], self.hours[key[0]].main
        summary = summarise(
            openings,
            [one.period for one in blocked],
            truth.slot_rules(service, (row.modality, row.office_id)),
            self.now,
            row.zone,
            [one.expires_at for one in blocked if one.expires_at],
            NEXT_STARTS,
            truth.full_periods(service, blocked, main.zone) if main else [],
        )
        row.next_starts, row.first_free_day = list(summary.next_starts), summary.first_free_day
        row.base_day, row.free_days, row.stale_at = summary.base_day, summary.free_days, summary.stale_at
        if row.entitled_until:
            row.stale_at = min(row.stale_at, rights.end_of(row.entitled_until))
        return row

    def empty_row(self, key: Key) -> Availability:
        """The row without any free time: it only takes its place."""
        mediator_id, service_id, modality, office_id = key
        point = self.hours[mediator_id].point((modality, office_id))
        if point is None:
            raise LookupError(key)
        specialties, languages, entitled_until = self.facets[mediator_id]
        return Availability(
            mediator_id=mediator_id, service_id=service_id, modality=modality, office_id=office_id,
            next_starts=[], first_free_day=None, base_day=self.now.date(), free_days=b"",
            notice_minutes=self.services[service_id].notice_minutes, computed_at=self.now, stale_at=self.now,
            zone=point.zone, lon=point.lon, lat=point.lat, specialties=specialties, languages=languages,
            reach_km=self.services[service_id].travel_km if (modality, office_id) == truth.AGREED else None,
            step_free=point.step_free and office_id is not None, entitled_until=entitled_until,
        )  # fmt: skip


def _facets(mediator_ids: list[int]) -> dict[int, tuple[list[int], list[str], date | None]]:
    own = ArrayAgg("specialties", filter=Q(specialties__isnull=False), order_by="specialties", default=[])
    end = Least("trained_until", "member_until", "insured_until")  # of those there are, in PostgreSQL
    people = Mediator.objects.filter(pk__in=mediator_ids).order_by().annotate(own=own, end=end)
    return {pk: tuple(facets) for pk, *facets in people.values_list("pk", "own", "languages", "end")}


def _differences(mediator_ids: list[int], now: datetime) -> Iterator[str]:
    """Under the locks of `rebuild`, so that a booking on its way is not a difference."""
    with_agenda = locks.share(mediator_ids)
    rows = _locked_rows(mediator_ids)
    moments = dict.fromkeys(with_agenda, utc(now)) | {row.mediator_id: row.computed_at for row in rows.values()}
    together: dict[datetime, list[int]] = defaultdict(list)
    for mediator_id in with_agenda:
        together[moments[mediator_id]].append(mediator_id)
    expected = {_key(row): row for moment, ids in together.items() for row in _Plan.read(ids, moment).rows()}
    found = [
        sentence
        for key in sorted(rows.keys() | expected.keys(), key=str)
        for sentence in _compared(key, rows.get(key), expected.get(key))
    ]
    yield from found
    if not found and (wrong := listing.differences(mediator_ids)):
        yield f"mediators {mediator_ids[0]} to {mediator_ids[-1]}: {wrong} wrong rows of Listing"


def _compared(key: Key, row: Availability | None, expected: Availability | None) -> Iterator[str]:
    name = "mediator {} service {} {} office {}".format(*key)
    if row is None or expected is None:
        yield f"{name}: {'missing' if row is None else 'too many'}"
        return
    for column in (*DERIVED, "computed_at"):
        found, right = _plain(getattr(row, column)), _plain(getattr(expected, column))
        if found != right:
            yield f"{name}: {column} is {found!r}, recomputed {right!r}"


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
