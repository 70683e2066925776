"""Offices and services: several of each, one form at a time."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import applying
from allomediateur.agenda.models import Appointment, Modality, Opening, Service
from allomediateur.directory import places
from allomediateur.directory.models import Commune, Mediator, Office
from allomediateur.scheduling.territories import is_territory
from allomediateur.scheduling.wall import is_zone
from allomediateur.web.ui.forms import Checks, CommuneInput

MOST_OFFICES, MOST_SERVICES = 8, 12

if TYPE_CHECKING:
    _OfficeModelForm = forms.ModelForm[Office]
    _ServiceModelForm = forms.ModelForm[Service]
else:
    _OfficeModelForm = _ServiceModelForm = forms.ModelForm


class OfficeForm(_OfficeModelForm):
    """In France by its commune; elsewhere by its town, country, zone and territory, told in full."""

    town = forms.CharField(
        label=lazy("Commune"), max_length=80, required=False, widget=CommuneInput(),
        help_text=lazy("En France. Hors de France, laissez vide et remplissez plus bas."),
    )  # fmt: skip

    class Meta:
        model = Office
        fields = ("name", "address", "postal_code", "is_main", "city", "country", "zone", "territory", "lat", "lon")
        labels = {
            "name": lazy("Nom du lieu"),
            "address": lazy("Numéro et rue"),
            "postal_code": lazy("Code postal"),
            "is_main": lazy("C’est mon lieu principal"),
            "city": lazy("Ville hors de France"),
            "country": lazy("Pays"),
            "zone": lazy("Fuseau horaire"),
            "territory": lazy("Jours fériés de"),
            "lat": lazy("Latitude"),
            "lon": lazy("Longitude"),
        }
        help_texts = {"name": lazy("Par exemple « Cabinet du centre »."), "zone": lazy("Par exemple Europe/Brussels.")}
        error_messages = {
            "name": {"required": lazy("Donnez un nom à ce lieu.")},
            "address": {"required": lazy("Écrivez le numéro et la rue.")},
            "postal_code": {"required": lazy("Écrivez le code postal.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("zone", "lat", "lon", "territory"):
            self.fields[name].required = False
        if self.instance.commune_id:
            self.fields["town"].initial = str(self.instance.commune)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        told["commune"] = self._commune(told["town"]) if told.get("town") else None
        if told["commune"]:
            told |= {"lat": told["commune"].lat, "lon": told["commune"].lon, "zone": told["commune"].zone}
            told |= {"city": "", "country": "", "territory": ""}
        elif "town" not in self.errors:
            self._check_abroad(told)
        return told

    def _commune(self, text: str) -> Commune | None:
        try:
            return Commune.objects.get(code=places.resolve(text).code)
        except (places.UnknownPlace, Commune.DoesNotExist):
            self.add_error("town", _("Cette commune n’est pas connue : écrivez son nom ou son code postal."))
        except places.AmbiguousPlace:
            self.add_error("town", _("Plusieurs communes portent ce nom : choisissez dans la liste."))
        return None

    def _check_abroad(self, told: dict[str, Any]) -> None:
        if not told.get("city") and not told.get("country"):
            self.add_error("town", _("Choisissez la commune, ou remplissez « Hors de France »."))
            return
        wanted = {
            "city": _("Écrivez la ville."), "country": _("Écrivez le pays."),
            "lat": _("Écrivez la latitude, par exemple 50,85."), "lon": _("Écrivez la longitude, par exemple 4,35."),
        }  # fmt: skip
        for name, sentence in wanted.items():
            if told.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, sentence)
        if not is_zone(told.get("zone", "") or "-"):
            self.add_error("zone", _("Écrivez le fuseau horaire, par exemple Europe/Brussels."))
        if not is_territory(told.get("territory", "") or "-"):
            self.add_error("territory", _("Écrivez un code : BE, LU, CH-GE, CA-QC."))

    def keep(self, mediator: Mediator) -> Office:
        """The first office is the main one; choosing another one takes it from the former. Under the agenda's lock."""
        one = self.save(commit=False)
        one.mediator, one.commune = mediator, self.cleaned_data["commune"]
        mains = Office.objects.filter(mediator=mediator, is_main=True).exclude(pk=one.pk)
        one.is_main = self.cleaned_data["is_main"] or not mains.exists()
        if one.is_main:
            mains.update(is_main=False)
        one.save()
        return one


def why_not_removed(office: Office) -> str:
    """What keeps an office: a sentence that says what to do first; nothing when it may go."""
    if office.is_main and Office.objects.filter(mediator=office.mediator_id).count() > 1:
        return _("Choisissez d’abord un autre lieu principal.")
    if Appointment.objects.filter(office=office).exists():
        return _("Des rendez-vous y ont eu lieu ou s’y tiendront : fermez plutôt ses plages, il ne sera plus proposé.")
    if Opening.objects.filter(office=office).exists():
        return _("Des plages y sont ouvertes : fermez-les d’abord.")
    return ""


class FirstServiceForm(_ServiceModelForm):
    """The few terms one begins with; the others are those of a first contact until they are changed."""

    price = forms.DecimalField(
        label=lazy("Prix (euros)"), min_value=0, max_value=10000, decimal_places=2, localize=True,
        help_text=lazy("0 pour un échange gratuit. Rien n’est encaissé en ligne."),
        error_messages={
            "required": lazy("Donnez le prix, 0 s’il n’y en a pas."),
            "invalid": lazy("Écrivez le prix ainsi : 60 ou 62,50."),
        },
    )  # fmt: skip
    modalities = forms.MultipleChoiceField(
        label=lazy("De quelle manière"), choices=Modality.choices, widget=Checks,
        error_messages={"required": lazy("Cochez au moins une manière de se rencontrer.")},
    )  # fmt: skip

    class Meta:
        model = Service
        fields = ("name_fr", "minutes", "price", "modalities")
        labels = {"name_fr": lazy("Nom"), "minutes": lazy("Durée (minutes)")}
        error_messages = {"name_fr": {"required": lazy("Donnez un nom, par exemple « Premier contact ».")}}

    def __init__(self, *args: Any, mediator: Mediator, **kwargs: Any) -> None:
        self.mediator = mediator
        kwargs.setdefault("instance", Service(mediator=mediator, **applying.FIRST_CONTACT))
        super().__init__(*args, **kwargs)
        one = self.instance
        self.fields["price"].initial = one.price_cents / 100
        if not one.pk:
            one.name_fr = self.initial["name_fr"] = _("Premier contact")
        wrong = _("Écrivez un nombre de minutes, de 5 à 720.")
        field = self.fields["minutes"]
        field.error_messages |= {"invalid": wrong, "required": wrong}
        field.validators = [MinValueValidator(5, wrong), MaxValueValidator(720, wrong)]

    def clean_modalities(self) -> list[str]:
        told: list[str] = self.cleaned_data["modalities"]
        if Modality.VIDEO in told and not self.mediator.video_room:
            raise forms.ValidationError(
                _("La visio demande l’adresse de votre salle : ajoutez-la à l’étape « Langues et visio ».")
            )
        return told

    def keep(self, now: datetime) -> Service:
        """Under the agenda's lock."""
        one = self.save(commit=False)
        one.price_cents = int(self.cleaned_data["price"] * 100)
        one.rank = one.rank or Service.objects.filter(mediator=self.mediator).count()
        one.save()
        return one
