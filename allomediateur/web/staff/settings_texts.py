"""/administration/reglages/sms/: how many SMS a month, which kinds, and what became of them."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from allomediateur.configuration import texting as decided
from allomediateur.notify import texts
from allomediateur.notify.channels.sms.chosen import engine
from allomediateur.notify.models import Text
from allomediateur.web.ui import tracing
from allomediateur.web.ui.forms import Checks
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act

SHOWN = 30
ASIDE = timedelta(days=30)
KINDS = {
    "reminder": lazy("Rappels des rendez-vous"),
    "change": lazy("Changements de dernière heure : annulation, déplacement, retard"),
    "waiting": lazy("Créneaux libérés, à qui est en liste d’attente"),
}
REASONS = {
    "too late": lazy("trop tard pour servir"),
    "refused": lazy("refusé par l’opérateur"),
    "unknown": lazy("réponse de l’opérateur perdue : peut-être reçu"),
}


class TextingForm(forms.Form):
    budget = forms.IntegerField(
        label=lazy("SMS par mois"), min_value=0, max_value=decided.MOST,
        help_text=lazy("0 : aucun ne part. Un texte long en compte plusieurs, comme chez l’opérateur."),
        error_messages={
            "required": lazy("Écrivez un nombre ; 0 pour n’en envoyer aucun."),
            "invalid": lazy("Écrivez un nombre entier, sans espace. Exemple : 500"),
            "min_value": lazy("Écrivez 0 ou plus."),
            "max_value": lazy("C’est trop : un million au plus."),
        },
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=lazy("Ce qui part par SMS"), choices=list(KINDS.items()), required=False, widget=Checks,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proven
def texting(request: HttpRequest) -> HttpResponse:
    now, found = timezone.now(), decided.texting()
    initial = {"budget": found.budget, "kinds": sorted(found.kinds)}
    form = TextingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        decided.decide(form.cleaned_data["budget"], form.cleaned_data["kinds"], now)
        tracing.act(request, Act.CONFIGURED, thing="configuration", detail="sms")
        messages.success(request, _("C’est réglé."))
        return redirect("staff_texts")
    tracing.look(request, "text", what=Act.LISTED)
    aside = texts.put_aside(now - ASIDE)
    context = {
        "form": form, "page_error": form.is_bound, "has_engine": engine() is not None, "budget": found.budget,
        "figures": texts.figures(found.budget, now), "aside": [_line(one) for one in aside[:SHOWN]],
    }  # fmt: skip
    return render(request, "staff/texts.html", context, status=422 if form.is_bound else 200)


def _line(one: Text) -> dict[str, Any]:
    """In words, with what the provider said; `reference` of the appointment it was about, if any."""
    word, _colon, told = one.last_error.partition(":")
    about, _colon, reference = one.topic.partition(":")
    return {
        "text": one, "kind": KINDS.get(one.kind, one.kind), "why": REASONS.get(word, word), "told": told.strip(),
        "reference": reference if about == "appointment" else "",
    }  # fmt: skip
