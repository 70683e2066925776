"""Who I am, the code, another address: errors say how to mend them, and what was typed stays."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda import agreed
from allomediateur.agenda.agreed import AgreedPlace, PlaceTooFar
from allomediateur.agenda.models import Appointment, Modality
from allomediateur.directory import places
from allomediateur.web.ui.forms import CodeField, CommuneInput, EmailInput, NameInput
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField

EMAIL_ERRORS = {
    "required": _("Écrivez votre adresse e-mail : la confirmation y est envoyée."),
    "invalid": _("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
    "max_length": _("Cette adresse e-mail est trop longue : 254 caractères au plus."),
}


class WhoForm(forms.Form):
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
        self.held, phone_required = held, held.modality == Modality.PHONE
        hint = (
            _("Le médiateur vous appelle à ce numéro.")
            if phone_required
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


class PlaceForm(WhoForm):
    """And where: at an address of theirs, within reach of the mediator."""

    address = forms.CharField(
        label=_("Adresse du rendez-vous"),
        max_length=160,
        help_text=_("Numéro et rue. Seul le médiateur la voit."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={
            "required": _("Écrivez l’adresse où le médiateur vous rejoint."),
            "max_length": _("Cette adresse est trop longue : 160 caractères au plus."),
        },
    )
    town = forms.CharField(
        label=_("Commune ou code postal"),
        max_length=80,
        widget=CommuneInput(),
        error_messages={
            "required": _("Écrivez la commune, ou son code postal."),
            "max_length": _("Ce nom est trop long : 80 caractères au plus."),
        },
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if "address" in told and "town" in told:
            told["place"] = self._place(" ".join(told["address"].split()), told["town"])
        return told

    def _place(self, address: str, town: str) -> AgreedPlace | None:
        try:
            found = places.resolve(town)
            place = AgreedPlace(f"{address}, {found.label}", found.lat, found.lon)
            agreed.check(self.held.service, place)
        except places.UnknownPlace:
            self.add_error("town", _("Cette commune n’est pas connue : écrivez son nom ou son code postal."))
        except places.AmbiguousPlace:
            self.add_error("town", _("Plusieurs communes portent ce nom : écrivez le code postal."))
        except PlaceTooFar as error:
            told = {"km": round(error.km), "most": error.most}
            self.add_error(
                "town",
                _(
                    "C’est à %(km)s km, et le médiateur vient jusqu’à %(most)s km."
                    " Donnez un lieu plus proche, ou choisissez une autre manière de se rencontrer."
                )
                % told,
            )
        else:
            return place
        return None


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
