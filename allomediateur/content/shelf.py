"""The pages as shipped, version 1 of each: `pages/<slug>.yaml`. A wrong one stops whoever asks for it."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from allomediateur.content.checking import Refused, check
from allomediateur.content.documents import Document, from_raw

FOLDER = Path(__file__).resolve().parent / "pages"
SLUGS = (
    "mediation-professionnelle", "deroulement", "qui-peut-commencer", "couts", "assistance-et-representation",
    "homologation", "litiges-de-consommation", "juges-avocats-organisations", "ethique", "creer-un-compte",
    "devenir-mediateur-professionnel", "textes-depuis-2020",
)  # fmt: skip
"""In the order of the list."""


@dataclass(frozen=True)
class Shipped:
    document: Document
    verified_on: date


@cache
def shipped(slug: str) -> Shipped:
    """Raises KeyError for a slug that is none, Refused for a document that is not right."""
    if slug not in SLUGS:
        raise KeyError(slug)
    return read((FOLDER / f"{slug}.yaml").read_text(encoding="utf-8"))


def read(source: str) -> Shipped:
    """From YAML. Raises Refused."""
    try:
        raw: dict[str, Any] = yaml.safe_load(source)
        found = Shipped(from_raw(raw), date.fromisoformat(str(raw["verified_on"])))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused([f"Le fichier n’a pas la forme d’une page : {error!r}."]) from error
    check(found.document)
    return found
