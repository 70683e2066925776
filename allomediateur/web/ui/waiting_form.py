"""What somebody waits for: of which service, in which way, when. Whatever is left open is any."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda.models import Modality, Service, Wait
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.agenda.waiting import LONGEST, Asked
from allomediateur.directory.models import Office
from allomediateur.scheduling.wall import local_day
from allomediateur.web.ui import slots
from allomediateur.web.ui.appointments import service_name
from allomediateur.web.ui.forms import DateInput
from allomediateur.web.ui.templatetags.ui import modality_label

ANY = ("", _("N’importe laquelle"))


class WishForm(forms.Form):
    """`services` empty: the service is settled."""

    service = forms.ChoiceField(
        label=_("Quel rendez-vous ?"), required=False,
        error_messages={"invalid_choice": _("Choisissez un rendez-vous de la liste.")},
    )  # fmt: skip
    way = forms.ChoiceField(
        label=_("De quelle manière ?"), required=False,
        error_messages={"invalid_choice": _("Choisissez une manière de la liste.")},
    )  # fmt: skip
    half = forms.ChoiceField(
        label=_("À quel moment de la journée ?"), required=False, choices=[("", _("Peu importe")), *Wait.Half.choices],
        error_messages={"invalid_choice": _("Choisissez le matin, l’après-midi, ou peu importe.")},
    )  # fmt: skip
    before = forms.DateField(
        label=_("Avant quel jour ?"), required=False, widget=DateInput(),
        help_text=_("Laissez vide si le jour importe peu. Passé ce jour, vous sortez de la liste."),
        error_messages={"invalid": _("Écrivez le jour ainsi : 15/12/2026.")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, services: list[Service], places: list[OfferedPlace], zone: str, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.services, self.places = services, [one for one in places if not one.is_agreed]
        self.today: date = local_day(now, zone)
        self._choose("service", [ANY, *((str(one.pk), service_name(one)) for one in services)])
        self._choose("way", [ANY, *self._ways()])
        if not services:
            del self.fields["service"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said to the type checker
        field.choices = choices

    def clean_before(self) -> date | None:
        day: date | None = self.cleaned_data["before"]
        if day and day <= self.today:
            raise forms.ValidationError(_("Choisissez un jour à venir."))
        if day and day > self.today + LONGEST:
            raise forms.ValidationError(_("Une attente dure 90 jours au plus : choisissez un jour plus proche."))
        return day

    def clean(self) -> dict[str, Any] | None:
        """A service is waited for in a way in which it is given."""
        told = super().clean() or self.cleaned_data
        service, place = self._service(), self._place()
        modality = place.modality if place else self._modality()
        if service and modality and modality not in service.modalities:
            self.add_error("way", _("Ce rendez-vous n’est pas proposé de cette manière : choisissez-en une autre."))
        return told

    def asked(self) -> Asked:
        place = self._place()
        office: Office | None = place.office if place else None
        told = self.cleaned_data
        return Asked(self._service(), self._modality(), office, told.get("half", ""), told.get("before"))

    def _ways(self) -> list[tuple[str, Any]]:
        """Each modality, and each office where there are several."""
        found: list[tuple[str, Any]] = []
        for modality in Modality:
            places = [one for one in self.places if one.modality == modality]
            if places:
                found.append((slots.WORDS[modality], modality_label(modality)))
            if len(places) > 1:
                found += [(slots.way_word(one.pair), slots.place_label(one)) for one in places]
        return found

    def _service(self) -> Service | None:
        return next((one for one in self.services if str(one.pk) == self.cleaned_data.get("service")), None)

    def _place(self) -> OfferedPlace | None:
        """The office chosen, none for a modality."""
        word = self.cleaned_data.get("way", "")
        return next((one for one in self.places if one.office and slots.way_word(one.pair) == word), None)

    def _modality(self) -> str:
        word = self.cleaned_data.get("way", "")
        return slots.pair_of(word)[0] if word else ""
