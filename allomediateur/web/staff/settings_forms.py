"""The forms of /administration/reglages/."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.configuration import letters
from allomediateur.configuration.names import NAMES, Name, Shape
from allomediateur.scheduling.wall import day_start
from allomediateur.web.ui.forms import CardRadios, DateInput, EmailInput

HTTPS = URLValidator(schemes=["https"], message=lazy("Écrivez une adresse complète, qui commence par https://."))


def _field(name: Name) -> forms.Field:
    required = {"required": _("Écrivez une valeur : celle de l’installation est rappelée dessous.")}
    if name.shape == Shape.EMAIL:
        wrong = _("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org")
        return forms.EmailField(max_length=254, widget=EmailInput, error_messages=required | {"invalid": wrong})
    widget = forms.Textarea(attrs={"rows": 3}) if name.shape == Shape.LONG else None
    return forms.CharField(
        max_length=500, required=not name.may_be_empty, widget=widget, error_messages=required,
        validators=[HTTPS] if name.shape == Shape.LINK else [],
    )  # fmt: skip


class NamesForm(forms.Form):
    """Every value, with the installation's beside it."""

    def __init__(self, *args: Any, default: Callable[[Name], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            field = _field(name)
            field.label = str(name.label)
            field.help_text = _("Installation : %(value)s") % {"value": default(name) or _("rien")}
            self.fields[name.key] = field


class WordsForm(forms.Form):
    """The words of one letter in one language."""

    subject = forms.CharField(
        label=lazy("Objet"), required=False, max_length=150,
        help_text=lazy("Vide : l’objet d’origine. Gardez-le neutre."),
        error_messages={"max_length": lazy("Cet objet est trop long : 150 caractères au plus.")},
    )  # fmt: skip
    note = forms.CharField(
        label=lazy("Mot ajouté à la fin"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": lazy("Ce mot est trop long : 1 000 caractères au plus.")},
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_note(self) -> str:
        return self._checked("note")

    def _checked(self, field: str) -> str:
        text: str = self.cleaned_data[field]
        try:
            letters.check(self.kind, text)
        except letters.UnknownName as unknown:
            known = ", ".join(f"{{{name}}}" for name in unknown.known)
            said = _("« {%(name)s} » n’est pas connu ici. Entre accolades, vous pouvez écrire : %(known)s.")
            raise forms.ValidationError(said % {"name": unknown.name, "known": known}) from unknown
        return text


class BannerForm(forms.Form):
    """An announcement on every page; days are whole ones on the reader's clock, the last one included."""

    fr = forms.CharField(
        label=lazy("Annonce"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": lazy("Écrivez l’annonce."), "max_length": lazy("300 caractères au plus.")},
    )  # fmt: skip
    en = forms.CharField(
        label=lazy("La même en anglais"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("Vide : les pages anglaises montrent l’annonce française."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=lazy("Ton"), choices=[("info", lazy("Information")), ("warning", lazy("Attention"))], widget=CardRadios,
        initial="info",
    )  # fmt: skip
    since = forms.DateField(
        label=lazy("À partir du"), required=False, widget=DateInput,
        error_messages={"invalid": lazy("Écrivez la date ainsi : 31/12/2027.")},
    )  # fmt: skip
    until = forms.DateField(
        label=lazy("Jusqu’au (compris)"), required=False, widget=DateInput,
        error_messages={"invalid": lazy("Écrivez la date ainsi : 31/12/2027.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            self.add_error("until", _("La fin vient avant le début."))
        return told

    def values(self, zone: str) -> dict[str, str]:
        """As the configuration keeps them."""
        told = self.cleaned_data
        return {
            "banner_fr": told["fr"], "banner_en": told["en"], "banner_kind": told["kind"],
            "banner_from": _instant(told["since"], 0, zone), "banner_until": _instant(told["until"], 1, zone),
        }  # fmt: skip


def _instant(day: Any, more: int, zone: str) -> str:
    from_midnight: datetime | None = day_start(day.fromordinal(day.toordinal() + more), zone) if day else None
    return from_midnight.isoformat() if from_midnight else ""
