"""The inbox of the assistance and its threads: what is read is on the trail, what is done too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts.models import User
from allomediateur.scheduling.deadlines import answer_day
from allomediateur.support import answering, waiting, writing
from allomediateur.support.models import Canned, Thread
from allomediateur.web.ui import threads, tracing
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 50
State, Kind = Thread.State, Thread.Kind
OPEN = (State.WAITING_STAFF, State.WAITING_PERSON)
STATES: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "a-repondre": (lazy("À répondre"), (State.WAITING_STAFF,)),
    "repondus": (lazy("Répondus"), (State.WAITING_PERSON,)),
    "ouverts": (lazy("Ouverts"), OPEN),
    "clos": (lazy("Clos"), (State.CLOSED,)),
    "tous": (lazy("Tous"), ()),
}
KINDS: dict[str, tuple[str | Promise, str]] = {
    "": (lazy("Questions et réclamations"), ""),
    "questions": (lazy("Questions"), Kind.QUESTION),
    "reclamations": (lazy("Réclamations"), Kind.COMPLAINT),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; nonsense is the first choice."""

    state: str
    kind: str
    late: bool
    mine: bool

    @classmethod
    def read(cls, request: HttpRequest) -> "Asked":
        told = request.GET
        state, kind = told.get("etat", ""), told.get("genre", "")
        return cls(
            state if state in STATES else "a-repondre",
            kind if kind in KINDS else "",
            late=told.get("retard") == "1",
            mine=told.get("miens") == "1",
        )

    def rows(self, user: User, now: datetime) -> QuerySet[Thread]:
        """Those to answer by the day they are promised for, the others latest first."""
        found = Thread.objects.visible_to(user).select_related("mediator", "assigned")
        if states := STATES[self.state][1]:
            found = found.filter(state__in=states)
        if kind := KINDS[self.kind][1]:
            found = found.filter(kind=kind)
        if self.late:
            found = found.late(now)
        if self.mine:
            found = found.filter(assigned=user)
        return found.order_by("due_at", "pk") if self.state == "a-repondre" else found.order_by("-last_at", "-pk")


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    now, asked = timezone.now(), Asked.read(request)
    tracing.look(request, "thread", what=Act.LISTED)
    page = Paginator(asked.rows(_staff(request), now), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "states": [(word, label) for word, (label, _state) in STATES.items()],
        "kinds": [(word, label) for word, (label, _kind) in KINDS.items()],
        "counts": waiting.counts(now),
        "page": page,
        "lines": [(one, one.is_late(now), one.due_at and answer_day(one.due_at)) for one in page],
        "zone": viewer_zone(request),
    }
    return render(request, "staff/assistance/inbox.html", context)


class ReplyForm(forms.Form):
    text = threads.TextField(label=lazy("Votre réponse"), missing=lazy("Écrivez la réponse."), rows=9)


class NoteForm(forms.Form):
    note = threads.TextField(label=lazy("Note pour l’équipe"), missing=lazy("Écrivez la note."), rows=3,
        help_text=lazy("La personne ne la verra jamais."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, reference: str) -> HttpResponse:
    """What was said (GET, and it is written down who looked), or an answer (POST)."""
    found = _thread(request, reference)
    if request.method != "POST":
        return _page(request, found, reply=ReplyForm(initial={"text": _canned(request, found)}))
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, reply=form)
    try:
        answering.reply(
            found, form.cleaned_data["text"], by=_staff(request), seen=threads.seen(request), now=timezone.now()
        )  # fmt: skip
    except answering.SaidMeanwhile:
        form.add_error("text", _("Quelqu’un a écrit entre-temps : lisez son message, puis envoyez."))
        return _page(request, found, reply=form)
    _traced(request, found, Act.ANSWERED)
    told = _("La réponse est envoyée.") if found.email else _("La réponse est notée. Sans adresse e-mail, dites-la.")
    messages.success(request, told)
    return redirect("staff_thread", reference=reference)


@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    found, form = _thread(request, reference), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, note=form)
    answering.note(found, form.cleaned_data["note"], by=_staff(request), now=timezone.now())
    _traced(request, found, Act.ADDED, "note")
    messages.success(request, _("La note est gardée pour l’équipe."))
    return redirect("staff_thread", reference=reference)


@require_POST
def follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Taken, given back, closed, opened again: the button that was pressed says which."""
    found, act = _thread(request, reference), request.POST.get("acte", "")
    if act == "prendre":
        answering.take(found, _staff(request))
    elif act == "rendre":
        answering.take(found, None)
    elif act == "rouvrir":
        answering.reopen(found, timezone.now())
    elif act == "clore":
        try:
            answering.close(found, seen=threads.seen(request))
        except answering.SaidMeanwhile:
            messages.warning(request, _("Quelqu’un a écrit entre-temps : lisez son message d’abord."))
            return redirect("staff_thread", reference=reference)
    else:
        return redirect("staff_thread", reference=reference)
    _traced(request, found, Act.CHANGED, act)
    return redirect("staff_thread", reference=reference)


def _thread(request: HttpRequest, reference: str) -> Thread:
    rows = Thread.objects.visible_to(_staff(request)).select_related("mediator", "user", "assigned")
    return get_object_or_404(rows, reference=reference)


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - behind the door of the administration
    return request.user


def _traced(request: HttpRequest, found: Thread, act: Act, detail: str = "") -> None:
    tracing.act(request, act, person=found.user_id, thing=f"thread:{found.reference}", detail=detail)


def _canned(request: HttpRequest, found: Thread) -> str:
    """The text of the one chosen, in the person's language; empty for none."""
    chosen = request.GET.get("reponse", "")
    is_number = chosen.isascii() and chosen.isdigit() and len(chosen) < 10
    known = Canned.objects.filter(pk=int(chosen)).first() if is_number else None
    return known.text(found.language) if known else ""


def _page(
    request: HttpRequest, found: Thread, *, reply: ReplyForm | None = None, note: NoteForm | None = None
) -> HttpResponse:
    tracing.look(request, f"thread:{found.reference}", person=found.user_id)
    now, said = timezone.now(), writing.read_all(found)
    wrong = next((one for one in (reply, note) if one and one.errors), None)
    context: dict[str, Any] = {
        "thread": found,
        "said": said,
        "seen": max((one.pk for one in said if not one.is_internal), default=0),
        "reply": reply or ReplyForm(),
        "note": note or NoteForm(),
        "form": wrong,
        "canned": Canned.objects.all(),
        "is_late": found.is_late(now),
        "answer_day": answer_day(found.due_at) if found.due_at else None,
        "zone": viewer_zone(request),
    }
    return render(request, "staff/assistance/thread.html", context, status=422 if wrong else 200)
