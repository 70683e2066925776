"""« Pour qui est ce rendez-vous ? »: for oneself, or on mandate; then the person concerned. One form, no script."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import linking
from allomediateur.agenda.booking import Agent
from allomediateur.agenda.models import Modality, Participant
from allomediateur.web.ui.forms import BAD_EMAIL, CardRadios, EmailInput, NameInput, card
from allomediateur.web.ui.people import PlainName
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField

ME, OTHER = "moi", "autre"
FIELDS = ("for_whom", "capacity", "organisation", "person_name", "person_email", "person_phone", "person_language")
MISSING = {
    "capacity": lazy("Dites à quel titre vous prenez ce rendez-vous."),
    "person_name": lazy("Écrivez le prénom et le nom de la personne concernée."),
    "person_email": lazy("Écrivez l’adresse e-mail de la personne concernée : sa réponse en dépend."),
}


def _whom() -> list[Any]:
    other = card(_("Pour quelqu’un d’autre"), _("Avocat, proche ou association : la personne dira oui ou non."))
    return [(ME, card(_("Pour moi"), _("Vous êtes la personne concernée."))), (OTHER, other)]


class MandateFields(forms.Form):
    """Beside who books (`name`, `email`, `phone`); what is told of the person counts only for somebody else."""

    for_whom = forms.ChoiceField(
        label=lazy("Pour qui est ce rendez-vous ?"),
        choices=_whom,
        required=False,
        widget=CardRadios(),
    )
    capacity = forms.ChoiceField(
        label=lazy("À quel titre"), choices=[("", lazy("Choisir")), *Participant.Capacity.choices], required=False
    )
    organisation = PlainName(label=lazy("Cabinet, association ou service"), max_length=120, required=False)
    person_name = PlainName(
        label=lazy("Son prénom et son nom"), max_length=120, required=False,
        widget=NameInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    person_email = forms.EmailField(
        label=lazy("Son e-mail"), max_length=254, required=False,
        widget=EmailInput(attrs={"autocomplete": "off"}),
        help_text=lazy("La sienne : nous lui écrivons, et rien n’est confirmé sans sa réponse."),
        error_messages=BAD_EMAIL,
    )  # fmt: skip
    person_language = forms.ChoiceField(label=lazy("Langue de ses lettres"), choices=settings.LANGUAGES, required=False)

    def add_person_phone(self, modality: str, zone: str) -> None:
        by_phone = modality == Modality.PHONE
        hint = _("Le médiateur l’appelle à ce numéro.") if by_phone else _("Seulement si un imprévu survient.")
        self.fields["person_phone"] = PhoneField(
            zone=zone,
            label=_("Son numéro"),
            required=False,
            help_text=hint,
            error_messages={"max_length": BAD_PHONE},
        )
        self.fields["person_phone"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        told["for_whom"] = told.get("for_whom") or ME
        if told["for_whom"] == OTHER:
            self._check_person(told)
            told["agent"] = None if self.errors else self._agent(told)
            return told
        for name in FIELDS:
            self.errors.pop(name, None)
        return told | {"agent": None}

    def _check_person(self, told: dict[str, Any]) -> None:
        for name, said in MISSING.items():
            if name not in self.errors and not told.get(name):
                self.add_error(name, said)
        by_phone = getattr(self, "by_phone", False)
        if by_phone and "person_phone" not in self.errors and not told.get("person_phone"):
            self.add_error("person_phone", _("Écrivez son numéro : le rendez-vous se tient par téléphone."))
        if linking.in_a_name(str(told.get("name", ""))):
            why = _(
                "Écrivez seulement votre nom : la personne le lira dans sa lettre. Après le point d’une "
                "abréviation, mettez une espace."
            )
            self.add_error("name", why)
        own, theirs = (str(told.get(name) or "").strip().lower() for name in ("email", "person_email"))
        if own and own == theirs:
            self.add_error("person_email", _("Cette adresse est la vôtre : écrivez celle de la personne concernée."))

    def _agent(self, told: dict[str, Any]) -> Agent:
        return Agent(
            name=told["name"], email=told["email"], phone=told["phone"], capacity=told["capacity"],
            organisation=told["organisation"], language=(get_language() or "fr")[:2],
        )  # fmt: skip
