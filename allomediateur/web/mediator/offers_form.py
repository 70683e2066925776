"""The terms of a service, in the units people use: minutes, hours, days, euros."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from allomediateur.agenda.models import Modality, Service
from allomediateur.web.ui.forms import Checks

HOUR, DAY = 60, 24 * 60
NOTICES = (0, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY)
LIMITS = {
    "minutes": (5, 720), "step_minutes": (5, 720), "before_minutes": (0, 240), "after_minutes": (0, 240),
    "horizon_days": (1, 366), "per_day": (1, 50), "per_week": (1, 200), "change_until_hours": (0, 336),
    "travel_km": (1, 500), "travel_minutes": (0, 480), "rank": (0, 99),
}  # fmt: skip
LONG = {"prepare_fr", "prepare_en"}

if TYPE_CHECKING:
    _ServiceModelForm = forms.ModelForm[Service]
else:
    _ServiceModelForm = forms.ModelForm


class ServiceForm(_ServiceModelForm):
    price = forms.DecimalField(
        label=lazy("Prix (euros)"),
        min_value=Decimal(0),
        max_value=Decimal(10000),
        decimal_places=2,
        localize=True,
        help_text=lazy("0 pour un échange gratuit. Rien n’est encaissé en ligne."),
        error_messages={
            "required": lazy("Donnez le prix, 0 s’il n’y en a pas."),
            "invalid": lazy("Écrivez le prix ainsi : 60 ou 62,50."),
        },
    )
    modalities = forms.MultipleChoiceField(
        label=lazy("De quelle manière"),
        choices=Modality.choices,
        widget=Checks,
        error_messages={"required": lazy("Cochez au moins une manière de se rencontrer.")},
    )
    notice_minutes = forms.TypedChoiceField(label=lazy("Préavis"), coerce=int)

    class Meta:
        model = Service
        fields = (
            "name_fr", "name_en", "minutes", "price", "paid_before", "modalities", "booked_by",
            "notice_minutes", "horizon_days", "change_until_hours", "step_minutes", "before_minutes", "after_minutes",
            "per_day", "per_week", "travel_km", "travel_minutes", "prepare_fr", "prepare_en", "rank", "is_active",
        )  # fmt: skip
        labels = {
            "name_fr": lazy("Nom"),
            "name_en": lazy("Nom en anglais"),
            "minutes": lazy("Durée (minutes)"),
            "paid_before": lazy("À régler avant le rendez-vous"),
            "booked_by": lazy("Qui réserve"),
            "horizon_days": lazy("Réservable jusqu’à (jours à l’avance)"),
            "change_until_hours": lazy("Déplacer ou annuler jusqu’à (heures avant)"),
            "step_minutes": lazy("Un début toutes les (minutes)"),
            "before_minutes": lazy("Battement avant (minutes)"),
            "after_minutes": lazy("Battement après (minutes)"),
            "per_day": lazy("Au plus par jour"),
            "per_week": lazy("Au plus par semaine"),
            "travel_km": lazy("Jusqu’à (km de votre lieu principal)"),
            "travel_minutes": lazy("Temps de trajet (minutes, à l’aller)"),
            "prepare_fr": lazy("À préparer"),
            "prepare_en": lazy("À préparer, en anglais"),
            "rank": lazy("Place dans la liste"),
            "is_active": lazy("Proposée"),
        }
        help_texts = {
            "prepare_fr": lazy("Montré avant la réservation et dans la lettre."),
            "is_active": lazy("Décochez pour ne plus la proposer. Les rendez-vous pris restent."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["price"].initial = Decimal(self.instance.price_cents) / 100
        notice = self.fields["notice_minutes"]
        assert isinstance(notice, forms.TypedChoiceField)  # noqa: S101 - said to the type checker
        known = sorted({*NOTICES, self.instance.notice_minutes})
        notice.choices = [(minutes, notice_label(minutes)) for minutes in known]
        for name, (least, most) in LIMITS.items():
            field = self.fields[name]
            field.widget.attrs |= {"min": least, "max": most, "inputmode": "numeric"}
            wrong = _("Écrivez un nombre entier, de %(least)s à %(most)s.") % {"least": least, "most": most}
            field.error_messages |= {"invalid": wrong, "required": wrong}
            field.validators = [MinValueValidator(least, wrong), MaxValueValidator(most, wrong)]
        for name in LONG:
            self.fields[name].widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        day, week = told.get("per_day"), told.get("per_week")
        if day and week and week < day:
            self.add_error("per_week", _("La limite de la semaine est plus basse que celle du jour."))
        if told.get("travel_km") and Modality.IN_PERSON not in told.get("modalities", ()):
            self.add_error("travel_km", _("Cochez « En présence » pour vous déplacer."))
        if told.get("travel_minutes") and not told.get("travel_km") and "travel_km" not in self.errors:
            self.add_error("travel_km", _("Dites jusqu’où vous vous déplacez, ou videz le temps de trajet."))
        if told.get("paid_before") and told.get("price") == 0:
            self.add_error("paid_before", _("Ce rendez-vous est gratuit : il n’y a rien à régler avant."))
        return told

    def save(self, commit: bool = True) -> Service:
        self.instance.price_cents = int(self.cleaned_data["price"] * 100)
        return super().save(commit)


def notice_label(minutes: int) -> str:
    """« 2 heures », « 3 jours »."""
    if not minutes:
        return _("Aucun")
    if minutes % DAY == 0:
        return ngettext("%(n)s jour", "%(n)s jours", minutes // DAY) % {"n": minutes // DAY}
    if minutes % HOUR == 0:
        return ngettext("%(n)s heure", "%(n)s heures", minutes // HOUR) % {"n": minutes // HOUR}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
