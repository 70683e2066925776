"""64 visitors at the same instant, through HTTP: one slot has one winner, 64 slots have 64."""

import threading

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import PATIENCE, SIZE, Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.site import Site, running
from tests.faults.visitor import Visitor


def test_one_slot_has_one_winner_and_64_slots_have_64(make_site: Make, figures: Figures) -> None:
    with running(make_site()) as site:
        *spread, first, second = free_slots(site, SIZE + 2)
        for slot in (first, second):
            crowd = hold_together(site, [slot])
            assert (crowd.count("held"), crowd.count("taken")) == (1, SIZE - 1)
        figures.note("on one slot: winners", crowd.count("held"))
        figures.note("told taken, with other slots", crowd.count("taken"))
        figures.begin()
        crowd = hold_together(site, spread)
        figures.lap("64 slots held in")
        assert crowd.count("held") == SIZE
        assert site.rows(facts.OVERLAPS) == []
        assert site.rows("SELECT count(*), count(DISTINCT starts_at) FROM agenda_appointment") == [(SIZE + 2, SIZE + 2)]
        site.check_availability()


def hold_together(site: Site, slots: list[str]) -> Crowd:
    """Each has the page before the eyes, then all press their button. Nobody sees an error."""
    crowd, together = Crowd(site, slots), threading.Barrier(SIZE, timeout=PATIENCE)

    def press(visitor: Visitor, wanted: str) -> None:
        page = visitor.look(site.people.slug)
        together.wait()
        visitor.attempt(lambda: visitor.hold(page, site.people.slug, site.people.service, wanted))

    crowd.start(press)
    crowd.finish()
    failures = [one.failure or one.errors for one in crowd.visitors if one.failure or one.troubles]
    assert failures == []
    return crowd
