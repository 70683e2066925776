"""B8: pages through HTTP, against two words behind the same middleware, in turns on one process and one core.

Quiet: nothing is written meanwhile, and an answer already made at that version of the database is given again. Busy:
somebody else commits all the time, as in service, so that every search page is made anew, from drawn cards; a profile
only looks whether its own rows changed.
"""

from __future__ import annotations

import contextlib
import os
import re
import statistics
import threading
from collections.abc import Iterator
from functools import partial

import psycopg

from benchmarks import database
from benchmarks.loading import Line, press, request
from benchmarks.report import Row, median_seconds
from benchmarks.serving import Served, served

COMMAND = "granian --interface wsgi --no-ws --workers 1 --blocking-threads 4 --workers-kill-timeout 5 --log-level error"
SEARCH, HELLO = "/mediateurs/?lieu=Paris", "/demo/bonjour"
ROUNDS, SECONDS, LINES = 5, 1.0, 3
GOAL_PAGE, GOAL_UNCHANGED = 0.30, 0.85


_REMADE = (
    "after any commit the page is made anew (search, counts of the filters, templates), and there are two hundred "
    "commits a second here: so no page is ever given again"
)


def run() -> list[Row]:
    with served(COMMAND, "benchmarks.pages_wsgi:application") as site, _one_core(site):
        asked = _requests(site.port)
        quiet = _rates(site, asked)
        with _commits(site.database):
            busy = _rates(site, asked)
    with database.apart(durable=False):
        return [*_rows(quiet, busy), *_cards()]


def _requests(port: int) -> dict[str, bytes]:
    """Each by what it measures; the browser's cookies and tags are those it was given."""
    line = Line(port)
    _status, headers, _body = line.ask(request(SEARCH))
    page = line.ask(request(SEARCH, {"Accept-Encoding": "identity"}))[2].decode()
    found = re.search(r'class="result" id="m-([^"]+)"', page)
    assert found
    profile = f"/mediateurs/{found[1]}/"
    cookie = {"Cookie": line.ask(request(profile))[1]["set-cookie"].partition(";")[0]}
    tag = line.ask(request(profile, cookie))[1]["etag"]
    line.close()
    return {
        "hello": request(HELLO),
        "search": request(SEARCH),
        "profile": request(profile),
        "search 304": request(SEARCH, {"If-None-Match": headers["etag"]}),
        "profile 304": request(profile, cookie | {"If-None-Match": tag}),
    }


def _rates(site: Served, asked: dict[str, bytes]) -> dict[str, float]:
    """Answers a second as a part of hello's in the same round: the median of the rounds; hello's own as it is."""
    rounds = []
    for _ in range(ROUNDS):
        rates = {}
        for name, sent in asked.items():
            load = press(site.port, [sent], lines=LINES, seconds=SECONDS)
            wanted = 304 if name.endswith("304") else 200
            assert set(load.statuses) == {wanted}, (name, load.statuses)
            rates[name] = load.rate
        rounds.append({name: rate / rates["hello"] for name, rate in rates.items()} | {"hello": rates["hello"]})
    return {name: statistics.median(one[name] for one in rounds) for name in asked}


def _rows(quiet: dict[str, float], busy: dict[str, float]) -> Iterator[Row]:
    yield Row("B8", "hello of the same stack, one process on one core", f"{quiet['hello']:.0f} a second")
    for name, goal in (("search", GOAL_PAGE), ("search 304", GOAL_UNCHANGED), ("profile 304", GOAL_UNCHANGED)):
        for when, rates in (("quiet", quiet), ("busy", busy)):
            figure, wanted = f"{rates[name] * 100:.0f} %", f">= {goal * 100:.0f} %"
            note = _REMADE if rates[name] < goal and when == "busy" and name.startswith("search") else ""
            yield Row("B8", f"{name} / hello, {when} database", figure, wanted, rates[name] >= goal, note)
    yield Row("B8", "profile page / hello, busy database", f"{busy['profile'] * 100:.0f} %")


@contextlib.contextmanager
def _one_core(site: Served) -> Iterator[None]:
    """Pages on the first core; the database, and we who ask, on the others."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        for pid in (site.pages, *_children(site.pages)):
            for task in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(task), cores[:1])
        os.sched_setaffinity(0, cores[1:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as listed:
        return [int(one) for one in listed.read().split()]


@contextlib.contextmanager
def _commits(url: str) -> Iterator[None]:
    """Two hundred a second, of nothing: each is another version of the whole."""
    done = threading.Event()

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not done.wait(0.005):
                connection.execute("SELECT pg_current_xact_id()")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _cards() -> list[Row]:
    """In this process, from the rows of a search to the text of twenty cards."""
    from django.core.management import call_command  # wants settings
    from django.utils import timezone

    from allomediateur.agenda import finding
    from allomediateur.web.public import asking, card_cache, results

    call_command("generate_country", mediators=60, seed=8, verbosity=0)
    now, asked, zone = timezone.now(), asking.read({}), "Europe/Paris"
    found = finding.find(asked.query(None, zone, now), now).items
    drawn = median_seconds(lambda: [card_cache._html(one) for one in results.cards(found, asked, zone, now)], times=10)
    known = median_seconds(partial(card_cache.drawn, found, asked, zone, now), times=50)
    return [
        Row("B8", f"{len(found)} cards drawn", f"{drawn * 1000:.2f} ms"),
        Row("B8", f"{len(found)} cards known / drawn", f"{known * 1000:.2f} ms, {known / drawn * 100:.0f} %"),
    ]
