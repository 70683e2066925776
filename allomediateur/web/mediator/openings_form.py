"""The weekly openings as rows of a form: forgiving about times, exact about what they mean (R11)."""

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda.editing import OpeningDraft
from allomediateur.agenda.models import Modality, Opening
from allomediateur.directory.models import Mediator
from allomediateur.web.ui.forms import TimeInput

BLANK_ROWS = 3
MOST_ROWS = 50
MIDNIGHT = 24 * 60
WEEKDAYS = (
    lazy("lundi"),
    lazy("mardi"),
    lazy("mercredi"),
    lazy("jeudi"),
    lazy("vendredi"),
    lazy("samedi"),
    lazy("dimanche"),
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2})\s*(?:[:hH.]\s*(?P<minute>\d{2})?)?(?::00)?")


class ClockField(forms.CharField):
    """Minutes after midnight, from « 9:30 », « 9 h 30 », « 9h » or « 24:00 »."""

    widget = TimeInput

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value)).replace("\u00a0", " ").strip()
        if not text:
            return None
        read = _CLOCK.fullmatch(text)
        hour, minute = (int(read["hour"]), int(read["minute"] or 0)) if read else (99, 0)
        if minute > 59 or hour * 60 + minute > MIDNIGHT:
            raise forms.ValidationError(_("Écrivez l’heure ainsi : 9:30 ou 14:00."), code="clock")
        return hour * 60 + minute


class OpeningRow(forms.Form):
    """One opening: a day, how and where, from when to when."""

    weekday = forms.TypedChoiceField(
        label=lazy("Jour"),
        coerce=int,
        choices=[("", lazy("Jour")), *enumerate(WEEKDAYS)],
        error_messages={"required": lazy("Choisissez le jour."), "invalid_choice": lazy("Choisissez le jour.")},
    )
    place = forms.ChoiceField(
        label=lazy("Où"),
        error_messages={
            "required": lazy("Choisissez comment vous recevez."),
            "invalid_choice": lazy("Choisissez comment vous recevez."),
        },
    )
    start = ClockField(label=lazy("Début"), error_messages={"required": lazy("Donnez l’heure du début.")})
    end = ClockField(label=lazy("Fin"), error_messages={"required": lazy("Donnez l’heure de la fin.")})
    ends_next_day = forms.BooleanField(label=lazy("Finit le lendemain"), required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)  # noqa: S101 - said to the type checker
        place.choices = [("", _("Où")), *places]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        start, end, next_day = told.get("start"), told.get("end"), told.get("ends_next_day")
        if start is None or end is None:
            return told
        if start == MIDNIGHT:
            self.add_error(
                "start", _("Une plage commence au plus tard à 23:59 ; pour minuit, écrivez 00:00 le lendemain.")
            )
        if end == 0:
            # Midnight at the end of the day, as a field of time writes 24:00.
            told["end"], told["ends_next_day"] = MIDNIGHT, False
        elif end <= start and not next_day:
            self.add_error(
                "end", _("La fin vient avant le début. Si la plage passe minuit, cochez « Finit le lendemain ».")
            )
        return told

    @property
    def draft(self) -> OpeningDraft:
        modality, _colon, office = self.cleaned_data["place"].partition(":")
        return OpeningDraft(
            modality=modality,
            office_id=int(office) if office else None,
            weekday=self.cleaned_data["weekday"],
            start_minute=self.cleaned_data["start"],
            end_minute=self.cleaned_data["end"],
            ends_next_day=self.cleaned_data["ends_next_day"],
        )


if TYPE_CHECKING:
    _Rows = forms.BaseFormSet[OpeningRow]
else:
    _Rows = forms.BaseFormSet


class Rows(_Rows):
    """Rows left blank are no rows, wherever they stand."""

    deletion_widget = forms.CheckboxInput

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    @property
    def drafts(self) -> list[OpeningDraft]:
        gone = self.deleted_forms
        return [form.draft for form in self.forms if form.has_changed() and form not in gone]

    @property
    def said(self) -> list[tuple[int, str, str]]:
        """The errors: row from 1, sentence, id of the input."""
        return [
            (number, str(error), form[name].id_for_label)
            for number, form in enumerate(self.forms, start=1)
            for name, errors in form.errors.items()
            for error in errors
        ]


RowSet = cast(
    type[Rows],
    forms.formset_factory(
        OpeningRow,
        formset=Rows,
        extra=BLANK_ROWS,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
        can_delete=True,
    ),
)


def places_of(mediator: Mediator, openings: list[Opening]) -> list[tuple[str, str]]:
    """How this mediator may receive: by video with a room of their own, or where it is open already."""
    has_video = bool(mediator.video_room) or any(one.modality == Modality.VIDEO for one in openings)
    choices = [(Modality.PHONE.value, _("Téléphone"))]
    if has_video:
        choices.append((Modality.VIDEO.value, _("Visio")))
    offices = mediator.offices.all()
    return choices + [(f"{Modality.IN_PERSON.value}:{one.pk}", f"{one.name}, {one.commune.town}") for one in offices]


def row_of(opening: Opening) -> dict[str, Any]:
    return {
        "weekday": opening.weekday,
        "place": f"{opening.modality}:{opening.office_id}" if opening.office_id else opening.modality,
        "start": _typed(opening.start_minute),
        "end": _typed(opening.end_minute),
        "ends_next_day": opening.ends_next_day,
    }


def typed_rows(data: Any) -> list[dict[str, Any]]:
    """What stands in the rows of a posted form, unjudged; rows to remove and blank ones left out."""
    rows = []
    for number in range(min(_count(data), MOST_ROWS)):
        row = {name: data.get(f"form-{number}-{name}", "") for name in ("weekday", "place", "start", "end")}
        if any(row.values()) and not data.get(f"form-{number}-DELETE"):
            rows.append(row | {"ends_next_day": bool(data.get(f"form-{number}-ends_next_day"))})
    return rows


def _count(data: Any) -> int:
    total = data.get("form-TOTAL_FORMS", "0")
    return int(total) if total.isdecimal() and len(total) < 4 else 0


def _typed(minute: int) -> str:
    """As a field of time holds it: midnight at the end of a day is 00:00."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
