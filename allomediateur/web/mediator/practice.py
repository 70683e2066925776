"""The practice of a mediator: founded, joined by its code, left; looked after by who has been there longest."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.directory import practising
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator.profile import with_profile
from allomediateur.web.ui.limiting import allow, refused_calmly


class NameForm(forms.Form):
    name = forms.CharField(
        label=lazy("Nom du cabinet"), max_length=120,
        error_messages={
            "required": lazy("Écrivez le nom du cabinet."),
            "max_length": lazy("Ce nom est trop long : 120 caractères au plus."),
        },
    )  # fmt: skip


class CodeForm(forms.Form):
    code = forms.CharField(
        label=lazy("Code du cabinet"), max_length=40, help_text=lazy("Douze signes, qu’un membre vous donne."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={
            "required": lazy("Écrivez le code qu’un membre du cabinet vous a donné."),
            "max_length": lazy("Ce code est trop long : il a douze signes."),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@with_profile
def practice(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """One's practice, or the two ways into one (GET). What is asked (POST): `found`, `join` or `rename`."""
    asked = request.POST.get("do", "")
    form = {"found": NameForm, "rename": NameForm, "join": CodeForm}.get(asked, forms.Form)(request.POST or None)
    if request.method == "POST" and form.is_valid() and _done(request, mediator, asked, form, timezone.now()):
        return redirect("mediator_practice")
    own = practising.practice_of(mediator)
    context = {
        "practice": own,
        "members": practising.members(own) if own else [],
        "looks_after": own is not None and practising.looks_after(mediator, own),
        "mediator": mediator,
        "form": form if form.errors else None,
        "name_form": form if asked in ("found", "rename") else NameForm(initial={"name": own.name if own else ""}),
        "code_form": form if asked == "join" else CodeForm(),
        "is_listed": mediator.rights_at(timezone.now()).listed,
    }
    return render(request, "mediator/practice.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@with_profile
def leave(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    if practising.leave(mediator):
        messages.success(request, _("Vous avez quitté le cabinet."))
    return redirect("mediator_practice")


@require_POST
@with_profile
def put_out(request: HttpRequest, mediator: Mediator, pk: int) -> HttpResponse:
    try:
        if practising.put_out(mediator, pk):
            messages.success(request, _("Ce membre n’est plus du cabinet, et le code a changé."))
    except practising.NotAllowed:
        _not_allowed(request)
    return redirect("mediator_practice")


@require_POST
@with_profile
def renew_code(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    try:
        practising.renew_code(mediator)
        messages.success(request, _("Le cabinet a un nouveau code : l’ancien ne sert plus."))
    except practising.NotAllowed:
        _not_allowed(request)
    return redirect("mediator_practice")


def _done(request: HttpRequest, mediator: Mediator, asked: str, form: forms.Form, now: datetime) -> bool:
    """False when it could not be: the form says why."""
    try:
        if asked == "found":
            practising.found(mediator, form.cleaned_data["name"], now)
            messages.success(request, _("Le cabinet a sa page. Donnez son code à vos collègues."))
        elif asked == "rename":
            practising.rename(mediator, form.cleaned_data["name"])
            messages.success(request, _("Le nom est enregistré."))
        elif asked == "join":
            allow(request, "code", f"practice {mediator.pk}")
            name = practising.join(mediator, form.cleaned_data["code"], now).name
            messages.success(request, _("Vous êtes du cabinet %(name)s.") % {"name": name})
        else:
            return False
    except practising.AlreadyInOne:
        messages.warning(request, _("Vous êtes déjà d’un cabinet : quittez-le d’abord."))
    except practising.WrongCode:
        form.add_error("code", _("Aucun cabinet n’a ce code. Demandez-le de nouveau : il a pu changer."))
    except practising.Full:
        form.add_error("code", _("Ce cabinet a déjà cinquante membres."))
    except practising.NotAllowed:
        _not_allowed(request)
    return not form.errors


def _not_allowed(request: HttpRequest) -> None:
    messages.warning(request, _("Le membre le plus ancien du cabinet peut faire cela."))
