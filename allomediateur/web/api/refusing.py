"""What the rooms refuse, as problems: a status, a sentence that says how to mend, and what helps to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import states
from allomediateur.agenda.booking import HoldExpired
from allomediateur.agenda.models import Appointment, Modality, State
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.refusals import SlotLost, SlotTaken
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.slots import Refusal
from allomediateur.web.api import reading
from allomediateur.web.api.problems import Problem
from allomediateur.web.api.schemas import SlotOut

WORDS: dict[Refusal, Promise] = {
    Refusal.TAKEN: lazy("Ce créneau vient d’être pris : choisissez-en un autre, par exemple parmi « nearest »."),
    Refusal.OUTSIDE_OPENINGS: lazy("Le médiateur ne reçoit pas ainsi à cette heure : prenez un début de « slots »."),
    Refusal.CLOSED: lazy("Le médiateur est absent à ce moment : prenez un début de « slots »."),
    Refusal.OFF_GRID: lazy("Ce début n’est pas de ceux qui sont proposés : prenez-le tel que « slots » le donne."),
    Refusal.LIMIT: lazy("Le médiateur n’en prend plus ce jour-là ou cette semaine-là : choisissez-en une autre."),
    Refusal.NOTICE: lazy("C’est trop tôt : le médiateur demande plus de temps avant un rendez-vous."),
    Refusal.HORIZON: lazy("C’est trop loin : le médiateur n’ouvre pas encore ces jours-là."),
}


@contextmanager
def refusals(mediator: Mediator) -> Iterator[None]:
    """Around an act on that mediator's agenda. Raises Problem 409, 410, 422."""
    try:
        yield
    except SlotLost as lost:
        status = 409 if isinstance(lost, SlotTaken) else 422
        near = nearest(mediator, lost.nearest)
        raise Problem(status, str(WORDS[lost.reason]), code=str(lost.reason), nearest=near) from None
    except HoldExpired as expired:
        raise expired_problem(expired.appointment) from None


def expired_problem(appointment: Appointment) -> Problem:
    if states.is_settled(appointment):
        return Problem(409, _("Ce rendez-vous est déjà confirmé."), code="already_confirmed")
    if appointment.state == State.CANCELLED:
        return Problem(410, _("Ce rendez-vous a été annulé : réservez-en un autre."), code="cancelled")
    # The mediator takes part from the booking on.
    if states.mediator_of(appointment) is None:
        return Problem(
            410, _("Le créneau n’est plus gardé : retenez-le de nouveau (POST /holds)."), code="hold_expired"
        )
    return Problem(410, _("Il n’a pas été confirmé à temps : son créneau a été libéré."), code="not_confirmed_in_time")


def nearest(mediator: Mediator, found: list[Slot]) -> list[dict[str, Any]]:
    zones = reading.zones_of(mediator)
    return [
        SlotOut(
            start=one.start.astimezone(zones[one.office_id]), end=one.end.astimezone(zones[one.office_id]),
            modality=Modality(one.modality), office=one.office_id,
        ).model_dump(mode="json")
        for one in found
    ]  # fmt: skip


def invalid(errors: dict[str, list[str]]) -> Problem:
    """What a form found, by member of the body."""
    names = ", ".join(errors)
    told = [{"parameter": name, "message": " ".join(said)} for name, said in errors.items()]
    detail = " ".join(one["message"] for one in told)
    return Problem(422, detail or _("Paramètre à revoir : %(names)s.") % {"names": names}, code="invalid", errors=told)
