"""A phone number as people write it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException, is_possible_number

from allomediateur.web.ui.forms import PhoneInput

REGIONS = {
    "America/Guadeloupe": "GP", "America/Martinique": "MQ", "America/Cayenne": "GF", "America/Miquelon": "PM",
    "Indian/Reunion": "RE", "Indian/Mayotte": "YT", "Pacific/Noumea": "NC", "Pacific/Tahiti": "PF",
    "Pacific/Marquesas": "PF", "Pacific/Gambier": "PF", "Pacific/Wallis": "WF", "Europe/Brussels": "BE",
    "Europe/Zurich": "CH", "Europe/Luxembourg": "LU", "America/Toronto": "CA", "America/Halifax": "CA",
    "America/Vancouver": "CA",
}  # fmt: skip
"""Where a number without a country code is first looked for, by the reader's zone; then in France."""

BAD_PHONE = _("Ce numéro n’est pas complet. Exemple : 06 39 98 00 00, ou +596 696 00 00 00 avec l’indicatif du pays.")


class PhoneField(forms.CharField):
    """As people write it; to E.164. `zone` tells the country of a number without its code."""

    widget = PhoneInput

    def __init__(self, *, zone: str, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.regions = [REGIONS[zone], "FR"] if zone in REGIONS else ["FR"]

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        parsed = [number for region in self.regions if (number := _parsed(text, region))]
        valid = next((number for number in parsed if number.is_valid()), None)
        # A possible number that no operator has yet (new ranges, numbers for fiction) is the person's to know.
        possible = next((number for number in reversed(parsed) if is_possible_number(number)), None)
        if number := valid or possible:
            return str(number.as_e164)
        raise forms.ValidationError(BAD_PHONE, code="invalid")


def e164(text: str) -> str:
    """A number as written in France, or with its country's code, to E.164; empty when it is none."""
    number = _parsed(text, "FR")
    return str(number.as_e164) if number and is_possible_number(number) else ""


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        return PhoneNumber.from_string(text, region=region)
    except NumberParseException:
        return None
