"""The form of a page: a title, a summary, parts and sources, in both languages; an empty line more of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.content.checking import Refused, check
from allomediateur.content.documents import Document, Section, Source, Words
from allomediateur.content.typesetting import mended
from allomediateur.web.ui.forms import DateInput

MOST = 20
"""Parts of a page at most, and sources."""
SOURCE = ("key", "fr", "en", "since", "url")
DAY = {"invalid": lazy("Écrivez la date ainsi : 31/12/2027."), "required": lazy("Écrivez une date : 31/12/2027.")}

CHANGED = lazy(
    "Quelqu’un a changé cette page pendant que vous écriviez. Ouvrez-la dans un autre onglet, reprenez ici ce qui a "
    "changé, puis envoyez de nouveau."
)


def _line(label: str, longest: int = 200) -> forms.CharField:
    too_long = _("C’est trop long : %(most)d caractères au plus.") % {"most": longest}
    return forms.CharField(label=label, required=False, max_length=longest, error_messages={"max_length": too_long})


def _text(label: str) -> forms.CharField:
    field = _line(label, 8000)
    field.widget = forms.Textarea(attrs={"rows": 8})
    return field


class PageForm(forms.Form):
    """`document` is there once the form is valid. `last` is the newest version there is.

    French typography is mended, what the rules refuse is said on top.
    """

    document: Document
    since = forms.DateField(
        label=lazy("En vigueur à partir du"), widget=DateInput, error_messages=DAY,
        help_text=lazy("Ce jour-là, à Paris, la page changera d’elle-même. Aujourd’hui convient aussi."),
    )  # fmt: skip
    parts = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST)
    lines = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST)
    began = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, *, base: Document, last: int, today: date) -> None:
        initial = _initial(base, today) | {"began": last}
        given = data or initial
        super().__init__(data, initial=initial)
        self.base, self.last, self.today = base, last, today
        self.part_range = range(_count(given.get("parts")))
        self.line_range = range(_count(given.get("lines")))
        for language, name in (("fr", _("en français")), ("en", _("en anglais"))):
            self._add_words(language, name)
        for row in self.line_range:
            self._add_source(row)

    def _add_words(self, language: str, name: str) -> None:
        self.fields[f"{language}_title"] = _line(_("Titre %(language)s") % {"language": name})
        self.fields[f"{language}_summary"] = _line(_("Résumé %(language)s") % {"language": name}, 400)
        for row in self.part_range:
            told = {"number": row + 1, "language": name}
            self.fields[f"{language}_{row}_title"] = _line(_("Partie %(number)d, titre %(language)s") % told)
            self.fields[f"{language}_{row}_text"] = _text(_("Partie %(number)d, texte %(language)s") % told)

    def _add_source(self, row: int) -> None:
        said = (_("Mot-clé"), _("Nom en français"), _("Nom en anglais"), _("En vigueur depuis"), _("Adresse"))
        for name, label in zip(SOURCE, said, strict=True):
            field: forms.Field = _line(label, 300)
            if name == "since":
                field = forms.DateField(label=label, required=False, widget=DateInput, error_messages=DAY)
            self.fields[f"source_{row}_{name}"] = field

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if since < self.today:
            raise forms.ValidationError(_("Ce jour est passé. Choisissez aujourd’hui ou un jour à venir."))
        return since

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if self.errors:
            return told
        if told["began"] != self.last:
            raise forms.ValidationError(CHANGED)
        for row in self._sources_without_day():
            self.add_error(f"source_{row}_since", _("Écrivez depuis quand ce texte est en vigueur : 31/12/2027."))
            return told
        self.document = Document(self._words("fr"), self._words("en"), tuple(self._sources()), self.base.ways)
        try:
            check(self.document)
        except Refused as refused:
            raise forms.ValidationError(refused.faults) from refused
        return told

    def shown_again(self) -> None:
        """What is sent next goes with what is read now."""
        self.data = dict(self.data.items()) | {"began": self.last}

    def _words(self, language: str) -> Words:
        def told(name: str) -> str:
            text: str = self.cleaned_data[f"{language}_{name}"].replace("\r\n", "\n").strip()
            return mended(text) if language == "fr" else text

        parts = (Section(told(f"{row}_title"), told(f"{row}_text")) for row in self.part_range)
        return Words(told("title"), told("summary"), tuple(one for one in parts if one.title or one.text))

    def _sources(self) -> Iterator[Source]:
        for row in self.line_range:
            told = [self.cleaned_data[f"source_{row}_{name}"] for name in SOURCE]
            if any(told):
                yield Source(*told)

    def _sources_without_day(self) -> list[int]:
        def given(row: int, name: str) -> Any:
            return self.cleaned_data[f"source_{row}_{name}"]

        return [row for row in self.line_range if any(given(row, name) for name in SOURCE) and not given(row, "since")]

    # As the page shows them

    def sides(self) -> list[tuple[str, list[BoundField], list[list[BoundField]]]]:
        """By language: its name, its head, its parts."""
        return [
            (
                name,
                [self[f"{language}_title"], self[f"{language}_summary"]],
                [[self[f"{language}_{row}_title"], self[f"{language}_{row}_text"]] for row in self.part_range],
            )
            for language, name in (("fr", _("Français")), ("en", _("Anglais")))
        ]

    def rows(self) -> list[list[BoundField]]:
        return [[self[f"source_{row}_{name}"] for name in SOURCE] for row in self.line_range]


def _count(given: Any) -> int:
    """Nonsense is one: the field itself says what is wrong."""
    told = str(given)
    return max(min(int(told), MOST), 1) if re.fullmatch(r"[0-9]{1,9}", told) else 1


def _initial(base: Document, today: date) -> dict[str, Any]:
    told: dict[str, Any] = {
        "since": today, "parts": min(len(base.fr.sections) + 1, MOST), "lines": min(len(base.sources) + 1, MOST),
    }  # fmt: skip
    for language in ("fr", "en"):
        words = base.words(language)
        told |= {f"{language}_title": words.title, f"{language}_summary": words.summary}
        for row, section in enumerate(words.sections):
            told |= {f"{language}_{row}_title": section.title, f"{language}_{row}_text": section.text}
    for row, source in enumerate(base.sources):
        told |= {f"source_{row}_{name}": getattr(source, name) for name in SOURCE}
    return told
