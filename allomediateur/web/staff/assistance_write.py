"""Staff write first: to a mediator, to a client, to whoever has an account."""

import secrets

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.support import asking
from allomediateur.support.models import Thread
from allomediateur.web.ui import threads, tracing
from allomediateur.web.ui.tracing import Act


class FirstForm(forms.Form):
    to = forms.CharField(
        label=lazy("À qui ?"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=lazy("L’adresse e-mail de son compte ou, pour un médiateur, la fin de l’adresse de sa fiche."),
        error_messages={
            "required": lazy("Écrivez à qui va ce message."),
            "max_length": lazy("Cette adresse e-mail est trop longue : 254 caractères au plus."),
        },
    )  # fmt: skip
    topic = forms.ChoiceField(label=lazy("Sujet"), choices=Thread.Topic.choices)
    text = threads.TextField(label=lazy("Votre message"), missing=lazy("Écrivez votre message."), rows=9)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_to(self) -> User:
        told = self.cleaned_data["to"].strip()
        if "@" in told:
            found = User.objects.filter(email__iexact=told, is_active=True).first()
        else:
            slug = told.strip("/ ").rsplit("/", 1)[-1]
            listed = Mediator.objects.select_related("user").filter(slug=slug, user__is_active=True).first()
            found = listed.user if listed else None
        if found is None:
            raise forms.ValidationError(_("Aucun compte n’a cette adresse, ni aucune fiche."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """They are told by letter, and sign in to read."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - behind the door of the administration
    form = FirstForm(request.POST if request.method == "POST" else None, initial=_blank(request))
    if not form.is_valid():
        return render(request, "staff/assistance/write.html", {"form": form}, status=422 if form.errors else 200)
    told, now = form.cleaned_data, timezone.now()
    try:
        thread = asking.write_to(told["to"], told["topic"], told["text"], by=user, now=now, key=told["key"])
    except KeyReused:
        return redirect("staff_support")
    tracing.act(request, Act.ADDED, person=thread.user_id, thing=f"thread:{thread.reference}")
    messages.success(request, _("Le message est envoyé."))
    return redirect("staff_thread", reference=thread.reference)


def _blank(request: HttpRequest) -> dict[str, str]:
    """Whom the address names, by number: no e-mail stands in it."""
    told = request.GET.get("compte", "")
    is_number = told.isascii() and told.isdigit() and len(told) < 10
    known = User.objects.filter(pk=int(told), is_active=True).first() if is_number else None
    to = known.email if known else ""
    return {"to": to, "topic": Thread.Topic.OTHER, "key": secrets.token_urlsafe(16)}
