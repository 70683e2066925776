"""A database slow, silent, cut off or locked: a calm page in bounded time, no booking half done, and it mends."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.proxy import Proxy
from tests.faults.site import Site, running
from tests.faults.visitor import Visitor
from tests.launch.waiting import eventually

BOUND = 20.0
"""Seconds after which a visitor gives an answer up: far above what the settings below allow."""
SETTINGS = {"STATEMENT_SECONDS": "2"}
FEW = 12
THREADS = 8


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with closing(Proxy()) as one:
        yield one


@pytest.fixture
def site(make_site: Make, proxy: Proxy) -> Iterator[Site]:
    with running(make_site(settings=SETTINGS, route=proxy.route)) as one:
        yield one


def test_a_database_cut_off_silent_or_locked_is_told_calmly_and_mends(
    site: Site, proxy: Proxy, figures: Figures
) -> None:
    for fault in (proxy.freeze, proxy.cut):
        fault()
        assert_calm(site, figures, fault.__name__)
        proxy.mend()
        assert_mends(site, figures)
    with psycopg.connect(site.cluster.url()) as somebody:
        somebody.execute("LOCK TABLE agenda_appointment")
        assert_calm(site, figures, "lock")
    assert_mends(site, figures)
    proxy.delay = 0.01
    (slot,) = free_slots(site, 1)
    visitor = Visitor(site.port, "slow@example.org", site.postman.code_for)
    figures.begin()
    visitor.book(site.people.slug, site.people.service, slot)
    figures.lap("booked over a slow way in")
    assert (visitor.failure, visitor.errors, visitor.unsure) == ("", [], 0)
    assert visitor.confirmed


def assert_calm(site: Site, figures: Figures, what: str) -> None:
    """For as many as there are threads: some have a connection that was open, others make one."""

    def look(_number: int) -> str:
        answer = Visitor(site.port, "", str).request("GET", address(site), seconds=BOUND)
        return f"{answer.status} {answer.title}"

    figures.begin()
    with ThreadPoolExecutor(THREADS) as visitors:
        found = set(visitors.map(look, range(THREADS)))
    figures.lap(f"{what}: calm page after")
    assert found == {facts.CALM}


def assert_mends(site: Site, figures: Figures) -> None:
    figures.begin()
    assert eventually(lambda: Visitor(site.port, "", str).request("GET", address(site)).status == 200)
    figures.lap("mended after")


def address(site: Site) -> str:
    return f"/mediateurs/{site.people.slug}/"


@pytest.mark.parametrize("fault", [Proxy.cut, Proxy.freeze], ids=["cut", "silent"])
def test_bookings_that_the_fault_fell_upon_are_whole(
    site: Site, proxy: Proxy, figures: Figures, fault: Callable[[Proxy], None]
) -> None:
    crowd = Crowd(site, free_slots(site, FEW), size=FEW)
    crowd.start()
    assert crowd.reaches("booked", 2)
    fault(proxy)
    assert eventually(lambda: crowd.failures > 2, BOUND)
    assert not crowd.is_done(), "nobody was in the middle"
    proxy.mend()
    crowd.finish()
    crowd.note(figures)
    facts.everybody_was_answered(crowd)
    facts.errors_were_calm(crowd)
    facts.appointments_are_those_acknowledged(site, crowd)
    facts.all_is_delivered(site)
    facts.letters_tell_each_thing_once(site)
