"""What may be told of counts without telling of anybody: the rule of the published statistics. No database here.

1. Of whom: a line stands on `FEWEST` mediators at least. Smaller ones are gathered in one, with the smallest of the
   others as long as they are too few together: what is missing from a total is never of a few (`gathered`).
2. How much: a count is told to the multiple of a step below it, 5 or coarser; from 1 to step - 1 it is only told that
   it is less than the step (`told`).
3. Subtracting: the step is coarse enough for every hidden count to have four possible values at least, whatever the
   lines and the totals shown beside it (`step`). By one subtraction, between two periods, three at least are left.
4. Rates are made of what is told, and of nothing else (`rate`): they add nothing to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

FEWEST = 5
LEFT = 4
"""How many values a hidden count may have."""
BASE = 50
"""Below so many, a share is made of chance and rounding."""


@dataclass(frozen=True)
class Told:
    """A count is one of `low` to `high`, and nobody can say which. Hidden: it is only known to be small."""

    low: int
    high: int
    step: int

    @property
    def is_hidden(self) -> bool:
        return 0 < self.low < self.step

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Rate:
    """In whole percent, about; or only known to be under it."""

    percent: int
    is_under: bool = False


def told(number: int, step: int) -> Told:
    if number == 0:
        return Told(0, 0, step)
    below = number // step * step
    return Told(below or 1, below + step - 1, step)


def rate(part: Told, whole: Told) -> Rate | None:
    """None where the whole is under `BASE`."""
    if whole.low < BASE:
        return None
    if part.is_hidden:
        return Rate(-(-100 * part.step // whole.low), is_under=True)
    return Rate(min(round(100 * part.middle / whole.middle), 100))


def gathered(mediators: Mapping[str, int], idle: Iterable[str] = (), *, overlap: bool) -> set[str]:
    """The lines, by name, that are not shown on their own.

    `idle`: those of nobody who has anything to count, but of so few that this would be told of them.
    `overlap`: the same mediators may be in several lines (months, specialties): two lines of three are perhaps three.
    """
    small = {name for name, number in mediators.items() if 0 < number < FEWEST} | set(idle)
    larger = sorted((number, name) for name, number in mediators.items() if number >= FEWEST)
    together = max if overlap else sum
    for _number, name in larger:
        if not small or together(mediators[one] for one in small) >= FEWEST:
            break
        small.add(name)
    return small


def step(divisions: Sequence[Sequence[int]]) -> int:
    """The step for counts that are shown divided in several ways (by month, by department), each with the same total,
    shown too."""
    return next(size for size in _steps() if all(_keeps(divisions, number, size) for number in range(len(divisions))))


def _steps() -> Iterable[int]:
    return (first * 10**power for power in count() for first in (5, 10, 20))


def _keeps(divisions: Sequence[Sequence[int]], number: int, size: int) -> bool:
    """Whether the hidden counts of that division stay uncertain, for who adds and subtracts all that is shown."""
    shown = [[told(one, size) for one in counts] for counts in divisions]
    own = shown[number]
    if not any(one.is_hidden for one in own):
        return True
    others = [*shown[:number], *shown[number + 1 :], [told(sum(divisions[number]), size)]]
    least = max(sum(one.low for one in each) for each in others)
    most = min(sum(one.high for one in each) for each in others)
    # Of one hidden count (1 to size - 1): what the rest of its division leaves to it.
    low = max(1, least - (sum(one.high for one in own) - (size - 1)))
    high = min(size - 1, most - (sum(one.low for one in own) - 1))
    return high - low + 1 >= LEFT
