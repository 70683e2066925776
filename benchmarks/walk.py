"""Random operations on a few agendas, and the differences between what search reads and what the truth gives.

`python -m benchmarks.walk SEED OPERATIONS`: in a PostgreSQL of its own; prints what B9 reads. The same walk, shorter,
is in tests/agenda/test_walk.py.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, cast

from benchmarks import database

if __name__ == "__main__":
    database.ready()

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, changing, direct, editing, expiring, openings
from allomediateur.agenda.models import Agenda, Appointment, Busy, Opening, OpeningException, Service, State, Transition
from allomediateur.agenda.refusals import Wish
from allomediateur.directory.models import Commune, Mediator, Office
from allomediateur.scheduling.periods import Period

if TYPE_CHECKING:
    from allomediateur.agenda.openings import Slot
    from allomediateur.agenda.truth import Asker
    from allomediateur.scheduling.openings import ExceptionKind

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEGINS = datetime(2026, 10, 23, 6, tzinfo=UTC)
"""Two days before the clocks of Paris change."""
ZONES = ("Europe/Paris", "America/Miquelon", "Pacific/Marquesas", "America/Toronto")
CHANGES = tuple(
    datetime(year, *day, tzinfo=UTC)
    for year in range(2027, 2060)
    for day in ((3, 10), (3, 26), (10, 26), (10, 31))
)  # fmt: skip
"""Before the clocks change in one of the zones."""
EVERY = 50
"""Operations between two looks at all the rows."""
KINDS = {
    "hold": 20, "book": 22, "cancel": 12, "move": 10, "release": 8, "open_weekly": 6, "except_a_day": 6,
    "take_back": 3, "busy_elsewhere": 8, "free_elsewhere": 4, "other_terms": 3, "holidays": 1, "time_passes": 12,
    "clocks_change": 1,
}  # fmt: skip
KEPT = 10
"""Openings, busy periods and exceptions an agenda has at most: the walk does not slow down."""


class Walk:
    """`done`: operations that had something to act on, by kind; `now` only moves forward."""

    def __init__(self, seed: int, mediators: int = 6) -> None:
        self.chance, self.now, self.done = Random(seed), BEGINS, Counter[str]()
        self.agendas = [self._agenda(seed, number) for number in range(mediators)]

    def go(self, operations: int) -> list[str]:
        """Differences, of the first look that finds some."""
        for number in range(1, operations + 1):
            (kind,) = self.chance.choices(list(KINDS), weights=list(KINDS.values()))
            self.mediator = self.chance.choice(self.agendas)
            if getattr(self, kind)():
                self.done[kind] += 1
            if (number % EVERY == 0 or number == operations) and (found := availability.differences(self.now)):
                return [f"after {number} operations, {kind} the last: {one}" for one in found]
        return []

    def hold(self) -> bool:
        slot = self._slot("visitor")
        if slot is None:
            return False
        booking.hold(
            mediator=self.mediator, service=Service.objects.get(pk=slot.service_id), modality=slot.modality,
            office=self._office(slot), start=slot.start, browser=f"b{self.chance.random()}", now=self.now,
        )  # fmt: skip
        return True

    def book(self) -> bool:
        slot = self._slot("mediator")
        if slot is None:
            return False
        service = Service.objects.get(pk=slot.service_id)
        wish = Wish(self.mediator, service, slot.modality, self._office(slot), slot.start)
        who = direct.Somebody("Alice", phone="+33639980001")
        direct.book_for(wish, [slot.start], who, None, str(self.chance.random()), self.now)
        return True

    def cancel(self) -> bool:
        one = self._to_come()
        if one:
            changing.cancel(one, by=Transition.By.MEDIATOR, reason="Empêchement.", now=self.now)
        return one is not None

    def move(self) -> bool:
        one = self._to_come()
        slot = self._slot("mediator", one.service) if one else None
        if one is None or slot is None:
            return False
        changing.move(
            one, start=slot.start, modality=slot.modality, office=self._office(slot), by=Transition.By.MEDIATOR,
            now=self.now,
        )  # fmt: skip
        return True

    def release(self) -> bool:
        one = Appointment.objects.filter(mediator=self.mediator, state=State.HELD).first()
        if one:
            booking.release(one, self.now)
        return one is not None

    def open_weekly(self) -> bool:
        modality, office = self._pair()
        start = 15 * self.chance.randrange(96)
        end = start + 15 * self.chance.randint(4, 40)
        draft = editing.OpeningDraft(
            modality, office, self.chance.randrange(7), start, end if end <= 1440 else end - 1440, end > 1440,
            self.chance.choice((0, 0, 1, 2)),
        )  # fmt: skip
        names = ("modality", "office_id", "weekday", "start_minute", "end_minute", "ends_next_day", "weeks")
        rows = Opening.objects.filter(mediator=self.mediator).order_by("pk").values_list(*names)
        kept = [editing.OpeningDraft(*row) for row in rows][1 - KEPT :]
        editing.replace_openings(self.mediator, [*kept, draft], self.now)
        return True

    def except_a_day(self) -> bool:
        kind = self.chance.choice(list(OpeningException.Kind))
        modality, office = self.chance.choice([("", None), ("in_person", None), self._pair()])
        start = 15 * self.chance.randrange(90)
        hours = (None, None) if kind == "closed" and self.chance.random() < 0.5 else (start, min(1440, start + 180))
        day: date = (self.now + self.chance.randint(-1, 5) * DAY).date()
        draft = editing.ExceptionDraft(cast("ExceptionKind", kind.value), day, modality, office, *hours)
        editing.add_exceptions(self.mediator, [draft], self.now)
        return OpeningException.objects.filter(mediator=self.mediator).count() <= KEPT or self.take_back()

    def take_back(self) -> bool:
        ids = list(OpeningException.objects.filter(mediator=self.mediator).values_list("pk", flat=True)[:2])
        editing.remove_exceptions(self.mediator, ids, self.now)
        return bool(ids)

    def busy_elsewhere(self) -> bool:
        start = self.now + self.chance.randint(-300, 6000) * MINUTE
        editing.add_busy(self.mediator, Period(start, start + self.chance.randint(1, 200) * MINUTE), self.now)
        return True

    def free_elsewhere(self) -> bool:
        one = Busy.objects.filter(mediator=self.mediator).first()
        if one:
            editing.remove_busy(one, self.now)
        return one is not None

    def other_terms(self) -> bool:
        service, draw = self.chance.choice(self._services()), self.chance.choice
        service.minutes, service.step_minutes = draw((15, 30, 50)), draw((None, 15, 25))
        service.before_minutes, service.after_minutes = draw((0, 10)), draw((0, 15))
        service.notice_minutes, service.horizon_days = draw((0, 60, 1440)), draw((2, 4, 7))
        service.per_day, service.per_week = draw((None, 1, 2)), draw((None, 3))
        service.booked_by = draw(("anyone", "anyone", "anyone", "mediator"))
        editing.save_service(service, self.now)
        return True

    def holidays(self) -> bool:
        editing.close_on_holidays(self.mediator, self.chance.random() < 0.5, self.now)
        return True

    def time_passes(self) -> bool:
        return self._at(self.now + self.chance.choice((1, 7, 11, 60, 240, 1500)) * MINUTE)

    def clocks_change(self) -> bool:
        return self._at(next(one for one in CHANGES if one > self.now))

    def _at(self, now: datetime) -> bool:
        """As the worker does, which may be late."""
        self.now = now
        if self.chance.random() < 0.8:
            expiring.release_due(now)
            availability.refresh_stale(now)
        return True

    def _slot(self, asker: Asker, service: Service | None = None) -> Slot | None:
        service = service or self.chance.choice(self._services())
        if asker == "visitor" and not service.is_public:
            return None
        found = openings.slots(
            self.mediator, service, since=self.now, until=self.now + 4 * DAY, now=self.now, asker=asker
        )
        return self.chance.choice(found) if found else None

    def _to_come(self) -> Appointment | None:
        mine = Appointment.objects.filter(mediator=self.mediator, state=State.CONFIRMED, starts_at__gt=self.now)
        found = list(mine.select_related("mediator__user", "service")[:5])
        return self.chance.choice(found) if found else None

    def _services(self) -> list[Service]:
        return list(Service.objects.filter(mediator=self.mediator))

    def _office(self, slot: Slot) -> Office | None:
        return Office.objects.get(pk=slot.office_id) if slot.office_id else None

    def _pair(self) -> tuple[str, int | None]:
        office = Office.objects.get(mediator=self.mediator)
        return self.chance.choice([("phone", None), ("in_person", office.pk)])

    def _agenda(self, seed: int, number: int) -> Mediator:
        zone = ZONES[number % len(ZONES)]
        where: dict[str, Any] = {"lat": 47.0, "lon": 2.0, "zone": zone}
        commune, _ = Commune.objects.get_or_create(
            code=f"9900{number % len(ZONES)}",
            defaults={
                "name": zone,
                "key": zone,
                "department": "99",
                "postal_codes": ["99000"],
                "population": 9,
                **where,
            },
        )
        user = User.objects.create_user(f"walk-{seed}-{number}@example.org", role=User.Role.MEDIATOR, zone=zone)
        mediator = Mediator.objects.create(
            user=user, slug=f"walk-{seed}-{number}", name=f"Marche {number}", languages=["fr"], capm_verified=True,
            cpmn_member=True,
        )  # fmt: skip
        Agenda.objects.create(mediator=mediator)
        Office.objects.create(
            mediator=mediator, is_main=True, name="Cabinet", address="1 rue", commune=commune, **where
        )
        for rank in range(2):
            Service.objects.create(
                mediator=mediator, rank=rank, name_fr="Entretien", minutes=30 + 20 * rank, horizon_days=7,
                modalities=["phone", "in_person"], after_minutes=10 * rank,
            )  # fmt: skip
        drafts = [editing.OpeningDraft("phone", None, day, 540, 1020) for day in range(5)]
        editing.replace_openings(mediator, drafts, self.now)
        return mediator


if __name__ == "__main__":
    walk = Walk(int(sys.argv[1]))
    differences = walk.go(int(sys.argv[2]))
    print(json.dumps({"differences": differences, "done": walk.done, "now": walk.now.isoformat()}))
