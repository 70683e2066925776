"""Why staff look somebody up, or act for them: a kind, kept on the trail; words of their own, of which only the
fingerprint is kept."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as lazy

from allomediateur.trail import keeping


class Reason(TextChoices):
    ASKED = "asked", lazy("Demande de la personne")
    SUPPORT = "support", lazy("Assistance")
    VERIFICATION = "verification", lazy("Vérification")
    INCIDENT = "incident", lazy("Incident")
    OTHER = "other", lazy("Autre")


class ReasonFields(forms.Form):
    """A kind, and words: needed with « autre »."""

    motif = forms.ChoiceField(
        label=lazy("Motif"),
        choices=[("", lazy("Choisissez…")), *Reason.choices],
        error_messages={
            "required": lazy("Choisissez un motif : il est inscrit au journal."),
            "invalid_choice": lazy("Choisissez un motif dans la liste."),
        },
    )
    precision = forms.CharField(
        label=lazy("Précision"),
        max_length=120,
        required=False,
        help_text=lazy("Par exemple un numéro d’appel. Le journal n’en garde qu’une empreinte illisible."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": lazy("C’est trop long : 120 caractères au plus.")},
    )

    def clean_precision(self) -> str:
        words: str = self.cleaned_data["precision"]
        if not words and self.cleaned_data.get("motif") == Reason.OTHER:
            raise forms.ValidationError(lazy("Écrivez en quelques mots ce qui vous amène."))
        return words

    def on_trail(self, *words: str) -> str:
        """What the trail says of it: no word of anybody's."""
        told = [self.cleaned_data["motif"]]
        told += [keeping.fingerprint(*words)] if words else []
        told += [keeping.fingerprint(self.cleaned_data["precision"])] if self.cleaned_data["precision"] else []
        return " ".join(told)
