"""How the mediator wants to be told of bookings: each by a letter, or a digest a day."""

from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from allomediateur.agenda import telling as choices
from allomediateur.agenda.models import Telling
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator.profile import with_profile
from allomediateur.web.ui.forms import CardRadios, TimeInput, card

Mode = Telling.Mode


class TellingForm(forms.Form):
    """The hour counts for the digest only, and is kept when it is not wanted."""

    mode = forms.ChoiceField(label=lazy("Être prévenu"), widget=CardRadios)
    at = forms.TimeField(
        label=lazy("Heure du récapitulatif"), required=False, widget=TimeInput,
        error_messages={"invalid": lazy("Écrivez l’heure ainsi : 18:00.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        each = _("Chaque réservation, chaque changement, avec son fichier d’agenda.")
        daily = _("Ce qui est nouveau, déplacé ou annulé, et les rendez-vous du lendemain.")
        self.fields["mode"].choices = [  # type: ignore[attr-defined]  # ChoiceField's
            (Mode.EACH.value, card(str(Mode.EACH.label), each)),
            (Mode.DIGEST.value, card(str(Mode.DIGEST.label), daily)),
        ]
        self.fields["mode"].error_messages["required"] = _("Choisissez comment être prévenu.")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("mode") == Mode.DIGEST and told.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("Écrivez à quelle heure l’envoyer. Exemple : 18:00."))
        return told


@require_http_methods(["GET", "HEAD", "POST"])
@with_profile
def telling(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    chosen = choices.choice_of(mediator)
    initial = {"mode": chosen.mode, "at": time(*divmod(chosen.minute, 60))}
    form = TellingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        at = form.cleaned_data["at"]
        minute = at.hour * 60 + at.minute if at else chosen.minute
        choices.choose(mediator, Mode(form.cleaned_data["mode"]), minute, timezone.now())
        messages.success(request, _("C’est noté."))
        return redirect("mediator_telling")
    context = {"form": form, "page_error": form.is_bound, "chosen": chosen, "zone": choices.zone_of(mediator)}
    return render(request, "mediator/telling.html", context, status=422 if form.is_bound else 200)
