"""Names that go into the letter of somebody who has asked for nothing."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from allomediateur.web.ui.forms import one_line

_ADDRESS = re.compile(r"[/@\\]|www\.|https?:", re.IGNORECASE)


def holds_address(text: str) -> bool:
    return bool(_ADDRESS.search(text))


class PlainName(forms.CharField):
    """A name on one line, and no address of a site: letters of ours carry nobody's advertisement."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "max_length": lazy("C’est trop long : 120 caractères au plus."),
            "address": lazy("Écrivez seulement un nom, sans adresse de site ni d’e-mail."),
        }
        kwargs["error_messages"] = messages | kwargs.pop("error_messages", {})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = one_line(super().clean(value))
        if holds_address(text):
            raise forms.ValidationError(self.error_messages["address"], code="address")
        return text
