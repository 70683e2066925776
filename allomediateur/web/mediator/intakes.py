"""« Mes demandes »: what is proposed to the mediator, what is needed to decide; then the story of those they took."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.agenda import states
from allomediateur.agenda.booking import PhoneMissing
from allomediateur.agenda.models import Appointment, State
from allomediateur.agenda.openings import Slot
from allomediateur.agenda.refusals import SlotLost
from allomediateur.cases import copies, deciding
from allomediateur.cases.compartments.actors import Account, Reason
from allomediateur.cases.compartments.gate import NotMember, Opened, Purged
from allomediateur.cases.copies import Copy
from allomediateur.cases.deciding import Chosen, ProposalOver
from allomediateur.cases.models import Proposal
from allomediateur.cases.questionnaire import shelf
from allomediateur.cases.routing import Why
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator.profile import with_profile
from allomediateur.web.ui import intake_slots, intake_words
from allomediateur.web.ui.forms import CardRadios
from allomediateur.web.ui.zones import viewer_zone

LATER = "plus-tard"
"""Accepted without a time: the person chooses."""
SHOWN = 50
NEAR = 3
"""Days that are shown at once; the others are folded."""


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=lazy("Pourquoi ?"), choices=Proposal.Decline.choices, widget=CardRadios,
        help_text=lazy("La personne ne le saura pas : elle lit seulement que vous n’êtes pas disponible."),
        error_messages={"required": lazy("Choisissez une raison."), "invalid_choice": lazy("Choisissez une raison.")},
    )  # fmt: skip


@require_safe
@with_profile
def listing(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """Those to answer, the most pressing first; those taken, latest first."""
    now = timezone.now()
    own = Proposal.objects.visible_to(mediator.user, now).select_related("intake__appointment")
    context = {
        "waiting": own.filter(state=Proposal.State.OPEN).order_by("due_at", "pk")[:SHOWN],
        "taken": [(one, _booked(one)) for one in own.filter(state=Proposal.State.ACCEPTED).order_by(
            "-ended_at", "-pk")[:SHOWN]],
        "zone": viewer_zone(request),
    }  # fmt: skip
    return render(request, "mediator/intakes/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_profile
def intake(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    """What may be read of it (GET); the answer (POST). Not theirs to read: it is not there."""
    now = timezone.now()
    found = _found(mediator, reference, now)
    if found is None:
        if _was_asked(mediator, reference):
            return render(request, "mediator/intakes/over.html", status=410)
        raise Http404
    if request.method != "POST":
        return _page(request, found, now)
    if found.state != Proposal.State.OPEN:
        return redirect("mediator_intake", reference=found.intake.reference)
    return _decline(request, found, now) if request.POST.get("acte") == "decliner" else _accept(request, found, now)


def _found(mediator: Mediator, reference: str, now: datetime) -> Proposal | None:
    own = Proposal.objects.visible_to(mediator.user, now).filter(intake__reference=reference[:22])
    found = own.select_related("intake__compartment", "intake__appointment__service", "intake__appointment__office")
    return found.select_related("mediator__user").prefetch_related("mediator__offices").first()


def _was_asked(mediator: Mediator, reference: str) -> bool:
    return Proposal.objects.filter(mediator=mediator, intake__reference=reference[:22]).exclude(
        state=Proposal.State.CHOSEN
    ).exists()  # fmt: skip


def _accept(request: HttpRequest, found: Proposal, now: datetime) -> HttpResponse:
    value = request.POST.get("creneau", "")
    if Why.CROSSED in found.why and request.POST.get("independant") != "oui":
        unsure = _("Vérifiez les noms, puis cochez que vous êtes indépendant.")
        return _page(request, found, now, problem=unsure, anchor="independant")
    free = deciding.times(found, now)
    chosen: Chosen | None = intake_slots.pick(value, free)
    if chosen is None and value != LATER:
        gone = _("Ce moment n’est plus libre. Choisissez-en un autre, ou laissez la personne choisir.")
        return _page(request, found, now, problem=gone if value else _("Choisissez un moment, ou « plus tard »."))
    try:
        deciding.accept(found, chosen, now)
    except ProposalOver:
        return render(request, "mediator/intakes/over.html", status=410)
    except (SlotLost, PhoneMissing):
        gone = _("Ce moment vient d’être pris. Choisissez-en un autre, ou laissez la personne choisir.")
        return _page(request, found, now, problem=gone)
    messages.success(request, _("Vous avez accepté. La personne est prévenue ; son récit est ci-dessous."))
    return redirect("mediator_intake", reference=found.intake.reference)


def _decline(request: HttpRequest, found: Proposal, now: datetime) -> HttpResponse:
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, now, form=form)
    try:
        deciding.decline(found, Proposal.Decline(form.cleaned_data["reason"]), now)
    except ProposalOver:
        return render(request, "mediator/intakes/over.html", status=410)
    messages.success(request, _("C’est noté : la demande passe à quelqu’un d’autre."))
    return redirect("mediator_intakes")


def _page(
    request: HttpRequest,
    found: Proposal,
    now: datetime,
    *,
    problem: str = "",
    anchor: str = "t-0",
    form: DeclineForm | None = None,
) -> HttpResponse:
    taken = found.state == Proposal.State.ACCEPTED
    try:
        opened = found.intake.compartment.open(
            Account.of(found.mediator.user), now=now, reason=Reason.READING if taken else Reason.DECIDING
        )
    except (NotMember, Purged):
        return render(request, "mediator/intakes/over.html", status=410)
    context = _taken(found, opened, now) if taken else _open(request, found, now)
    context |= {
        "proposal": found, "intake": found.intake, "before": _parts(found, opened, Copy.BEFORE),
        "why": intake_words.why_you(found.why), "problem": problem, "anchor": anchor,
        "decline": form or DeclineForm(), "page_error": bool(problem or form),
    }  # fmt: skip
    template = "mediator/intakes/taken.html" if taken else "mediator/intakes/open.html"
    return render(request, template, context, status=422 if problem or form else 200)


def _open(request: HttpRequest, found: Proposal, now: datetime) -> dict[str, Any]:
    free: list[Slot] = deciding.times(found, now)
    zone = _own_zone(found.mediator)
    picked = request.POST.get("creneau") or (intake_slots.value_of(free[0]) if free else LATER)
    days = intake_slots.days(free, zone)
    is_further = any(choice.value == picked for _day, choices in days[NEAR:] for choice in choices)
    return {
        "days": days[:NEAR], "further": days[NEAR:], "is_further": is_further, "picked": picked, "later": LATER,
        "own_zone": zone, "is_crossed": Why.CROSSED in found.why,
        "is_independent": request.POST.get("independant") == "oui",
    }  # fmt: skip


def _taken(found: Proposal, opened: Opened, now: datetime) -> dict[str, Any]:
    appointment = found.intake.appointment
    is_kept = appointment is not None and appointment.state == State.HELD and states.is_pending(appointment, now)
    return {
        "parts": _parts(found, opened, Copy.AFTER), "is_careful": copies.is_careful(opened, Copy.AFTER),
        "kept": appointment if is_kept else None,
        "booked": _booked(found),
        "own_zone": _own_zone(found.mediator),
    }  # fmt: skip


def _booked(found: Proposal) -> Appointment | None:
    one = found.intake.appointment
    return one if one and states.is_settled(one) else None


def _parts(found: Proposal, opened: Opened, copy: Copy) -> object:
    return copies.read(opened, copy, shelf.version(found.intake.version), get_language() or "fr")


def _own_zone(mediator: Mediator) -> str:
    main = next((one.zone for one in mediator.offices.all() if one.is_main), "")
    return main or mediator.user.zone
