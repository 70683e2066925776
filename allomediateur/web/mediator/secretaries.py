"""The secretaries of a mediator: whom the agenda is entrusted to, invited and taken back; and, for them, which ones."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.accounts.models import User
from allomediateur.directory import entrusting
from allomediateur.directory.models import Mediator
from allomediateur.directory.models.secretaries import INVITED_FOR
from allomediateur.web.mediator.profile import with_agenda, with_profile, zone_of_agenda
from allomediateur.web.ui import tracing
from allomediateur.web.ui.forms import EmailInput, NameInput
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.proof import recently_proven


class InviteForm(forms.Form):
    name = forms.CharField(
        label=lazy("Prénom et nom"), max_length=120, widget=NameInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": lazy("Écrivez le nom de la personne."),
            "max_length": lazy("Ce nom est trop long : 120 caractères au plus."),
        },
    )  # fmt: skip
    email = forms.EmailField(
        label=lazy("Adresse e-mail"), max_length=254, widget=EmailInput(attrs={"autocomplete": "off"}),
        help_text=lazy("La sienne, pas une adresse à plusieurs : elle servira à entrer."),
        error_messages={
            "required": lazy("Écrivez son adresse e-mail : l’invitation y est envoyée."),
            "invalid": lazy("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
            "max_length": lazy("Cette adresse e-mail est trop longue : 254 caractères au plus."),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@recently_proven
@with_profile
def secretaries(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    now, form = timezone.now(), InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _invited(request, mediator, form, now):
        return redirect("mediator_secretaries")
    rows: list[Any] = list(entrusting.live(mediator))
    for each in rows:
        each.is_late = each.invited_at <= now - INVITED_FOR
    context = {"rows": rows, "form": form, "zone": zone_of_agenda(mediator)}
    return render(request, "mediator/secretaries.html", context, status=422 if form.errors else 200)


@require_POST
@refused_calmly
@recently_proven
@with_profile
def again(request: HttpRequest, mediator: Mediator, pk: int) -> HttpResponse:
    allow(request, "invitation", f"mediator {mediator.pk}")
    if entrusting.invite_again(mediator, pk, timezone.now()):
        messages.success(request, _("Une autre lettre est partie : le lien de la première ne sert plus."))
    else:
        messages.warning(request, _("Cette invitation n’attend plus de réponse."))
    return redirect("mediator_secretaries")


@require_POST
@with_profile
def end(request: HttpRequest, mediator: Mediator, pk: int) -> HttpResponse:
    if entrusting.take_back(mediator, pk, timezone.now()):
        tracing.act(request, tracing.Act.TAKEN_BACK, thing=f"mediator:{mediator.pk}")
        messages.success(request, _("Cette personne n’entre plus dans votre agenda."))
    return redirect("mediator_secretaries")


@require_http_methods(["GET", "HEAD", "POST"])
@with_agenda
def agendas(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """Those a secretary keeps (GET); one that they leave (POST). A mediator has one."""
    user = request.user
    if not isinstance(user, User) or user.role != User.Role.SECRETARY:
        return redirect("mediator_week")
    if request.method != "POST":
        return render(request, "mediator/agendas.html")
    if entrusting.leave(user, mediator, timezone.now()):
        tracing.act(request, tracing.Act.TAKEN_BACK, person=mediator.user_id, thing=f"mediator:{mediator.pk}")
        messages.success(request, _("L’agenda de %(name)s ne vous est plus confié.") % {"name": mediator.name})
    return redirect("account_landing")


def _invited(request: HttpRequest, mediator: Mediator, form: InviteForm, now: datetime) -> bool:
    """False when the form says why not."""
    allow(request, "invitation", f"mediator {mediator.pk}")
    try:
        entrusting.invite(mediator, name=form.cleaned_data["name"], email=form.cleaned_data["email"], now=now)
    except entrusting.AlreadyThere:
        form.add_error("email", _("C’est votre propre adresse, ou celle de quelqu’un que vous avez déjà invité."))
    except entrusting.TooMany:
        form.add_error(None, _("Dix personnes au plus : reprenez l’agenda à l’une d’elles d’abord."))
    else:
        tracing.act(request, tracing.Act.ENTRUSTED, thing=f"mediator:{mediator.pk}", detail="invited")
        messages.success(request, _("L’invitation est partie."))
    return not form.errors
