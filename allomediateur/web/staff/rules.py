"""/administration/contenus/droit/: versions of the tables of law, when they were verified, what a new one changes."""

from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.content import rulebook, versions
from allomediateur.content.locking import alone
from allomediateur.content.rulebook import Rule
from allomediateur.law import examples
from allomediateur.law.examples import Difference, Outcome
from allomediateur.law.judging import Verdict
from allomediateur.law.nodes import Malformed
from allomediateur.law.tables import Inconsistent, Need, Table, Tables
from allomediateur.web.staff import proving
from allomediateur.web.staff.rules_forms import RuleForm, body_of
from allomediateur.web.ui import tracing
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

TABLES = {
    Table.PRIOR_ATTEMPT: lazy("La tentative préalable"),
    Table.LAWYER: lazy("L’avocat obligatoire"),
    Table.ASSISTANCE: lazy("Qui peut assister ou représenter"),
    Table.LIMITATION: lazy("La prescription pendant une médiation"),
    Table.CONSUMER: lazy("La médiation de la consommation"),
    Table.ADMINISTRATIVE: lazy("Le recours contre une administration"),
    Table.COURT_ORDERED: lazy("La médiation ordonnée par un juge"),
    Table.ARTICLES: lazy("Les articles cités"),
}
VERDICTS = {
    Verdict.REQUIRED: lazy("tentative nécessaire"),
    Verdict.EXEMPT: lazy("dispense"),
    Verdict.NOT_REQUIRED: lazy("tentative non obligatoire"),
    Verdict.OTHER_SCHEME: lazy("une autre règle"),
    Verdict.UNCERTAIN: lazy("incertain"),
}
LAWYERS = {
    Need.REQUIRED: lazy("avocat obligatoire"),
    Need.NOT_REQUIRED: lazy("avocat non obligatoire"),
    Need.UNCERTAIN: lazy("avocat : incertain"),
}


def titled(table: str) -> str:
    """Of a table that may be no more, its own name."""
    return str(TABLES.get(table, table))  # type: ignore[call-overload] # a Table is its word


def rank(one: Rule) -> int:
    """In the order of TABLES; versions of a table stay in theirs."""
    return list(TABLES).index(one.version.table)


def line(one: Rule, tables: Tables, now: datetime) -> dict[str, Any]:
    """A version as the lists show it, among `tables`."""
    until = tables.until(one.version) if one.version.enabled else None
    return {
        "rule": one, "version": one.version, "table": TABLES[one.version.table], "until": until,
        "source": one.version.source.begun.of(get_language() or "fr"), "is_to_verify": one.is_to_verify(now),
        "is_coming": one.version.enabled and one.version.since > versions.today(now),
    }  # fmt: skip


@require_safe
def rule(request: HttpRequest, table: str, name: str) -> HttpResponse:
    now = timezone.now()
    found = _found(table, name)
    language, tables = get_language() or "fr", rulebook.current()
    context = {
        "line": line(found, tables, now), "zone": viewer_zone(request), "body": body_of(found.document),
        "history": rulebook.history(table, name),
        "articles": [tables.article(one).label.of(language) for one in sorted(found.version.cited)],
    }  # fmt: skip
    return render(request, "staff/rules/rule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partial(recently_proven, to_open=True)
def edit(request: HttpRequest, table: str, name: str, *, is_new: bool = False) -> HttpResponse:
    """First what would change is shown; sent again as it is, it is kept, and nobody writes in between."""
    with alone(rulebook.LOCK) if request.method == "POST" else nullcontext():
        return _edited(request, table, name, is_new=is_new)


def _edited(request: HttpRequest, table: str, name: str, *, is_new: bool) -> HttpResponse:
    now = timezone.now()
    sent = request.POST if request.method == "POST" else None
    found, is_gone = _opened(table, name) if sent is not None else (_found(table, name), False)
    form = RuleForm(sent, base=found.document, today=versions.today(now), is_new=is_new, is_gone=is_gone)
    if form.is_valid() and form.is_seen and "revoir" not in request.POST and proving.may_keep(request, form):
        return _kept(request, form, now)
    is_right = form.is_valid()
    context = {
        "form": form, "version": found.version, "table": TABLES[found.version.table], "is_new": is_new,
        "page_error": form.is_bound and not is_right, "is_right": is_right,
        "prove_url": proving.where(request, form),
    }  # fmt: skip
    if form.is_bound:
        form.shown_again()
    if is_right:
        context |= {"differences": [_drawn(one) for one in form.differences], "total": len(examples.shipped())}
    return render(request, "staff/rules/edit.html", context, status=422 if context["page_error"] else 200)


@require_POST
@recently_proven
def verified(request: HttpRequest, table: str, name: str) -> HttpResponse:
    _found(table, name)
    rulebook.verify_again(table, name, by=request.user, now=timezone.now())  # type: ignore[arg-type] # behind a door
    tracing.act(request, Act.CONFIGURED, thing=f"law:{table}:{name}", detail="verified")
    messages.success(request, _("C’est noté : cette version a été comparée aujourd’hui avec le texte officiel."))
    return redirect("staff_rule", table, name)


@require_POST
@recently_proven
def withdraw(request: HttpRequest, table: str, name: str) -> HttpResponse:
    """What staff wrote; the shipped version, if there is one, is there again."""
    try:
        rulebook.withdraw(table, name, by=request.user, now=timezone.now())  # type: ignore[arg-type] # behind a door
    except rulebook.Unknown as error:
        raise Http404 from error
    except rulebook.Shipped:
        messages.error(request, _("Cette version est livrée avec le site : elle ne se retire pas."))
        return redirect("staff_rule", table, name)
    except Inconsistent as needed:
        messages.error(request, needed.message.of(get_language() or "fr"))
        return redirect("staff_rule", table, name)
    tracing.act(request, Act.CONFIGURED, thing=f"law:{table}:{name}", detail="withdrawn")
    messages.success(request, _("C’est fait : ce qui avait été écrit est retiré."))
    return redirect("staff_contents")


def _kept(request: HttpRequest, form: RuleForm, now: datetime) -> HttpResponse:
    made = rulebook.write(form.document, by=request.user, now=now)  # type: ignore[arg-type] # behind a door
    detail = f"written {made.since} {len(form.differences)} cases"
    tracing.act(request, Act.CONFIGURED, thing=f"law:{made.table}:{made.id}", detail=detail)
    messages.success(request, _("La version %(name)s est enregistrée.") % {"name": made.id})
    return redirect("staff_rule", made.table, made.id)


def _found(table: str, name: str) -> Rule:
    try:
        return rulebook.rule(table, name)
    except rulebook.Unknown as error:
        raise Http404 from error


def _opened(table: str, name: str) -> tuple[Rule, bool]:
    """What a form was opened on, and whether it was taken away since."""
    try:
        return rulebook.rule(table, name), False
    except rulebook.Unknown:
        pass
    try:
        return rulebook.withdrawn(table, name), True
    except (rulebook.Unknown, Malformed) as error:
        raise Http404 from error


def _drawn(one: Difference) -> dict[str, str]:
    """The lawyer is spoken of where that changes."""
    has_lawyer = one.before.lawyer != one.after.lawyer
    before, after = (_outcome(each, has_lawyer=has_lawyer) for each in (one.before, one.after))
    return {"case": examples.told(one.case).of(get_language() or "fr"), "before": before, "after": after}


def _outcome(one: Outcome, *, has_lawyer: bool) -> str:
    said = str(VERDICTS[one.verdict])
    return f"{said}, {LAWYERS[one.lawyer]}" if has_lawyer else said
