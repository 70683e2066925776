"""What can be booked with the mediator: the list of services, and each one’s terms."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.agenda import editing
from allomediateur.agenda.models import Service
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator.offers_form import ServiceForm
from allomediateur.web.mediator.profile import with_profile
from allomediateur.web.ui.appointments import service_name

FIRST_TERMS = {"minutes": 60, "notice_minutes": 1440, "horizon_days": 60}


@require_safe
@with_profile
def services(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    rows = [(one, service_name(one)) for one in Service.objects.filter(mediator=mediator)]
    return render(request, "mediator/offers.html", {"mediator": mediator, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@with_profile
def new_service(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    rank = Service.objects.filter(mediator=mediator).count()
    return _edit(request, Service(mediator=mediator, rank=rank, modalities=[], **FIRST_TERMS))


@require_http_methods(["GET", "HEAD", "POST"])
@with_profile
def service(request: HttpRequest, mediator: Mediator, number: int) -> HttpResponse:
    found = Service.objects.filter(mediator=mediator, pk=number).select_related("mediator__user").first()
    if found is None:
        raise Http404
    return _edit(request, found)


def _edit(request: HttpRequest, one: Service) -> HttpResponse:
    form = ServiceForm(request.POST if request.method == "POST" else None, instance=one)
    if form.is_valid():
        editing.save_service(form.save(commit=False), timezone.now())
        messages.success(
            request, _("La prestation est enregistrée. Les rendez-vous déjà pris gardent leurs conditions.")
        )
        return HttpResponseRedirect(reverse("mediator_services"))
    context = {"form": form, "service": one, "page_error": form.is_bound}
    return render(request, "mediator/offer.html", context, status=422 if form.is_bound else 200)
