"""/administration/reglages/: names and links, words of letters, the announcement. Proven again, and on the trail."""

from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.configuration import letters, names
from allomediateur.configuration.letters import Words
from allomediateur.scheduling.wall import local_day
from allomediateur.web.staff.reading import TO_OTHERS
from allomediateur.web.staff.settings_forms import BannerForm, NamesForm, WordsForm
from allomediateur.web.ui import tracing
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

LANGUAGES = ("fr", "en")
STANDING = (
    "application_received", "application_more", "application_accepted", "application_refused", "proof_judged",
    "standing_reminder", "standing_lapsed", "standing_suspended", "standing_reinstated",
    "standing_invited",
)  # fmt: skip
"""Letters that share one template: their kinds are named here."""


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proven
def settings(request: HttpRequest) -> HttpResponse:
    """Every value on one page."""
    now, values = timezone.now(), names.everything()
    form = NamesForm(
        request.POST if request.method == "POST" else None, default=names.defaults, initial=values
    )  # fmt: skip
    if form.is_valid():
        changed = names.change({one.key: form.cleaned_data[one.key] for one in names.NAMES}, now)
        _traced(request, changed)
        messages.success(request, _("C’est réglé. Les pages et les lettres le disent dès maintenant."))
        return redirect("staff_settings")
    context = {"form": form, "page_error": form.is_bound, "announcing": names.banner(values, "fr", now)}
    return render(request, "staff/settings.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proven
def announcement(request: HttpRequest) -> HttpResponse:
    """What every page says on top, for a time."""
    now, zone, values = timezone.now(), viewer_zone(request), names.everything()
    form = BannerForm(request.POST if request.method == "POST" else None, initial=_known(values, zone))
    if form.is_valid():
        names.announce(form.values(zone), now)
        _traced(request, ["banner"])
        messages.success(request, _("L’annonce est enregistrée."))
        return redirect("staff_announcement")
    context = {
        "form": form, "page_error": form.is_bound, "is_set": "banner_fr" in values,
        "shown": names.banner(values, "fr", now),
    }  # fmt: skip
    return render(request, "staff/announcement.html", context, status=422 if form.is_bound else 200)


@require_POST
@recently_proven
def announcement_end(request: HttpRequest) -> HttpResponse:
    names.silence()
    _traced(request, ["banner"])
    messages.success(request, _("L’annonce est retirée."))
    return redirect("staff_announcement")


def _known(values: dict[str, str], zone: str) -> dict[str, object]:
    def day(key: str, less: timedelta) -> object:
        text = values.get(key, "")
        return local_day(datetime.fromisoformat(text) - less, zone) if text else None

    instant = timedelta(seconds=1)
    return {
        "fr": values.get("banner_fr", ""), "en": values.get("banner_en", ""),
        "kind": values.get("banner_kind", "info"), "since": day("banner_from", timedelta()),
        "until": day("banner_until", instant),
    }  # fmt: skip


@require_safe
def letters_list(request: HttpRequest) -> HttpResponse:
    """Every kind of letter, and which have words of their own."""
    changed = {kind for kind, _language in letters.changed()}
    rows = [(kind, label(kind), kind in changed) for kind in kinds()]
    return render(request, "staff/letters.html", {"rows": sorted(rows, key=lambda row: row[1])})


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proven
def letter(request: HttpRequest, kind: str) -> HttpResponse:
    """Subject and added word, in both languages."""
    if kind not in kinds():
        raise Http404
    sent, now = request.POST if request.method == "POST" else None, timezone.now()
    found = {one: letters.of(kind, one) for one in LANGUAGES}
    shown = [(one, WordsForm(sent, kind=kind, prefix=one, initial=vars(found[one]))) for one in LANGUAGES]
    right = [form.is_valid() for _language, form in shown]
    if sent is not None and all(right):
        for language, form in shown:
            letters.write(kind, language, Words(form.cleaned_data["subject"], form.cleaned_data["note"]), now)
        _traced(request, [kind])
        messages.success(request, _("C’est réglé : les prochaines lettres le diront."))
        return redirect("staff_letter", kind=kind)
    wrong = next((form for _language, form in shown if form.errors), None)
    context = {
        "kind": kind, "label": label(kind), "forms": shown, "form": wrong, "page_error": wrong is not None,
        "names": letters.names_for(kind), "is_changed": any(vars(one) != vars(Words()) for one in found.values()),
    }  # fmt: skip
    return render(request, "staff/letter.html", context, status=422 if wrong else 200)


def kinds() -> list[str]:
    """Those that have templates in a room, and those that share one."""
    found = {
        path.name.removesuffix(".subject.txt")
        for app in apps.get_app_configs()
        for path in (Path(app.path) / "templates" / "letters").glob("*.subject.txt")
    }
    return sorted((found - {"standing", "told"}) | set(STANDING) | set(TO_OTHERS))


def label(kind: str) -> str:
    """In words."""
    return LABELS.get(kind, lambda: kind.replace("_", " "))()


LABELS = TO_OTHERS | {
    "appointment_to_prove": lambda: _("Adresse à confirmer, au mandataire"),
    "appointment_for_you": lambda: _("À confirmer ou refuser, à la personne concernée"),
    "appointment_to_confirm": lambda: _("Rendez-vous à confirmer"),
    "appointment_confirmed": lambda: _("Rendez-vous confirmé, au client"),
    "appointment_moved": lambda: _("Rendez-vous déplacé, au client"),
    "appointment_cancelled": lambda: _("Rendez-vous annulé, au client"),
    "appointment_released": lambda: _("Rendez-vous libéré, au client"),
    "appointment_late": lambda: _("Retard du médiateur"),
    "appointment_reminder": lambda: _("Rappel d’un rendez-vous"),
    "mediator_confirmed": lambda: _("Rendez-vous confirmé, au médiateur"),
    "mediator_moved": lambda: _("Rendez-vous déplacé, au médiateur"),
    "mediator_digest": lambda: _("Récapitulatif du jour, au médiateur"),
    "mediator_cancelled": lambda: _("Rendez-vous annulé, au médiateur"),
    "wait_to_confirm": lambda: _("Liste d’attente, adresse à confirmer"),
    "wait_joined": lambda: _("Liste d’attente, entrée"),
    "wait_offered": lambda: _("Liste d’attente, créneau proposé"),
    "wait_ended": lambda: _("Liste d’attente, fin"),
    "account_login_code": lambda: _("Code de connexion"),
    "account_email_confirmation": lambda: _("Adresse e-mail à confirmer"),
    "account_email_confirmation_signup": lambda: _("Adresse e-mail à confirmer, compte nouveau"),
    "account_account_already_exists": lambda: _("Compte qui existe déjà"),
    "account_unknown_account": lambda: _("Compte inconnu"),
    "account_password_reset_key": lambda: _("Mot de passe à choisir"),
    "account_alert": lambda: _("Alerte de sécurité"),
    "account_factors_removed": lambda: _("Seconds facteurs retirés"),
    "account_leaving": lambda: _("Compte endormi"),
    "account_erased": lambda: _("Compte effacé"),
    "application_received": lambda: _("Candidature reçue"),
    "application_more": lambda: _("Candidature à préciser"),
    "application_accepted": lambda: _("Candidature acceptée"),
    "application_refused": lambda: _("Candidature refusée"),
    "proof_judged": lambda: _("Pièce acceptée ou refusée"),
    "standing_reminder": lambda: _("Échéance proche"),
    "standing_lapsed": lambda: _("Droits échus"),
    "standing_suspended": lambda: _("Fiche suspendue"),
    "standing_reinstated": lambda: _("Suspension levée"),
    "standing_invited": lambda: _("Fiche reprise de l’ancien site"),
    "staff_reveals": lambda: _("Coordonnées très demandées, à l’administration"),
    "support_received": lambda: _("Assistance, message reçu"),
    "support_answer": lambda: _("Assistance, réponse"),
    "support_written": lambda: _("Assistance, message"),
    "support_waiting": lambda: _("Assistance, à l’administration"),
    "intake_to_prove": lambda: _("Saisine : adresse à confirmer"),
    "intake_to_prove_discreet": lambda: _("Saisine : adresse à confirmer, discrète"),
    "intake_news": lambda: _("Saisine : du nouveau"),
    "intake_news_discreet": lambda: _("Saisine : du nouveau, discrète"),
    "intake_noted": lambda: _("Saisine : notée sous la dictée"),
    "intake_noted_discreet": lambda: _("Saisine : notée sous la dictée, discrète"),
    "intake_proposed": lambda: _("Au médiateur : saisine proposée"),
    "intake_gone": lambda: _("Au médiateur : saisine reprise"),
    "intake_to_route": lambda: _("À l’administration : une saisine à orienter"),
}


def _traced(request: HttpRequest, what: list[str]) -> None:
    if what:
        tracing.act(request, Act.CONFIGURED, thing="configuration", detail=", ".join(what))
