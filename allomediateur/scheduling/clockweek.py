"""Hours of a week as a grid of cells shows and changes them: spans of minutes on the wall clock, day by day.

What a grid does not show is never lost: only cells whose state was changed change the hours, to the minute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from allomediateur.scheduling.openings import DayException, WeeklyRule
from allomediateur.scheduling.wall import DAY_MINUTES

Span = tuple[int, int]
"""Minutes of a local day, the end excluded; 0..1440."""
Day = list[Span]
Week = list[Day]
"""Seven days, Monday first; each sorted and merged."""
Cell = tuple[int, int]
"""A day's number in the week, and the minute it begins at."""
_DAY = timedelta(days=1)


def merged(spans: Iterable[Span]) -> Day:
    """The same minutes as the fewest spans, sorted."""
    found: Day = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start < end:
            found.append((start, end))
    return found


def minus(spans: Iterable[Span], removed: Iterable[Span]) -> Day:
    """The minutes of `spans` that are in none of `removed`."""
    kept = merged(spans)
    for low, high in removed:
        kept = [
            part
            for start, end in kept
            for part in ((start, min(end, low)), (max(start, high), end))
            if part[0] < part[1]
        ]
    return kept


def common(spans: Iterable[Span], others: Iterable[Span]) -> Day:
    """The minutes that are in both."""
    first = merged(spans)
    return minus(first, minus(first, others))


def is_open(day: Day, minute: int, step: int) -> bool:
    """Whether all of the cell that begins there is open."""
    return any(start <= minute and minute + step <= end for start, end in day)


def is_partly_open(day: Day, minute: int, step: int) -> bool:
    """Whether some of the cell is open, and not all."""
    return not is_open(day, minute, step) and any(start < minute + step and minute < end for start, end in day)


def week_of_rules(rules: Iterable[WeeklyRule]) -> Week:
    """What these rules open in a week, whatever their validity; what passes Sunday’s midnight comes on Monday."""
    days: Week = [[] for _ in range(7)]
    for rule in rules:
        end = rule.end_minute + DAY_MINUTES * rule.ends_next_day
        days[rule.weekday].append((rule.start_minute, min(end, DAY_MINUTES)))
        if end > DAY_MINUTES:
            days[(rule.weekday + 1) % 7].append((0, end - DAY_MINUTES))
    return [merged(day) for day in days]


def day_hours(rules: Iterable[WeeklyRule], exceptions: Iterable[DayException], day: date) -> Day:
    """The hours of that local day, by the rules and exceptions of it and of the day before (past midnight)."""
    rules, exceptions = list(rules), list(exceptions)
    opened: Day = []
    closed: Day = []
    for source, shift in ((day - _DAY, -DAY_MINUTES), (day, 0)):
        of_day = [one for one in exceptions if one.day == source]
        changes = [one for one in of_day if one.kind != "closed"]
        replaced = any(one.kind == "other_hours" for one in changes)
        weekly = [] if replaced else [one for one in rules if one.applies(source)]
        opened += [_shifted(one, shift) for one in changes]
        opened += [_shifted(one, shift) for one in weekly]
        closed += [_shifted(one, shift) for one in of_day if one.kind == "closed"]
    return minus(common(opened, [(0, DAY_MINUTES)]), closed)


def painted(shown: Week, ticked: Collection[Cell], cells: Iterable[Cell], step: int) -> Week:
    """`shown` after a grid was sent back: of its `cells`, those in `ticked` are open, the others are not.

    A cell that is as it was shown changes nothing: hours that begin or end inside of it stay.
    """
    added: Week = [[] for _ in range(7)]
    removed: Week = [[] for _ in range(7)]
    for day, minute in cells:
        was, wanted = is_open(shown[day], minute, step), (day, minute) in ticked
        if was != wanted:
            (added if wanted else removed)[day].append((minute, minute + step))
    return [merged([*minus(shown[n], removed[n]), *added[n]]) for n in range(7)]


def steps(week: Sequence[Day]) -> int:
    """The length of the cells that show these hours: 30 minutes, or 15 when that shows all of them better."""
    edges = [minute for day in week for span in day for minute in span]
    return 15 if any(edge % 30 for edge in edges) and not any(edge % 15 for edge in edges) else 30


def _shifted(hours: WeeklyRule | DayException, shift: int) -> Span:
    if hours.start_minute is None or hours.end_minute is None:
        return shift, shift + DAY_MINUTES
    return hours.start_minute + shift, hours.end_minute + DAY_MINUTES * hours.ends_next_day + shift
