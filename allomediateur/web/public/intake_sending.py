"""To whom a request goes, its sending, the door of its letter, and what its writer may do once it is on its way."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.accounts.models import User
from allomediateur.agenda.booking import PhoneMissing
from allomediateur.agenda.refusals import SlotLost
from allomediateur.cases import deciding, drafting, proposing, sending
from allomediateur.cases.drafting import MOST_CHOSEN, NotDraft, TooManyChosen
from allomediateur.cases.models import Intake
from allomediateur.cases.questionnaire.outcomes import outcome
from allomediateur.cases.routing import Suited
from allomediateur.directory.models import Mediator
from allomediateur.web.public import intake_following as following
from allomediateur.web.public.intakes import private
from allomediateur.web.ui import intake, intake_slots, intake_words
from allomediateur.web.ui.intake import Seat
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.zones import viewer_zone

Way = Intake.Way
_WAYS = {"choisis": Way.CHOSEN, "orienter": Way.DIRECTED}


@private
@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def whom(request: HttpRequest, reference: str) -> HttpResponse:
    """To mediators of one's choice, or as directed: whom that would be, and why (GET); it leaves (POST)."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if not following.is_open_to_choice(seat.intake):
        return redirect("intake", reference=reference)
    if seat.intake.is_written:
        draft = seat.draft(now)
        if not outcome(draft.questionnaire, draft.answers).can_be_sent:
            return redirect("intake_check", reference=reference)
    if request.method != "POST":
        return _whom(request, seat, now)
    way = _WAYS.get(request.POST.get("voie", ""))
    if way is None:
        return _whom(
            request, seat, now, problem=_("Choisissez une des deux voies : être orienté, ou choisir vous-même.")
        )
    then = request.POST.get("ensuite", "oui") == "oui"
    try:
        return _send(request, seat, way, then, now)
    except sending.NobodyChosen:
        problem = _("Choisissez au moins un médiateur qui reçoit en ce moment, ou laissez-nous vous orienter.")
        return _whom(request, seat, now, problem=problem)
    except (sending.NotReady, NotDraft):
        return redirect("intake", reference=reference)


def _send(request: HttpRequest, seat: Seat, way: Intake.Way, then: bool, now: datetime) -> HttpResponse:
    if not seat.intake.is_written:
        sending.choose_again(seat.intake, seat.writer, way=way, then_directed=then, now=now)
        return redirect("intake", reference=seat.intake.reference)
    draft = seat.draft(now)
    allow(request, "intake")
    # An address that nobody has proven is written to so often and no more.
    if address := sending.unproven(draft, seat.user):
        allow(request, "letter", address)
    done = sending.send(draft, way=way, then_directed=then, user=seat.user, now=now)
    if seat.is_noting:
        context = {"intake": done.intake, "link": _link(done.token) if done.token else ""}
        return render(request, "public/intake/noted.html", context)
    return redirect("intake", reference=seat.intake.reference)


def _whom(request: HttpRequest, seat: Seat, now: datetime, *, problem: str = "") -> HttpResponse:
    chosen = proposing.chosen(seat.intake, now)
    found = _suited(seat, now)
    context = {
        "intake": seat.intake, "is_noting": seat.is_noting, "chosen": chosen, "problem": problem,
        "page_error": bool(problem), "suited": _cards(found), "zone": viewer_zone(request),
        "is_full": len(chosen) >= MOST_CHOSEN, "most": MOST_CHOSEN,
    }  # fmt: skip
    return render(request, "public/intake/whom.html", context, status=422 if problem else 200)


def _suited(seat: Seat, now: datetime) -> list[Suited]:
    if seat.intake.is_written:
        return sending.preview(seat.draft(now), now)
    return proposing.next_for(seat.intake, proposing.opened_for_routing(seat.intake, now), now, 3)


def _cards(found: list[Suited]) -> list[dict[str, object]]:
    people = Mediator.objects.prefetch_related("offices__commune").in_bulk([one.mediator_id for one in found])
    return [
        {"mediator": people[one.mediator_id], "time": one.time, "km": one.km, "why": intake_words.why(one.why)}
        for one in found
        if one.mediator_id in people
    ]


@private
@require_POST
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """One more mediator, or one less: the button that was pressed says which."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    slug = (request.POST.get("ajouter") or request.POST.get("retirer", "")).replace("\x00", "")[:80]
    found = Mediator.objects.bookable(now).filter(slug=slug).first()
    try:
        if found and request.POST.get("ajouter"):
            drafting.choose(seat.intake, found, now)
        elif found:
            drafting.unchoose(seat.intake, found)
    except TooManyChosen:
        messages.warning(request, _("Trois médiateurs au plus : retirez-en un pour en ajouter un autre."))
    except NotDraft:
        return redirect("intake", reference=reference)
    if seat.intake.is_written and request.POST.get("suite") == "questions":
        return redirect("intake", reference=reference)
    return redirect("intake_whom", reference=reference)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def link(request: HttpRequest, reference: str) -> HttpResponse:
    """One more link, shown once, for who cannot be written to or changes device."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if request.method != "POST":
        return redirect("intake", reference=reference)
    allow(request, "intake")
    made = _link(sending.own_link(seat.intake, seat.writer, now))
    if seat.intake.is_written:
        return render(request, "public/intake/link.html", {"intake": seat.intake, "link": made})
    return following.page(request, seat, now, link=made)


@private
@require_POST
@refused_calmly
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """Not come: sent again, or the address corrected; the button that was pressed says which."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    try:
        if request.POST.get("acte") == "corriger":
            sending.reopen(seat.intake, seat.writer, now)
            return redirect("intake_screen", reference=reference, screen="contact")
        if seat.intake.state == Intake.State.UNPROVEN:
            allow(request, "letter", sending.address_of(seat.intake, now))
            sending.write_again(seat.intake, seat.writer, now)
            messages.success(request, _("Une autre lettre est partie."))
    except NotDraft:
        pass
    return redirect("intake", reference=reference)


def _link(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('intake_resume', args=[token])}"


@private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """A page that asks (GET), and the act (POST)."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if seat.intake.is_written or not seat.intake.is_open:
        return redirect("intake", reference=reference)
    if request.method != "POST":
        return render(request, "public/intake/withdraw.html", {"intake": seat.intake})
    try:
        sending.withdraw(seat.intake, seat.writer, now)
        messages.success(request, _("Votre demande est retirée. Personne ne la lit plus."))
    except NotDraft:
        pass
    return redirect("intake", reference=reference)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, reference: str) -> HttpResponse:
    """Other times of the mediator who accepted (GET); the one that is kept, or another one, taken (POST)."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if seat.intake.state != Intake.State.ACCEPTED:
        return redirect("intake", reference=reference)
    if request.method != "POST":
        return _times(request, seat, now)
    user = seat.user if seat.user and seat.user.role == User.Role.CLIENT else None
    try:
        if request.POST.get("acte") == "prendre":
            deciding.take(seat.intake, seat.writer, user, now)
        else:
            picked = intake_slots.pick(request.POST.get("creneau", ""), following.slots(seat, now))
            if picked is None:
                return _times(request, seat, now, problem=_("Choisissez un des moments proposés."))
            deciding.book(seat.intake, seat.writer, picked, user, now)
    except deciding.NotKept:
        problem = _("Ce rendez-vous n’est plus gardé pour vous. Choisissez un autre moment.")
        return _times(request, seat, now, problem=problem)
    except (SlotLost, PhoneMissing):
        return _times(request, seat, now, problem=_("Ce moment vient d’être pris. En voici d’autres."))
    messages.success(request, _("Votre rendez-vous est confirmé."))
    return redirect("intake", reference=reference)


def _times(request: HttpRequest, seat: Seat, now: datetime, *, problem: str = "") -> HttpResponse:
    zone = viewer_zone(request)
    context = following.facts(seat, now, zone) | {
        "days": intake_slots.days(following.slots(seat, now), zone), "zone": zone, "problem": problem,
        "page_error": bool(problem),
    }  # fmt: skip
    if context["booked"]:
        return redirect("intake", reference=seat.intake.reference)
    return render(request, "public/intake/times.html", context, status=409 if problem else 200)
