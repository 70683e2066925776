"""64 visitors at the same instant, through HTTP: one slot has one winner, 64 slots have 64."""

import threading

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import PATIENCE, SIZE, Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.site import Site, running
from tests.faults.visitor import Visitor

ROUNDS = 2


def test_one_slot_has_one_winner_and_63_are_shown_others(make_site: Make, figures: Figures) -> None:
    with running(make_site()) as site:
        for slot in free_slots(site, ROUNDS):
            crowd = hold_together(site, slot)
            failures = [one.failure for one in crowd.visitors if one.failure]
            assert failures == []
            assert (crowd.count("held"), crowd.count("taken")) == (1, SIZE - 1)
        assert site.rows(facts.OVERLAPS) == []
        assert site.rows("SELECT count(*) FROM agenda_appointment") == [(ROUNDS,)]
        site.check_availability()
        figures.note("storms", ROUNDS)
        figures.note("winners", ROUNDS)
        figures.note("told taken, with other slots", ROUNDS * (SIZE - 1))


def hold_together(site: Site, slot: str) -> Crowd:
    """Each has the page before the eyes, then all press the same button."""
    crowd, together = Crowd(site, [slot]), threading.Barrier(SIZE, timeout=PATIENCE)

    def press(visitor: Visitor, wanted: str) -> None:
        page = visitor.look(site.people.slug)
        together.wait()
        visitor.attempt(lambda: visitor.hold(page, site.people.slug, site.people.service, wanted))

    crowd.start(press)
    crowd.finish()
    return crowd


def test_64_slots_have_their_64(make_site: Make, figures: Figures) -> None:
    with running(make_site()) as site:
        crowd = Crowd(site, free_slots(site, SIZE))
        figures.begin()
        crowd.start()
        crowd.finish()
        figures.lap("64 booked and confirmed in")
        facts.everybody_was_answered(crowd)
        assert crowd.count("confirmed") == SIZE
        assert [error for one in crowd.visitors for error in one.errors] == []
        facts.appointments_are_those_acknowledged(site, crowd)
        facts.all_is_delivered(site)
        facts.letters_tell_each_thing_once(site)
