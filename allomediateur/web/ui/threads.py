"""An exchange with the assistance as its person sees it: by the letter's link, or in their space."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.models import User
from allomediateur.scheduling.deadlines import answer_day
from allomediateur.support import answering, writing
from allomediateur.support.models import TEXT_MOST, Thread
from allomediateur.web.ui.limiting import allow
from allomediateur.web.ui.zones import viewer_zone


@dataclass(frozen=True)
class Visit:
    """`back`: the list it belongs to, for who has an account."""

    thread: Thread
    page: str
    close: str
    back: str = ""


class TextField(forms.CharField):
    """What somebody writes, in their own words; `missing` is said of an empty one."""

    def __init__(self, *, label: Any, missing: Any, rows: int = 7, **kwargs: Any) -> None:
        long = lazy("C’est un peu long : 4 000 caractères au plus. Envoyez la suite à part.")
        super().__init__(
            label=label, max_length=TEXT_MOST, widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": missing, "max_length": long}, **kwargs,
        )  # fmt: skip


class WriteForm(forms.Form):
    text = TextField(label=lazy("Votre message"), missing=lazy("Écrivez votre message."))


def show(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """The page (GET), or one more word (POST)."""
    if request.method != "POST":
        return _page(request, visit, WriteForm())
    form = WriteForm(request.POST)
    if not form.is_valid():
        return _page(request, visit, form)
    allow(request, "support", f"thread {visit.thread.pk}")
    author = request.user if isinstance(request.user, User) and request.user == visit.thread.user else None
    try:
        answering.write(visit.thread, form.cleaned_data["text"], author=author, now=now)
    except answering.SaidTwice:
        return redirect(visit.page)
    messages.success(request, _("Votre message est envoyé."))
    return redirect(visit.page)


def close(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Nothing is awaited any more; one more word opens it again."""
    try:
        answering.close(visit.thread, seen=seen(request))
    except answering.SaidMeanwhile:
        messages.warning(request, _("Une réponse vient d’arriver : la voici."))
    else:
        messages.success(request, _("L’échange est clos. Vous pouvez l’ouvrir à nouveau en écrivant."))
    return redirect(visit.page)


def seen(request: HttpRequest) -> int:
    """The last message that the page showed; 0 for nonsense."""
    told = request.POST.get("vu", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def _page(request: HttpRequest, visit: Visit, form: WriteForm) -> HttpResponse:
    said = writing.read(visit.thread)
    due = visit.thread.due_at
    context = {
        "visit": visit, "thread": visit.thread, "said": said, "seen": said[-1].pk if said else 0, "form": form,
        "answer_day": answer_day(due) if due else None, "zone": viewer_zone(request),
    }  # fmt: skip
    return render(request, "support/thread.html", context, status=422 if form.errors else 200)
