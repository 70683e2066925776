"""An account as staff see it: facts, appointments, which letters went. No secret, no text; a look is on the trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, AppointmentQuerySet, Participant
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.web.staff.reading import in_staff_room, kind_of
from allomediateur.web.ui import acting, proof, tracing
from allomediateur.web.ui.appointments import service_name, state_at

PER_PAGE = 20
LETTERS = 30


@dataclass(frozen=True)
class Line:
    """An appointment as a list shows it; whom it is with is on its own page."""

    appointment: Appointment
    state: str
    service_name: str


@dataclass(frozen=True)
class Sent:
    """A letter: what kind, when, and whether it left."""

    kind: str
    written: datetime
    left: datetime | None
    is_parked: bool
    has_bounced: bool


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    now = datetime.now(UTC)
    one = get_object_or_404(User, pk=pk)
    tracing.look(request, f"user:{pk}", person=pk)
    own = appointments_of(request, one)
    upcoming, past = own.filter(ends_at__gt=now), own.filter(ends_at__lte=now).order_by("-starts_at", "-pk")
    pages = Paginator(past, PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "person": one,
        "mediator": Mediator.objects.filter(user=one).first(),
        "is_proven": EmailAddress.objects.filter(user=one, email__iexact=one.email, verified=True).exists(),
        "has_second_factor": proof.has_second_factor(one),
        "upcoming": lines(upcoming[:PER_PAGE], now),
        "past": lines(shown, now),
        "page": shown.number,
        "pages": pages.num_pages,
        "letters": letters_to(one.email),
        "may_act": one.is_active and one.role in (User.Role.CLIENT, User.Role.MEDIATOR),
        "is_acting": is_acting_for(request, one, now),
    }
    return render(request, "staff/person.html", context)


def appointments_of(request: HttpRequest, one: User) -> AppointmentQuerySet:
    """As a mediator, theirs; else those booked for the account, or for its address."""
    rows = in_staff_room(request).select_related("service", "mediator").order_by("starts_at", "pk")
    if one.role == User.Role.MEDIATOR:
        return rows.filter(mediator__user=one)
    by_account = Participant.objects.filter(user=one, role=Participant.Role.CLIENT).values("appointment")
    by_address = Participant.objects.filter(Q(email=one.email.lower()), role=Participant.Role.CLIENT, user=None)
    return rows.filter(pk__in=by_account.union(by_address.values("appointment")))


def lines(rows: Iterable[Appointment], now: datetime) -> list[Line]:
    return [Line(one, state_at(one, now), service_name(one.service)) for one in rows]


def letters_to(address: str) -> list[Sent]:
    """The last ones."""
    return sent(Letter.objects.filter(to=address), LETTERS)


def sent(letters: QuerySet[Letter], most: int | None = None) -> list[Sent]:
    """The newest first."""
    columns = ("kind", "created_at", "sent_at", "parked_at", "bounced_at")
    return [
        Sent(kind_of(one.kind), one.created_at, one.sent_at, one.parked_at is not None, one.bounced_at is not None)
        for one in letters.order_by("-pk").only(*columns)[:most]
    ]


def is_acting_for(request: HttpRequest, one: User, now: datetime) -> bool:
    found = acting.current(request, now)
    return found is not None and found.user_id == one.pk
