"""kill -9 in the middle of 64 bookings: what was acknowledged is there, once, and all goes on by itself."""

from collections.abc import Callable
from pathlib import Path

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import SIZE, Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.site import Site, running
from tests.launch.waiting import eventually

CONTESTED = 8
"""Slots that two want."""
KILLS = (("held", 12), ("booked", 24), ("confirmed", 32))
"""When: once so many were given that."""


def trial(site: Site, figures: Figures, kill: Callable[[], None]) -> None:
    """The crowd books while `kill` is done three times; then all that must be so."""
    crowd = Crowd(site, free_slots(site, SIZE - CONTESTED))
    crowd.start()
    for what, number in KILLS:
        assert crowd.reaches(what, number)
        assert not crowd.is_done(), "nobody was in the middle"
        kill()
        figures.begin()
        assert eventually(site.answers, 60)
        figures.lap("back after")
    crowd.finish()
    crowd.note(figures)
    facts.everybody_was_answered(crowd)
    facts.errors_were_calm(crowd)
    facts.appointments_are_those_acknowledged(site, crowd)
    site.hurry()
    facts.all_is_delivered(site)
    facts.letters_tell_each_thing_once(site)
    site.check_availability()
    figures.note("letters written", len(site.rows("SELECT 1 FROM notify_letter")))
    figures.note("letters received", len(site.postman.letters))


def test_postgresql_is_killed(make_site: Make, any_version: Path, figures: Figures) -> None:
    with running(make_site(folder=any_version)) as site:

        def kill() -> None:
            site.kill_database()
            site.tend()
            site.hurry()

        trial(site, figures, kill)


def test_pages_and_worker_are_killed(make_site: Make, figures: Figures) -> None:
    with running(make_site()) as site:

        def kill() -> None:
            site.kill_pages()
            site.kill_worker()
            site.bury()
            site.tend()

        trial(site, figures, kill)
