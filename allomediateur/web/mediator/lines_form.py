"""The weekly openings as rows of a form: forgiving about times, exact about what they mean (R11)."""

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda.editing import OpeningDraft
from allomediateur.agenda.models import Opening
from allomediateur.web.ui.forms import DateInput, TimeInput
from allomediateur.web.ui.slots import pair_of, way_word

BLANK_ROWS = 3
MOST_ROWS = 200
MIDNIGHT = 24 * 60
TYPED = ("weekday", "start", "end", "weeks", "valid_from", "valid_until")
WEEKDAYS = (
    lazy("lundi"),
    lazy("mardi"),
    lazy("mercredi"),
    lazy("jeudi"),
    lazy("vendredi"),
    lazy("samedi"),
    lazy("dimanche"),
)
BAD_DAY = lazy("Écrivez le jour ainsi : 24/11/2026.")
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


def check_hours(form: forms.Form, told: dict[str, Any]) -> None:
    """The start, the end and whether it is the next day's, both told (R11)."""
    start, end = told["start"], told["end"]
    if start == MIDNIGHT:
        form.add_error("start", _("Une plage commence au plus tard à 23:59 ; pour minuit, écrivez 00:00 le lendemain."))
    if end == 0:
        # Midnight at the end of the day, as a field of time writes 24:00.
        told["end"], told["ends_next_day"] = MIDNIGHT, False
    elif end <= start and not told.get("ends_next_day"):
        form.add_error("end", _("La fin vient avant le début. Si la plage passe minuit, cochez « le lendemain »."))


class OpeningRow(forms.Form):
    """The same hours of a day, in one way of receiving or in several: an opening each."""

    weekday = forms.TypedChoiceField(
        label=lazy("Jour"),
        coerce=int,
        choices=[("", lazy("Jour")), *enumerate(WEEKDAYS)],
        error_messages={"required": lazy("Choisissez le jour."), "invalid_choice": lazy("Choisissez le jour.")},
    )
    start = ClockField(label=lazy("Début"), error_messages={"required": lazy("Donnez l’heure du début.")})
    end = ClockField(label=lazy("Fin"), error_messages={"required": lazy("Donnez l’heure de la fin.")})
    ends_next_day = forms.BooleanField(label=lazy("Finit le lendemain"), required=False)
    weeks = forms.TypedChoiceField(
        label=lazy("Semaines"),
        coerce=int,
        initial=Opening.Weeks.EVERY,
        empty_value=0,  # type: ignore[arg-type]  # what a row without it means, whatever the stubs say
        required=False,
        choices=Opening.Weeks.choices,
        error_messages={"invalid_choice": lazy("Choisissez : chaque semaine, semaine A ou semaine B.")},
    )
    valid_from = forms.DateField(
        label=lazy("À partir du"), required=False, widget=DateInput, error_messages={"invalid": BAD_DAY}
    )
    valid_until = forms.DateField(
        label=lazy("Jusqu’au"), required=False, widget=DateInput, error_messages={"invalid": BAD_DAY}
    )
    places = forms.MultipleChoiceField(
        label=lazy("Comment"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": lazy("Cochez comment vous recevez."),
            "invalid_choice": lazy("Cochez comment vous recevez."),
        },
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["places"]
        assert isinstance(offered, forms.MultipleChoiceField)  # noqa: S101 - said to the type checker
        offered.choices = places

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        first, last = told.get("valid_from"), told.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("Cette période finit avant de commencer."))
        if told.get("start") is not None and told.get("end") is not None:
            check_hours(self, told)
        return told

    @property
    def drafts(self) -> list[OpeningDraft]:
        told = self.cleaned_data
        return [
            OpeningDraft(
                modality=modality,
                office_id=office,
                weekday=told["weekday"],
                start_minute=told["start"],
                end_minute=told["end"],
                ends_next_day=told["ends_next_day"],
                weeks=told["weeks"] or 0,
                valid_from=told["valid_from"],
                valid_until=told["valid_until"],
            )
            for modality, office in (pair_of(word) for word in told["places"])
        ]


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
        kept = (form for form in self.forms if form.has_changed() and form not in gone)
        return [draft for form in kept for draft in form.drafts]

    @property
    def said(self) -> list[tuple[int, str, str]]:
        """The errors: row from 1, sentence, id of the input."""
        return [
            (number, str(error), f"{form[name].auto_id}_0" if name == "places" else form[name].id_for_label)
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


def rows_of(openings: list[Opening]) -> list[dict[str, Any]]:
    """Openings of the same hours share a row."""
    names = ("weekday", "start_minute", "end_minute", "ends_next_day", "weeks", "valid_from", "valid_until")
    rows: dict[tuple[Any, ...], list[str]] = {}
    for one in openings:
        hours = tuple(getattr(one, name) for name in names)
        rows.setdefault(hours, []).append(way_word((one.modality, one.office_id)))
    found = []
    for hours, places in sorted(rows.items(), key=lambda row: str(row[0][5:]) + f"{row[0][0]}{row[0][1]:04}"):
        told = dict(zip(names, hours, strict=True)) | {"places": places}
        found.append(told | {"start": _typed(told.pop("start_minute")), "end": _typed(told.pop("end_minute"))})
    return found


def typed_rows(data: Any) -> list[dict[str, Any]]:
    """What stands in the rows of a posted form, unjudged; rows to remove and blank ones left out."""
    rows = []
    for number in range(min(_count(data), MOST_ROWS)):
        row = {name: data.get(f"form-{number}-{name}", "") for name in TYPED}
        row["places"] = data.getlist(f"form-{number}-places")
        if any(value for name, value in row.items() if name != "weeks") and not data.get(f"form-{number}-DELETE"):
            rows.append(row | {"ends_next_day": bool(data.get(f"form-{number}-ends_next_day"))})
    return rows


def _count(data: Any) -> int:
    total = data.get("form-TOTAL_FORMS", "0")
    return int(total) if total.isdecimal() and len(total) < 4 else 0


def _typed(minute: int) -> str:
    """As a field of time holds it: midnight at the end of a day is 00:00."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
