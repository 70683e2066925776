"""/administration/import/: mediators of the former site, from a file; read, shown, and written only once confirmed."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts.models import User
from allomediateur.agenda import importing
from allomediateur.agenda.importing import Result
from allomediateur.directory import checking, rosters
from allomediateur.directory.checking import Line
from allomediateur.directory.models import Roster, Specialty
from allomediateur.web.ui import sheets, tracing, uploads
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.pages import render_page, wants_partial
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 100
VIEWS = ("", "pretes", "corriger", "connues")
EXAMPLE = (
    "Claire Exemple", "claire@example.org", "06 39 98 00 01", "C-1234", "2015", "31/12/2027", "31/12/2027",
    "Famille | Succession", "français | anglais", "1 rue de la Paix", "35000", "Rennes", "Quelques phrases.",
    "https://ancien-site.example/annuaire/claire-exemple",
)  # fmt: skip


class Upload(forms.Form):
    fichier = forms.FileField(
        label=lazy("Fichier CSV"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=lazy("1 Mo et 2 000 lignes au plus. En UTF-8 ou Windows-1252, séparé par « ; » ou « , »."),
        error_messages={
            "required": lazy("Choisissez un fichier."), "empty": lazy("Ce fichier est vide. Choisissez-en un autre."),
            "max_length": lazy("Le nom de ce fichier est trop long : renommez-le."),
        },
    )  # fmt: skip

    def too_heavy(self) -> None:
        self.errors.pop("fichier", None)
        self.add_error("fichier", rosters.too_heavy())


@dataclass(frozen=True)
class Shown:
    """A line of the preview or of the report; `tone` is a badge's."""

    number: int
    name: str
    email: str
    label: str
    tone: str
    said: str


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@recently_proven
def upload(request: HttpRequest) -> HttpResponse:
    """What the file holds, column by column; then its preview."""
    now, form = timezone.now(), Upload()
    if request.method == "POST":
        allow(request, "file", str(request.user.pk))
        form = Upload(request.POST, request.FILES)
        form.is_valid()
        if uploads.is_too_heavy(request):
            form.too_heavy()
        if not form.errors and (kept := _kept(request, form)):
            return redirect("staff_import_preview", reference=kept.reference)
    rows = Roster.objects.filter(kept_at__gt=now - importing.KEPT).select_related("by").order_by("-kept_at")
    context = {
        "form": form, "page_error": bool(form.errors), "columns": _columns(), "rosters": rows[:20],
        "specialties": [one.label for one in Specialty.objects.all()], "zone": viewer_zone(request),
    }  # fmt: skip
    return render(request, "staff/import.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: Upload) -> Roster | None:
    """The file read and checked; None with the reason on the form."""
    sent, now = form.cleaned_data["fichier"], timezone.now()
    assert isinstance(sent, UploadedFile)  # noqa: S101 - a valid file field
    try:
        table = rosters.read(sent.read())
    except rosters.FileRefused as refused:
        form.add_error("fichier", refused.sentence)
        return None
    if table.ignored:
        messages.info(
            request, _("Ces colonnes ne sont pas reprises : %(names)s.") % {"names": ", ".join(table.ignored[:10])}
        )
    user = request.user if isinstance(request.user, User) else None
    return importing.keep(_tidy(sent.name or ""), checking.check(table.rows, now), user, now)


def _tidy(name: str) -> str:
    return "".join(one for one in name if one.isprintable())[:80]


@require_safe
@recently_proven
def model(request: HttpRequest) -> HttpResponse:
    """The titles, and a line as an example."""
    return sheets.answer("modele-mediateurs", [rosters.COLUMNS, EXAMPLE])


@require_safe
@recently_proven
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """Before: what each line would do. After: what became of it."""
    roster = _found(reference)
    view = request.GET.get("vue", "")
    view = view if view in VIEWS else ""
    tracing.look(request, f"roster:{roster.reference}", what=Act.LISTED)
    context = {"roster": roster, "view": view, "zone": viewer_zone(request)}
    if roster.confirmed_at and not roster.done_at:
        return render_page(request, "staff/import_running.html", "staff/import/_progress.html", context)
    if wants_partial(request):
        return HttpResponse(headers={"HX-Refresh": "true"})  # it was in progress when the page was drawn
    shown = _done(roster) if roster.done_at else _ready(roster)
    chosen = [one for one in shown if not view or one.tone == TONES[view]]
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    counts = [(one, label, _count(shown, one)) for one, label in _tabs(is_done=bool(roster.done_at))]
    context |= {"page": page, "tabs": counts, "ready": _count(shown, "pretes")}
    return render(request, "staff/import_preview.html", context)


TONES = {"pretes": "ok", "corriger": "bad", "connues": "off"}


def _count(shown: list[Shown], view: str) -> int:
    return sum(not view or one.tone == TONES[view] for one in shown)


def _tabs(*, is_done: bool) -> list[tuple[str, str]]:
    ready = _("Reprises") if is_done else _("Prêtes")
    return [("", _("Toutes")), ("pretes", ready), ("corriger", _("À corriger")), ("connues", _("Déjà là"))]


def _ready(roster: Roster) -> list[Shown]:
    return [_of(one) for one in importing.lines(roster)]


def _of(line: Line) -> Shown:
    if line.known:
        return Shown(line.number, line.name, line.email, _("Déjà là"), "off", _("Rien ne sera changé."))
    if line.problem:
        return Shown(line.number, line.name, line.email, _("À corriger"), "bad", line.problem)
    return Shown(line.number, line.name, line.email, _("Prête"), "ok", "")


def _done(roster: Roster) -> list[Shown]:
    told = {
        Result.WRITTEN: (_("Reprise"), "ok", ""),
        Result.KNOWN: (_("Déjà là"), "off", _("Rien n’a été changé.")),
        Result.FAILED: (
            _("À corriger"), "bad", _("Quelqu’un a pris cette adresse entre-temps. Recommencez avec cette ligne.")
        ),
        Result.WRONG: (_("À corriger"), "bad", ""),
    }  # fmt: skip
    return [
        Shown(one.number, one.name, one.email, label, tone, one.problem or said)
        for one in importing.outcomes(roster)
        for label, tone, said in [told[Result(one.result)]]
    ]


@require_POST
@recently_proven
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    roster, now = _found(reference), timezone.now()
    ready = checking.summary(importing.lines(roster))["ready"]
    if not ready:
        messages.warning(request, _("Aucune ligne n’est prête : corrigez le fichier, puis envoyez-le de nouveau."))
        return redirect("staff_import_preview", reference=reference)
    try:
        importing.confirm(roster, now)
    except importing.NotWaiting:
        messages.info(request, _("La reprise est déjà lancée."))
    else:
        tracing.act(request, Act.IMPORTED, thing="mediators", detail=f"{ready} rows")
        messages.success(request, _("La reprise commence. Chaque médiateur recevra une lettre."))
    return redirect("staff_import_preview", reference=reference)


@require_POST
@recently_proven
def abandon(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        importing.abandon(_found(reference))
    except importing.NotWaiting:
        messages.info(request, _("La reprise est déjà lancée."))
        return redirect("staff_import_preview", reference=reference)
    messages.success(request, _("Le fichier est oublié : rien n’a été écrit."))
    return redirect("staff_import")


@require_safe
@recently_proven
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Line by line, for a spreadsheet: formulas in it are inert."""
    roster = _found(reference)
    tracing.look(request, f"roster:{roster.reference}", what=Act.LISTED)
    rows = _done(roster) if roster.done_at else _ready(roster)
    titles = (_("ligne"), _("nom"), _("email"), _("état"), _("ce qu’il faut faire"))
    return sheets.answer(
        "rapport-import", [titles, *((one.number, one.name, one.email, one.label, one.said) for one in rows)]
    )


def _found(reference: str) -> Roster:
    roster = importing.find(reference, timezone.now())
    if roster is None:
        raise Http404
    return roster


def _columns() -> list[tuple[str, str]]:
    """Each with what it holds, in words."""
    said = (
        _("Prénom et nom. Obligatoire."), _("Adresse e-mail du compte. Obligatoire ; elle n’est jamais montrée."),
        _("Téléphone professionnel."), _("Numéro du certificat."), _("Année du certificat, en quatre chiffres."),
        _("Fin de l’adhésion, ainsi : 31/12/2027."), _("Fin de l’assurance, ainsi : 31/12/2027."),
        _("Spécialités, séparées par |, sous les noms ci-dessous."), _("Langues, séparées par | : français | anglais."),
        _("Numéro et rue du lieu principal."), _("Code postal."), _("Commune."), _("Présentation, en français."),
        _("Adresse de la fiche sur l’ancien site : elle mènera à la nouvelle."),
    )  # fmt: skip
    return list(zip(rosters.COLUMNS, said, strict=True))
