"""Why a start of any mediator is not proposed, for staff. No name of a client is in the answer."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from allomediateur.directory.models import Mediator
from allomediateur.web.ui import explaining


class WhoForm(forms.Form):
    mediateur = forms.CharField(
        label=lazy("Médiateur"),
        max_length=80,
        help_text=lazy("La fin de l’adresse de sa fiche, par exemple bastien-lacroix."),
        error_messages={"required": lazy("Écrivez l’adresse de la fiche.")},
    )

    def clean_mediateur(self) -> Mediator:
        slug = self.cleaned_data["mediateur"].strip("/").rsplit("/", 1)[-1]
        found = Mediator.objects.select_related("user").prefetch_related("offices__commune").filter(slug=slug).first()
        if found is None:
            raise forms.ValidationError(lazy("Aucune fiche n’a cette adresse."))
        return found


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    who = WhoForm(request.GET if "mediateur" in request.GET else None)
    if not who.is_valid():
        context = {"who": who, "page_error": bool(who.errors)}
        return render(request, "staff/why.html", context, status=422 if who.errors else 200)
    mediator = who.cleaned_data["mediateur"]
    found = explaining.context(request.GET, mediator, timezone.now())
    context = {**found, "mediator": mediator}
    return render(request, "staff/why.html", context, status=422 if found["page_error"] else 200)
