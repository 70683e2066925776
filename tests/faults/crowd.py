"""64 visitors at once, one thread each: they wait on the network, not on a core."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.faults.figures import Figures
from tests.faults.site import Site
from tests.faults.visitor import Visitor
from tests.launch.waiting import eventually

SIZE = 64
PATIENCE = 150.0


@dataclass
class Crowd:
    """`slots`: what each wants, in turn; several may want the same."""

    site: Site
    slots: Sequence[str]
    size: int = SIZE
    visitors: list[Visitor] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        code = self.site.postman.code_for
        self.visitors = [Visitor(self.site.port, f"client{n}@example.org", code) for n in range(self.size)]

    @property
    def wishes(self) -> dict[str, str]:
        """Slot by address of who wants it."""
        return {one.email: self.slots[number % len(self.slots)] for number, one in enumerate(self.visitors)}

    def start(self, act: Callable[[Visitor, str], None] | None = None) -> None:
        """Every one of them, at once: the whole way to an appointment, or that act with their slot."""
        people, wishes = self.site.people, self.wishes

        def book(visitor: Visitor, slot: str) -> None:
            visitor.book(people.slug, people.service, slot)

        self._threads = [
            threading.Thread(target=act or book, args=(one, wishes[one.email]), daemon=True) for one in self.visitors
        ]
        for thread in self._threads:
            thread.start()

    def is_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def finish(self) -> None:
        assert eventually(self.is_done, PATIENCE), "the crowd did not come back"

    def count(self, what: str) -> int:
        """How many have been given that: « held », « booked », « confirmed »."""
        return sum(bool(getattr(one, what)) for one in self.visitors)

    @property
    def failures(self) -> int:
        """Answers that did not come, or that were an error of the server's."""
        return sum(one.troubles for one in self.visitors)

    def note(self, figures: Figures) -> None:
        figures.note("acknowledged", self.count("confirmed"))
        figures.note("told taken", self.count("taken"))
        figures.note("told to open their letter", self.count("by_letter"))
        figures.note("answers that did not come", sum(one.unsure for one in self.visitors))
        figures.note("calm errors", sum(len(one.errors) for one in self.visitors))

    def reaches(self, what: str, number: int) -> bool:
        return eventually(lambda: self.count(what) >= number or self.is_done(), PATIENCE)


def free_slots(site: Site, number: int) -> list[str]:
    """The buttons of the mediator's page, week after week."""
    visitor, found = Visitor(site.port, "scout@example.org", str), list[str]()
    address = page_of_slots = f"/mediateurs/{site.people.slug}/"
    while len(found) < number:
        page = visitor.insist("GET", address)
        found += [slot for slot in page.slots if slot not in found]
        address = page_of_slots + page.following
    return found[:number]
