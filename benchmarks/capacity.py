"""`python -m benchmarks.capacity [--mediators 1000] [--searches 400] [--bookings 60]`: how many cores for how many.

The platform as it runs (Granian, `manage.py work`, PostgreSQL that writes to its disk, a mail server), a generated
country, visitors on loopback. What is counted is the processor time of each part, not how long it took: it hardly
depends on who else uses the machine, nor on the visitors, who run beside. Cores for a rate are that time multiplied:
an extrapolation, with each core busy half the time so that queues stay short. Linux only (/proc).
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.report import Row, table
from launch import binaries, postgres
from launch.premises import ROOT
from tests.faults import processes
from tests.faults.postman import Postman
from tests.faults.site import People, Site, collect, environment, running
from tests.faults.visitor import Visitor
from tests.launch.waiting import eventually

AT_ONCE = 4
WARM = 40
"""Requests that are not counted: connections, plans and templates are made by the first ones."""
BUSY = 0.5
"""Part of the time that a core works."""
PEAK_HOUR = 0.2
"""Part of a day's bookings that come in its fullest hour."""
TICKS = os.sysconf("SC_CLK_TCK")
UNDELIVERED = "SELECT 1 FROM notify_letter WHERE sent_at IS NULL"


@dataclass(frozen=True)
class Cost:
    """Seconds of processor for one."""

    pages: float
    database: float
    worker: float

    @property
    def parts(self) -> tuple[float, ...]:
        return (self.pages, self.database, self.worker) if self.worker else (self.pages, self.database)

    @property
    def total(self) -> float:
        return sum(self.parts)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mediators", type=int, default=1000)
    asked.add_argument("--searches", type=int, default=400)
    asked.add_argument("--bookings", type=int, default=60)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True) as folder:
        site = Site(Path(folder), People("", 0, ""), Postman(), binaries.find())
        _build(site, told.mediators)
        with running(site):
            questions = _questions(site)
            _each(questions[:WARM], lambda address: _search(site, address))
            search = _cost(site, questions[WARM:][: told.searches], lambda address: _search(site, address))
            search = replace(search, worker=0.0)  # what it did meanwhile was for nobody who searched
            slugs = _free(site, WARM // 4 + told.bookings)
            _each(slugs[: WARM // 4], lambda slug: _book(site, slug))
            _all_delivered(site)
            booking = _cost(site, slugs[WARM // 4 :], lambda slug: _book(site, slug))
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{told.mediators} mediators, {told.searches} searches, {told.bookings} bookings; {load}\n")
    print(table(_rows(search, booking)))
    return 0


def _rows(search: Cost, booking: Cost) -> list[Row]:
    peak = 100_000 * PEAK_HOUR / 3600
    return [
        Row("search", "processor time of one: pages, database", _times(search)),
        Row("search", "a core alone serves (pages and database)", f"{1 / search.total:.0f} a second"),
        Row("search", "cores for 1,000 a second: pages, database", _cores(search, 1_000)),
        Row("search", "cores for 10,000 a second: pages, database", _cores(search, 10_000)),
        Row("booking", "processor time of a whole way: pages, database, worker", _times(booking)),
        Row("booking", "a core alone serves (all three)", f"{1 / booking.total:.1f} a second"),
        Row("booking", f"cores for 100,000 a day (peak of {peak:.1f} a second): same", _cores(booking, peak)),
    ]


def _times(cost: Cost) -> str:
    return ", ".join(f"{seconds * 1000:.1f} ms" for seconds in cost.parts)


def _cores(cost: Cost, rate: float) -> str:
    return ", ".join(f"{max(1, ceil(seconds * rate / BUSY)):,}" for seconds in cost.parts)


def _build(site: Site, mediators: int) -> None:
    """Tables, static files and the country, then stopped: what is measured starts as in service."""
    collect(site.data_dir)
    cluster = postgres.start(site.data_dir, durable=False, folder=site.folder)
    commands = (["migrate"], ["createcachetable"], ["generate_country", "--mediators", str(mediators), "--seed", "7"])
    try:
        for words in commands:
            told = environment(site.data_dir, cluster.url())
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=told, check=True, stdout=sys.stderr)
    finally:
        cluster.stop()


def _questions(site: Site) -> Sequence[str]:
    """By town, by population; half of them by specialty, a third by a way to meet. Another seed, other questions."""
    towns = site.rows("SELECT code, population FROM directory_commune ORDER BY population DESC LIMIT 2000")
    specialties = [slug for (slug,) in site.rows("SELECT slug FROM directory_specialty ORDER BY slug")]
    chance = random.Random(7)
    codes = chance.choices([code for code, _ in towns], [people for _, people in towns], k=5000)
    found = []
    for code in codes:
        words = {"lieu": code}
        if chance.random() < 1 / 2:
            words["specialite"] = chance.choice(specialties)
        if chance.random() < 1 / 3:
            words["modalite"] = chance.choice(("telephone", "visio", "presentiel"))
        found.append(f"/mediateurs/?{urlencode(words)}")
    return found


def _free(site: Site, number: int) -> Sequence[str]:
    """Mediators with something to book, each once."""
    rows = site.rows(
        "SELECT slug FROM directory_mediator WHERE id IN ("
        "SELECT mediator_id FROM agenda_availability WHERE first_free_day IS NOT NULL) ORDER BY id LIMIT 10000"
    )
    return random.Random(7).sample([slug for (slug,) in rows], number)


def _search(site: Site, address: str) -> None:
    answer = Visitor(site.port, "", str).request("GET", address)
    assert answer.status == 200, (address, answer.status, answer.title)


def _book(site: Site, slug: str) -> None:
    """The whole way, by the first slot that the page shows."""
    visitor = Visitor(site.port, f"{slug}@example.org", site.postman.code_for)
    address = f"/mediateurs/{slug}/"
    page = visitor.insist("GET", address)
    while not page.slots:
        page = visitor.insist("GET", address + page.following)
    service = int(page.hidden("prestation"))
    held = visitor.hold(page, slug, service, page.slots[0])
    assert held, f"{slug}: {page.slots[0]} was taken"
    visitor.tell()
    visitor.confirm()


def _cost(site: Site, things: Sequence[str], act: Callable[[str], None]) -> Cost:
    """Mean of all, letters delivered and what the worker does meanwhile included."""
    before, began = _used(site), time.monotonic()
    _each(things, act)
    _all_delivered(site)
    after, took = _used(site), time.monotonic() - began
    print(f"{len(things)} in {took:.1f} s, {AT_ONCE} at once", file=sys.stderr)
    pages, database, worker = ((now - then) / len(things) for now, then in zip(after, before, strict=True))
    return Cost(pages, database, worker)


def _each(things: Sequence[str], act: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        list(visitors.map(act, things))


def _all_delivered(site: Site) -> None:
    assert eventually(lambda: not site.rows(UNDELIVERED), 120)


def _used(site: Site) -> tuple[float, float, float]:
    """Seconds of processor so far: pages, database, worker, with all that they started."""
    roots = (site.pages.process, site.cluster.process, site.worker.process)
    return tuple(_seconds(root.pid) for root in roots if root)  # type: ignore[return-value]


def _seconds(pid: int) -> float:
    """Its own, its ended children's, and those of the living ones."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / TICKS + sum(map(_seconds, processes.children(pid)))


if __name__ == "__main__":
    sys.exit(main())
