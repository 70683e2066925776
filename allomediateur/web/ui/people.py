"""Names that go into the letter of somebody who has asked for nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import linking
from allomediateur.web.ui.forms import one_line


class PlainName(forms.CharField):
    """A name on one line, and no address of a site: letters of ours carry nobody's advertisement."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "max_length": lazy("C’est trop long : 120 caractères au plus."),
            "address": lazy(
                "Écrivez seulement un nom, sans adresse de site ni d’e-mail. Après le point d’une "
                "abréviation, mettez une espace."
            ),
        }
        kwargs["error_messages"] = messages | kwargs.pop("error_messages", {})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = one_line(super().clean(value))
        if linking.in_a_name(text):
            raise forms.ValidationError(self.error_messages["address"], code="address")
        return text
