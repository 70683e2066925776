"""The form of a version of a table of law: its head in fields, the rule itself in YAML, read strictly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from yaml.constructor import ConstructorError

from allomediateur.content import rulebook
from allomediateur.content.rulebook import Document
from allomediateur.law.examples import Difference
from allomediateur.law.nodes import Malformed
from allomediateur.law.tables import Inconsistent
from allomediateur.web.staff.contents_forms import DAY
from allomediateur.web.ui.forms import DateInput

HEAD = ("table", "id", "in_force_from", "verified_on", "at_source", "enabled", "source")
LONGEST = 30_000
CHANGED = lazy(
    "Quelqu’un a changé cette version pendant que vous écriviez. Ouvrez-la dans un autre onglet, reprenez ici ce qui a "
    "changé, puis envoyez de nouveau."
)
GONE = lazy(
    "Quelqu’un a retiré cette version pendant que vous écriviez. Copiez votre texte, puis écrivez-le à partir d’une "
    "autre version."
)
STRING = "tag:yaml.org,2002:str"


class _Twice(yaml.YAMLError):
    """A key that is there already: YAML would take the last one without a word."""

    def __init__(self, key: yaml.ScalarNode) -> None:
        super().__init__(key.value)
        self.key, self.line = key.value, key.start_mark.line + 1


class _Plain(yaml.SafeLoader):
    """Without aliases, which could make a page out of a line and a book out of a page; keys are words, each once."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
            if key.tag != STRING:
                raise ConstructorError(problem="key", problem_mark=key.start_mark)
            if key.value in seen:
                raise _Twice(key)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class RuleForm(forms.Form):
    """`document` and `differences` are there once the form is valid. `is_seen`: what it changes was shown as it is."""

    document: Document
    differences: tuple[Difference, ...]
    name = forms.RegexField(
        r"^[A-Za-z0-9-]{1,20}\Z", label=lazy("Nom de la version"),
        error_messages={"invalid": lazy("Des lettres, des chiffres et des traits d’union, 20 au plus : V4.")},
    )  # fmt: skip
    since = forms.DateField(
        label=lazy("En vigueur à partir du"), widget=DateInput, error_messages=DAY,
        help_text=lazy("Elle vaut pour les actions engagées à partir de ce jour."),
    )  # fmt: skip
    source_fr = forms.CharField(
        label=lazy("Texte qui la crée, en français"), max_length=300,
        help_text=lazy("Par exemple : décret n° 2023-357 du 11 mai 2023"),
    )  # fmt: skip
    source_en = forms.CharField(label=lazy("Le même, en anglais"), max_length=300)
    body = forms.CharField(
        label=lazy("La règle"), max_length=LONGEST, strip=False, required=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "verbatim"}),
    )  # fmt: skip
    enabled = forms.BooleanField(
        label=lazy("Elle s’applique. Sans cette case, elle est annoncée, et jamais appliquée."), required=False
    )
    at_source = forms.BooleanField(
        label=lazy("Je l’ai comparée aujourd’hui avec le texte officiel, sur Légifrance."), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    began = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, base: Document, today: date, is_new: bool, is_gone: bool = False
    ) -> None:
        """`is_gone`: somebody took the base away since it was opened."""
        super().__init__(data, initial=_initial(base, is_new=is_new) | {"began": _digest(base)})
        self.base, self.today, self.is_new, self.is_gone = base, today, is_new, is_gone
        if not is_new:
            self.fields["name"].disabled = True

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.is_new and rulebook.is_taken(self.base["table"], name):
            raise forms.ValidationError(_("Une version porte déjà ce nom. Choisissez-en un autre, ou corrigez-la."))
        return name

    def clean_body(self) -> Document:
        text: str = self.cleaned_data["body"]
        try:
            found = yaml.load(text, Loader=_Plain) or {}  # noqa: S506 (a safe loader, stricter)
            may_be_kept = _may_be_kept(found)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise forms.ValidationError(_unreadable(error)) from error
        if not isinstance(found, dict):
            raise forms.ValidationError(_("Écrivez une règle par ligne : « clé: valeur »."))
        if not may_be_kept:
            raise forms.ValidationError(_("Un caractère ne peut pas être gardé : retirez ce qui suit « \\ »."))
        if head := [name for name in found if name in HEAD]:
            raise forms.ValidationError(_("« %(name)s » s’écrit plus haut, dans son propre champ.") % {"name": head[0]})
        return found

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if self.errors:
            return told
        if self.is_gone:
            raise forms.ValidationError(GONE)
        if told["began"] != _digest(self.base):
            raise forms.ValidationError(CHANGED)
        self.document = _document(self.base["table"], told, self.today)
        try:
            self.differences = rulebook.changes(self.document)
        except (Malformed, Inconsistent) as wrong:
            raise forms.ValidationError(wrong.message.of(get_language() or "fr")) from wrong
        return told

    def shown_again(self) -> None:
        """What is sent next goes with what is read now."""
        self.data = dict(self.data.items()) | {
            "began": _digest(self.base),
            "seen": self.mark if "differences" in vars(self) else "",
        }

    @property
    def mark(self) -> str:
        """Of the document and of what it changes, as they are shown."""
        changed = [(one.case.id, str(one.before), str(one.after)) for one in self.differences]
        return _digest([self.document, changed])

    @property
    def is_seen(self) -> bool:
        return bool(self.cleaned_data["seen"] == self.mark)


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _may_be_kept(found: Document) -> bool:
    """No character that the database cannot hold: escapes of YAML can write any. ValueError: a number too long."""
    told = json.dumps(found, default=str, ensure_ascii=False)
    return "\\u0000" not in told and not any("\ud800" <= one <= "\udfff" for one in told)


def _document(table: str, told: Mapping[str, Any], today: date) -> Document:
    document = {
        "table": table, "id": told["name"], "in_force_from": told["since"], "verified_on": today,
        "at_source": told["at_source"], "enabled": told["enabled"],
        "source": {"fr": told["source_fr"], "en": told["source_en"]}, **told["body"],
    }  # fmt: skip
    plain: Document = json.loads(json.dumps(document, default=str))
    return plain


def _initial(base: Document, *, is_new: bool) -> dict[str, Any]:
    """The next one begins as a copy that nobody has compared yet."""
    return {
        "name": "" if is_new else base["id"],
        "since": None if is_new else date.fromisoformat(base["in_force_from"]),
        "source_fr": "" if is_new else base["source"]["fr"], "source_en": "" if is_new else base["source"]["en"],
        "enabled": True if is_new else base.get("enabled", True), "at_source": False,
        "body": body_of(base),
    }  # fmt: skip


def body_of(document: Document) -> str:
    """The rule itself, as it is written."""
    body = {name: value for name, value in document.items() if name not in HEAD}
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=110) if body else ""


def _unreadable(error: Exception) -> str:
    if isinstance(error, _Twice):
        said = _("Ligne %(line)d : « %(key)s » est déjà écrit plus haut. Gardez une seule des deux lignes.")
        return said % {"line": error.line, "key": error.key}
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _("Ce texte n’est pas du YAML. Partez de la version existante, et changez peu de choses.")
    return _("Ligne %(line)d : ce n’est pas du YAML. Vérifiez les deux-points, les tirets et les retraits.") % {
        "line": mark.line + 1
    }
