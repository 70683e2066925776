"""What the assistance is told: what was typed stays, errors say how to mend them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User
from allomediateur.support.models import Thread
from allomediateur.web.ui.forms import EmailInput, NameInput
from allomediateur.web.ui.threads import TextField


class WhoForm(forms.Form):
    """Name and address of who has no account here; who is signed in is known."""

    name = forms.CharField(
        label=_("Prénom et nom"), max_length=120, widget=NameInput(),
        error_messages={
            "required": _("Écrivez votre prénom et votre nom."),
            "max_length": _("Ce nom est trop long : 120 caractères au plus."),
        },
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Adresse e-mail"), max_length=254, widget=EmailInput(),
        help_text=_("Un lien privé vers la réponse y est envoyé."),
        error_messages={
            "required": _("Écrivez votre adresse e-mail : la réponse y est annoncée."),
            "invalid": _("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
            "max_length": _("Cette adresse e-mail est trop longue : 254 caractères au plus."),
        },
    )  # fmt: skip
    context = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user:
            del self.fields["name"], self.fields["email"]


class AskForm(WhoForm):
    topic = forms.ChoiceField(
        label=_("De quoi s’agit-il ?"), choices=[("", _("Choisissez")), *Thread.Topic.choices],
        error_messages={
            "required": _("Choisissez de quoi il s’agit : la réponse viendra plus vite."),
            "invalid_choice": _("Choisissez dans la liste."),
        },
    )  # fmt: skip
    text = TextField(label=_("Votre question"), missing=_("Écrivez votre question."),
        help_text=_("Ne racontez pas le conflit lui-même : pour cela, il y a le médiateur."),
    )  # fmt: skip
    field_order = ("topic", "text", "name", "email")


class ComplainForm(WhoForm):
    text = TextField(label=_("Ce qui s’est passé"), missing=_("Écrivez ce qui s’est passé."), rows=9,
        help_text=_("La date, ce qui a été dit ou fait, ce que vous attendez de nous."),
    )  # fmt: skip
    field_order = ("text", "name", "email")
