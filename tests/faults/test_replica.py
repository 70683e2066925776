"""Search reads a real replica, never behind what this browser did; without the replica it goes on by the primary."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import psycopg
import pytest

from config import env
from tests.faults.conftest import Make
from tests.faults.crowd import free_slots
from tests.faults.figures import Figures
from tests.faults.site import Site, running
from tests.faults.standby import Standby
from tests.faults.visitor import Visitor
from tests.launch.waiting import eventually

BOUND = 30.0
"""Seconds after which a visitor gives an answer up: far above what a silent replica may cost."""
PROCESSES = 2
LOOKS = 4 * PROCESSES
"""Enough that each process of the pages answers some."""
THREADS = 4
"""Fewer than the pages have: each is let in, whatever the others wait for."""


@pytest.fixture
def standby(tmp_path: Path) -> Iterator[Standby]:
    with closing(Standby(tmp_path / "standby")) as one:
        yield one


def settings(standby: Standby, late: int = 3600) -> dict[str, str]:
    """`late`: seconds; an hour, so that a replica held back by a trial is still read."""
    return {"DATABASE_REPLICA_URL": standby.url, "REPLICA_LATE_SECONDS": str(late)}


def test_search_reads_the_replica_and_outlives_it(make_site: Make, standby: Standby, figures: Figures) -> None:
    with running(make_site(settings=settings(standby))) as site:
        # Not there yet: nobody notices.
        assert shown(site, Visitor(site.port, "", str))
        assert eventually(lambda: states(site) == ["lost"])
        standby.make(site.cluster)
        assert_read_and_never_behind(site, standby, figures, "made")

        with searching(site) as answers:
            standby.kill()
            assert eventually(lambda: len(answers) > 4 * LOOKS, 120)
        assert set(answers) == {200}
        figures.note("pages while it was killed", len(answers))
        assert eventually(lambda: states(site) == ["lost"])
        standby.start()
        assert_read_and_never_behind(site, standby, figures, "started again")

        with searching(site) as answers:
            standby.proxy.freeze()
            assert eventually(lambda: len(answers) > 4 * LOOKS, 120)
        assert set(answers) == {200}
        standby.proxy.mend()
        assert_read_and_never_behind(site, standby, figures, "heard again")
        site.check_availability()


def test_a_replica_too_late_is_not_read_nor_one_that_became_a_database_of_its_own(
    make_site: Make, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(make_site(settings=settings(standby, late=0))) as site:
        assert faults_of_the_settings(site, standby) == {"W017"}
        assert site.manage("migrate", "--check", **settings(standby)).returncode == 0
        standby.make(site.cluster)
        assert eventually(lambda: states(site) == ["ok"], 60)
        assert faults_of_the_settings(site, standby) == set()
        standby.pause()
        visitor = holder(site)
        assert eventually(lambda: states(site) == ["late"])
        assert site.health()["code"] == 200
        assert eventually(lambda: everybody_sees(site, shown(site, visitor)))
        standby.promote()
        assert eventually(lambda: states(site) == ["lost"])
        assert eventually(lambda: everybody_sees(site, shown(site, visitor)))  # each process looks once a second
        assert faults_of_the_settings(site, standby) == {"E018"}
        monkeypatch.setenv("DATABASE_REPLICA_URL", standby.url)
        told = env.replicas()["replica1"]["OPTIONS"]["options"]
        with (
            psycopg.connect(standby.url, options=told) as connection,
            pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
        ):
            connection.execute("DELETE FROM agenda_availability")


def faults_of_the_settings(site: Site, standby: Standby) -> set[str]:
    """What `manage.py check --deploy` says of replicas."""
    done = site.manage("check", "--deploy", "--tag", "allomediateur", **settings(standby))
    return set(re.findall(r"allomediateur\.(W017|E018)", done.stdout + done.stderr))


def assert_read_and_never_behind(site: Site, standby: Standby, figures: Figures, what: str) -> None:
    """The replica held back, strangers see what was; who changed it sees what is, at once and each time."""
    figures.begin()
    assert eventually(lambda: states(site) == ["ok"], 60)
    figures.lap(f"{what}: told after")
    stranger, before = Visitor(site.port, "", str), shown_by_the_primary(site)
    ((position,),) = site.rows("SELECT pg_current_wal_lsn()::text")
    assert eventually(lambda: standby.has_replayed(position))
    standby.pause()
    visitor = holder(site)
    after = shown(site, visitor)
    assert after != before
    assert [shown(site, visitor) for _ in range(LOOKS)] == [after] * LOOKS
    assert eventually(lambda: all(shown(site, stranger) == before for _ in range(LOOKS)), 60)
    assert [shown(site, visitor) for _ in range(LOOKS)] == [after] * LOOKS
    assert eventually(lambda: (site.health()["replicas"][0]["lag_bytes"] or 0) > 0, 60)  # None while it is lost
    standby.go_on()
    assert eventually(lambda: everybody_sees(site, after))


def holder(site: Site) -> Visitor:
    """Somebody who has just taken the first slot there is."""
    (slot,) = free_slots(site, 1)
    visitor = Visitor(site.port, "holder@example.org", str)
    assert visitor.hold(visitor.look(site.people.slug), site.people.slug, site.people.service, slot)
    return visitor


def shown_by_the_primary(site: Site) -> list[str]:
    """To somebody who has just done something that changes nothing here."""
    visitor = Visitor(site.port, "", str)
    visitor.look(site.people.slug)
    assert visitor.request("POST", "/fuseau/", {"tz": "Europe/Paris"}).status < 500
    assert "seen" in visitor.cookies
    return shown(site, visitor)


def everybody_sees(site: Site, slots: list[str]) -> bool:
    stranger = Visitor(site.port, "", str)
    return all(shown(site, stranger) == slots for _ in range(LOOKS))


def shown(site: Site, visitor: Visitor) -> list[str]:
    """The slots on the cards of a search."""
    answer = visitor.request("GET", "/mediateurs/", seconds=BOUND)
    assert answer.status == 200
    return re.findall(r"creneau=([^&\"#]+)", answer.text)


def states(site: Site) -> list[str]:
    return [one["state"] for one in site.health().get("replicas", [])]


@contextmanager
def searching(site: Site) -> Iterator[list[int]]:
    """Visitors who search without end: the status of each answer."""
    answers, ends = list[int](), Event()

    def search() -> None:
        while not ends.is_set():
            answers.append(Visitor(site.port, "", str).request("GET", "/mediateurs/", seconds=BOUND).status)

    with ThreadPoolExecutor(THREADS) as visitors:
        looking: list[Future[None]] = [visitors.submit(search) for _ in range(THREADS)]
        try:
            assert eventually(lambda: len(answers) > THREADS)
            yield answers
        finally:
            ends.set()
    for one in looking:
        one.result()
