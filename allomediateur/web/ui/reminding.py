"""« Mes rappels »: which reminders one wants and by which way, in the client's space and behind a letter's door."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda.models import Channel, Participant, Reminded
from allomediateur.notify import texts
from allomediateur.web.ui.forms import CardRadios
from allomediateur.web.ui.zones import zone_choices

LANGUAGES = (("fr", "Français"), ("en", "English"))


class ReminderForm(forms.Form):
    """By SMS only where they leave, and to a number that takes them; what was chosen before stays otherwise."""

    # No box ticked is a choice; an empty request is none.
    sent = forms.CharField(
        widget=forms.HiddenInput, initial="1",
        error_messages={"required": _("Choisissez vos rappels, puis enregistrez.")},
    )  # fmt: skip
    week = forms.BooleanField(label=_("Sept jours avant"), required=False)
    day = forms.BooleanField(label=_("La veille"), required=False)

    def __init__(self, *args: Any, wanted: Reminded, number: str, **kwargs: Any) -> None:
        told = {"week": wanted.remind_week, "day": wanted.remind_day, "channel": wanted.remind_by}
        kwargs["initial"] = told | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        self.number, self.has_texts = number, texts.offered("reminder")
        if self.has_texts and texts.reachable(number):
            self.fields["channel"] = forms.ChoiceField(
                label=_("Comment\u00a0?"), choices=Channel.choices, widget=CardRadios,
                error_messages={"required": _("Choisissez par où vous rappeler vos rendez-vous.")},
            )  # fmt: skip

    @property
    def chosen(self) -> dict[str, Any]:
        """For `preferences.choose`."""
        told = self.cleaned_data
        channel = Channel(told.get("channel", self.wanted.remind_by))
        return {"week": told["week"], "day": told["day"], "channel": channel}


class AddressForm(ReminderForm):
    """And how letters to this address are written, for who has no account to say it."""

    language = forms.ChoiceField(label=_("Langue de nos lettres"), choices=LANGUAGES)

    def __init__(self, *args: Any, reader: Participant, **kwargs: Any) -> None:
        super().__init__(*args, initial={"language": reader.language, "zone": reader.zone}, **kwargs)
        self.fields["zone"] = forms.ChoiceField(
            label=_("Fuseau horaire"), choices=[*_elsewhere(reader.zone), *zone_choices()],
            help_text=_("Les rappels partent entre 8\u00a0h et 21\u00a0h, à cette heure-là."),
        )  # fmt: skip


def _elsewhere(zone: str) -> list[tuple[str, str]]:
    """A zone that is not in our list, told by the browser at booking: it stays the reader's."""
    listed = {name for _group, zones in zone_choices() for name, _label in zones}
    return [] if zone in listed else [(zone, zone.rpartition("/")[2].replace("_", " "))]
