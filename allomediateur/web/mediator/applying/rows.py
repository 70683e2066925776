"""The steps that hold several rows: offices, and services."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import applying
from allomediateur.agenda import offices as working_places
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
)

WHY_KEPT = {
    working_places.IsMain: lazy("Choisissez d’abord un autre lieu principal."),
    working_places.IsBooked: lazy(
        "Des rendez-vous y ont eu lieu ou s’y tiendront : fermez plutôt ses plages, il ne sera plus proposé."
    ),
    working_places.IsOpen: lazy("Des plages y sont ouvertes : fermez-les d’abord, dans « Mes plages »."),
}


def offices(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    own = list(Office.objects.filter(mediator=mediator).select_related("commune"))
    chosen, now = _chosen(request, own, "lieu"), timezone.now()
    if request.method != "POST":
        return _page(request, base, Step.OFFICES, {"rows": own, "chosen": chosen, "form": OfficeForm(instance=chosen)})
    if request.POST.get("acte") == "retirer":
        return _remove_office(request, mediator, base, chosen)
    form = OfficeForm(request.POST, instance=copy(chosen) or Office(mediator=mediator))
    if len(own) >= MOST_OFFICES and chosen is None:
        form.add_error(None, _("Huit lieux au plus : retirez-en un, ou modifiez-le."))
    if form.is_valid():
        try:
            with applying.changing(mediator, now):
                working_places.save(form.save(commit=False), now)
        except working_places.IsBooked:
            form.add_error(
                "address", _("On vous y attend : ajoutez plutôt un nouveau lieu, puis déplacez ces rendez-vous.")
            )
        else:
            messages.success(request, _("Le lieu est enregistré."))
            return HttpResponseRedirect(base.step_url(Step.OFFICES))
    return _page(request, base, Step.OFFICES, {"rows": own, "chosen": chosen, "form": form})


def _remove_office(request: HttpRequest, mediator: Mediator, base: Base, office: Office | None) -> HttpResponse:
    if office is None:
        raise Http404
    now = timezone.now()
    try:
        with applying.changing(mediator, now):
            working_places.remove(office, now)
    except working_places.InUse as why:
        messages.error(request, WHY_KEPT[type(why)])
    else:
        messages.success(request, _("Le lieu est retiré."))
    return HttpResponseRedirect(base.step_url(Step.OFFICES))


def services(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    """The few terms of a draft; in the list, services have pages of their own."""
    if base.is_profile:
        return HttpResponseRedirect(reverse("mediator_services"))
    own = list(Service.objects.filter(mediator=mediator))
    chosen = _chosen(request, own, "prestation")
    given: dict[str, Any] = {"mediator": mediator} | ({"instance": copy(chosen)} if chosen else {})
    if request.method != "POST":
        return _page(request, base, Step.SERVICES, {"rows": own, "chosen": chosen, "form": FirstServiceForm(**given)})
    if request.POST.get("acte") == "retirer":
        return _remove_service(request, mediator, base, chosen)
    form = FirstServiceForm(request.POST, **given)
    if len(own) >= MOST_SERVICES and chosen is None:
        form.add_error(None, _("Douze prestations au plus : retirez-en une, ou modifiez-la."))
    if not form.is_valid():
        return _page(request, base, Step.SERVICES, {"rows": own, "chosen": chosen, "form": form})
    with applying.changing(mediator, timezone.now()):
        applying.propose(form.save(commit=False))
    messages.success(request, _("La prestation est enregistrée."))
    return HttpResponseRedirect(base.step_url(Step.SERVICES))


def _remove_service(request: HttpRequest, mediator: Mediator, base: Base, service: Service | None) -> HttpResponse:
    if service is None:
        raise Http404
    with applying.changing(mediator, timezone.now()):
        service.delete()
    messages.success(request, _("La prestation est retirée."))
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
    template = f"mediator/applying/{'offices' if step == Step.OFFICES else 'offers'}.html"
    return render(request, template, known | context, status=422 if bound else 200)
