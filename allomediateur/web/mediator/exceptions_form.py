"""A closing, an extra opening or other hours, over a day or a period."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda.editing import ExceptionDraft
from allomediateur.agenda.models import Modality, OpeningException
from allomediateur.directory.models import Mediator, Office
from allomediateur.web.mediator.lines_form import BAD_DAY, WEEKDAYS, ClockField, check_hours
from allomediateur.web.mediator.ways import ways_of
from allomediateur.web.ui.forms import CardRadios, Checks, DateInput, card
from allomediateur.web.ui.slots import pair_of
from allomediateur.web.ui.templatetags.ui import modality_label

Kind = OpeningException.Kind
EVERYWHERE, IN_PERSON = "", "presentiel"
LONGEST = 366
YEARS_AHEAD = 3


class ExceptionForm(forms.Form):
    """Days, hours and where. A period has the same hours each of its days, or on some weekdays of it."""

    kind = forms.ChoiceField(
        label=lazy("Que se passe-t-il ?"),
        widget=CardRadios,
        error_messages={"required": lazy("Choisissez."), "invalid_choice": lazy("Choisissez.")},
    )
    first = forms.DateField(
        label=lazy("Premier jour"),
        widget=DateInput,
        error_messages={"required": lazy("Donnez le premier jour."), "invalid": BAD_DAY},
    )
    last = forms.DateField(
        label=lazy("Dernier jour"),
        required=False,
        widget=DateInput,
        help_text=lazy("Vide : ce jour seulement."),
        error_messages={"invalid": BAD_DAY},
    )
    start = ClockField(label=lazy("De"), required=False, help_text=lazy("Vide : toute la journée."))
    end = ClockField(label=lazy("À"), required=False)
    ends_next_day = forms.BooleanField(label=lazy("Finit le lendemain"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=lazy("Seulement le"),
        required=False,
        coerce=int,
        choices=list(enumerate(WEEKDAYS)),
        widget=Checks,
    )
    place = forms.ChoiceField(
        label=lazy("Où"), required=False, error_messages={"invalid_choice": lazy("Choisissez dans la liste.")}
    )

    def __init__(self, *args: Any, mediator: Mediator, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        kind, place = self.fields["kind"], self.fields["place"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - said to the type checker
        assert isinstance(place, forms.ChoiceField)  # noqa: S101
        kind.choices = [
            (Kind.CLOSED.value, card(_("Je ne reçois pas"), _("Congés, formation, empêchement."))),
            (Kind.OPEN.value, card(_("Je reçois en plus"), _("Ces heures s’ajoutent aux autres."))),
            (Kind.OTHER_HOURS.value, card(_("J’ai d’autres heures"), _("Ces heures remplacent celles du jour."))),
        ]
        ways = [(one.word, one.label) for one in ways_of(mediator) if one.office or one.modality != Modality.IN_PERSON]
        place.choices = [(EVERYWHERE, _("Partout")), (IN_PERSON, _("En présence, tous les lieux")), *ways]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        self._check_days(told.get("first"), told.get("last"))
        if "start" in told and "end" in told:
            self._check_hours(told)
        if not self.errors and not self._days():
            self.add_error("weekdays", _("Aucun de ces jours n’est dans la période."))
        return told

    def _check_days(self, first: date | None, last: date | None) -> None:
        if first is None:
            return
        if first < self.today:
            self.add_error("first", _("Ce jour est passé : donnez aujourd’hui ou un jour à venir."))
        elif first > self.today + timedelta(days=366 * YEARS_AHEAD):
            self.add_error("first", _("C’est trop loin : trois ans à l’avance au plus."))
        if last and last < first:
            self.add_error("last", _("Le dernier jour vient avant le premier."))
        elif last and (last - first).days >= LONGEST:
            self.add_error("last", _("La période est trop longue : un an au plus à la fois."))

    def _check_hours(self, told: dict[str, Any]) -> None:
        start, end = told["start"], told["end"]
        if (start is None) != (end is None):
            self.add_error("end" if end is None else "start", _("Donnez le début et la fin, ou aucun des deux."))
        elif start is None:
            if told.get("kind") in (Kind.OPEN, Kind.OTHER_HOURS):
                self.add_error("start", _("Donnez les heures où l’on peut réserver."))
        else:
            check_hours(self, told)

    def _days(self) -> list[date]:
        told = self.cleaned_data
        first, last = told["first"], told.get("last") or told["first"]
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [day for day in days if not told.get("weekdays") or day.weekday() in told["weekdays"]]

    @property
    def drafts(self) -> list[ExceptionDraft]:
        told = self.cleaned_data
        modality, office_id = self._place(told["place"])
        return [
            ExceptionDraft(
                kind=told["kind"], day=day, modality=modality, office_id=office_id, start_minute=told["start"],
                end_minute=told["end"], ends_next_day=bool(told["ends_next_day"] and told["start"] is not None),
            )
            for day in self._days()
        ]  # fmt: skip

    def _place(self, word: str) -> tuple[str, int | None]:
        if word == IN_PERSON:
            return Modality.IN_PERSON, None
        return pair_of(word) if word else ("", None)


def place_label(modality: str, office: Office | None) -> str:
    """Where an exception counts."""
    if office:
        return str(office)
    if modality == Modality.IN_PERSON:
        return _("En présence, tous les lieux")
    return modality_label(modality) if modality else _("Partout")
