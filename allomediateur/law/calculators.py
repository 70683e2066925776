"""Time limits, each day with why: limitation, consumer mediation, administrative appeals, court-ordered mediation.

Days are counted by months as CPC 641 does; no calculator moves a last day that falls on a week-end or a holiday.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from allomediateur.law import reckonings as say
from allomediateur.law.facts import FIRST_YEAR, LAST_YEAR, BadFacts, Fault
from allomediateur.law.months import months_after
from allomediateur.law.tables import (
    Administrative,
    Article,
    Consumer,
    CourtOrdered,
    Limitation,
    NoVersion,
    Tables,
    V,
    Verified,
    Version,
)
from allomediateur.law.texts import Text, day


@dataclass(frozen=True)
class Step:
    """A day, and the sentence that says what it is and why."""

    day: date
    text: Text


@dataclass(frozen=True)
class Reckoning:
    """`result` is the last of `steps` that matters most; `version` is the one counted with."""

    steps: tuple[Step, ...]
    result: Step
    warnings: tuple[Text, ...]
    articles: tuple[Article, ...]
    version: Version

    @property
    def verified(self) -> Verified:
        return Verified.of([self.version])


def suspension(*, expires: date, agreed: date | None, met: date | None, ended: date, tables: Tables) -> Reckoning:
    """When a period that would expire on `expires` ends, after a mediation (C. civ. 2238).

    Suspended from the written agreement, else the first meeting, to the declared end; six months at least are left.
    Raises BadFacts.
    """
    began = agreed or met
    if began is None:
        raise BadFacts((Fault("agreed", say.NO_BEGINNING),))
    faults = _order_of_suspension(expires, began, met, ended)
    _refuse(_days(expires=expires, agreed=agreed, met=met, ended=ended), faults)
    table = _counted(Limitation, began, "agreed" if agreed else "met", tables)
    moved = expires + (ended - began)
    floor = months_after(ended, table.floor_months)
    steps = (
        Step(began, (say.AGREED if agreed else say.MET).filled(day=day(began))),
        Step(ended, say.ENDED.filled(day=day(ended))),
        Step(moved, say.MOVED.filled(day=day(moved), days=(ended - began).days, expires=day(expires))),
        Step(floor, say.FLOOR.filled(day=day(floor), months=table.floor_months)),
    )
    last = max(moved, floor)
    result = Step(last, (say.BY_FLOOR if floor > moved else say.BY_DAYS).filled(day=day(last)))
    return _reckoning(steps, result, (say.FORECLOSURE, say.LAST_DAY), table, tables)


def _order_of_suspension(expires: date, began: date, met: date | None, ended: date) -> Iterator[Fault]:
    if ended < max(began, met or began):
        yield Fault("ended", say.ENDS_FIRST)
    if expires < began:
        yield Fault("expires", say.EXPIRED)


def consumer(*, complained: date, asked: date | None, notified: date | None, tables: Tables) -> Reckoning:
    """Until when the consumer mediator may be asked after a written complaint; then the mediator's own time.

    `notified`: when the parties were told that the mediator has the file. Raises BadFacts.
    """
    _refuse(
        _days(complained=complained, asked=asked, notified=notified), _order_of_consumer(complained, asked, notified)
    )
    table = _counted(Consumer, complained, "complained", tables)
    last = months_after(complained, table.complaint_months)
    steps = [Step(complained, say.COMPLAINED.filled(day=day(complained)))]
    steps += [Step(last, say.ASK_UNTIL.filled(day=day(last), months=table.complaint_months))]
    if asked:
        told = asked + timedelta(weeks=table.admissibility_weeks)
        steps += [Step(told, say.ADMISSIBLE.filled(day=day(told), weeks=table.admissibility_weeks))]
    if notified:
        outcome = notified + timedelta(days=table.outcome_days)
        steps += [Step(outcome, say.OUTCOME.filled(day=day(outcome), days=table.outcome_days))]
    warnings = (say.TOO_LATE,) if asked and asked > last else ()
    return _reckoning(tuple(steps), steps[-1], (*warnings, say.COMPLEX), table, tables)


def _order_of_consumer(complained: date, asked: date | None, notified: date | None) -> Iterator[Fault]:
    if asked and asked < complained:
        yield Fault("asked", say.ASKED_FIRST)
    if notified and notified < (asked or complained):
        yield Fault("notified", say.NOTIFIED_FIRST)


def administrative(*, decided: date, agreed: date | None, ended: date | None, tables: Tables) -> Reckoning:
    """Two months from the notified decision; mediation interrupts them, and they run again whole (CJA L. 213-6).

    The period is « franc »: the day it starts and the day it ends do not count. Raises BadFacts.
    """
    _refuse(_days(decided=decided, agreed=agreed, ended=ended), _order_of_appeal(decided, agreed, ended))
    table = _counted(Administrative, decided, "decided", tables)
    last = _clear_months(decided, table.appeal_months)
    steps = [
        Step(decided, say.DECIDED.filled(day=day(decided))),
        Step(last, say.APPEAL_UNTIL.filled(day=day(last), months=table.appeal_months)),
    ]
    if agreed and agreed > last:
        return _reckoning(tuple(steps), steps[-1], (say.TOO_LATE_TO_INTERRUPT, say.NO_WAYS_SAID), table, tables)
    if agreed:
        steps += [Step(agreed, say.INTERRUPTED.filled(day=day(agreed)))]
    if agreed and ended:
        again = _clear_months(ended, table.appeal_months)
        steps += [Step(ended, say.ENDED_APPEAL.filled(day=day(ended)))]
        steps += [Step(again, say.AGAIN.filled(day=day(again), months=table.appeal_months))]
    return _reckoning(tuple(steps), steps[-1], (say.NO_WAYS_SAID, say.LAST_DAY), table, tables)


def _clear_months(start: date, months: int) -> date:
    """The last day to act of a period whose two ends do not count: notified on 15 January, 16 March."""
    return months_after(start, months) + timedelta(days=1)


def _order_of_appeal(decided: date, agreed: date | None, ended: date | None) -> Iterator[Fault]:
    if agreed and agreed < decided:
        yield Fault("agreed", say.AGREED_FIRST)
    if ended and not agreed:
        yield Fault("agreed", say.NO_AGREEMENT)
    elif ended and agreed and ended < agreed:
        yield Fault("ended", say.ENDS_FIRST)


def court_ordered(*, ordered: date, began: date, tables: Tables) -> Reckoning:
    """How long a mediation that a judge ordered may last, from the day the mediator has what is due.

    `began` chooses the rules; that newer ones also hold for cases then pending is said. Raises BadFacts.
    """
    _refuse(_days(ordered=ordered, began=began), _order_of_court(ordered, began))
    table = _counted(CourtOrdered, began, "began", tables)
    first = months_after(began, table.first_months)
    last = months_after(began, table.first_months + table.renewal_months)
    steps = (
        Step(began, say.BEGAN.filled(day=day(began))),
        Step(first, say.FIRST.filled(day=day(first), months=table.first_months)),
        Step(last, say.RENEWED.filled(day=day(last), months=table.renewal_months)),
    )
    pending = [say.PENDING] if ordered < table.since else []
    newer = tables.until(table)
    if newer and newer <= last:
        pending += [say.NEWER.filled(day=day(newer))]
    return _reckoning(steps, steps[-1], (*pending, say.JUDGE_DECIDES), table, tables)


def _order_of_court(ordered: date, began: date) -> Iterator[Fault]:
    if began < ordered:
        yield Fault("began", say.BEGAN_FIRST)


def _days(**days: date | None) -> Iterator[Fault]:
    for name, value in days.items():
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            yield Fault(name, say.FAR_DATE)


def _counted(kind: type[V], start: date, name: str, tables: Tables) -> V:
    """The version to count with, by the day of that name."""
    try:
        return tables.on(kind, start)
    except NoVersion as error:
        raise BadFacts((Fault(name, say.TOO_OLD),)) from error


def _refuse(*found: Iterator[Fault]) -> None:
    """Raises BadFacts."""
    faults = tuple(fault for each in found for fault in each)
    if faults:
        raise BadFacts(faults)


def _reckoning(
    steps: tuple[Step, ...], result: Step, warnings: tuple[Text, ...], table: Version, tables: Tables
) -> Reckoning:
    articles = tuple(tables.article(name) for name in table.articles)
    return Reckoning(steps, result, warnings, articles, table)
