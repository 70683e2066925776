"""Forms of the admin: hours are typed as on a clock, an office takes its point from its commune."""

# mypy: disable-error-code="type-arg"
# Django’s admin and forms take no type arguments at run time.

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda.models import Modality, Opening, OpeningException, Service
from allomediateur.directory.models import Office
from allomediateur.scheduling.openings import DayException, Fault, InvalidOpening, WeeklyRule

FAULTS = {
    Fault.WEEKDAY: _("Le jour va de 0 (lundi) à 6 (dimanche)."),
    Fault.MINUTE_OUT_OF_RANGE: _("L’heure va de 00:00 à 24:00, le début avant 24:00."),
    Fault.ENDS_BEFORE_START: _("La fin doit venir après le début. Cochez « finit le lendemain » si elle passe minuit."),
    Fault.WEEKS: _("Choisissez : chaque semaine, semaine A ou semaine B."),
    Fault.VALIDITY_REVERSED: _("La période de validité finit avant de commencer."),
    Fault.MINUTES_MISSING: _("Donnez le début et la fin."),
    Fault.KIND: _("Choisissez un genre d’exception."),
}
WEEKDAYS = (_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche"))


class NamedFormSet(forms.BaseInlineFormSet):
    """Named after its model: rows without a way back (`related_name="+"`) would all have the same empty name."""

    @classmethod
    def get_default_prefix(cls) -> str:
        return cls.model.__name__.lower() if cls.model else super().get_default_prefix()


class ClockField(forms.Field):
    """Minutes after midnight, written HH:MM; 24:00 is the end of the day."""

    widget = forms.TextInput(attrs={"placeholder": "09:00", "size": 5, "maxlength": 5})

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        hours, colon, minutes = str(value).strip().replace("h", ":").partition(":")
        if not colon or not hours.isdecimal() or not (minutes or "0").isdecimal() or int(minutes or 0) > 59:
            raise ValidationError(_("Écrivez l’heure ainsi\u00a0: 09:30."))
        return int(hours) * 60 + int(minutes or 0)


class OpeningForm(forms.ModelForm):
    weekday = forms.TypedChoiceField(label=_("jour"), choices=list(enumerate(WEEKDAYS)), coerce=int)
    start_minute = ClockField(label=_("début"))
    end_minute = ClockField(label=_("fin"))

    class Meta:
        model = Opening
        fields = (
            "modality", "office", "weekday", "start_minute", "end_minute", "ends_next_day",
            "weeks", "valid_from", "valid_until",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        check_place(data)
        names = ("weekday", "start_minute", "end_minute", "ends_next_day", "valid_from", "valid_until", "weeks")
        with _faults_explained():
            WeeklyRule(**{name: data[name] for name in names})
        return data


class ExceptionForm(forms.ModelForm):
    start_minute = ClockField(label=_("début"), required=False)
    end_minute = ClockField(label=_("fin"), required=False)

    class Meta:
        model = OpeningException
        fields = ("kind", "day", "modality", "office", "start_minute", "end_minute", "ends_next_day")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        names = ("kind", "day", "start_minute", "end_minute", "ends_next_day")
        with _faults_explained():
            DayException(**{name: data[name] for name in names})
        return data


class ServiceForm(forms.ModelForm):
    modalities = forms.MultipleChoiceField(
        label=_("modalités"), choices=Modality.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Service
        exclude = ("mediator",)  # noqa: DJ006 (all of the rest, in the model's order)


class OfficeForm(forms.ModelForm):
    """Point and zone are those of the commune when left empty."""

    class Meta:
        model = Office
        fields = (
            "name", "address", "postal_code", "commune", "city", "country", "lat", "lon", "zone", "territory",
            "step_free", "floor", "transport", "parking", "access", "is_main",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("lat", "lon", "zone"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if commune := data.get("commune"):
            for name in ("lat", "lon", "zone"):
                if data.get(name) in (None, ""):
                    data[name] = getattr(commune, name)
        else:
            self._check_abroad(data)
        return data

    def _check_abroad(self, data: dict[str, Any]) -> None:
        """Without a commune nothing is known but what is told."""
        for name in ("city", "country", "lat", "lon", "zone", "territory"):
            if data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Nécessaire pour un lieu hors de France ; en France, choisissez la commune."))


def check_place(data: dict[str, Any]) -> None:
    """An office is for an opening in person; without one, that is where clients wish. Raises ValidationError."""
    if data.get("modality") != Modality.IN_PERSON and data.get("office"):
        raise ValidationError(_("Un lieu se donne pour une plage en présence, et pour elle seulement."))


@contextmanager
def _faults_explained() -> Iterator[None]:
    """What the core refuses, as a sentence of the form."""
    try:
        yield
    except InvalidOpening as error:
        raise ValidationError(str(FAULTS[error.reason])) from error
