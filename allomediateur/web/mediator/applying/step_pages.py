"""A step: its page (GET), and what is told saved at once (POST). The same pages serve a draft and a profile."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from allomediateur.agenda import applying
from allomediateur.agenda.applying import KINDS, Step
from allomediateur.directory import portraits
from allomediateur.directory.models import Credential, Mediator, Photo
from allomediateur.directory.rights import day_of
from allomediateur.web.mediator.applying import rows, steps
from allomediateur.web.mediator.applying.people import Base
from allomediateur.web.ui import tracing, uploads
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone


def answer(request: HttpRequest, mediator: Mediator, base: Base, word: str) -> HttpResponse:
    """The step that the address names. Http404 for none."""
    try:
        step = Step(word)
    except ValueError:
        raise Http404 from None
    try:
        applying.check_open(mediator)
        return _answer(request, mediator, base, step)
    except applying.NotOpen:
        messages.info(request, _("Votre candidature est en cours d’examen : elle ne change pas pour l’instant."))
        return HttpResponseRedirect(base.list_url)


def _answer(request: HttpRequest, mediator: Mediator, base: Base, step: Step) -> HttpResponse:
    if step == Step.OFFICES:
        return rows.offices(request, mediator, base)
    if step == Step.SERVICES:
        return rows.services(request, mediator, base)
    if request.method == "POST":
        return _save(request, mediator, base, step)
    return _page(request, mediator, base, step, _form(request, mediator, step))


def _form(request: HttpRequest, mediator: Mediator, step: Step) -> Any:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    cls = steps.FORMS[step]
    return cls(*sent, mediator=mediator, is_too_heavy=uploads.is_too_heavy(request), zone=viewer_zone(request))


def _save(request: HttpRequest, mediator: Mediator, base: Base, step: Step) -> HttpResponse:
    now = timezone.now()
    if request.POST.get("acte") == "retirer":
        return _remove(request, mediator, base, step)
    form = _form(request, mediator, step)
    if not form.is_valid():
        return _page(request, mediator, base, step, form)
    with applying.changing(mediator, now):
        form.keep(now)
    if step in KINDS:
        tracing.act(
            request, Act.CLAIMED, person=mediator.user_id, thing=f"mediator:{mediator.slug}", detail=KINDS[step]
        )
    messages.success(request, _told(base, step))
    return HttpResponseRedirect(_next_url(base, step))


def _told(base: Base, step: Step) -> str:
    if base.is_profile and step in KINDS:
        return _("Votre pièce est déposée. Nous la vérifions et vous répondons par lettre.")
    return _("C’est enregistré.")


def _next_url(base: Base, step: Step) -> str:
    after = steps.following(step)
    return base.list_url if base.is_profile or after is None else base.step_url(after)


def _remove(request: HttpRequest, mediator: Mediator, base: Base, step: Step) -> HttpResponse:
    """A photo, or a claim that waits."""
    if step != Step.PHOTO and step not in KINDS:
        raise Http404
    with applying.changing(mediator, timezone.now()):
        if step == Step.PHOTO:
            Photo.objects.filter(mediator=mediator).delete()
        else:
            applying.withdraw(mediator, KINDS[step])
    messages.success(request, _("C’est retiré."))
    return HttpResponseRedirect(base.step_url(step))


def _page(request: HttpRequest, mediator: Mediator, base: Base, step: Step, form: Any) -> HttpResponse:
    place = steps.ORDER.index(step)
    context = {
        "mediator": mediator,
        "base": base,
        "step": step,
        "title": steps.TITLES[step],
        "number": place + 1,
        "count": len(steps.ORDER),
        "form": form,
        "claims": _claims(mediator, step),
        "is_optional": step in applying.OPTIONAL,
        "back_url": base.list_url,
        "skip_url": "" if base.is_profile else _next_url(base, step),
        "page_error": form.is_bound,
        "today": day_of(timezone.now()),
        "digest": portraits.digest_of(mediator) if step == Step.PHOTO else "",
    }
    template = f"mediator/applying/{steps.TEMPLATES.get(step, 'step')}.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _claims(mediator: Mediator, step: Step) -> list[Credential]:
    """Of the step's kind, what was told and what became of it; what was replaced is left out."""
    if step not in KINDS:
        return []
    rows_ = Credential.objects.filter(mediator=mediator, kind=KINDS[step]).exclude(state=Credential.State.REPLACED)
    return list(rows_.select_related("document").defer("document__sealed"))
