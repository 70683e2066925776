"""Who somebody without an account is and how they are reached, as they say it on the phone or by post."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda.assisting import Contact
from allomediateur.agenda.models import Appointment, Modality, Participant, Service
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.web.ui.agreed_place import AgreedPlaceFields
from allomediateur.web.ui.appointments import place_zone
from allomediateur.web.ui.forms import EmailInput, NameInput
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField

LINES = 6
"""What the window of an envelope shows, the name aside."""


class ReachedForm(forms.Form):
    """A name, and at least one address: an e-mail one, or a postal one where letters are posted."""

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
        help_text=lazy("Ses lettres y sont envoyées. Vide : elles sont à imprimer, pour l’adresse postale."),
        error_messages={
            "invalid": lazy("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
            "max_length": lazy("Cette adresse e-mail est trop longue : 254 caractères au plus."),
        },
    )
    postal = forms.CharField(
        label=lazy("Adresse postale"),
        required=False,
        max_length=300,
        help_text=lazy("Numéro et rue, puis code postal et commune, une ligne chacun. Sans le nom."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": lazy("Cette adresse est trop longue : 300 caractères au plus.")},
    )

    def __init__(self, *args: Any, zone: str, by_phone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(
            zone=zone,
            label=_("Téléphone"),
            required=by_phone,
            error_messages={
                "required": _("Écrivez le numéro : le rendez-vous se tient par téléphone."),
                "max_length": BAD_PHONE,
            },
        )

    def clean_postal(self) -> str:
        lines = [" ".join(line.split()) for line in self.cleaned_data["postal"].splitlines()]
        kept = [line for line in lines if line]
        if len(kept) > LINES:
            raise forms.ValidationError(lazy("Six lignes au plus : l’enveloppe n’en montre pas davantage."))
        return "\n".join(kept)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not self.errors and not told["email"] and not told["postal"]:
            self.add_error("postal", _("Écrivez une adresse e-mail ou une adresse postale : ses lettres y vont."))
        return told

    def contact(self) -> Contact:
        """Once valid."""
        told = self.cleaned_data
        return Contact(" ".join(told["name"].split()), told["phone"], told["email"].strip().lower(), told["postal"])


def known(client: Participant) -> dict[str, Any]:
    """What such a form begins with."""
    return {"name": client.name, "phone": client.phone, "email": client.email, "postal": client.postal_address}


class ContactForm(ReachedForm):
    """Of the client of an appointment."""

    def __init__(self, sent: Any, *, appointment: Appointment, client: Participant) -> None:
        first = known(client)
        by_phone = appointment.modality == Modality.PHONE
        super().__init__(sent, initial=first, zone=place_zone(appointment), by_phone=by_phone)


class SomebodyForm(ReachedForm):
    """Who an appointment is for. `email`: that of the account it is booked for, which is not asked then."""

    language = forms.ChoiceField(label=lazy("Langue des lettres"), choices=settings.LANGUAGES, required=False)

    def __init__(self, *args: Any, service: Service, place: OfferedPlace, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, zone=place.zone, by_phone=place.modality == Modality.PHONE, **kwargs)
        self.service = service
        self.known_email = email
        if email:
            del self.fields["email"], self.fields["postal"]

    def clean(self) -> dict[str, Any]:
        if self.known_email:
            self.cleaned_data |= {"email": self.known_email, "postal": ""}
        return super().clean()

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or "fr"


class SomebodySomewhereForm(AgreedPlaceFields, SomebodyForm):
    """And where to join them."""


def form_for(service: Service, place: OfferedPlace, sent: Any = None, **kwargs: Any) -> SomebodyForm:
    kind = SomebodySomewhereForm if place.is_agreed else SomebodyForm
    return kind(sent, service=service, place=place, **kwargs)
