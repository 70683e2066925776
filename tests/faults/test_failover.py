"""The primary is gone for good: by the steps of docs/operations.md, its replica is the database from then on."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import PATIENCE, Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.programs import programs
from tests.faults.site import Site, running
from tests.faults.standby import Standby
from tests.faults.visitor import Visitor
from tests.launch.waiting import eventually

BEFORE, AMID, AFTER = 4, 2, 2
"""Visitors who have booked when the primary dies, who hold a slot then, who come once it is over."""


@pytest.fixture
def standby(tmp_path: Path) -> Iterator[Standby]:
    with closing(Standby(tmp_path / "standby")) as one:
        yield one


@pytest.mark.parametrize("version", ["found", "oldest"])
def test_the_replica_takes_over(make_site: Make, standby: Standby, version: str, figures: Figures) -> None:
    settings = {"DATABASE_REPLICA_URL": standby.url}
    with running(make_site(folder=programs(version), settings=settings)) as site:
        standby.make(site.cluster)
        size = BEFORE + AMID + AFTER
        crowd = Crowd(site, free_slots(site, size), size=size)
        is_over = threading.Event()
        crowd.start(lambda visitor, slot: walk(crowd, visitor, slot, is_over))
        assert eventually(lambda: (crowd.count("held"), crowd.count("confirmed")) == (BEFORE + AMID, BEFORE), PATIENCE)
        facts.all_is_delivered(site)
        ((position,),) = site.rows("SELECT pg_current_wal_lsn()::text")
        assert eventually(lambda: standby.has_replayed(position))

        figures.begin()
        fail_over(site, standby)
        figures.lap("promoted, restarted and answering after")
        assert crowd.count("confirmed") == BEFORE
        is_over.set()
        crowd.finish()
        crowd.note(figures)
        assert crowd.count("confirmed") == size
        facts.everybody_was_answered(crowd)
        facts.errors_were_calm(crowd)
        facts.appointments_are_those_acknowledged(site, crowd)
        facts.all_is_delivered(site)
        facts.letters_tell_each_thing_once(site)
        facts.everything_reads(site)
        site.check_availability()
        assert site.manage("verify_trail").returncode == 0
        assert eventually(lambda: site.health().get("code") == 200)
        assert site.health()["replicas"] == []


def walk(crowd: Crowd, visitor: Visitor, slot: str, is_over: threading.Event) -> None:
    """The first book, the next hold their slot and wait for the end of it, the last come then."""
    people, number = crowd.site.people, crowd.visitors.index(visitor)

    def act() -> None:
        if number >= BEFORE + AMID:
            is_over.wait(PATIENCE)
        assert visitor.hold(visitor.look(people.slug), people.slug, people.service, slot)
        if number >= BEFORE:
            is_over.wait(PATIENCE)
        visitor.tell()
        visitor.confirm()

    visitor.attempt(act)


def fail_over(site: Site, standby: Standby) -> None:
    """Steps 1 to 3: the primary does not come back; of one replica, it is the one that is ahead; every host is told."""
    primary = site.cluster
    site.kill_database()
    primary.stop()
    assert standby.run("SELECT pg_last_wal_receive_lsn()") is not None
    standby.promote()
    assert standby.cluster
    site.close()
    site.settings = {}
    site.open(standby.cluster)
