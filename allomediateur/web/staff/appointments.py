"""Appointments as staff see them: a list that names no client, and one of them, on the trail."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allomediateur.agenda import assisting, letters
from allomediateur.agenda.models import Appointment, AppointmentQuerySet, Participant, State, Transition
from allomediateur.notify.models import Letter, PaperLetter, Text
from allomediateur.web.staff import undelivered
from allomediateur.web.staff.person import Sent, lines, sent
from allomediateur.web.staff.reading import in_staff_room
from allomediateur.web.ui import acting, tracing
from allomediateur.web.ui import appointments as shared
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 30
TO_CONFIRM, PAST = "a-confirmer", "passes"


@dataclass(frozen=True)
class Passage:
    """A line of the history; `former` is the start it was moved from."""

    at: datetime
    what: str
    who: str
    former: datetime | None
    reason: str


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Those to come; with `?vue=a-confirmer` those nobody has confirmed yet; with `?vue=passes` the others."""
    now = datetime.now(UTC)
    tracing.look(request, "appointment", what=Act.LISTED)
    view = request.GET.get("vue", "")
    pages = Paginator(_rows(request, view, now), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "lines": lines(shown, now),
        "view": view if view in (TO_CONFIRM, PAST) else "",
        "total": pages.count,
        "page": shown.number,
        "pages": pages.num_pages,
        "zone": viewer_zone(request),
    }
    return render(request, "staff/appointments.html", context)


def _rows(request: HttpRequest, view: str, now: datetime) -> AppointmentQuerySet:
    rows = in_staff_room(request).select_related("service", "mediator", "office__commune")
    waiting = Q(state=State.UNCONFIRMED, expires_at__gt=now)
    if view == TO_CONFIRM:
        return rows.filter(waiting).order_by("expires_at", "pk")
    if view == PAST:
        return rows.filter(starts_at__lte=now).order_by("-starts_at", "-pk")
    return rows.filter(waiting | Q(state=State.CONFIRMED), starts_at__gt=now).order_by("starts_at", "pk")


@require_safe
def appointment(request: HttpRequest, reference: str) -> HttpResponse:
    now = datetime.now(UTC)
    one = read(request, reference)
    client = party(one, Participant.Role.CLIENT)
    tracing.look(request, f"appointment:{reference}", person=client.user_id if client else None)
    zone = viewer_zone(request)
    main, other = shared.clocks(one, zone)
    state = shared.state_at(one, now)
    found = acting.current(request, now)
    acted_for = covered(one, found)
    context = {
        "appointment": one,
        "state": state,
        "zone": main,
        "other_zone": other,
        "service_name": shared.service_name(one.service),
        "client": client,
        "history": history(list(one.transitions.all())),
        "letters": letters_about(one),
        "undelivered": undelivered.lines(letters.topic_of(one)),
        "texts": Text.objects.filter(topic=letters.topic_of(one)).order_by("-pk"),
        "papers": PaperLetter.objects.filter(topic=letters.topic_of(one)).order_by("-pk"),
        "acted_for": acted_for,
        "is_to_come": state in (State.UNCONFIRMED, State.CONFIRMED) and one.starts_at > now,
        "may_correct": acted_for is not None and acted_for == client and client.user_id is None,
        "may_send_again": acted_for is not None and acted_for == client and assisting.may_send_again(one, now),
    }
    return render(request, "staff/appointment.html", context)


def read(request: HttpRequest, reference: str) -> Appointment:
    """With its participants. Raises Http404."""
    rows = in_staff_room(request).select_related(*shared.RELATED)
    return get_object_or_404(rows.prefetch_related("mediator__offices", "participants__user"), reference=reference)


def party(one: Appointment, role: str) -> Participant | None:
    return next((each for each in one.participants.all() if each.role == role), None)


def covered(one: Appointment, found: acting.Acting | None) -> Participant | None:
    """Who of it staff act for just now."""
    for each in one.participants.all() if found else ():
        each.appointment = one
        if found and found.covers(each):
            return each
    return None


def letters_about(one: Appointment) -> list[Sent]:
    return sent(Letter.objects.filter(topic=letters.topic_of(one)))


def history(transitions: list[Transition]) -> list[Passage]:
    """What happened since it was booked, in words."""
    what = {
        State.UNCONFIRMED: _("réservé, à confirmer"),
        State.CONFIRMED: _("confirmé"),
        State.EXPIRED: _("libéré"),
        State.CANCELLED: _("annulé"),
        State.ATTENDED: _("a eu lieu"),
        State.NO_SHOW: _("absence"),
    }
    return [
        Passage(
            at=one.at,
            what=_("déplacé") if one.from_start else what[State(one.to_state)],
            who=str(Transition.By(one.by).label),
            former=one.from_start,
            reason=one.reason,
        )
        for one in transitions
        if one.to_state != State.HELD
    ]
