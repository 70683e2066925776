"""The trail, read by staff: who did what, who saw whose data. Reading it is on it too."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import actors
from allomediateur.scheduling.wall import day_start
from allomediateur.trail.models import Entry
from allomediateur.web.staff.reasons import Reason
from allomediateur.web.ui import tracing
from allomediateur.web.ui.forms import DateInput, EmailInput
from allomediateur.web.ui.slots import YEARS
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 50
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """An entry in words; `person` is empty where it is nobody's, or the actor's own."""

    at: datetime
    who: str
    role: str
    act: str
    what: str
    person: str
    detail: str


class Asked(forms.Form):
    """All optional: somebody (who acts, or whose data it is), an act, a day on the reader's clock."""

    qui = forms.EmailField(
        label=lazy("Adresse e-mail d’un compte"), required=False, widget=EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": lazy("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org")},
    )  # fmt: skip
    acte = forms.ChoiceField(label=lazy("Acte"), required=False, choices=[("", lazy("Tous")), *Act.choices])
    jour = forms.DateField(
        label=lazy("Jour"), required=False, widget=DateInput,
        error_messages={"invalid": lazy("Écrivez le jour ainsi : 24/11/2026.")},
    )  # fmt: skip

    def __init__(self, data: QueryDict, zone: str) -> None:
        super().__init__(data)
        self.zone = zone

    def clean_qui(self) -> User | None:
        email = self.cleaned_data["qui"]
        found = User.objects.filter(email__iexact=email).first() if email else None
        if email and not found:
            raise forms.ValidationError(_("Aucun compte n’a cette adresse."))
        return found

    def clean_jour(self) -> date | None:
        day: date | None = self.cleaned_data["jour"]
        if day and day.year not in YEARS:
            raise forms.ValidationError(self.fields["jour"].error_messages["invalid"])
        return day

    def entries(self) -> QuerySet[Entry]:
        found = Entry.objects.order_by("-pk")
        if not self.is_valid():
            return found.none()
        told = self.cleaned_data
        if told["qui"]:
            found = found.filter(Q(actor=told["qui"].pk) | Q(person=told["qui"].pk))
        if told["acte"]:
            found = found.filter(act=told["acte"])
        if day := told["jour"]:
            found = found.filter(at__gte=day_start(day, self.zone), at__lt=day_start(day + DAY, self.zone))
        return found


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    tracing.look(request, "trail", what=Act.LISTED)
    zone = viewer_zone(request)
    form = Asked(request.GET, zone)
    page = Paginator(form.entries(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "lines": lines(page.object_list), "zone": zone}
    return render(request, "staff/journal.html", context, status=422 if form.errors else 200)


def lines(entries: Iterable[Entry]) -> list[Line]:
    rows = list(entries)
    known = User.objects.in_bulk({number for one in rows for number in (one.actor, one.person) if number})

    def name(number: int | None) -> str:
        if number is None:
            return _("la plateforme")
        return str(known[number]) if number in known else _("compte effacé n° %(number)s") % {"number": number}

    return [
        Line(
            at=one.at,
            who=name(one.actor),
            role=str(User.Role(one.role).label) if one.role else "",
            act=str(Act(one.act).label),
            what=thing(one.thing),
            person=name(one.person) if one.person and one.person != one.actor else "",
            detail=detail(one),
        )
        for one in rows
    ]


STAFFS = (Act.SEARCHED, Act.ACTED_FOR, Act.PRINTED)


def detail(entry: Entry) -> str:
    """What staff acts and openings of compartments say of themselves, in words; names of fields and fingerprints as
    they are."""
    if entry.thing.startswith("compartment:"):
        words: dict[str, object] = {one.value: one.label for one in (*actors.Purpose, *actors.Role, *actors.Reason)}
    elif entry.act in STAFFS:
        words = _of_staff()
    else:
        return entry.detail
    return ", ".join(str(words.get(word, word)) for word in entry.detail.split())


def _of_staff() -> dict[str, object]:
    return {
        "begin": _("début"), "end": _("fin"), "book": _("prise de rendez-vous"), "move": _("déplacement"),
        "cancel": _("annulation"), "contact": _("coordonnées"), "letter": _("lettre renvoyée"),
        "pdf": "PDF", "printed": _("imprimée"),
        "client": _("pour le client"), "mediator": _("pour le médiateur"), **{one.value: one.label for one in Reason},
    }  # fmt: skip


def thing(reference: str) -> str:
    """« rendez-vous 7Hq… »: a kind in words, and its reference."""
    kind, _colon, name = reference.partition(":")
    kinds = {
        "appointment": _("rendez-vous"), "user": _("compte"), "mediator": _("fiche de médiateur"),
        "letter": _("lettre"), "roster": _("fichier de médiateurs"), "mediators": _("médiateurs de l’ancien site"),
        "reveals": _("demandes de coordonnées"), "redirect": _("ancienne adresse"),
        "trail": _("journal"), "paper": _("lettre sur papier"), "people": _("personnes"),
        "thread": _("échange de l’assistance"), "compartment": _("compartiment"),
    }  # fmt: skip
    return f"{kinds.get(kind, kind)} {name}".strip()
