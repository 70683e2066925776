"""Who I am, the code, another address: errors say how to mend them, and what was typed stays."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda.models import Appointment, Modality
from allomediateur.web.public.mandate_forms import ME, OTHER, MandateFields
from allomediateur.web.ui.agreed_place import AgreedPlaceFields
from allomediateur.web.ui.forms import BAD_EMAIL, CodeField, EmailInput, NameInput
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField

EMAIL_ERRORS = BAD_EMAIL | {"required": _("Écrivez votre adresse e-mail : la confirmation y est envoyée.")}


class WhoForm(MandateFields):
    name = forms.CharField(
        label=_("Prénom et nom"),
        max_length=120,
        widget=NameInput(),
        error_messages={
            "required": _("Écrivez votre prénom et votre nom."),
            "max_length": _("Ce nom est trop long : 120 caractères au plus."),
        },
    )
    email = forms.EmailField(
        label=_("Adresse e-mail"),
        max_length=254,
        widget=EmailInput(),
        help_text=_("Pour confirmer, et recevoir de quoi déplacer ou annuler."),
        error_messages=EMAIL_ERRORS,
    )

    def __init__(self, *args: Any, held: Appointment, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service, self.by_phone = held.service, held.modality == Modality.PHONE
        is_for_other = str(self.data.get("for_whom") if self.is_bound else self.initial.get("for_whom", ME)) == OTHER
        phone_required = self.by_phone and not is_for_other
        hint = (
            _("Le médiateur vous appelle à ce numéro, si le rendez-vous est pour vous.")
            if self.by_phone
            else _("Seulement si un imprévu survient avant le rendez-vous.")
        )
        self.fields["phone"] = PhoneField(
            zone=zone,
            label=_("Téléphone"),
            required=phone_required,
            help_text=hint,
            error_messages={
                "required": _("Écrivez votre numéro : le rendez-vous se tient par téléphone."),
                "max_length": BAD_PHONE,
            },
        )
        self.add_person_phone(held.modality, zone)


class PlaceForm(AgreedPlaceFields, WhoForm):
    """And where: at an address of theirs, within reach of the mediator."""


class CodeForm(forms.Form):
    code = CodeField(
        label=_("Code à six chiffres"),
        max_length=12,
        error_messages={
            "required": _("Écrivez le code à six chiffres de la lettre."),
            "max_length": _("Le code a six chiffres."),
        },
    )


class OtherEmailForm(forms.Form):
    email = forms.EmailField(
        label=_("La bonne adresse e-mail"), max_length=254, widget=EmailInput(), error_messages=EMAIL_ERRORS
    )
