"""« Pourquoi ce créneau n’est-il pas proposé ? »: the question as a form, the answer in words."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import explaining
from allomediateur.agenda.models import Modality, Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.wall import to_utc
from allomediateur.web.ui.appointments import service_name
from allomediateur.web.ui.forms import DateInput, TimeInput
from allomediateur.web.ui.slots import AGREED, WORDS, YEARS

ASKED = "jour"
DAY_ERRORS = {
    "required": lazy("Donnez le jour."),
    "invalid": lazy("Écrivez le jour ainsi : 24/11/2026."),
}
CLOCK_ERRORS = {
    "required": lazy("Donnez l’heure."),
    "invalid": lazy("Écrivez l’heure ainsi : 9:30 ou 14:00."),
}
CHOICE_ERRORS = {"required": lazy("Choisissez dans la liste."), "invalid_choice": lazy("Choisissez dans la liste.")}


class WhyForm(forms.Form):
    """A service, a way to receive, a day and an hour on the clock of the place."""

    prestation = forms.ChoiceField(label=lazy("Prestation"), error_messages=CHOICE_ERRORS)
    comment = forms.ChoiceField(label=lazy("Comment"), error_messages=CHOICE_ERRORS)
    jour = forms.DateField(label=lazy("Jour"), widget=DateInput, error_messages=DAY_ERRORS)
    heure = forms.TimeField(label=lazy("Heure"), widget=TimeInput, error_messages=CLOCK_ERRORS)

    def __init__(self, data: QueryDict | None, mediator: Mediator) -> None:
        super().__init__(data)
        self.mediator = mediator
        self.services = {str(one.pk): one for one in Service.objects.filter(mediator=mediator)}
        self.offices = {f"{WORDS[Modality.IN_PERSON]}:{one.pk}": one for one in mediator.offices.all()}
        prestation, comment = self.fields["prestation"], self.fields["comment"]
        assert isinstance(prestation, forms.ChoiceField)  # noqa: S101 - said to the type checker
        assert isinstance(comment, forms.ChoiceField)  # noqa: S101
        prestation.choices = [(key, service_name(one)) for key, one in self.services.items()]
        comment.choices = [(WORDS[Modality.PHONE], _("Téléphone")), (WORDS[Modality.VIDEO], _("Visio"))]
        comment.choices += [(key, str(one)) for key, one in self.offices.items()]
        if any(one.travel_km for one in self.services.values()):
            comment.choices += [(f"{WORDS[Modality.IN_PERSON]}:{AGREED}", _("Au lieu convenu"))]

    def clean_jour(self) -> date:
        day: date = self.cleaned_data["jour"]
        if day.year not in YEARS:
            raise forms.ValidationError(DAY_ERRORS["invalid"])
        return day

    @property
    def office(self) -> Office | None:
        return self.offices.get(self.cleaned_data["comment"])

    @property
    def zone(self) -> str:
        """Of the office, or of the main one (R2)."""
        main = next((one for one in self.offices.values() if one.is_main), None)
        place = self.office or main
        return place.zone if place else self.mediator.user.zone

    def answer(self, now: datetime) -> dict[str, Any]:
        """What the page says of a valid question."""
        told = self.cleaned_data
        clock: time = told["heure"]
        start = to_utc(told["jour"], clock.hour * 60 + clock.minute, self.zone)
        word = told["comment"].partition(":")[0]
        modality = next(modality for modality, name in WORDS.items() if name == word)
        service = self.services[told["prestation"]]
        found = explaining.explain(self.mediator, service, modality, self.office, start, now)
        return {"answer": found, "start": start, "zone": self.zone}


def context(data: QueryDict, mediator: Mediator, now: datetime) -> dict[str, Any]:
    """The form, and the answer once all is told."""
    form = WhyForm(data if ASKED in data else None, mediator)
    found = form.answer(now) if form.is_bound and form.is_valid() else {}
    return {"form": form, "page_error": bool(form.errors), **found}
