"""Looking somebody up, for a reason. What is looked for is in no address and in no log: it is kept sealed in the
session for half an hour, and the trail has the reason and a fingerprint."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from allomediateur.accounts.models import User
from allomediateur.agenda import searching
from allomediateur.agenda.models import Participant
from allomediateur.agenda.searching import Sought
from allomediateur.vault import sealing
from allomediateur.web.staff.reasons import ReasonFields
from allomediateur.web.ui import tracing
from allomediateur.web.ui.appointments import state_at
from allomediateur.web.ui.phones import e164
from allomediateur.web.ui.tracing import Act

KEY = "staff_search"
LASTS = timedelta(minutes=30)
PER_PAGE = 30


class SearchForm(ReasonFields):
    quoi = forms.CharField(
        label=lazy("Nom, adresse e-mail, téléphone ou référence"),
        max_length=254,
        help_text=lazy("Le début des mots suffit pour un nom ; l’adresse, le numéro et la référence sont entiers."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": lazy("Écrivez qui ou quoi chercher."),
            "max_length": lazy("C’est trop long : 254 caractères au plus."),
        },
    )
    field_order = ("quoi", "motif", "precision")

    def clean_quoi(self) -> str:
        text: str = self.cleaned_data["quoi"]
        if searching.read(text, e164(text)) is None:
            raise forms.ValidationError(lazy("Écrivez au moins deux lettres."))
        return text


class Guest(NamedTuple):
    """Somebody without an account, in one appointment."""

    party: Participant
    state: str


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The form, and what the last search found (GET); a new search (POST), on the trail."""
    now = datetime.now(UTC)
    if request.method == "POST":
        form = SearchForm(request.POST)
        if not form.is_valid():
            return render(request, "staff/search.html", {"form": form}, status=422)
        words = form.cleaned_data["quoi"]
        tracing.act(request, Act.SEARCHED, thing="people", detail=form.on_trail(words))
        keep(request, words, form.cleaned_data["motif"], now)
        return redirect("staff_search")
    kept = kept_search(request, now)
    form = SearchForm(initial={"motif": kept["motif"]} if kept else None)
    found = _found(request, kept["quoi"], now) if kept else {}
    return render(request, "staff/search.html", {"form": form, **found})


def keep(request: HttpRequest, words: str, motif: str, now: datetime) -> None:
    told = json.dumps({"quoi": words, "motif": motif, "until": (now + LASTS).isoformat()})
    request.session[KEY] = sealing.seal(told, KEY)


def kept_search(request: HttpRequest, now: datetime) -> dict[str, str] | None:
    """None when there is none, or it is over half an hour old."""
    try:
        told: dict[str, str] = json.loads(sealing.unseal(request.session.get(KEY, ""), KEY))
    except sealing.Unreadable:
        return None
    return told if now < datetime.fromisoformat(told["until"]) else None


def _found(request: HttpRequest, words: str, now: datetime) -> dict[str, Any]:
    sought = searching.read(words, e164(words)) or Sought()
    view = "invites" if request.GET.get("vue") == "invites" else ""
    accounts = Paginator(searching.accounts(sought), PER_PAGE)
    guests = Paginator(searching.guests(sought), PER_PAGE)
    # Where only the other side has anything, that is what is shown.
    view = view or ("invites" if not accounts.count and guests.count else "")
    number = request.GET.get("page")
    people, parties = accounts.get_page(number), guests.get_page(number)
    page = parties if view else people
    return {
        "words": words,
        "one": searching.appointment(sought),
        "by_reference": bool(sought.reference),
        "view": view,
        "accounts": None if view else people.object_list,
        "guests": [Guest(one, state_at(one.appointment, now)) for one in parties.object_list] if view else None,
        "account_count": accounts.count,
        "guest_count": guests.count,
        "page": page.number,
        "pages": (guests if view else accounts).num_pages,
        "roles": dict(User.Role.choices),
    }
