"""kill -9 in the middle of 64 bookings: what was acknowledged is there, once, and all goes on by itself."""

from collections.abc import Callable

import pytest

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import SIZE, Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.programs import programs
from tests.faults.site import Site, running
from tests.launch.waiting import eventually

FEW = 12
CONTESTED = 8
"""Slots that two want."""
KILLS = (("held", 0.3), ("confirmed", 0.3))
"""When: once that part of all were given that."""


def trial(site: Site, figures: Figures, kill: Callable[[], None], size: int = SIZE) -> None:
    """The crowd books while `kill` is done twice; then all that must be so."""
    crowd = Crowd(site, free_slots(site, size - CONTESTED), size=size)
    crowd.start()
    for what, part in KILLS:
        assert crowd.reaches(what, int(part * size))
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


@pytest.mark.parametrize(("version", "size"), [("found", SIZE), ("oldest", 24)])
def test_postgresql_is_killed(make_site: Make, version: str, size: int, figures: Figures) -> None:
    with running(make_site(folder=programs(version))) as site:

        def kill() -> None:
            site.kill_database()
            site.tend()
            site.hurry()

        trial(site, figures, kill, size)


def test_pages_and_worker_are_killed(make_site: Make, figures: Figures) -> None:
    """The worker with a letter on its way: one that nobody has yet, then one that was taken but not answered for."""
    moments = iter(("RCPT", "DATA"))
    with running(make_site()) as site:
        keeper = site.postman.keeper

        def kill() -> None:
            keeper.asked.clear()
            keeper.pause = next(moments)
            assert eventually(keeper.asked.is_set)
            site.kill_worker()
            site.kill_pages()
            keeper.pause = ""
            site.bury()
            site.tend()

        trial(site, figures, kill)


def test_each_first_answer_is_lost(make_site: Make, figures: Figures) -> None:
    """The network's fault: what was asked was done, nobody knows, and the same form comes again."""
    with running(make_site()) as site:
        crowd = Crowd(site, free_slots(site, FEW), size=FEW)
        for visitor in crowd.visitors:
            visitor.loses_answers = True
        crowd.start()
        crowd.finish()
        crowd.note(figures)
        facts.everybody_was_answered(crowd)
        assert crowd.count("confirmed") == FEW
        facts.errors_were_calm(crowd)
        facts.appointments_are_those_acknowledged(site, crowd)
        facts.all_is_delivered(site)
        facts.letters_tell_each_thing_once(site)
