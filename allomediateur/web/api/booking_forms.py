"""Who a slot is for, read as the pages read it: the same fields, the same sentences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda import agreed
from allomediateur.agenda.models import Appointment, Modality
from allomediateur.web.ui.agreed_place import AgreedPlaceFields
from allomediateur.web.ui.forms import BAD_EMAIL
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField


class WhoForm(forms.Form):
    name = forms.CharField(max_length=120, error_messages={"required": _("Écrivez votre prénom et votre nom.")})
    email = forms.EmailField(
        max_length=254,
        error_messages=BAD_EMAIL | {"required": _("Écrivez votre adresse e-mail.")},
    )

    def __init__(self, *args: Any, held: Appointment, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service = held.service
        required = _("Écrivez votre numéro : le rendez-vous se tient par téléphone.")
        self.fields["phone"] = PhoneField(
            zone=zone, required=held.modality == Modality.PHONE,
            error_messages={"required": required, "max_length": BAD_PHONE},
        )  # fmt: skip


class PlaceForm(AgreedPlaceFields, WhoForm):
    """And where: at an address of theirs, within reach of the mediator."""


def form_for(held: Appointment, told: dict[str, Any], zone: str) -> WhoForm:
    kind = PlaceForm if agreed.is_agreed(held) else WhoForm
    return kind(told, held=held, zone=zone)
