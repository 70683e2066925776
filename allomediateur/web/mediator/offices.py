"""How one gets to each office and in: what clients read before they come, and what search filters on."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from allomediateur.agenda import editing
from allomediateur.directory.models import Mediator, Office
from allomediateur.web.mediator.profile import with_profile

if TYPE_CHECKING:
    _OfficeModelForm = forms.ModelForm[Office]
else:
    _OfficeModelForm = forms.ModelForm


class AccessForm(_OfficeModelForm):
    class Meta:
        model = Office
        fields = ("step_free", "floor", "transport", "parking", "access")
        labels = {
            "step_free": lazy("Accessible de plain-pied ou par ascenseur"),
            "floor": lazy("Étage"),
            "transport": lazy("Transports en commun"),
            "parking": lazy("Stationnement"),
            "access": lazy("Comment entrer"),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@with_profile
def offices(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """A form for each office (GET); one of them saved (POST, `lieu` names it)."""
    own = list(mediator.offices.all())
    asked = next((one for one in own if str(one.pk) == request.POST.get("lieu")), None)
    if request.method != "POST":
        return _page(request, [AccessForm(instance=one, prefix=str(one.pk)) for one in own])
    if asked is None:
        raise Http404
    shown = [AccessForm(request.POST if one == asked else None, instance=one, prefix=str(one.pk)) for one in own]
    form = next(one for one in shown if one.instance == asked)
    if not form.is_valid():
        return _page(request, shown, form)
    with editing.editing(mediator, timezone.now()):
        form.save()
    messages.success(request, _("L’accès à « %(name)s » est enregistré.") % {"name": asked.name})
    return HttpResponseRedirect(reverse("mediator_offices"))


def _page(request: HttpRequest, shown: list[AccessForm], refused: AccessForm | None = None) -> HttpResponse:
    context = {"forms": shown, "form": refused, "page_error": refused is not None}
    return render(request, "mediator/offices.html", context, status=422 if refused else 200)
