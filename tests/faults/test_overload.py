"""Ten times what the pages can serve: bookings under way end well, readers are told to come back, nothing breaks."""

import http.client
import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import PATIENCE, Crowd, free_slots
from tests.faults.figures import Figures
from tests.faults.site import Site, running
from tests.faults.visitor import ANSWER_SECONDS, Answer, Visitor

BOOKING, READING = 8, 48
NARROW = {"READERS_AT_ONCE": "1", "READERS_WAITING": "1"}
"""Two processes serve two readers, and two more wait: 48 at once are more than ten times as many."""
ASKED = ("/mediateurs/?lieu=Paris", "/en/mediateurs/?lieu=Paris&tri=tot", "/", "/api/v1/mediators?near=Paris")


@dataclass
class Readers:
    """Each asks again as soon as it is answered, until `stop`."""

    site: Site
    stop: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[int] = field(default_factory=Counter)
    unsaid: list[str] = field(default_factory=list)
    refused: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        self.threads = [
            threading.Thread(target=self._read, args=(ASKED[number % len(ASKED)],), daemon=True)
            for number in range(READING)
        ]
        for thread in self.threads:
            thread.start()

    def finish(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(PATIENCE)

    def _read(self, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=ANSWER_SECONDS)
        while not self.stop.is_set():
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read()
            with self._lock:
                self.statuses[answer.status] += 1
                if answer.status == 503:
                    self.refused.set()
                    is_said = b"Beaucoup de monde" in text or b"Many people" in text
                    if not (is_said and answer.headers.get("Retry-After", "").isdigit()):
                        self.unsaid.append(path)
        connection.close()


def go_on(visitor: Visitor, page: Answer, site: Site, wanted: str) -> None:
    """From the button to the appointment."""
    if visitor.hold(page, site.people.slug, site.people.service, wanted):
        visitor.tell()
        visitor.confirm()


def test_bookings_under_way_end_while_readers_are_turned_away(make_site: Make, figures: Figures) -> None:
    with running(make_site(settings=NARROW)) as site:
        slots = free_slots(site, BOOKING)
        crowd, readers = Crowd(site, slots, BOOKING), Readers(site)
        together = threading.Barrier(BOOKING + 1, timeout=PATIENCE)

        def press(visitor: Visitor, wanted: str) -> None:
            page = visitor.look(site.people.slug)
            visitor.errors.clear()  # a reader as others until then
            together.wait()
            assert readers.refused.wait(PATIENCE)
            visitor.attempt(lambda: go_on(visitor, page, site, wanted))

        crowd.start(press)
        together.wait()
        readers.start()
        figures.begin()
        crowd.finish()
        figures.lap("eight bookings from the hold to the end in")
        readers.finish()
        figures.note("readers served", readers.statuses[200])
        figures.note("readers turned away", readers.statuses[503])
        assert [one.failure or one.errors for one in crowd.visitors if one.failure or one.troubles] == []
        assert crowd.count("confirmed") == BOOKING
        assert set(readers.statuses) == {200, 503}
        assert readers.unsaid == []
        assert site.rows(facts.OVERLAPS) == []
        assert site.health()["code"] == 200
        assert Visitor(site.port, "after@example.org", str).insist("GET", "/mediateurs/?lieu=Paris").status == 200
        site.check_availability()
