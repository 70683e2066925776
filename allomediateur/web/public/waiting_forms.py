"""What somebody waits for, and where to write to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda import waiting_letters
from allomediateur.agenda.models import Modality
from allomediateur.notify import texts
from allomediateur.web.public.booking_forms import EMAIL_ERRORS
from allomediateur.web.ui.forms import EmailInput, NameInput
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField
from allomediateur.web.ui.waiting_form import WishForm

BY_CALL = _("Nécessaire pour un rendez-vous par téléphone : le médiateur vous appelle.")
BY_TEXT = _(
    "Nécessaire pour un rendez-vous par téléphone. Sur un mobile, un SMS vous prévient aussi quand un créneau vous est "
    "gardé."
)


class JoinForm(WishForm):
    name = forms.CharField(
        label=_("Prénom et nom"), max_length=120, widget=NameInput(),
        error_messages={
            "required": _("Écrivez votre prénom et votre nom."),
            "max_length": _("Ce nom est trop long : 120 caractères au plus."),
        },
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Adresse e-mail"), max_length=254, widget=EmailInput(),
        help_text=_("Une lettre y part dès qu’un créneau vous est gardé."),
        error_messages=EMAIL_ERRORS | {"required": _("Écrivez votre adresse e-mail : c’est là qu’on vous prévient.")},
    )  # fmt: skip
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, **kwargs)
        self.fields["phone"] = PhoneField(
            zone=zone, label=_("Téléphone"), required=False,
            help_text=BY_TEXT if texts.offered(waiting_letters.KIND) else BY_CALL,
            error_messages={"max_length": BAD_PHONE},
        )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        told = super().clean() or self.cleaned_data
        if self._modality() == Modality.PHONE and not told.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Écrivez votre numéro : vous attendez un rendez-vous par téléphone."))
        return told
