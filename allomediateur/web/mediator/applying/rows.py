"""The steps that hold several rows: offices, and services."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allomediateur.agenda import applying, editing
from allomediateur.agenda.applying import Step
from allomediateur.agenda.models import Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.web.mediator.applying import steps
from allomediateur.web.mediator.applying.people import Base
from allomediateur.web.mediator.applying.rows_forms import (
    MOST_OFFICES,
    MOST_SERVICES,
    FirstServiceForm,
    OfficeForm,
    why_not_removed,
)


def offices(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    own = list(Office.objects.filter(mediator=mediator).select_related("commune"))
    chosen = _chosen(request, own, "lieu")
    if request.method != "POST":
        return _page(request, base, Step.OFFICES, {"rows": own, "chosen": chosen, "form": OfficeForm(instance=chosen)})
    if request.POST.get("acte") == "retirer":
        return _remove_office(request, mediator, base, chosen)
    form = OfficeForm(request.POST, instance=chosen or Office(mediator=mediator))
    if len(own) >= MOST_OFFICES and chosen is None:
        form.add_error(None, _("Huit lieux au plus : retirez-en un, ou modifiez-le."))
    if not form.is_valid():
        return _page(request, base, Step.OFFICES, {"rows": own, "chosen": chosen, "form": form})
    with editing.editing(mediator, timezone.now()):
        form.keep(mediator)
        applying.touch(mediator, timezone.now())
    messages.success(request, _("Le lieu est enregistré."))
    return HttpResponseRedirect(base.step_url(Step.OFFICES))


def _remove_office(request: HttpRequest, mediator: Mediator, base: Base, office: Office | None) -> HttpResponse:
    if office is None:
        raise Http404
    with editing.editing(mediator, timezone.now()):
        why = why_not_removed(office)
        if not why:
            office.delete()
    if why:
        messages.error(request, why)
    else:
        messages.success(request, _("Le lieu est retiré."))
    return HttpResponseRedirect(base.step_url(Step.OFFICES))


def services(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    """The few terms of a draft; in the list, services have pages of their own."""
    if base.is_profile:
        return HttpResponseRedirect(reverse("mediator_services"))
    own = list(Service.objects.filter(mediator=mediator))
    chosen = _chosen(request, own, "prestation")
    given: dict[str, Any] = {"mediator": mediator} | ({"instance": chosen} if chosen else {})
    if request.method != "POST":
        return _page(request, base, Step.SERVICES, {"rows": own, "chosen": chosen, "form": FirstServiceForm(**given)})
    if request.POST.get("acte") == "retirer":
        if chosen is None:
            raise Http404
        with editing.editing(mediator, timezone.now()):
            chosen.delete()
        messages.success(request, _("La prestation est retirée."))
        return HttpResponseRedirect(base.step_url(Step.SERVICES))
    form = FirstServiceForm(request.POST, **given)
    if len(own) >= MOST_SERVICES and chosen is None:
        form.add_error(None, _("Douze prestations au plus : retirez-en une, ou modifiez-la."))
    if not form.is_valid():
        return _page(request, base, Step.SERVICES, {"rows": own, "chosen": chosen, "form": form})
    with editing.editing(mediator, timezone.now()):
        form.keep(timezone.now())
        applying.touch(mediator, timezone.now())
    messages.success(request, _("La prestation est enregistrée."))
    return HttpResponseRedirect(base.step_url(Step.SERVICES))


def _chosen(request: HttpRequest, own: list[Any], name: str) -> Any:
    """The row that the address names, if it is one's own."""
    asked = request.GET.get(name)
    found = next((one for one in own if str(one.pk) == asked), None)
    if asked and found is None:
        raise Http404
    return found


def _page(request: HttpRequest, base: Base, step: Step, context: dict[str, Any]) -> HttpResponse:
    after = steps.following(step)
    bound = context["form"].is_bound
    known = {
        "base": base, "step": step, "title": steps.TITLES[step], "number": steps.ORDER.index(step) + 1,
        "count": len(steps.ORDER), "back_url": base.list_url, "here": base.step_url(step), "page_error": bound,
        "next_url": base.step_url(after) if after and not base.is_profile else base.list_url,
    }  # fmt: skip
    template = f"mediator/applying/{'offices' if step == Step.OFFICES else 'services'}.html"
    return render(request, template, known | context, status=422 if bound else 200)
