"""/informations/calculs/: time limits worked out, each day with why. Days are posted, and kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.content import rulebook
from allomediateur.law import calculators as law
from allomediateur.law.calculators import Reckoning
from allomediateur.law.facts import BadFacts, Fault
from allomediateur.web.ui import statutes, written
from allomediateur.web.ui.written import Unclear

LONGEST = 40


@dataclass(frozen=True)
class Asked:
    """A day that is asked for."""

    name: str
    label: str | Promise
    hint: str | Promise = ""
    is_required: bool = True


@dataclass(frozen=True)
class Calculator:
    """`reckon` takes the days by name, None for one that was left empty."""

    slug: str
    title: str | Promise
    lead: str | Promise
    asked: tuple[Asked, ...]
    reckon: Callable[..., Reckoning]


CALCULATORS = (
    Calculator(
        "prescription", lazy("La prescription pendant une médiation"),
        lazy("La médiation arrête le temps pour agir. Quand elle finit, il vous reste au moins six mois."),
        (
            Asked("expires", lazy("Le dernier jour pour agir, sans la médiation")),
            Asked("agreed", lazy("Le jour de l’accord écrit de tous d’aller en médiation"), is_required=False),
            Asked("met", lazy("Le jour de la première réunion"), lazy("S’il n’y a pas d’accord écrit."), False),
            Asked("ended", lazy("Le jour où la médiation est déclarée finie")),
        ),
        law.suspension,
    ),
    Calculator(
        "consommation", lazy("La médiation de la consommation"),
        lazy("D’abord une réclamation écrite au professionnel. Ensuite, vous avez un an pour saisir son médiateur."),
        (
            Asked("complained", lazy("Le jour de votre réclamation écrite")),
            Asked("asked", lazy("Le jour de la demande au médiateur"), lazy("Si elle est faite."), False),
            Asked("notified", lazy("Le jour où le médiateur a annoncé qu’il a le dossier"), is_required=False),
        ),
        law.consumer,
    ),
    Calculator(
        "administration", lazy("Le recours contre une administration"),
        lazy(
            "Vous avez en général deux mois pour saisir le tribunal. "
            "Une médiation acceptée à temps remet ce délai à zéro."
        ),
        (
            Asked("decided", lazy("Le jour où vous avez reçu la décision")),
            Asked("agreed", lazy("Le jour où chacun a accepté la médiation"),
                  lazy("Par écrit ; sinon, le jour de la première réunion. Rien s’il n’y a pas de médiation."), False),
            Asked("ended", lazy("Le jour où la médiation est finie"), is_required=False),
        ),
        law.administrative,
    ),
    Calculator(
        "mediation-ordonnee", lazy("La médiation ordonnée par un juge"),
        lazy("Le juge fixe une durée. Voici le plus long que le code permet."),
        (
            Asked("ordered", lazy("Le jour de la décision du juge")),
            Asked("began", lazy("Le jour où la provision est versée au médiateur")),
        ),
        law.court_ordered,
    ),
)  # fmt: skip
BY_SLUG = {one.slug: one for one in CALCULATORS}


@dataclass(frozen=True)
class Box:
    """A day's field; `value` as it was typed."""

    asked: Asked
    value: str
    errors: list[str]


@require_safe
def calculators(request: HttpRequest) -> HttpResponse:
    return render(request, "public/calculators.html", {"calculators": CALCULATORS})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: HttpRequest, slug: str) -> HttpResponse:
    """The form (GET); the days worked out, with why, above it (POST)."""
    found = BY_SLUG.get(slug)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found, {}, [])
    days, faults = _read(found, request.POST)
    if not faults:
        try:
            return _page(request, found, request.POST, [], found.reckon(**days, tables=rulebook.current()))
        except BadFacts as bad:
            faults = _said(bad.faults)
    return _page(request, found, request.POST, faults)


def _read(calculator: Calculator, sent: QueryDict) -> tuple[dict[str, date | None], list[tuple[str, str]]]:
    """The days by name, and what is to be mended."""
    days: dict[str, date | None] = {}
    faults = []
    for one in calculator.asked:
        text = _typed(sent, one)
        days[one.name] = None
        try:
            days[one.name] = written.day(text) if text else None
        except Unclear as unclear:
            faults.append((one.name, written.message(unclear).of(get_language() or "fr")))
        if one.is_required and not text:
            faults.append((one.name, _("Écrivez le jour, par exemple 24/11/2026.")))
    return days, faults


def _typed(sent: QueryDict | dict[str, str], one: Asked) -> str:
    return str(sent.get(one.name, "")).strip()[:LONGEST]


def _said(faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    return [(fault.name, fault.message.of(get_language() or "fr")) for fault in faults]


def _page(
    request: HttpRequest,
    calculator: Calculator,
    sent: QueryDict | dict[str, str],
    faults: list[tuple[str, str]],
    found: Reckoning | None = None,
) -> HttpResponse:
    boxes = [
        Box(one, _typed(sent, one), [message for name, message in faults if name == one.name])
        for one in calculator.asked
    ]
    context = {
        "calculator": calculator, "boxes": boxes, "faults": faults, "page_error": bool(faults),
        "hint": written.hint(is_sum=False), "found": found and _drawn(found),
    }  # fmt: skip
    return render(request, "public/calculator.html", context, status=422 if faults else 200)


def _drawn(found: Reckoning) -> dict[str, object]:
    """In the page's language."""
    language = get_language() or "fr"
    return {
        "result": found.result.text.of(language),
        "steps": [one.text.of(language) for one in found.steps],
        "warnings": [one.of(language) for one in found.warnings],
        "articles": statutes.links(found.articles, language),
        "source": found.version.source.of(language),
        "verified": statutes.verified(found.verified, language),
    }
