"""The rights table of the card: the one place that says what a mediator's standing opens, in Python and in SQL.

Dates are the last day that counts, on the calendar of Paris, where the profession keeps its register; none: no end.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from allomediateur.scheduling.wall import day_start, local_day

REGISTER_ZONE = "Europe/Paris"


@dataclass(frozen=True)
class Rights:
    listed: bool
    map_point: bool
    contact_button: bool
    bookable: bool


NONE = Rights(listed=False, map_point=False, contact_button=False, bookable=False)
CERTIFIED = Rights(listed=True, map_point=False, contact_button=False, bookable=False)
MEMBER = Rights(listed=True, map_point=True, contact_button=True, bookable=True)


@dataclass(frozen=True)
class Standing:
    """What is known of a mediator. The certificate lives by continuing training; membership's rights, by insurance."""

    capm_verified: bool
    cpmn_member: bool
    suspended: bool
    trained_until: date | None = None
    member_until: date | None = None
    insured_until: date | None = None


def day_of(now: datetime) -> date:
    """The day of the register."""
    return local_day(now, REGISTER_ZONE)


def end_of(last: date) -> datetime:
    """The first instant after that day of the register."""
    return day_start(last + timedelta(days=1), REGISTER_ZONE)


def rights_of(standing: Standing, today: date) -> Rights:
    """Certified and an insured member: everything; certified only: a bare listing; else nowhere at all."""
    if not standing.capm_verified or standing.suspended or _passed(standing.trained_until, today):
        return NONE
    lapsed = _passed(standing.member_until, today) or _passed(standing.insured_until, today)
    return MEMBER if standing.cpmn_member and not lapsed else CERTIFIED


def listed(today: date) -> Q:
    """`rights_of(…).listed` over rows of Mediator, of open accounts."""
    certified = Q(capm_verified=True, suspended_at__isnull=True, user__is_active=True)
    return certified & _lives("trained_until", today)


def bookable(today: date) -> Q:
    """`rights_of(…).bookable` over rows of Mediator, of open accounts."""
    member = Q(cpmn_member=True) & _lives("member_until", today) & _lives("insured_until", today)
    return listed(today) & member


def _passed(last: date | None, today: date) -> bool:
    return last is not None and last < today


def _lives(column: str, today: date) -> Q:
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gte": today})
