"""B3, B4, B5: search among 1,000, 10,000 and 100,000 mediators (`SIZES`), and against an adversary.

B3: the twenty nearest by a specialty and a way to meet, free within 14 days, each with its first times: around
places drawn as people live, half of the questions in person. The statement of search alone (`candidates.page`) and the
whole (`finding.find`: the cards too) are beside the fetch of 20 rows by primary key asked just before, in the same way:
rows of Availability by one statement, mediators by the ORM. What all choices would find (`facets.count`) is timed.
B4: how the slow ones of B3 grow. B5: the buffers that the statement touches, by row of its answer, where 95 % of
mediators have nothing within 300 days, the specialty is rare, and the place is Paris.

With SIZE=full, B3 again in the country that `generate_country` makes: 100,000 mediators and 9 million appointments,
whose rows are what their agendas give.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from benchmarks import crowd, database
from benchmarks.report import Row

if TYPE_CHECKING:
    from allomediateur.agenda.candidates import Query

SIZES = (1_000, 10_000, 100_000)
POINTS, FIRST, SPARSE = 150, 15, 5
"""Questions measured, asked beforehand for nothing; one in so many asks for all choices too."""
PARIS = (48.85661, 2.35222)
WAYS = ("phone", "video", "in_person", "in_person")
GOAL_FETCH, GOAL_GROWTH, GOAL_BUFFERS = 1.25, 1.3, 3.0
FAR = timedelta(days=300)
FULL = {"mediators": 100_000, "appointments": 9_000_000}
FETCH = "SELECT * FROM agenda_availability WHERE id = ANY(%s::bigint[])"
STATEMENT, WHOLE, FACETS, ROWS, PEOPLE = "statement", "whole", "facets", "rows", "people"


@dataclass(frozen=True)
class Times:
    """Seconds of each deed at one size, sorted; how many mediators were found, on average."""

    size: int
    seconds: dict[str, list[float]]
    found: float

    def p50(self, deed: str) -> float:
        return statistics.median(self.seconds[deed])

    def p95(self, deed: str) -> float:
        found = self.seconds[deed]
        return found[int(len(found) * 0.95)]


def run() -> list[Row]:
    database.ready()
    largest = SIZES[-1]
    found = []
    for size in SIZES:
        crowd.fill(size)
        found.append(_measure(size))
    rows = [row for times in found for row in _of_size(times)]
    rows += _growth(found[0], found[-1])
    crowd.press(full=0.95, rare=0.02, late=crowd.TODAY + FAR + timedelta(days=20))
    rows += _adversary(largest)
    return rows + (_country() if os.environ.get("SIZE") == "full" else [])


def _country() -> list[Row]:
    """The same questions where everything is true."""
    from django.core.management import call_command, get_commands  # want settings

    if "generate_country" not in get_commands():
        return [Row("B3", "a generated country", "not measured", note="there is no generate_country")]
    who = "{mediators:,} generated mediators with {appointments:,} appointments".format(**FULL)
    with database.apart(durable=False):
        began = time.perf_counter()
        call_command("generate_country", **FULL)
        made = Row("B3", f"making {who}", f"{time.perf_counter() - began:.0f} s")
        crowd.settle()
        return [made, *_of_size(_measure(FULL["mediators"]), who)]


def _measure(size: int) -> Times:
    chance, seconds, results = random.Random(size), defaultdict[str, list[float]](list), []
    deeds = _deeds(size, chance)
    for number, query in enumerate(_queries(chance, FIRST + POINTS)):
        for name, deed in deeds.items():
            if name == FACETS and number % SPARSE:
                continue
            began = time.perf_counter()
            answer = deed(query)
            if number >= FIRST:
                seconds[name].append(time.perf_counter() - began)
            if name == WHOLE:
                results.append(len(answer.items))
    return Times(size, {name: sorted(each) for name, each in seconds.items()}, statistics.mean(results))


def _deeds(size: int, chance: random.Random) -> dict[str, Callable[[Query], Any]]:
    from allomediateur.agenda import candidates, facets, finding  # models want settings
    from allomediateur.agenda.models import Availability
    from allomediateur.directory.models import Mediator

    offered = _offered()
    keys = list(Availability.objects.values_list("pk", flat=True))
    people = list(Mediator.objects.values_list("pk", flat=True))
    return {
        ROWS: lambda query: _fetched(chance.sample(keys, 20)),
        STATEMENT: lambda query: candidates.page(query, crowd.NOW),
        PEOPLE: lambda query: list(Mediator.objects.filter(pk__in=chance.sample(people, 20))),
        WHOLE: lambda query: finding.find(query, crowd.NOW),
        FACETS: lambda query: facets.count(query, offered, crowd.NOW),
    }


def _fetched(keys: list[int]) -> list[Any]:
    """Twenty rows by their primary key, as search asks for them: by a cursor, prepared where search is."""
    from django.db import connection  # wants settings

    from allomediateur.agenda import candidates

    fetch = getattr(candidates, "fetch", None)
    if fetch:
        return list(fetch(FETCH.replace("%s", "%(keys)s"), {"keys": keys}))
    with connection.cursor() as cursor:
        cursor.execute(FETCH, [keys])
        return list(cursor.fetchall())


def _offered() -> Any:
    from allomediateur.agenda.facets import Offered  # wants settings

    return Offered(radii=(10, 30, 50, 100), untils=[crowd.TODAY + timedelta(days=days) for days in (3, 7, 14, 30)])


def _queries(chance: random.Random, count: int) -> Iterator[Query]:
    from allomediateur.agenda.candidates import Query  # wants settings
    from allomediateur.directory.models import Commune, Specialty

    places = list(Commune.objects.order_by("code").values_list("lat", "lon", "population"))
    weights = [population for _lat, _lon, population in places]
    specialties = list(Specialty.objects.exclude(slug=crowd.RARE).order_by("pk").values_list("pk", flat=True))
    for lat, lon, _population in chance.choices(places, weights, k=count):
        yield Query(
            lat=lat, lon=lon, specialty_id=chance.choice(specialties), modality=chance.choice(WAYS),
            until=crowd.TODAY + timedelta(days=14),
        )  # fmt: skip


def _of_size(times: Times, who: str = "") -> Iterator[Row]:
    who = who or f"{times.size:,} mediators"
    for name, deed, against in ((STATEMENT, "the statement", ROWS), (WHOLE, "cards included", PEOPLE)):
        workload = f"search, 20 nearest of {who} ({times.found:.0f} found on average), {deed}"
        yield Row("B3", f"{workload}: p50, p95", f"{_ms(times.p50(name))}, {_ms(times.p95(name))}")
        ratio = times.p50(name) / times.p50(against)
        goal, met = ("", None) if name == WHOLE else (f"<= {GOAL_FETCH}x", ratio <= GOAL_FETCH)
        note = "" if met in (None, True) else (
            f"{ratio / GOAL_FETCH:.1f} times too much: {_ms(times.p50(name))} against {_ms(times.p50(against))}; a row "
            "fetched by its key is neither sought by place nor judged by its times nor gathered by mediator"
        )  # fmt: skip
        yield Row("B3", f"{workload} / 20 by primary key", f"{ratio:.2f}x", goal, met, note)
    figure = f"{_ms(times.p50(FACETS))}, {_ms(times.p95(FACETS))}"
    yield Row("B3", f"what all choices would find among {who}: p50, p95", figure)


def _growth(small: Times, large: Times) -> Iterator[Row]:
    for name, deed in ((STATEMENT, "the statement"), (WHOLE, "cards included")):
        growth = large.p95(name) / small.p95(name)
        met = growth <= GOAL_GROWTH
        note = "" if met else (
            f"{growth / GOAL_GROWTH:.1f} times too much: {_ms(small.p95(name))} among {small.size:,}, "
            f"{_ms(large.p95(name))} among {large.size:,}"
        )  # fmt: skip
        workload = f"growth, {deed}: p95 of {large.size:,} / p95 of {small.size:,}"
        yield Row("B4", workload, f"{growth:.2f}x", f"<= {GOAL_GROWTH}x", met, note)


def _adversary(size: int) -> Iterator[Row]:
    from allomediateur.agenda.candidates import Query  # wants settings
    from allomediateur.directory.models import Specialty

    rare = Specialty.objects.get(slug=crowd.RARE).pk
    for way in ("phone", "in_person"):
        for sort in ("nearest", "soonest"):
            query = Query(
                lat=PARIS[0], lon=PARIS[1], specialty_id=rare, modality=way, until=crowd.TODAY + FAR, sort=sort
            )
            yield _row(f"95 % full, rare specialty, Paris, day 300, {way}, {sort}, {size:,}", query)


def _row(workload: str, query: Query) -> Row:
    buffers, results, milliseconds = explained(query)
    each = buffers / max(1, results)
    met = each <= GOAL_BUFFERS
    note = f"{buffers} buffers for {results} results in {milliseconds:.1f} ms"
    if not met:
        note += f", {each / GOAL_BUFFERS:.1f} times too much"
    return Row("B5", f"buffers a result, {workload}", f"{each:.1f}", f"<= {GOAL_BUFFERS:.0f}", met, note)


def explained(query: Query) -> tuple[int, int, float]:
    """Of the very statement that search asks: shared buffers touched, rows of the answer, milliseconds."""
    from django.db import connection  # wants settings

    from allomediateur.agenda import candidates

    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        page: Any = candidates.page(query, crowd.NOW)
    results = len(page.rows if hasattr(page, "rows") else page[0])
    statement, values = asked[0]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
        told = cursor.fetchone()[0]
    plan = (json.loads(told) if isinstance(told, str) else told)[0]
    touched = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return touched, results, plan["Execution Time"]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
