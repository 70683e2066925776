"""Who a mediator books for."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda.models import Modality, Service
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.web.ui.agreed_place import AgreedPlaceFields
from allomediateur.web.ui.forms import EmailInput, NameInput
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField


class SomebodyForm(forms.Form):
    """An address is welcome and not needed: without it, no letter is written."""

    name = forms.CharField(
        label=lazy("Prénom et nom"),
        max_length=120,
        widget=NameInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": lazy("Écrivez le nom de la personne."),
            "max_length": lazy("Ce nom est trop long : 120 caractères au plus."),
        },
    )
    email = forms.EmailField(
        label=lazy("Adresse e-mail"),
        required=False,
        max_length=254,
        widget=EmailInput(attrs={"autocomplete": "off"}),
        help_text=lazy("La confirmation y est envoyée. Vide : aucune lettre ne part."),
        error_messages={
            "invalid": lazy("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
            "max_length": lazy("Cette adresse e-mail est trop longue : 254 caractères au plus."),
        },
    )
    language = forms.ChoiceField(label=lazy("Langue de la lettre"), choices=settings.LANGUAGES, required=False)

    def __init__(self, *args: Any, service: Service, place: OfferedPlace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service = service
        by_phone = place.modality == Modality.PHONE
        self.fields["phone"] = PhoneField(
            zone=place.zone,
            label=_("Téléphone"),
            required=by_phone,
            error_messages={
                "required": _("Écrivez le numéro : le rendez-vous se tient par téléphone."),
                "max_length": BAD_PHONE,
            },
        )

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or "fr"


class SomebodySomewhereForm(AgreedPlaceFields, SomebodyForm):
    """And where to join them."""


def form_for(service: Service, place: OfferedPlace, sent: Any = None, **kwargs: Any) -> SomebodyForm:
    kind = SomebodySomewhereForm if place.is_agreed else SomebodyForm
    return kind(sent, service=service, place=place, **kwargs)
