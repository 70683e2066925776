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
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Participant, State, Transition
from allomediateur.notify import undelivered
from allomediateur.web.ui import appointments, moving
from allomediateur.web.ui.appointments import Addresses, Visit, zone_of_reader

PER_PAGE = 20


@dataclass(frozen=True)
class Line:
    """An appointment as the list shows it."""

    appointment: Appointment
    state: str
    zone: str
    other_zone: str | None
    service_name: str
    may_change: bool
    again_url: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    upcoming, past = _upcoming(_user(request), now), _past(_user(request), now)
    pages = Paginator(past, PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "upcoming": [_line(request, one, now) for one in upcoming],
        "past": [_line(request, one, now) for one in shown],
        "page": shown.number,
        "pages": pages.num_pages,
        "is_unreached": undelivered.to(_user(request).email).exists(),
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


@require_safe
def ics(request: HttpRequest, reference: str) -> HttpResponse:
    return appointments.ics(_visit(request, reference), timezone.now())


def _user(request: HttpRequest) -> User:
    """The doors let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _mine(user: User) -> QuerySet[Appointment]:
    """Those booked for oneself: a mediator's own agenda is not here."""
    booked = Participant.objects.filter(user=user, role=Participant.Role.CLIENT).values("appointment")
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
    return Line(
        appointment=one,
        state=appointments.state_at(one, now),
        zone=zone,
        other_zone=other,
        again_url=appointments.again_url(one),
        service_name=appointments.service_name(one.service),
        may_change=appointments.may_change(visit, now),
    )


def _visit(request: HttpRequest, reference: str) -> Visit:
    return _visit_of(request, get_object_or_404(_mine(_user(request)), reference=reference))


def _visit_of(request: HttpRequest, one: Appointment) -> Visit:
    reader = next((each for each in one.participants.all() if each.user_id == request.user.pk), None)
    if reader is None:
        raise Http404
    return Visit(
        appointment=one,
        reader=reader,
        hand=Transition.By.CLIENT,
        at=Addresses(
            page=reverse("client_appointment", args=[one.reference]),
            move=reverse("client_move", args=[one.reference]),
            cancel=reverse("client_cancel", args=[one.reference]),
            ics=reverse("client_ics", args=[one.reference]),
            reminders=reverse("client_preferences"),
            back=reverse("client_home"),
        ),
        zone=zone_of_reader(request, reader),
    )
