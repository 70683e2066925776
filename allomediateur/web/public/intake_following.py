"""Where a request stands, for who told it: what happened, who has the next action; their own words again."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from allomediateur.agenda import states
from allomediateur.agenda.models import Appointment, State
from allomediateur.agenda.openings import Slot
from allomediateur.cases import copies, deciding, proposing
from allomediateur.cases.copies import Copy
from allomediateur.cases.drafting import Draft
from allomediateur.cases.models import Intake, IntakeStep, Proposal
from allomediateur.cases.questionnaire import shelf, summaries
from allomediateur.cases.questionnaire.summaries import Part
from allomediateur.cases.routing import Why
from allomediateur.web.ui import appointments, intake_words
from allomediateur.web.ui.intake import Seat
from allomediateur.web.ui.zones import viewer_zone

NEWS = (
    IntakeStep.Kind.BEGUN, IntakeStep.Kind.SENT, IntakeStep.Kind.PROVEN, IntakeStep.Kind.PROPOSED,
    IntakeStep.Kind.ACCEPTED, IntakeStep.Kind.DECLINED, IntakeStep.Kind.SILENT, IntakeStep.Kind.TAKEN_BACK,
    IntakeStep.Kind.TO_CHOOSE, IntakeStep.Kind.TO_STAFF, IntakeStep.Kind.BOOKED, IntakeStep.Kind.WITHDRAWN,
    IntakeStep.Kind.CLOSED,
)  # fmt: skip
"""What the person is told of; that somebody told them by voice they know."""


def page(request: HttpRequest, seat: Seat, now: datetime, *, link: str = "", status: int = 200) -> HttpResponse:
    """`link`: one made for them just now, shown once."""
    zone = viewer_zone(request)
    context = facts(seat, now, zone) | {"link": link, "zone": zone}
    return render(request, "public/intake/page.html", context, status=status)


def facts(seat: Seat, now: datetime, zone: str) -> dict[str, Any]:
    """What the page says; `kept` is the appointment that a mediator keeps for them now, `booked` the one they have."""
    intake = seat.intake
    proposals = list(intake.proposals.select_related("mediator__user").prefetch_related("mediator__offices"))
    appointment = intake.appointment
    kept = appointment if appointment and appointment.state == State.HELD else None
    kept = kept if kept and states.is_pending(kept, now) else None
    booked = appointment if appointment and states.is_settled(appointment) else None
    return {
        "intake": intake, "is_noting": seat.is_noting, "steps": _steps(intake),
        "asked": [(one, _why(one)) for one in proposals if one.state == Proposal.State.OPEN],
        "accepted": next((one.mediator for one in proposals if one.state == Proposal.State.ACCEPTED), None),
        "accepted_why": _accepted_why(proposals), "passed": _passed(proposals),
        "kept": kept, "booked": booked, **_moment(kept or booked, zone),
        "chosen": proposing.chosen(intake, now) if intake.state == Intake.State.TO_CHOOSE else [],
    }  # fmt: skip


def own_words(seat: Seat, now: datetime, language: str) -> tuple[Part, ...]:
    """All that was answered, by who may read the answers; else what was passed on of it."""
    draft = seat.draft(now)
    if draft.answers:
        return summaries.summary(draft.questionnaire, draft.answers, language=language)
    return _shared(draft, language)


def slots(seat: Seat, now: datetime) -> list[Slot]:
    """Free times of the mediator who accepted, none before."""
    mediator = deciding.accepted_by(seat.intake)
    if mediator is None:
        return []
    found = copies.routing(proposing.opened_for_routing(seat.intake, now))
    return deciding.times_of(mediator, found, now, now)


def _shared(draft: Draft, language: str) -> tuple[Part, ...]:
    """A link made by the platform opens the copies only."""
    return copies.read(draft.opened, Copy.AFTER, shelf.version(draft.intake.version), language)


def _steps(intake: Intake) -> list[IntakeStep]:
    return list(intake.steps.filter(kind__in=NEWS).select_related("mediator"))


def _why(proposal: Proposal) -> list[str]:
    """Their own choice is not explained to them."""
    return intake_words.why(one for one in proposal.why if one != Why.CHOSEN)


def _accepted_why(proposals: list[Proposal]) -> list[str]:
    return next((_why(one) for one in proposals if one.state == Proposal.State.ACCEPTED), [])


def _passed(proposals: list[Proposal]) -> int:
    """How many are not available, for whatever reason."""
    over = (Proposal.State.DECLINED, Proposal.State.SILENT)
    return sum(one.state in over for one in proposals)


def _moment(appointment: Appointment | None, zone: str) -> dict[str, Any]:
    if appointment is None:
        return {}
    main, other = appointments.clocks(appointment, zone)
    return {
        "appointment": appointment, "slot_zone": main, "other_zone": other,
        "service_name": appointments.service_name(appointment.service),
    }  # fmt: skip


def is_open_to_choice(intake: Intake) -> bool:
    """Whether mediators may be chosen: before it is sent, or when it comes back."""
    return intake.state in (Intake.State.DRAFT, Intake.State.TO_CHOOSE)
