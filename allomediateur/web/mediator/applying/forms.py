"""A form a step. Each knows what is there already, and saves it at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import applying
from allomediateur.configuration import names
from allomediateur.directory import papers
from allomediateur.directory.models import Mediator, Specialty, check_room
from allomediateur.directory.papers import PaperRefused
from allomediateur.web.ui.forms import Checks, EmailInput, NameInput
from allomediateur.web.ui.phones import PhoneField
from allomediateur.web.ui.templatetags.ui import language_name

LANGUAGES = ("fr", "en", "de", "ar", "es", "it", "pt", "nl", "pl", "ro", "ru", "tr", "uk", "vi", "zh")
"""ISO 639-1, those most spoken in France first; French sign language has no such code."""


class StepForm(forms.Form):
    """`mediator`: whose it is; `lead`: a sentence under the title; `is_too_heavy`: a file was stopped on its way."""

    lead: str | Promise = ""
    wants_file = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        mediator: Mediator,
        is_too_heavy: bool = False,
        zone: str = "Europe/Paris",
    ) -> None:
        self.mediator, self.is_too_heavy, self.zone = mediator, is_too_heavy, zone
        super().__init__(data, files, initial=self.known())

    def known(self) -> dict[str, Any]:
        return {}

    def keep(self, now: datetime) -> None:
        """Save what was told, once the form is valid; under the agenda's lock."""


class IdentityForm(StepForm):
    lead = lazy("Votre nom paraîtra sur votre fiche. Votre numéro n’est donné qu’à la demande, une fois membre.")
    name = forms.CharField(
        label=lazy("Prénom et nom"), max_length=120, widget=NameInput,
        error_messages={"required": lazy("Écrivez votre prénom et votre nom.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        required = lazy("Écrivez votre numéro professionnel : vos clients vous y joignent.")
        self.fields["phone"] = PhoneField(
            zone=self.zone, label=lazy("Téléphone professionnel"), error_messages={"required": required}
        )
        self.fields["contact_email"] = forms.EmailField(
            label=lazy("E-mail professionnel"), required=False, max_length=254, widget=EmailInput,
            help_text=lazy(
                "Donné avec le téléphone à qui le demande sur votre fiche. "
                "Vide : aucun, jamais celui du compte."
            ),
            error_messages={
                "invalid": lazy("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org")
            },
        )  # fmt: skip

    def known(self) -> dict[str, Any]:
        one = self.mediator
        return {"name": one.name, "phone": one.phone, "contact_email": one.contact_email}

    def keep(self, now: datetime) -> None:
        applying.rename(self.mediator, " ".join(self.cleaned_data["name"].split()))
        self.mediator.phone = self.cleaned_data["phone"]
        self.mediator.contact_email = self.cleaned_data["contact_email"]
        self.mediator.save(update_fields=["phone", "contact_email"])


class EthicsForm(StepForm):
    agree = forms.BooleanField(
        label=lazy("Je m’engage à respecter ce code dans toutes mes médiations"),
        error_messages={"required": lazy("Cochez la case pour vous engager : sans cet engagement, pas de fiche.")},
    )

    def known(self) -> dict[str, Any]:
        return {"agree": self.mediator.ethics_version == names.value("ethics_code_version")}

    def keep(self, now: datetime) -> None:
        if self.mediator.ethics_version != names.value("ethics_code_version"):
            applying.sign(self.mediator, names.value("ethics_code_version"), now)


class SpecialtiesForm(StepForm):
    lead = lazy("Les domaines dans lesquels vous intervenez : la recherche vous y trouve.")
    specialties = forms.ModelMultipleChoiceField(
        label=lazy("Spécialités"), queryset=Specialty.objects.all(), widget=Checks,
        error_messages={"required": lazy("Cochez au moins une spécialité.")},
    )  # fmt: skip

    def known(self) -> dict[str, Any]:
        return {"specialties": list(self.mediator.specialties.all())}

    def keep(self, now: datetime) -> None:
        self.mediator.specialties.set(self.cleaned_data["specialties"])


class LanguagesForm(StepForm):
    lead = lazy("Les langues dans lesquelles vous menez une médiation, et votre salle vidéo si vous en avez une.")
    languages = forms.MultipleChoiceField(
        label=lazy("Langues"), widget=Checks, error_messages={"required": lazy("Cochez au moins une langue.")}
    )
    video_room = forms.URLField(
        label=lazy("Adresse de votre salle vidéo"), required=False, validators=[check_room], assume_scheme="https",
        help_text=lazy("En https. Elle n’est donnée qu’à vos clients, une fois le rendez-vous confirmé."),
        error_messages={"invalid": lazy("Écrivez une adresse complète, par exemple https://visio.example.org/moi.")},
    )  # fmt: skip
    payment = forms.CharField(
        label=lazy("Moyens de paiement"), required=False, max_length=200,
        help_text=lazy("Rien n’est encaissé en ligne. Exemple : espèces, virement, carte."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["languages"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - said to the type checker
        known = dict.fromkeys([*LANGUAGES, *self.mediator.languages])
        field.choices = [(code, language_name(code)) for code in known]

    def known(self) -> dict[str, Any]:
        one = self.mediator
        return {"languages": one.languages, "video_room": one.video_room, "payment": one.payment}

    def keep(self, now: datetime) -> None:
        told = self.cleaned_data
        self.mediator.languages = told["languages"]
        self.mediator.video_room, self.mediator.payment = told["video_room"], told["payment"]
        self.mediator.save(update_fields=["languages", "video_room", "payment"])


class FileField(forms.FileField):
    """Checked by what it holds; `cleaned_data` has what `take` made of it, None when nothing was sent."""

    def __init__(self, *, take: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.take = take

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not isinstance(sent, UploadedFile):
            return None
        try:
            return self.take(sent.name or "", sent.read())
        except PaperRefused as refused:
            raise forms.ValidationError(refused.sentence) from refused


class PhotoForm(StepForm):
    lead = lazy("Un visage met en confiance. Une photo de vous, de face, prise de près.")
    wants_file = True
    photo = FileField(
        label=lazy("Votre photo"), take=lambda name, data: papers.portrait(data),
        help_text=lazy(
"JPEG, PNG ou WebP, 10 Mo au plus. Nous la recadrons et retirons ce qu’elle dit du "
"lieu et de l’appareil."
),
        error_messages={
            "required": lazy("Choisissez une photo."), "empty": lazy("Ce fichier est vide. Choisissez-en un autre."),
        },
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if self.is_too_heavy:
            self.errors.pop("photo", None)
            self.add_error("photo", papers.too_heavy())
        return told

    def keep(self, now: datetime) -> None:
        papers.keep_photo(self.mediator, self.cleaned_data["photo"], now)


class PresentationForm(StepForm):
    lead = lazy("Qui vous êtes, votre expérience, comment vous travaillez. En quelques phrases simples.")
    presentation_fr = forms.CharField(
        label=lazy("Présentation"), max_length=2000, widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": lazy("Écrivez quelques phrases : les personnes choisissent quelqu’un, pas un nom."),
            "max_length": lazy("Ce texte est trop long : 2 000 caractères au plus."),
        },
    )  # fmt: skip
    presentation_en = forms.CharField(
        label=lazy("Présentation en anglais"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=lazy("Pour la version anglaise du site ; sinon la présentation française y est montrée."),
    )  # fmt: skip

    def known(self) -> dict[str, Any]:
        one = self.mediator
        return {"presentation_fr": one.presentation_fr, "presentation_en": one.presentation_en}

    def keep(self, now: datetime) -> None:
        told = self.cleaned_data
        self.mediator.presentation_fr = told["presentation_fr"]
        self.mediator.presentation_en = told["presentation_en"]
        self.mediator.save(update_fields=["presentation_fr", "presentation_en"])
