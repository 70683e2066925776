"""The disk of PostgreSQL fills up amid bookings: said calmly, nothing acknowledged lost; with space it goes on."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.site import Site, running
from tests.faults.visitor import Visitor
from tests.launch.waiting import eventually

SIZE = "200m"
FEW = 16
PIECE = 1024 * 1024
MEGABYTES = 200
"""More than the room that PostgreSQL may have set aside in its log."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A DATA_DIR whose PostgreSQL has a small disk of its own."""
    data_dir = tmp_path / "site"
    place = data_dir / "postgres"
    place.mkdir(parents=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(place)], capture_output=True, text=True
    )
    if done.returncode != 0:
        pytest.skip(f"Un disque plein ne peut pas être essayé ici, où « mount » est refusé : {done.stderr.strip()}")
    yield data_dir
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """A file that takes all that is left."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (PIECE, 4096, 1):
            try:
                while file.write(bytes(piece)) == piece:
                    continue
            except OSError:
                continue
    assert os.statvfs(place).f_bavail == 0
    return ballast


def use_up(site: Site) -> None:
    """The room that the log had set aside is written too, until PostgreSQL itself meets the full disk."""
    for _ in range(MEGABYTES):
        try:
            site.change("SELECT pg_logical_emit_message(true, 'full', repeat('x', %s))", PIECE)
        except psycopg.Error:
            return
    raise AssertionError("PostgreSQL still finds room on a full disk")


def test_a_full_disk(make_site: Make, small_disk: Path, figures: Figures) -> None:
    with running(make_site(data_dir=small_disk)) as site:
        crowd = Crowd(site, free_slots(site, FEW), size=FEW)
        late, full = crowd.visitors[FEW // 2 :], threading.Event()

        def book(visitor: Visitor, slot: str) -> None:
            if visitor in late:
                full.wait()
            visitor.book(site.people.slug, site.people.service, slot)

        crowd.start(book)
        assert crowd.reaches("confirmed", 2)
        ballast = fill(small_disk / "postgres")
        use_up(site)
        full.set()

        def felt() -> bool:
            site.try_to_tend()
            return crowd.failures >= FEW

        assert eventually(felt, 60), "nobody met the full disk"
        figures.note("confirmed while it was filling", crowd.count("confirmed"))
        ballast.unlink()
        figures.begin()

        def back() -> bool:
            site.try_to_tend()
            return site.answers()

        assert eventually(back, 60)
        figures.lap("back after")
        site.hurry()
        crowd.finish()
        crowd.note(figures)
        facts.everybody_was_answered(crowd)
        facts.errors_were_calm(crowd)
        facts.appointments_are_those_acknowledged(site, crowd)
        site.hurry()
        facts.all_is_delivered(site)
        facts.letters_tell_each_thing_once(site)
        facts.everything_reads(site)
        site.check_availability()
