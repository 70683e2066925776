"""Saisines that nobody took, and where the others are: the team's own copy, whom to ask, why. Never the story."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.accounts import names
from allomediateur.accounts.models import User
from allomediateur.cases import copies, desk, drafting
from allomediateur.cases.compartments.actors import Account
from allomediateur.cases.compartments.gate import NotMember, Purged
from allomediateur.cases.copies import Copy
from allomediateur.cases.models import Intake
from allomediateur.cases.questionnaire import shelf
from allomediateur.directory.models import Mediator
from allomediateur.web.ui import intake_words, tracing
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 50
FOUND = 8
State = Intake.State
VIEWS: dict[str, tuple[str | Promise, Q]] = {
    "a-orienter": (lazy("À orienter"), Q(state=State.STAFF)),
    "a-prevenir": (lazy("À prévenir de vive voix"), Q(to_tell=True)),
    "proposees": (lazy("Proposées"), Q(state__in=(State.PROPOSED, State.TO_CHOOSE))),
    "terminees": (lazy("Terminées"), Q(ended_at__isnull=False)),
}


class ProposeForm(forms.Form):
    words = forms.CharField(
        label=lazy("Pourquoi cette personne"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("Pour l’équipe. N’écrivez rien de la situation."),
        error_messages={
            "required": lazy("Écrivez pourquoi : c’est la raison de s’écarter de l’ordre."),
            "max_length": lazy("C’est trop long : 300 caractères au plus."),
        },
    )  # fmt: skip


class CloseForm(forms.Form):
    told = forms.BooleanField(
        label=lazy("J’ai dit à la personne que personne n’est trouvé, et ce qu’elle peut faire."),
        error_messages={"required": lazy("Dites-le d’abord à la personne, puis cochez la case.")},
    )


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One view after the other, the oldest first."""
    tracing.look(request, "intake", what=Act.LISTED)
    rows = Intake.objects.in_staff_room(_staff(request))
    view = request.GET.get("vue", "")
    view = view if view in VIEWS else "a-orienter"
    page = Paginator(_lines(rows.filter(VIEWS[view][1])), PER_PAGE).get_page(request.GET.get("page"))
    counted = rows.aggregate(**{_key(word): Count("pk", filter=which) for word, (_label, which) in VIEWS.items()})
    context = {
        "views": [(word, label, counted[_key(word)]) for word, (label, _which) in VIEWS.items()],
        "view": view, "page": page, "zone": viewer_zone(request),
    }  # fmt: skip
    return render(request, "staff/intakes/queue.html", context)


def _key(word: str) -> str:
    return word.replace("-", "_")


def _lines(rows: QuerySet[Intake]) -> QuerySet[Intake]:
    asked = Count("proposals", filter=~Q(proposals__state="chosen"))
    return rows.annotate(asked=asked).order_by("sent_at", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    """Somebody dictates: what to say first, and drafts of one's own (GET); a new one begins (POST)."""
    now, user = timezone.now(), _staff(request)
    if request.method == "POST":
        language = "en" if request.POST.get("langue") == "en" else "fr"
        made = drafting.begin(Account.of(user), language=language, zone=viewer_zone(request), now=now, noting=True)
        tracing.act(request, Act.ADDED, thing=f"intake:{made.reference}")
        return redirect("intake", reference=made.reference)
    own = Intake.objects.filter(noted_by=user, state=State.DRAFT).order_by("-changed_at")
    return render(request, "staff/intakes/note.html", {"own": own, "zone": viewer_zone(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest, reference: str) -> HttpResponse:
    """What the team may read, and who comes next (GET); what is decided (POST)."""
    now, user = timezone.now(), _staff(request)
    rows = Intake.objects.in_staff_room(user).select_related("compartment", "noted_by")
    found = get_object_or_404(rows, reference=reference[:22])
    if request.method != "POST":
        return _page(request, found, now)
    try:
        return _act(request, found, user, now)
    except desk.NotWaiting:
        messages.warning(request, _("Entre-temps, la demande a avancé : la voici comme elle est."))
        return redirect("staff_intake", reference=reference)


def _act(request: HttpRequest, found: Intake, user: User, now: datetime) -> HttpResponse:
    """The button that was pressed says which. Raises desk.NotWaiting."""
    if slug := request.POST.get("proposer", ""):
        return _propose(request, found, user, slug, now)
    act = request.POST.get("acte", "")
    if act == "suivant":
        desk.direct(found, user, now)
        done = _("La demande va au suivant dans l’ordre, s’il y en a un.")
    elif act == "clore":
        close = CloseForm(request.POST)
        if not close.is_valid():
            return _page(request, found, now, close=close)
        desk.close(found, user, now)
        done = _("La demande est close.")
    elif act == "prevenu":
        desk.told(found, now)
        done = _("C’est noté : la personne est prévenue.")
    else:
        return _page(request, found, now)
    tracing.act(request, Act.DECIDED, thing=f"intake:{found.reference}", detail=act)
    messages.success(request, done)
    return redirect("staff_intake", reference=found.reference)


def _propose(request: HttpRequest, found: Intake, user: User, slug: str, now: datetime) -> HttpResponse:
    form = ProposeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, now, form=form)
    mediator = Mediator.objects.bookable(now).select_related("user").filter(slug=slug.replace("\x00", "")[:80]).first()
    try:
        if mediator is None:
            raise desk.MayNotBeAsked
        desk.propose(found, mediator, form.cleaned_data["words"], user, now)
    except desk.MayNotBeAsked:
        form.add_error(None, _("Cette personne a déjà été sollicitée, ne reçoit pas, ou n’est pas indépendante."))
        return _page(request, found, now, form=form)
    tracing.act(request, Act.DECIDED, thing=f"intake:{found.reference}", detail="propose")
    messages.success(request, _("La demande lui est proposée."))
    return redirect("staff_intake", reference=found.reference)


def _page(
    request: HttpRequest,
    found: Intake,
    now: datetime,
    *,
    form: ProposeForm | None = None,
    close: CloseForm | None = None,
) -> HttpResponse:
    user = _staff(request)
    try:
        opened = desk.open_copy(found, user, now)
    except (NotMember, Purged):
        raise Http404 from None
    told = copies.read(opened, Copy.STAFF, shelf.version(found.version), get_language() or "fr")
    is_ours = found.state in (State.STAFF, State.PROPOSED, State.TO_CHOOSE)
    asked = found.proposals.exclude(state="chosen").select_related("mediator")
    sought = request.POST.get("nom") or request.GET.get("nom", "")
    context = {
        "intake": found, "parts": told, "is_careful": copies.is_careful(opened, Copy.STAFF), "is_ours": is_ours,
        "proposals": [(one, intake_words.why(one.why)) for one in asked],
        "steps": found.steps.select_related("mediator"), "zone": viewer_zone(request), "form": form or ProposeForm(),
        "close": close or CloseForm(), "page_error": bool(form or close),
        "suggested": _suggested(found, user, now) if is_ours else [], "sought": sought,
        "named": _named(sought, now) if is_ours and sought else [],
    }  # fmt: skip
    return render(request, "staff/intakes/intake.html", context, status=422 if form or close else 200)


def _suggested(found: Intake, user: User, now: datetime) -> list[dict[str, Any]]:
    rows = desk.suggestions(found, user, now)
    people = Mediator.objects.in_bulk([one.mediator_id for one in rows])
    return [
        {"mediator": people[one.mediator_id], "why": intake_words.why(one.why), "time": one.time, "km": one.km}
        for one in rows
    ]


def _named(text: str, now: datetime) -> list[Mediator]:
    words = " ".join(text.replace("\x00", "").split())
    return list(Mediator.objects.bookable(now).filter(names.named(words))[:FOUND]) if names.plain(words) else []


def _staff(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - behind a door
    return user
