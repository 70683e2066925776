"""Offices and services: several of each, one form at a time."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from babel.core import get_global
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import applying
from allomediateur.agenda.models import Modality, Service
from allomediateur.directory import places
from allomediateur.directory.models import Commune, Mediator, Office
from allomediateur.scheduling.territories import is_territory
from allomediateur.web.ui.forms import Checks, CommuneInput
from allomediateur.web.ui.zones import NEIGHBOURS

MOST_OFFICES, MOST_SERVICES = 8, 12
_ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))

if TYPE_CHECKING:
    _OfficeModelForm = forms.ModelForm[Office]
    _ServiceModelForm = forms.ModelForm[Service]
else:
    _OfficeModelForm = _ServiceModelForm = forms.ModelForm


class OfficeForm(_OfficeModelForm):
    """In France by its commune, which tells the point and the clock; elsewhere by a town, a point and a clock."""

    town = forms.CharField(
        label=lazy("Commune"), max_length=80, required=False, widget=CommuneInput(),
        help_text=lazy("Nom ou code postal. Hors de France, laissez vide et ouvrez la rubrique plus bas."),
    )  # fmt: skip
    point = forms.CharField(
        label=lazy("Position sur la carte"), max_length=60, required=False,
        help_text=lazy("Latitude et longitude, comme une carte les donne : 50.8467, 4.3525."),
    )  # fmt: skip
    zone = forms.ChoiceField(label=lazy("Heure locale"), required=False)

    class Meta:
        model = Office
        fields = ("name", "address", "postal_code", "town", "is_main", "city", "country", "point", "zone", "territory")
        labels = {
            "name": lazy("Nom du lieu"),
            "address": lazy("Numéro et rue"),
            "postal_code": lazy("Code postal"),
            "is_main": lazy("C’est mon lieu principal"),
            "city": lazy("Ville"),
            "country": lazy("Pays"),
            "territory": lazy("Jours fériés de"),
        }
        help_texts = {
            "name": lazy("Par exemple « Cabinet du centre »."),
            "territory": lazy("Vide : ceux du pays. Sinon un code de région : CH-GE, CA-QC."),
        }
        error_messages = {
            "name": {"required": lazy("Donnez un nom à ce lieu.")},
            "address": {"required": lazy("Écrivez le numéro et la rue.")},
            "postal_code": {"required": lazy("Écrivez le code postal.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one, zone = self.instance, self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - said to the type checker
        zone.choices = [("", _("Choisissez")), *NEIGHBOURS, (_("Ailleurs"), [(name, name) for name in _ZONES])]
        if one.commune_id:
            self.initial["town"], self.initial["zone"] = str(one.commune), ""
        elif one.pk:
            self.initial["point"] = f"{one.lat:.4f}, {one.lon:.4f}"

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("town"):
            told["commune"] = self._commune(told["town"])
            told |= {"city": "", "country": "", "territory": "", "zone": ""}
        elif "town" not in self.errors:
            told["commune"] = None
            self._check_abroad(told)
        return told

    def _commune(self, text: str) -> Commune | None:
        try:
            return Commune.objects.get(code=places.resolve(text).code)
        except (places.UnknownPlace, Commune.DoesNotExist):
            self.add_error("town", _("Cette commune n’est pas connue : écrivez son nom ou son code postal."))
        except places.AmbiguousPlace as several:
            names = ", ".join(str(one) for one in several.candidates[:3])
            self.add_error(
                "town", _("Plusieurs communes portent ce nom : écrivez par exemple %(names)s.") % {"names": names}
            )
        return None

    def _check_abroad(self, told: dict[str, Any]) -> None:
        if not any(told.get(name) for name in ("city", "country", "point")):
            self.add_error("town", _("Écrivez la commune, ou ouvrez « Hors de France »."))
            return
        told["place"] = places.point_of(told.get("point", ""))
        if not told["place"] and "point" not in self.errors:
            self.add_error("point", _("Écrivez la latitude puis la longitude, par exemple 50.8467, 4.3525."))
        wanted = {
            "city": _("Écrivez la ville."), "country": _("Écrivez le pays."),
            "zone": _("Choisissez l’heure locale de ce lieu."),
        }  # fmt: skip
        for name, sentence in wanted.items():
            if not told.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        told["territory"] = told.get("territory") or get_global("zone_territories").get(told.get("zone", ""), "")
        if told.get("zone") and "territory" not in self.errors and not is_territory(told["territory"] or "-"):
            self.add_error("territory", _("Écrivez le code du pays ou de la région : BE, LU, CH-GE, CA-QC."))

    def _post_clean(self) -> None:
        """The point and the clock are not fields of the page: they are put before the model is checked."""
        told = self.cleaned_data
        commune = self.instance.commune = told.get("commune")
        if point := (commune.lat, commune.lon) if commune else told.get("place"):
            self.instance.lat, self.instance.lon = point
        if commune:
            told["zone"] = commune.zone
        super()._post_clean()  # type: ignore[misc]


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
        self.fields["price"].initial = Decimal(one.price_cents) / 100
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

    def save(self, commit: bool = True) -> Service:
        self.instance.price_cents = int(self.cleaned_data["price"] * 100)
        return super().save(commit)
