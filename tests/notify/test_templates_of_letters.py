"""Every template of a letter, of every room, in both languages: all its words are translated.

Whatever a template asks for is there, then nothing is: both sides of its conditions are read.
"""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import render_to_string
from django.utils import translation

from tests.notify.languages import FOREIGN, foreign

FOLDERS = [Path(app.path) / "templates" / "letters" for app in apps.get_app_configs()]
TEMPLATES = sorted(path.name for folder in FOLDERS for path in folder.glob("*.*") if not path.name.startswith("_"))
TAG = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
GIVEN = "§"


def asked() -> set[str]:
    """Every name any template of a letter asks for."""
    found: set[str] = set()
    for folder in FOLDERS:
        for path in folder.glob("*.*"):
            for tag in TAG.findall(path.read_text(encoding="utf-8")):
                found |= set(re.findall(r"\b[a-z_]+\b", QUOTED.sub("", tag)))
    return found


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "untold"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_template_has_words_of_the_other_language(language: str, is_told: bool) -> None:
    names = asked()
    assert len(TEMPLATES) > 60
    values: dict[str, object] = dict.fromkeys(names, GIVEN) if is_told else {}
    # What is counted is a number, told or not.
    values |= {
        "count": 2,
        "position": 2,
        "language": language,
        "brand": "AlloMediateur",
        "site_url": "https://example.org",
    }
    wrong = {}
    with translation.override(language):
        for name in TEMPLATES:
            if found := foreign(render_to_string(f"letters/{name}", values), language):
                wrong[name] = found
    assert wrong == {}


def test_the_net_catches() -> None:
    """Shown to catch, first."""
    assert foreign("Hello, votre rendez-vous", "en")
    assert foreign("<p>Bonjour,</p> <b>your appointment</b>", "fr")
    assert not foreign("See https://example.org/en/rendez-vous/le/", "en")
    assert not foreign("Hello, Le Bris", "en", "Le Bris")
    assert set(FOREIGN) == {"fr", "en"}
