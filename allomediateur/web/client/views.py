"""The client's space. Every appointment comes through `visible_to`: a stranger's is not there (404)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts.models import User
from allomediateur.agenda import states
from allomediateur.agenda.models import GUESTS, Appointment, Participant, State
from allomediateur.cases.models import Intake
from allomediateur.notify import undelivered
from allomediateur.web.client import waits
from allomediateur.web.ui import appointments, guests, keeping, moving
from allomediateur.web.ui import sooner as earlier
from allomediateur.web.ui.appointments import Addresses, Visit, zone_of_reader
from allomediateur.web.ui.limiting import refused_calmly
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 20
ROLES = (Participant.Role.CLIENT, Participant.Role.AGENT, *GUESTS)


@dataclass(frozen=True)
class Line:
    """An appointment as the list shows it."""

    appointment: Appointment
    state: str
    zone: str
    other_zone: str | None
    service_name: str
    town: str
    may_change: bool
    again_url: str
    whose: str
    awaits_person: bool


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    upcoming, past = _upcoming(user_of(request), now), _past(user_of(request), now)
    pages = Paginator(past, PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "upcoming": [_line(request, one, now) for one in upcoming],
        "waits": waits.lines(user_of(request), now),
        "intakes": Intake.objects.of(user_of(request), now).order_by("-changed_at"),
        "zone": viewer_zone(request),
        "past": [_line(request, one, now) for one in shown],
        "page": shown.number,
        "pages": pages.num_pages,
        "is_unreached": undelivered.to(user_of(request).email).exists(),
    }
    return render(request, "client/home.html", context)


@require_safe
def appointment(request: HttpRequest, reference: str) -> HttpResponse:
    return appointments.page(request, _visit(request, reference), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, reference: str) -> HttpResponse:
    return moving.move(request, _visit(request, reference), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    return appointments.cancel(request, _visit(request, reference), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def sooner(request: HttpRequest, reference: str) -> HttpResponse:
    return earlier.sooner(request, _visit(request, reference), timezone.now())


@refused_calmly
def invites(request: HttpRequest, reference: str) -> HttpResponse:
    """Of the client: others who come."""
    visit = _visit(request, reference)
    if not visit.at.guests:
        raise Http404
    return guests.invites(request, visit, visit.reader, timezone.now())


@require_POST
@refused_calmly
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    return guests.answer(request, _visit(request, reference), timezone.now())


@require_safe
def ics(request: HttpRequest, reference: str) -> HttpResponse:
    return appointments.ics(_visit(request, reference), timezone.now())


@require_safe
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    return keeping.sheet(_visit(request, reference), timezone.now())


def user_of(request: HttpRequest) -> User:
    """The doors let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _mine(user: User) -> QuerySet[Appointment]:
    """Those one takes part in, booked for somebody or was invited to: a mediator's own agenda is not here."""
    booked = Participant.objects.filter(user=user).exclude(role=Participant.Role.MEDIATOR).values("appointment")
    rows = Appointment.objects.visible_to(user).filter(pk__in=booked)
    return rows.select_related(*appointments.RELATED).prefetch_related("mediator__offices", "participants")


def _upcoming(user: User, now: datetime) -> QuerySet[Appointment]:
    pending = Q(state=State.UNCONFIRMED, expires_at__gt=now)
    return _mine(user).filter(Q(state=State.CONFIRMED) | pending, ends_at__gt=now)


def _past(user: User, now: datetime) -> QuerySet[Appointment]:
    """What is over or came to nothing, latest first."""
    to_come = Q(state=State.CONFIRMED) | Q(state=State.UNCONFIRMED, expires_at__gt=now)
    return _mine(user).exclude(to_come, ends_at__gt=now).order_by("-starts_at", "-pk")


def _line(request: HttpRequest, one: Appointment, now: datetime) -> Line:
    visit = _visit_of(request, one)
    zone, other = appointments.clocks(one, visit.zone)
    state = appointments.state_at(one, now)
    return Line(
        appointment=one,
        state=state,
        zone=zone,
        other_zone=other,
        again_url="" if visit.is_guest else appointments.again_url(one),
        service_name="" if visit.is_guest else appointments.service_name(one.service),
        town=one.town if visit.knows_place else "",
        may_change=appointments.may_change(visit, now),
        whose=_whose(visit),
        awaits_person=visit.is_agent and bool(visit.reader.answer) and state == State.UNCONFIRMED,
    )


def _whose(visit: Visit) -> str:
    """Where it is not one's own: for whom one booked it, by whom one is invited."""
    if visit.is_agent:
        client = appointments.party(visit.appointment, Participant.Role.CLIENT)
        return _("Pris pour %(name)s") % {"name": client.name if client else ""}
    if not visit.is_guest:
        return ""
    return _("Vous y êtes invité par %(name)s") % {"name": visit.inviter or visit.appointment.mediator.name}


def _visit(request: HttpRequest, reference: str) -> Visit:
    return _visit_of(request, get_object_or_404(_mine(user_of(request)), reference=reference))


def _visit_of(request: HttpRequest, one: Appointment) -> Visit:
    # One's own part first: who is there twice has the rights of the client.
    mine = {each.role: each for each in one.participants.all() if each.user_id == request.user.pk}
    reader = next((mine[role] for role in ROLES if role in mine), None)
    if reader is None:
        raise Http404
    is_client = reader.role == Participant.Role.CLIENT
    return Visit(
        appointment=one,
        reader=reader,
        hand=states.hand_of(reader),
        at=Addresses(
            page=reverse("client_appointment", args=[one.reference]),
            move=reverse("client_move", args=[one.reference]),
            cancel=reverse("client_cancel", args=[one.reference]),
            ics=reverse("client_ics", args=[one.reference]),
            reminders="" if reader.role == Participant.Role.AGENT else reverse("client_preferences"),
            pdf=reverse("client_pdf", args=[one.reference]),
            back=reverse("client_home"),
            sooner=reverse("client_sooner", args=[one.reference]) if is_client else "",
            guests=reverse("client_guests", args=[one.reference]) if is_client else "",
            answer=reverse("client_answer", args=[one.reference]) if reader.role in GUESTS else "",
        ),
        zone=zone_of_reader(request, reader),
    )
