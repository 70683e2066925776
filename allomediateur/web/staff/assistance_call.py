"""A call written down: somebody on the phone, or by post, with or without an address, gets a thread like the others."""

import secrets

from django import forms
from django.conf import settings
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
from allomediateur.support.asking import Asker
from allomediateur.support.models import Thread
from allomediateur.web.ui import threads, tracing
from allomediateur.web.ui.forms import EmailInput, NameInput
from allomediateur.web.ui.phones import PhoneField
from allomediateur.web.ui.tracing import Act

OFF = {"autocomplete": "off"}


class CallForm(forms.Form):
    """Somebody else's details: the browser does not offer those of who types."""

    name = forms.CharField(
        label=lazy("Nom de la personne"), max_length=120, widget=NameInput(attrs=OFF),
        error_messages={
            "required": lazy("Écrivez son nom, ou « Anonyme » si elle préfère."),
            "max_length": lazy("Ce nom est trop long : 120 caractères au plus."),
        },
    )  # fmt: skip
    email = forms.EmailField(
        label=lazy("Son adresse e-mail"), max_length=254, required=False, widget=EmailInput(attrs=OFF),
        help_text=lazy("Un lien privé vers l’échange lui est envoyé. Sans adresse, rappelez."),
        error_messages={
            "invalid": lazy("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
            "max_length": lazy("Cette adresse e-mail est trop longue : 254 caractères au plus."),
        },
    )  # fmt: skip
    phone = PhoneField(zone="Europe/Paris", label=lazy("Son téléphone"), required=False)
    language = forms.ChoiceField(label=lazy("Sa langue"), choices=settings.LANGUAGES)
    topic = forms.ChoiceField(label=lazy("Sujet"), choices=Thread.Topic.choices)
    mediateur = forms.CharField(
        label=lazy("Médiateur mis en cause"), max_length=120, required=False, widget=forms.TextInput(attrs=OFF),
        help_text=lazy("Pour une réclamation : la fin de l’adresse de sa fiche, par exemple bastien-lacroix."),
    )  # fmt: skip
    text = threads.TextField(label=lazy("Ce que la personne a dit"), missing=lazy("Écrivez ce qu’elle a dit."))
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_mediateur(self) -> Mediator | None:
        slug = self.cleaned_data["mediateur"].strip("/ ").rsplit("/", 1)[-1]
        found = Mediator.objects.select_related("user").filter(slug=slug).first() if slug else None
        if slug and found is None:
            raise forms.ValidationError(_("Aucune fiche n’a cette adresse."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def note_call(request: HttpRequest) -> HttpResponse:
    """The thread is opened, and is for whoever noted it to answer."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - behind the door of the administration
    form = CallForm(
        request.POST if request.method == "POST" else None,
        initial={"key": secrets.token_urlsafe(16), "topic": Thread.Topic.OTHER},
    )
    if not form.is_valid():
        return render(request, "staff/assistance/call.html", {"form": form}, status=422 if form.errors else 200)
    told = form.cleaned_data
    asker = Asker(told["name"], told["email"], told["language"], told["phone"])
    try:
        thread = asking.note_call(
            asker, told["topic"], told["text"], by=user, now=timezone.now(), mediator=told["mediateur"], key=told["key"]
        )  # fmt: skip
    except asking.OwnProfile:
        form.add_error("email", _("Cette adresse est celle du médiateur mis en cause."))
        return render(request, "staff/assistance/call.html", {"form": form}, status=422)
    except KeyReused:
        return redirect("staff_support")
    tracing.act(request, Act.ADDED, thing=f"thread:{thread.reference}")
    messages.success(request, _("L’appel est noté. Répondez ici, ou rappelez."))
    return redirect("staff_thread", reference=thread.reference)
