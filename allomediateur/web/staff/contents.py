"""/administration/contenus/: the information pages, when they were verified, and what is planned for them."""

from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.content import rulebook, versions
from allomediateur.content.locking import alone
from allomediateur.content.versions import Version
from allomediateur.web.staff import proving, rules
from allomediateur.web.staff.contents_forms import PageForm
from allomediateur.web.ui import reading, tracing
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act

LANGUAGES = ("fr", "en")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Pages, tables of law, and what of both is to be verified, the oldest first."""
    now = timezone.now()
    planned = versions.planned(now)
    pages = [
        {"version": one, "is_to_verify": one.is_to_verify(now), "planned": planned.get(one.slug, [])}
        for one in versions.all_in_force(now)
    ]
    tables = rulebook.current()
    law = [rules.line(one, tables, now) for one in sorted(rulebook.rules(), key=rules.rank)]
    late = {"pages": _late(pages), "law": _late(law)}
    views = (
        ("pages", _("Pages"), len(pages)), ("droit", _("Règles de droit"), len(law)),
        ("a-verifier", _("À vérifier"), sum(map(len, late.values()))),
    )  # fmt: skip
    view = next((word for word, *_rest in views if word == request.GET.get("vue")), "pages")
    shown = {"pages": {"pages": pages}, "droit": {"law": law}, "a-verifier": late}[view]
    unread = [(table, rules.titled(table), name) for table, name in rulebook.unread()]
    return render(request, "staff/contents/list.html", {"views": views, "view": view, "unread": unread} | shown)


def _late(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted((one for one in lines if one["is_to_verify"]), key=lambda one: one["version"].verified_on)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One version, the one in force where none is asked for, and the list of all."""
    now = timezone.now()
    in_force, everything = _in_force(slug, now), versions.history(slug)
    asked = request.GET.get("version", "")
    shown = _numbered(everything, asked) if asked else in_force
    context = {
        "slug": slug, "in_force": in_force, "shown": shown, "history": everything,
        "is_to_verify": in_force.is_to_verify(now), "today": versions.today(now), "sides": _sides(shown.document),
    }  # fmt: skip
    return render(request, "staff/contents/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partial(recently_proven, to_open=True)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """From the version in force, or the one asked for. « Aperçu » shows and keeps nothing."""
    now = timezone.now()
    _in_force(slug, now)
    with alone(slug) if request.method == "POST" else nullcontext():
        return _edited(request, slug, now)


def _edited(request: HttpRequest, slug: str, now: datetime) -> HttpResponse:
    base = _numbered(versions.history(slug), request.GET.get("version", "")) if "version" in request.GET else None
    document = (base or versions.in_force(slug, now)).document
    sent = request.POST if request.method == "POST" else None
    form = PageForm(sent, base=document, last=versions.last(slug), today=versions.today(now))
    if form.is_valid() and request.POST.get("acte") != "apercu" and proving.may_keep(request, form):
        return _planned(request, slug, form, now)
    is_right = form.is_valid()
    if form.is_bound:
        form.shown_again()
    context = {
        "slug": slug, "form": form, "page_error": form.is_bound and not is_right,
        "sides": _sides(form.document) if is_right else [], "prove_url": proving.where(request, form),
    }  # fmt: skip
    return render(request, "staff/contents/edit.html", context, status=200 if is_right or not form.is_bound else 422)


@require_POST
@recently_proven
def verified(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    _in_force(slug, now)
    made = versions.verify_again(slug, by=request.user, now=now)  # type: ignore[arg-type] # behind a door
    tracing.act(request, Act.CONFIGURED, thing=f"content:{slug}", detail=f"verified {made.number}")
    messages.success(request, _("C’est noté : la page a été vérifiée aujourd’hui."))
    return redirect("staff_content", slug)


def _planned(request: HttpRequest, slug: str, form: PageForm, now: datetime) -> HttpResponse:
    since = form.cleaned_data["since"]
    made = versions.plan(slug, form.document, since, by=request.user, now=now)  # type: ignore[arg-type] # behind a door
    tracing.act(request, Act.CONFIGURED, thing=f"content:{slug}", detail=f"planned {made.number} {since}")
    messages.success(request, _("La version %(number)d est enregistrée.") % {"number": made.number})
    return redirect("staff_content", slug)


def _in_force(slug: str, now: datetime) -> Version:
    try:
        return versions.in_force(slug, now)
    except KeyError as error:
        raise Http404 from error


def _numbered(everything: list[Version], number: str) -> Version:
    found = next((one for one in everything if str(one.number) == number), None)
    if found is None:
        raise Http404
    return found


def _sides(document: Any) -> list[dict[str, Any]]:
    """Read side by side, in both languages."""
    return [{"of_language": one} | reading.words(document, one) for one in LANGUAGES]
