"""The rights table of the card: the one place that says what a mediator's standing opens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rights:
    listed: bool
    map_point: bool
    contact_button: bool
    bookable: bool


NONE = Rights(listed=False, map_point=False, contact_button=False, bookable=False)
CERTIFIED = Rights(listed=True, map_point=False, contact_button=False, bookable=False)
MEMBER = Rights(listed=True, map_point=True, contact_button=True, bookable=True)


def rights_of(*, capm_verified: bool, cpmn_member: bool, suspended: bool) -> Rights:
    """Certified and member: everything; certified only: a bare listing; else nowhere at all."""
    if not capm_verified or suspended:
        return NONE
    return MEMBER if cpmn_member else CERTIFIED
