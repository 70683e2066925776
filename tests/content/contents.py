"""What the form of a page sends."""

from datetime import date, datetime
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.content import rulebook, shelf, versions
from allomediateur.content.documents import Document
from allomediateur.web.staff.contents_forms import SOURCE
from allomediateur.web.staff.rules_forms import RuleForm
from tests.web.times import NOW


def filled(slug: str, since: date | None = None, **changed: str) -> dict[str, Any]:
    """The shipped page, whole, with these fields instead of its own."""
    document = shelf.shipped(slug).document
    told: dict[str, Any] = {"parts": len(document.fr.sections), "lines": max(len(document.sources), 1), "began": 1}
    told["since"] = str(since or NOW.date())
    return told | _words(document) | _sources(document) | changed


def _words(document: Document) -> dict[str, str]:
    told: dict[str, str] = {}
    for language in ("fr", "en"):
        words = document.words(language)
        told |= {f"{language}_title": words.title, f"{language}_summary": words.summary}
        for row, one in enumerate(words.sections):
            told |= {f"{language}_{row}_title": one.title, f"{language}_{row}_text": one.text}
    return told


def _sources(document: Document) -> dict[str, str]:
    return {
        f"source_{row}_{name}": str(getattr(one, name)) for row, one in enumerate(document.sources) for name in SOURCE
    }


def rule(table: str, version: str, **changed: str) -> dict[str, Any]:
    """What the form of a version sends, as it stands, with these fields instead of its own; its first day is far."""
    form = RuleForm(None, base=rulebook.rule(table, version).document, today=NOW.date(), is_new="name" in changed)
    told = {field.name: field.value() for field in form if field.value() not in (None, False, "")}
    if "name" in changed:
        told |= {"since": "2090-01-01", "source_fr": "décret à venir", "source_en": "decree to come"}
    return {name: "on" if value is True else str(value) for name, value in told.items()} | changed


def verify_all(by: User, now: datetime) -> None:
    """Every page and every table of law was compared with the official text."""
    for one in versions.all_in_force(now):
        versions.verify_again(one.slug, by=by, now=now)
    for each in rulebook.rules():
        rulebook.verify_again(each.version.table, each.version.id, by=by, now=now)
