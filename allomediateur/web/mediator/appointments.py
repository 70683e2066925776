"""The mediator's appointments: a list, one of them, its entry for a calendar, its cancellation."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.agenda import attending, telling, unreached, waiting
from allomediateur.agenda.models import GUESTS, Appointment, Participant, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator.profile import with_agenda, zone_of_agenda
from allomediateur.web.ui import appointments as shared
from allomediateur.web.ui import guests, moving, tracing
from allomediateur.web.ui.appointments import Addresses, Visit
from allomediateur.web.ui.limiting import refused_calmly

PER_PAGE = 20
By = Transition.By


@dataclass(frozen=True)
class Line:
    """An appointment as the list shows it."""

    appointment: Appointment
    state: str
    client: str
    service_name: str
    is_unreached: bool


@dataclass(frozen=True)
class Passage:
    """A line of the history; `former` is the start it was moved from."""

    at: datetime
    what: str
    who: str
    former: datetime | None
    reason: str


@require_safe
@with_agenda
def listing(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """Those to come, or with `?vue=passes` the others, latest first."""
    now = timezone.now()
    is_past = request.GET.get("vue") == "passes"
    rows = _past(mediator, now) if is_past else _upcoming(mediator, now)
    pages = Paginator(rows, PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    one_by_one = list(shown)
    missed = unreached.clients(one_by_one)
    context = {
        "lines": [_line(one, one.pk in missed, now) for one in one_by_one],
        "is_past": is_past,
        "zone": zone_of_agenda(mediator),
        "total": pages.count,
        "waits": [] if is_past else list(waiting.counts(mediator, now).items()),
        "page": shown.number,
        "pages": pages.num_pages,
    }
    return render(request, "mediator/list.html", context)


@require_safe
@with_agenda
def appointment(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    now = timezone.now()
    visit = _visit(mediator, reference)
    one = visit.appointment
    transitions = list(one.transitions.all())
    client = next((each for each in one.participants.all() if each.role == Participant.Role.CLIENT), None)
    tracing.look(request, f"appointment:{one.reference}", person=client.user_id if client else None)
    missed = unreached.among(one, one.participants.all())
    context = shared.facts(visit, now) | {
        "client": client,
        "unreached": missed,
        "is_unreached": client is not None and client.pk in missed,
        # Contact details are the mediator's from the confirmation on.
        "shows_contact": any(each.to_state == State.CONFIRMED for each in transitions) or one.state == State.CONFIRMED,
        "history": _history(transitions),
        "parties": attending.parties_of(one),
        "guests": [each for each in one.participants.all() if each.role in GUESTS],
        "may_attend": attending.may_attend(one, now),
        "may_be_late": attending.may_be_late(one, now),
        "delays": attending.DELAYS,
        "words": attending.words_of(one),
        "most_words": attending.MOST_WORDS,
        "next_url": f"{reverse('mediator_reserve')}?{urlencode({'suite': one.reference})}",
    }
    return render(request, "mediator/appointment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@with_agenda
def invites(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    """Others who come: invited by the mediator, or taken back whoever invited them."""
    visit = _visit(mediator, reference)
    inviter = shared.party(visit.appointment, Participant.Role.MEDIATOR)
    if inviter is None:
        raise Http404
    return guests.invites(request, visit, inviter, timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@with_agenda
def move(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    return moving.move(request, _visit(mediator, reference), timezone.now())


@require_POST
@with_agenda
def attend(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    """Who came, once it has begun."""
    visit = _visit(mediator, reference)
    told = {each.pk: request.POST.get(f"presence-{each.pk}", "") for each in visit.appointment.participants.all()}
    try:
        attending.attend(visit.appointment, told, By.MEDIATOR, timezone.now())
    except attending.NotChangeable:
        messages.warning(request, _("La présence se note à partir de l’heure du rendez-vous."))
    else:
        messages.success(request, _("La présence est notée."))
    return HttpResponseRedirect(visit.at.page)


@require_POST
@with_agenda
def late(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    """A short word to the client: so many minutes late."""
    visit = _visit(mediator, reference)
    try:
        attending.late(visit.appointment, int(request.POST.get("minutes", "")), timezone.now())
    except ValueError:
        messages.warning(request, _("Choisissez de combien de minutes vous serez en retard."))
    except attending.NotChangeable:
        messages.warning(request, _("Un retard s’annonce de trois heures avant le rendez-vous jusqu’à sa fin."))
    except attending.NoAddress:
        messages.warning(request, _("Cette personne n’a pas d’adresse e-mail : appelez-la."))
    except attending.TooManyWords:
        messages.warning(request, _("Trois messages sont déjà partis : appelez plutôt la personne."))
    else:
        messages.success(request, _("Le message est parti."))
    return HttpResponseRedirect(visit.at.page)


@require_http_methods(["GET", "HEAD", "POST"])
@with_agenda
def cancel(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    return shared.cancel(request, _visit(mediator, reference), timezone.now())


@require_safe
@with_agenda
def ics(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    return shared.ics(_visit(mediator, reference), timezone.now())


def _history(transitions: list[Transition]) -> list[Passage]:
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
            what=_("déplacé") if one.from_start else _proposed(one) or what[State(one.to_state)],
            who=telling.by_whom(By(one.by)),
            former=one.from_start,
            reason=one.reason,
        )
        for one in transitions
        if one.to_state != State.HELD
    ]


def _proposed(one: Transition) -> str:
    """On mandate: the person concerned was asked."""
    asked = one.from_state == one.to_state == State.UNCONFIRMED
    return _("proposé à la personne concernée") if asked else ""


def _rows(mediator: Mediator) -> QuerySet[Appointment]:
    rows = Appointment.objects.visible_to(mediator.user).select_related("service", "office__commune")
    return rows.with_clients()


def _upcoming(mediator: Mediator, now: datetime) -> QuerySet[Appointment]:
    pending = Q(state=State.UNCONFIRMED, expires_at__gt=now)
    return _rows(mediator).filter(Q(state=State.CONFIRMED) | pending, ends_at__gt=now)


def _past(mediator: Mediator, now: datetime) -> QuerySet[Appointment]:
    """Over or cancelled; what was never confirmed is left out: nobody was to come."""
    settled = Q(state__in=(State.CONFIRMED, State.ATTENDED, State.NO_SHOW), ends_at__lte=now)
    was_confirmed = Q(state=State.CANCELLED, transitions__from_state=State.CONFIRMED)
    return _rows(mediator).filter(settled | was_confirmed).distinct().order_by("-starts_at", "-pk")


def _line(one: Appointment, is_unreached: bool, now: datetime) -> Line:
    clients: list[Participant] = one.clients  # type: ignore[attr-defined]  # Prefetch(to_attr=...)
    return Line(
        appointment=one,
        state=shared.state_at(one, now),
        client=clients[0].name if clients else "",
        service_name=shared.service_name(one.service),
        is_unreached=is_unreached,
    )


def _visit(mediator: Mediator, reference: str) -> Visit:
    rows = Appointment.objects.visible_to(mediator.user).select_related(*shared.RELATED)
    one = get_object_or_404(rows.prefetch_related("mediator__offices", "participants"), reference=reference)
    zone = zone_of_agenda(mediator)
    return Visit(
        appointment=one,
        reader=next((each for each in one.participants.all() if each.user_id == mediator.user_id), None)
        or Participant(
            appointment=one,
            role=Participant.Role.MEDIATOR,
            user=mediator.user,
            name=mediator.name,
            email=mediator.user.email,
            language=mediator.user.language,
            zone=zone,
        ),
        hand=Transition.By.MEDIATOR,
        at=Addresses(
            page=reverse("mediator_appointment", args=[one.reference]),
            move=reverse("mediator_move", args=[one.reference]),
            cancel=reverse("mediator_cancel", args=[one.reference]),
            ics=reverse("mediator_ics", args=[one.reference]),
            back=reverse("mediator_week"),
            guests=reverse("mediator_guests", args=[one.reference]),
        ),
        zone=zone,
    )
