"""The address of a meeting where the client wishes: two fields of a form, and the check that it is within reach."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import agreed, linking
from allomediateur.agenda.agreed import AgreedPlace, PlaceTooFar
from allomediateur.agenda.models import Service
from allomediateur.directory import places
from allomediateur.web.ui.forms import CommuneInput


class AgreedPlaceFields(forms.Form):
    """`cleaned_data["place"]` once both are right; `service` is set by the form that has them."""

    service: Service

    address = forms.CharField(
        label=lazy("Adresse du rendez-vous"),
        max_length=160,
        help_text=lazy("Numéro et rue. Seul le médiateur la voit."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={
            "required": lazy("Écrivez l’adresse du rendez-vous : le numéro et la rue."),
            "max_length": lazy("Cette adresse est trop longue : 160 caractères au plus."),
            "link": lazy(
                "Écrivez seulement le numéro et la rue, sans adresse de site ni d’e-mail. Après le point d’une "
                "abréviation, mettez une espace."
            ),
        },
    )
    town = forms.CharField(
        label=lazy("Commune ou code postal"),
        max_length=80,
        widget=CommuneInput(),
        error_messages={
            "required": lazy("Écrivez la commune, ou son code postal."),
            "max_length": lazy("Ce nom est trop long : 80 caractères au plus."),
        },
    )

    def clean_address(self) -> str:
        """It is read in letters to addresses that have agreed to nothing yet."""
        told = " ".join(str(self.cleaned_data["address"]).split())
        if linking.in_a_street(told):
            raise forms.ValidationError(self.fields["address"].error_messages["link"], code="link")
        return told

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if "address" in told and "town" in told:
            told["place"] = self._place(told["address"], told["town"])
        return told

    def _place(self, address: str, town: str) -> AgreedPlace | None:
        try:
            found = places.resolve(town)
            place = AgreedPlace(f"{address}, {found.label}", found.lat, found.lon)
            agreed.check(self.service, place)
        except places.UnknownPlace:
            self.add_error("town", _("Cette commune n’est pas connue : écrivez son nom ou son code postal."))
        except places.AmbiguousPlace:
            self.add_error("town", _("Plusieurs communes portent ce nom : écrivez le code postal."))
        except PlaceTooFar as error:
            said = _("C’est à %(km)s km, et le médiateur vient jusqu’à %(most)s km. Donnez un lieu plus proche.")
            self.add_error("town", said % {"km": round(error.km), "most": error.most})
        else:
            return place
        return None
