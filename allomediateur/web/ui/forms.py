"""How Django's forms look: the renderer, and widgets that carry the right keyboard and autocomplete."""

from pathlib import Path
from typing import Any

from django import forms
from django.forms import renderers
from django.template.backends.django import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

DIALLED_NATIONALLY = {33, 262, 590, 594, 596}
"""Country codes whose numbers are dialled with a leading 0 from all of these: mainland and overseas departments."""

BAD_EMAIL = {
    "invalid": _("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
    "max_length": _("Cette adresse e-mail est trop longue : 254 caractères au plus."),
}
"""What every form says of an address that is none."""


class Renderer(renderers.DjangoTemplates):
    """Django's widgets; our fields (`ui/_field.html`) and forms (`ui/_form.html`)."""

    form_template_name = "ui/_form.html"
    field_template_name = "ui/_field.html"

    @cached_property
    def engine(self) -> DjangoTemplates:
        ours = Path(__file__).parent.parent / "templates"
        djangos = Path(renderers.__file__).parent / "templates"
        return DjangoTemplates({"APP_DIRS": True, "DIRS": [ours, djangos], "NAME": "forms", "OPTIONS": {}})


def _with(defaults: dict[str, Any], attrs: dict[str, Any] | None) -> dict[str, Any]:
    return {**defaults, **(attrs or {})}


class NameInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_with({"autocomplete": "name", "spellcheck": "false"}, attrs))


class EmailInput(forms.EmailInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_with({"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}, attrs))


class PhoneInput(forms.TextInput):
    """Shows a number the national way; spaces, dots and dashes are welcome."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_with({"autocomplete": "tel"}, attrs))

    def format_value(self, value: Any) -> str | None:
        if getattr(value, "is_valid", None) and value.is_valid():
            home = value.country_code in DIALLED_NATIONALLY
            return str(value.as_national if home else value.as_international)
        return str(value) if value else None


class CodeInput(forms.TextInput):
    """The six digits of a letter; `CodeField` drops the spaces of a paste."""

    template_name = "ui/widgets/code.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = {"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9 ]*", "class": "code"}
        super().__init__(_with(defaults, attrs))


class CodeField(forms.CharField):
    widget = CodeInput

    def to_python(self, value: Any) -> str:
        return "".join(str(super().to_python(value)).split())


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class CardRadios(forms.RadioSelect):
    """Radios as cards; a choice's label may be `card(label, note)`."""

    template_name = "ui/widgets/cards.html"


class Checks(forms.CheckboxSelectMultiple):
    """Several of a short list, a line each."""

    template_name = "ui/widgets/checks.html"


class CommuneInput(forms.TextInput):
    """A place: free text, completed by `<commune-box>` where JavaScript runs."""

    template_name = "ui/widgets/commune.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_with({"autocomplete": "off", "spellcheck": "false"}, attrs))


def one_line(text: str) -> str:
    """What was typed outside of a form's fields, without what the database cannot hold."""
    return " ".join(text.replace("\x00", "").split())


def card(label: str, note: str) -> SafeString:
    """The label of a choice of `CardRadios`, with a line that says what it means."""
    return format_html('<span class="choice-label">{}</span> <span class="choice-note">{}</span>', label, note)
