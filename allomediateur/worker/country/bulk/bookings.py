"""The appointments of one mediator of a country at size: on the grid of their services, and never two at once."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, exp
from random import Random

from allomediateur.agenda import truth
from allomediateur.agenda.models import Service
from allomediateur.scheduling.openings import Openings
from allomediateur.scheduling.periods import Period
from allomediateur.scheduling.slots import SlotRules, free_starts
from allomediateur.worker.country import bookings

WEEK, DAY, ZERO = timedelta(days=7), timedelta(days=1), timedelta()
AHEAD_WEEKS, PAST_WEEKS, FULL_WEEKS = 10, 200, 8
FULL = 0.2
"""Share of mediators with nothing free for weeks: as many as their appointments fill, FULL_WEEKS at most."""
PAST_SHARE = 0.7
AT_ONCE = 4 * WEEK

COLUMNS = (
    "reference", "mediator_id", "service_id", "modality", "office_id", "place", "starts_at", "ends_at", "blocked",
    "state", "expires_at", "extended", "browser", "price_cents", "uid", "sequence", "cancel_reason", "created_at",
    "changed_at",
)  # fmt: skip
TABLE = ("agenda_appointment", COLUMNS)


class NoMorePlaces(Exception):
    """A mediator has fewer places in PAST_WEEKS than appointments to have."""


@dataclass(frozen=True, slots=True)
class Way:
    """A service held in one of its ways, without notice or horizon."""

    service: Service
    pair: truth.Pair
    rules: SlotRules


@dataclass(frozen=True, slots=True)
class Taken:
    way: Way
    start: datetime

    @property
    def blocked(self) -> Period:
        return Period(self.start, self.start + self.way.rules.duration).widen(
            self.way.rules.before, self.way.rules.after
        )


def lines(chance: Random, services: list[Service], hours: truth.Hours, count: int, now: datetime) -> bytes:
    """`count` rows of TABLE: thinner the further ahead, nothing free for weeks for some; the rest is past."""
    diary = _Diary(chance, hours, _ways(services, hours))
    full = chance.random() < FULL
    to_come = diary.full(now, count) if full else diary.ahead(now, count)
    past = diary.back(now, count - len(to_come))
    return "".join(_line(chance, one, now, called_off=not full) for one in (*past, *to_come)).encode()


def _ways(services: list[Service], hours: truth.Hours) -> list[Way]:
    def any_time(service: Service, pair: truth.Pair) -> SlotRules:
        rules = truth.slot_rules(service, pair)
        return SlotRules(rules.duration, rules.step, rules.before, rules.after, ZERO, timedelta(days=400))

    return [Way(one, pair, any_time(one, pair)) for one in services for pair in truth.pairs_of(hours, one)]


class _Diary:
    """What is drawn in the openings of one mediator, each time of a period of its own."""

    def __init__(self, chance: Random, hours: truth.Hours, ways: list[Way]) -> None:
        self.chance, self.hours, self.ways = chance, hours, ways
        self.pairs = sorted({one.pair for one in ways}, key=str)

    def ahead(self, now: datetime, count: int) -> list[Taken]:
        share, spread = self.chance.uniform(0.1, 0.8), self.chance.uniform(10, 28)
        window = Period(now, now + AHEAD_WEEKS * WEEK)
        return self._draw(window, count, lambda start: share * exp(-(start - now) / DAY / spread))

    def full(self, now: datetime, count: int) -> list[Taken]:
        taken: list[Taken] = []
        for week in range(FULL_WEEKS):
            if len(taken) == count:
                break
            window = Period(now + week * WEEK, now + (week + 1) * WEEK)
            free = max((one.blocked.end for one in taken), default=now)  # the last one may reach into this week
            taken += self._draw(window, count - len(taken), lambda _start: 1.0, free)
            taken += self._fill(window, taken, count - len(taken), now)
        return taken

    def back(self, now: datetime, count: int) -> list[Taken]:
        """The latest first, four weeks at a time. Raises NoMorePlaces."""
        taken: list[Taken] = []
        end = now
        while len(taken) < count:
            if end < now - PAST_WEEKS * WEEK:
                raise NoMorePlaces
            taken += self._draw(Period(end - AT_ONCE, end), count - len(taken), lambda _start: PAST_SHARE)
            end -= AT_ONCE
        return taken

    def _draw(
        self, window: Period, count: int, share: Callable[[datetime], float], free: datetime | None = None
    ) -> list[Taken]:
        """Blocked time stays within the window, and after `free`."""
        taken: list[Taken] = []
        free = max(free or window.start, window.start)
        for pair, opening in self._openings(window):
            ways = [one for one in self.ways if one.pair == pair]
            while len(taken) < count:
                way = self.chance.choice(ways)
                start = _first(opening, way.rules, free + way.rules.before)
                end = start + way.rules.duration
                if end > opening.end or end + way.rules.after > window.end:
                    break
                drawn = self.chance.random() < share(start)
                free = end + way.rules.after if drawn else max(free, start + way.rules.step - way.rules.before)
                if drawn:
                    taken.append(Taken(way, start))
        return taken

    def _openings(self, window: Period) -> list[tuple[truth.Pair, Period]]:
        """Of all pairs by their start, without those that are partly closed."""
        found = [
            (pair, period)
            for pair in self.pairs
            for openings in [self.hours.expand(pair, window)]
            for period in openings.open
            if not any(period.overlaps(one) for one in openings.closed)
        ]
        return sorted(found, key=lambda one: one[1].start)

    def _fill(self, window: Period, taken: Sequence[Taken], count: int, now: datetime) -> list[Taken]:
        """Whatever start is still free in the window, of every way, until nothing is."""
        blocked, filled = [Period(now - DAY, now), *(one.blocked for one in taken)], list[Taken]()
        for way in self.ways:
            openings = self.hours.expand(way.pair, window)
            while len(filled) < count and (found := self._gaps(way, openings, window, blocked)):
                filled += found[: count - len(filled)]
                blocked += [one.blocked for one in found]
        return filled

    def _gaps(self, way: Way, openings: Openings, window: Period, blocked: list[Period]) -> list[Taken]:
        """Apart from each other: what is before `now` is taken, since the past is drawn by itself."""
        found: list[Taken] = []
        for start in free_starts(openings, blocked, way.rules, window.start, window):
            one = Taken(way, start)
            if not found or found[-1].blocked.end <= one.blocked.start:
                found.append(one)
        return found


def _first(opening: Period, rules: SlotRules, earliest: datetime) -> datetime:
    """The first start of the grid from then on."""
    if earliest <= opening.start:
        return opening.start
    return opening.start + ceil((earliest - opening.start) / rules.step) * rules.step


def _line(chance: Random, one: Taken, now: datetime, *, called_off: bool) -> str:
    way, blocked = one.way, one.blocked
    place = bookings.Place(way.service, *way.pair, one.start)
    state = bookings.state_of(chance, place, now) if called_off or one.start < now else "confirmed"
    made = min(now - timedelta(minutes=20), one.start - timedelta(hours=chance.randrange(24, 24 * 30)))
    reason = chance.choice(bookings.REASONS) if state == "cancelled" else ""
    key, reference = chance.randbytes(16).hex(), urlsafe_b64encode(chance.randbytes(17))[:22].decode()
    return "\t".join((
        reference, str(way.service.mediator_id), str(way.service.pk), way.pair[0], str(way.pair[1] or r"\N"), "",
        str(one.start), str(one.start + way.rules.duration), f'["{blocked.start}","{blocked.end}")', state, r"\N", "f",
        "", str(way.service.price_cents), f"{key[:12]}4{key[13:16]}8{key[17:]}", "0", reason, str(made), str(made),
    )) + "\n"  # fmt: skip


def shares(chance: Random, mediators: int, appointments: int) -> Iterator[int]:
    """How many of the appointments each has: as many in all, some four times as busy as others."""
    busy = [chance.uniform(0.4, 1.6) for _ in range(mediators)]
    given, so_far, whole = 0, 0.0, sum(busy)
    for one in busy:
        so_far += one
        upto = round(appointments * so_far / whole)
        yield upto - given
        given = upto
