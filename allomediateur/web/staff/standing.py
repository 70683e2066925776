"""A mediator’s file for staff: claims beside their documents, what they open today, what was decided, the acts."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts.models import User
from allomediateur.agenda import catalogue, closing, effects, verifying
from allomediateur.agenda.models import Service
from allomediateur.directory.models import Application, Credential, Decision, Document, Mediator, Photo
from allomediateur.directory.rights import day_of
from allomediateur.web.ui import papers, tracing
from allomediateur.web.ui.forms import DateInput
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

WORDS = {"refuser": Decision.Kind.REFUSED, "suspendre": Decision.Kind.SUSPENDED}


class ReasonForm(forms.Form):
    """`reason` is told to the mediator."""

    reason = forms.CharField(
        label=lazy("Motif, dit au médiateur"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": lazy("Écrivez le motif : il est dit au médiateur.")},
    )  # fmt: skip


class SuspendForm(ReasonForm):
    keep = forms.BooleanField(
        label=lazy("Garder les rendez-vous déjà pris"), required=False,
        help_text=lazy(
"Sinon ils sont annulés : chaque personne est prévenue, et d’autres médiateurs lui "
"sont proposés."
),
    )  # fmt: skip


class MoreForm(forms.Form):
    asked = forms.CharField(
        label=lazy("Ce qui manque, dit à la personne"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": lazy("Écrivez ce qui manque : la personne le lira tel quel.")},
    )  # fmt: skip


class JudgeForm(forms.Form):
    until = forms.DateField(
        label=lazy("Valable jusqu’au"), required=False, widget=DateInput,
        error_messages={"invalid": lazy("Écrivez la date ainsi : 31/12/2027.")},
    )  # fmt: skip
    reason = forms.CharField(label=lazy("Motif d’un refus"), required=False, max_length=500)

    def __init__(self, *args: Any, accepted: bool = True, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accepted, self.kind = accepted, kind

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.accepted and self.kind != Credential.Kind.CERTIFICATE and not told.get("until"):
            self.add_error("until", _("Écrivez jusqu’à quand la pièce vaut : c’est lu sur le document."))
        if not self.accepted and not told.get("reason"):
            self.add_error("reason", _("Écrivez le motif : il est dit au médiateur."))
        return told


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    mediator = _mediator(pk)
    tracing.look(request, f"mediator:{mediator.slug}", person=mediator.user_id)
    return _page(request, mediator)


@require_safe
def document(request: HttpRequest, reference: str) -> HttpResponse:
    """The paper beside a claim: who looked is written down."""
    found = get_object_or_404(Document.objects.select_related("credential__mediator"), reference=reference)
    mediator = found.credential.mediator
    tracing.look(request, f"document:{mediator.slug} {found.credential.kind}", person=mediator.user_id)
    return papers.download(found)


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    return papers.picture(request, get_object_or_404(Photo, mediator=pk))


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """A claim, accepted or refused."""
    claim = get_object_or_404(Credential.objects.select_related("mediator__user"), pk=pk)
    accepted, now = request.POST.get("acte") == "accepter", timezone.now()
    form = JudgeForm(request.POST, accepted=accepted, kind=claim.kind, prefix=f"piece-{claim.pk}")
    if not form.is_valid():
        return _page(request, _mediator(claim.mediator_id), judging=form, judged=claim.pk)
    told = form.cleaned_data
    try:
        verifying.judge(
            claim, accepted=accepted, by=_staff(request), now=now,
            reason="" if accepted else told["reason"], until=told["until"],
        )  # fmt: skip
    except verifying.NotWaiting:
        return _too_late(request, claim.mediator_id)
    _traced(request, claim.mediator, Act.DECIDED, f"{claim.kind} {'accepted' if accepted else 'refused'}")
    messages.success(request, _("C’est noté."))
    return redirect("staff_mediator", pk=claim.mediator_id)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The application, into the list."""
    mediator = _mediator(pk)
    application = get_object_or_404(Application, mediator=mediator)
    try:
        verifying.accept(application, by=_staff(request), now=timezone.now())
    except verifying.NotWaiting:
        return _too_late(request, pk)
    except verifying.Unproven:
        messages.error(request, _("Acceptez d’abord le certificat : sans lui, personne n’est dans la liste."))
        return redirect("staff_mediator", pk=pk)
    _traced(request, mediator, Act.DECIDED, "application accepted")
    messages.success(request, _("La candidature est acceptée, et la personne prévenue par lettre."))
    return redirect("staff_mediator", pk=pk)


@require_POST
def more(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, asked to the applicant."""
    mediator, form = _mediator(pk), MoreForm(request.POST)
    application = get_object_or_404(Application, mediator=mediator)
    if not form.is_valid():
        return _page(request, mediator, asking=form)
    try:
        verifying.ask_more(application, text=form.cleaned_data["asked"], by=_staff(request), now=timezone.now())
    except verifying.NotWaiting:
        return _too_late(request, pk)
    _traced(request, mediator, Act.DECIDED, "more asked")
    messages.success(request, _("La demande est partie. La candidature reviendra ici, complétée."))
    return redirect("staff_mediator", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proven
def propose(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """A refusal or a suspension: the reason, then a second person."""
    if word not in WORDS:
        raise Http404
    mediator, kind, now = _mediator(pk), WORDS[word], timezone.now()
    cls = SuspendForm if kind == Decision.Kind.SUSPENDED else ReasonForm
    form = cls(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            verifying.propose(
                mediator, kind, reason=told["reason"], by=_staff(request), now=now,
                keeps_appointments=told.get("keep", False),
            )  # fmt: skip
        except (verifying.NotWaiting, verifying.AlreadyProposed):
            return _too_late(request, pk)
        _traced(request, mediator, Act.DECIDED, f"{kind} proposed")
        messages.success(request, _("La décision est proposée. Elle prend effet quand une autre personne la confirme."))
        return redirect("staff_mediator", pk=pk)
    context = {
        "mediator": mediator, "form": form, "is_suspension": kind == Decision.Kind.SUSPENDED,
        "coming": len(effects.coming(mediator, now)), "page_error": bool(form.errors),
    }  # fmt: skip
    return render(request, "staff/propose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proven
def second(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person's word on a refusal or a suspension; who proposed it may take it back."""
    decision = get_object_or_404(Decision.objects.select_related("mediator__user", "by"), pk=pk)
    mediator, staff, now = decision.mediator, _staff(request), timezone.now()
    if decision.state != Decision.State.PROPOSED:
        return _too_late(request, mediator.pk)
    own = decision.by_id == staff.pk
    if request.method != "POST":
        context = {
            "decision": decision, "mediator": mediator, "is_own": own, "zone": viewer_zone(request),
            "coming": len(effects.coming(mediator, now)),
        }  # fmt: skip
        return render(request, "staff/second.html", context)
    try:
        if request.POST.get("acte") == "confirmer":
            _confirm(request, decision, staff, now)
        else:
            verifying.decline(decision, by=staff, now=now)
            _traced(request, mediator, Act.CONFIRMED, f"{decision.kind} declined")
            messages.success(request, _("La décision est écartée : rien ne change."))
    except verifying.SamePerson:
        messages.error(request, _("Une autre personne que vous doit confirmer cette décision."))
    except verifying.NotWaiting:
        return _too_late(request, mediator.pk)
    return redirect("staff_mediator", pk=mediator.pk)


def _confirm(request: HttpRequest, decision: Decision, staff: User, now: datetime) -> None:
    done = verifying.confirm(decision, by=staff, now=now)
    _traced(request, decision.mediator, Act.CONFIRMED, str(done.kind))
    if done.kind != Decision.Kind.SUSPENDED:
        messages.success(request, _("La candidature est refusée, et la personne prévenue par lettre."))
        return
    gone = 0 if done.keeps_appointments else len(closing.close_appointments(done.mediator, now))
    told = ngettext(
        "La fiche est suspendue. %(count)s rendez-vous est annulé.",
        "La fiche est suspendue. %(count)s rendez-vous sont annulés.",
        gone,
    )
    messages.success(request, told % {"count": gone})


@require_POST
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    mediator = _mediator(pk)
    try:
        verifying.reinstate(mediator, reason="", by=_staff(request), now=timezone.now())
    except verifying.NotWaiting:
        return _too_late(request, pk)
    _traced(request, mediator, Act.DECIDED, "reinstated")
    messages.success(request, _("La suspension est levée, et le médiateur prévenu."))
    return redirect("staff_mediator", pk=pk)


def _mediator(pk: int) -> Mediator:
    rows = Mediator.objects.select_related("user", "application").prefetch_related("specialties", "offices__commune")
    return get_object_or_404(rows, pk=pk)


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - behind the door of the administration
    return request.user


def _traced(request: HttpRequest, mediator: Mediator, act: Act, detail: str) -> None:
    tracing.act(request, act, person=mediator.user_id, thing=f"mediator:{mediator.slug}", detail=detail)


def _too_late(request: HttpRequest, pk: int) -> HttpResponse:
    messages.warning(request, _("Quelqu’un a décidé entre-temps : voici où en est la fiche."))
    return redirect("staff_mediator", pk=pk)


def _page(
    request: HttpRequest,
    mediator: Mediator,
    judging: JudgeForm | None = None,
    judged: int = 0,
    asking: MoreForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    wrong = judging is not None or asking is not None
    context = {
        "mediator": mediator,
        "application": getattr(mediator, "application", None),
        "rights": mediator.rights_at(now),
        "claims": _claims(mediator, judging, judged),
        "decided": [one for one in mediator.credentials.all() if one.state != Credential.State.CLAIMED],
        "decisions": mediator.decisions.select_related("by", "settled_by"),
        "proposed": mediator.decisions.filter(state=Decision.State.PROPOSED).first(),
        "services": list(Service.objects.filter(mediator=mediator, is_active=True)),
        "coming": len(effects.coming(mediator, now)),
        "more_form": asking or MoreForm(),
        "form": judging or asking,
        "today": day_of(now),
        "zone": viewer_zone(request),
        "page_error": wrong,
        "is_public": bool(catalogue.services(mediator, now)),
    }
    return render(request, "staff/mediator.html", context, status=422 if wrong else 200)


def _claims(mediator: Mediator, judging: JudgeForm | None, judged: int) -> list[tuple[Credential, JudgeForm]]:
    """Those that wait, each with its form; the one that was refused keeps what was typed."""
    rows = mediator.credentials.filter(state=Credential.State.CLAIMED).select_related("document").defer(
        "document__sealed"
    )  # fmt: skip
    return [
        (one, judging)
        if judging is not None and one.pk == judged
        else (one, JudgeForm(prefix=f"piece-{one.pk}", initial={"until": one.valid_until}))
        for one in rows
    ]
